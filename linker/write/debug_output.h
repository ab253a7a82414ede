/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug information of the output, when symbols have numbers, or sections addresses.
 */
#ifndef BPFLD_DEBUG_OUTPUT_H
#define BPFLD_DEBUG_OUTPUT_H

#include "model.h"

// Of each output section, by its number less 1.
struct debug_addresses {
	ARRAY_FIELDS(uint64_t);
};

/**
 * The relocations of @piece as the file has them: with symbols, and in its byte order. They are
 * where they were, unless the file for debuggers will need these.
 */
const Elf64_Rel *debug_table(const struct linker *linker, const struct debug_piece *piece);

/** Make the fields final in @bytes, those of @output in the file for debuggers. */
void debug_finish(const struct linker *linker, const struct debug_output *output,
		  const struct debug_addresses *addresses, uint8_t *bytes);

/** The note by which files for debuggers are known. */
struct str debug_note(const struct linker *linker);

#endif
