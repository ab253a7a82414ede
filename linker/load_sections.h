/* SPDX-License-Identifier: BSD-2-Clause */
/* What is read of an object, and into which memory. */
#ifndef BPFLD_LOAD_SECTIONS_H
#define BPFLD_LOAD_SECTIONS_H

#include "model.h"

// The section headers of an object, and the names of its sections.
struct header_table {
	const uint8_t *bytes;
	uint64_t offset;
	uint64_t count;
	uint32_t names_shndx;
	struct str names;
};

/**
 * The @size bytes at @offset, which lie in the object, in @arena where they are not in memory
 * anyway; NULL when an error was reported.
 */
const uint8_t *object_bytes(struct linker *linker, const struct object *object, uint64_t offset,
			    uint64_t size, struct arena *arena);

/**
 * Read the content of the sections of @object that the link needs, all of which lie in it.
 *
 * @return false when an error was reported
 */
bool load_sections(struct linker *linker, struct object *object, const struct header_table *table);

#endif
