/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings of debug sections: equal ones are one, in the order of first input.
 *
 * Strings do not share their ends: readers of DWARF 5 check that a string starts behind the end of
 * another, and it would save little.
 */
#ifndef BPFLD_DEBUG_STRINGS_H
#define BPFLD_DEBUG_STRINGS_H

#include "debug_object.h"

/** Add the strings of @part to those of @output, and set part->strings. */
void debug_strings_add(struct debug_object *debug, struct debug_output *output,
		       struct debug_part *part);

/** Make the strings of @output its only piece, when no object adds any more. */
void debug_strings_finish(struct linker *linker, struct debug_output *output);

#endif
