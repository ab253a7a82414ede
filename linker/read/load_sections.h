/* SPDX-License-Identifier: BSD-2-Clause */
/* What is read of an object, and into which memory. */
#ifndef BPFLD_LOAD_SECTIONS_H
#define BPFLD_LOAD_SECTIONS_H

#include "read_headers.h"

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
bool load_sections(struct linker *linker, struct object *object, const struct headers *headers);

#endif
