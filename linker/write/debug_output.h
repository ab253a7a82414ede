/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug information of the output, when symbols have numbers.
 */
#ifndef BPFLD_DEBUG_OUTPUT_H
#define BPFLD_DEBUG_OUTPUT_H

#include "model.h"

/** Make the relocations of @piece those of the file: with symbols, and in its byte order. */
void debug_number(const struct linker *linker, const struct debug_piece *piece);

#endif
