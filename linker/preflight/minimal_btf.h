/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The types of a kernel that CO-RE relocations need, as BTF of their own: what loaders take instead
 * of the kernel's BTF where that has none. (btf_custom_path of libbpf.)
 *
 * It has the types that relocations found, and of structs and unions only the members on the way to
 * what they found, at their places. What pointers lead to is void, unless a relocation is about it.
 */
#ifndef BPFLD_MINIMAL_BTF_H
#define BPFLD_MINIMAL_BTF_H

#include "base/text.h"
#include "core_match.h"

// What is needed of the types of a file.
struct minimal_btf {
	const struct plain_btf *btf;
	struct arena *arena;
	uint8_t *types;    // by id: it is needed
	uint8_t *compared; // by id: how far relocations about types compare it
	uint8_t **members; // by id of a struct or union: which members are; NULL: none
};

/** Nothing is needed of @btf, which is not split. */
void minimal_btf_init(struct minimal_btf *minimal, const struct plain_btf *btf,
		      struct arena *arena);

/** What @found found is needed. */
void minimal_btf_need(struct minimal_btf *minimal, const struct core_spec *found);

/** Write the section .BTF of all that is needed, in the byte order of @big_endian. */
void minimal_btf_write(const struct minimal_btf *minimal, bool big_endian, struct text *text);

#endif
