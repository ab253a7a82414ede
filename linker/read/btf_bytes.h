/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A .BTF that the linker writes itself, for what no input's BTF describes. Its bytes are read like
 * those of an input, so that the graph knows no types but those of units.
 */
#ifndef BPFLD_BTF_BYTES_H
#define BPFLD_BTF_BYTES_H

#include "model.h"

// Host byte order. Memory is the link's.
struct btf_bytes {
	struct linker *linker;
	ARRAY(uint32_t) words; // of the types
	ARRAY(char) strings;
	uint32_t type_count;
};

struct btf_bytes btf_bytes_begin(struct linker *linker);

/** Begin a type of @kind with @count elements: its first three words. @return its id */
uint32_t btf_bytes_type(struct btf_bytes *bytes, const char *name, uint32_t kind, uint32_t count,
			uint32_t size_or_type);

/** Add a word of what follows the first three. */
void btf_bytes_word(struct btf_bytes *bytes, uint32_t word);

/** Read what was built as the BTF of @object; NULL when an error was reported. */
struct btf_unit *btf_bytes_read(const struct btf_bytes *bytes, const struct object *object);

#endif
