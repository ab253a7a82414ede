/* SPDX-License-Identifier: BSD-2-Clause */
/* What libbpf's deduplication makes of several .BTF sections, and of each type in them. */
#ifndef BPFLD_TESTS_LIBBPF_DEDUP_H
#define BPFLD_TESTS_LIBBPF_DEDUP_H

#include "btf.h"

struct libbpf_dedup {
	struct str section; // what is left
	uint32_t left;      // types in it, without declarations
	uint32_t **result;  // by section, then type id: what became of it
};

/**
 * Join @sections in the order of @sequence, which numbers them, and deduplicate.
 *
 * @return false when libbpf reports an error
 */
bool libbpf_dedup(const struct str *sections, const uint32_t *sequence, uint32_t count,
		  struct arena *arena, struct libbpf_dedup *ret);

#endif
