/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compressed debug sections (SHF_COMPRESSED), of inputs and of the output.
 */
#ifndef BPFLD_DEBUG_COMPRESS_H
#define BPFLD_DEBUG_COMPRESS_H

#include <elf.h>

#include "model.h"

// The most compressed sections of an object: each makes libelf read the headers of the object.
#define DEBUG_COMPRESSED_MAX 64

/** Whether a section of @size bytes may have @compressed of them in an object, with its header. */
bool debug_expands(uint64_t compressed, uint64_t size);

/**
 * Compress section @shndx of a finished @image, which is debug information; none of its sections is
 * compressed.
 *
 * @param name    of the section, for messages
 * @param header  of the section in host byte order; set to that of the compressed one
 * @return its bytes; NULL when it stays as it is, and @header too, or when an error was reported
 */
const void *debug_compress(struct linker *linker, struct str image, uint32_t shndx,
			   const char *name, Elf64_Shdr *header);

#endif
