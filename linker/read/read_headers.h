/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ELF header and the section headers of an object: the first things that are read of it.
 */
#ifndef BPFLD_READ_HEADERS_H
#define BPFLD_READ_HEADERS_H

#include "model.h"

// The section headers of an object, and the names of its sections.
struct headers {
	const uint8_t *bytes;
	uint64_t offset; // bytes from the start of the object
	uint64_t before; // bytes before them that were read as well
	uint64_t count;
	uint32_t names_shndx;
	struct str names;
};

/**
 * Read the headers of @object into *@headers, except `names`. Sets the byte order and ELF flags of
 * @object.
 *
 * @return false when an error was reported: @object is not a BPF object, or its headers do not lie
 * in it
 */
bool headers_read(struct linker *linker, struct object *object, struct headers *headers);

/**
 * Read string table @shndx up to its last NUL, so that each offset in it is a string.
 *
 * @return false when an error was reported: section @shndx is not a string table
 */
bool headers_strings(struct linker *linker, const struct object *object,
		     const struct headers *headers, uint32_t shndx, struct str *strings);

#endif
