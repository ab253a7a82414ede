/* SPDX-License-Identifier: BSD-2-Clause */
/* The ELF header and the section headers of an object. */
#ifndef BPFLD_READ_HEADERS_H
#define BPFLD_READ_HEADERS_H

#include "model.h"

// The section headers of an object, and the names of its sections.
struct headers {
	const uint8_t *bytes;
	uint64_t offset; // in the object
	uint64_t before; // bytes of the object in front of them that were read, too
	uint64_t count;
	uint32_t names_shndx;
	struct str names;
};

/**
 * Read the headers of @object, whose byte order and flags this sets; names are left out.
 *
 * @return false when an error was reported: it is no object for BPF, or its headers do not lie in
 * it
 */
bool headers_read(struct linker *linker, struct object *object, struct headers *headers);

/**
 * Read string table @shndx up to its last NUL, so that each offset in it is a string.
 *
 * @return false when an error was reported: there is none
 */
bool headers_strings(struct linker *linker, const struct object *object,
		     const struct headers *headers, uint32_t shndx, struct str *strings);

#endif
