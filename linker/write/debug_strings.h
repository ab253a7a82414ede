/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings of debug sections: equal ones are one, in the order of first input.
 *
 * GCC writes strings in the order of its hash table. Where --file-prefix-map changes names of an
 * object, the folder it was compiled in must not show in that order, either: such an object adds
 * its strings in the order in which its sections refer to them.
 *
 * Strings do not share their ends: readers of DWARF 5 check that a string starts behind the end of
 * another, and it would save little.
 */
#ifndef BPFLD_DEBUG_STRINGS_H
#define BPFLD_DEBUG_STRINGS_H

#include "debug_object.h"

/** Whether options->prefix_maps change a string of @part. */
bool debug_strings_change(const struct debug_object *debug, const struct debug_part *part);

/**
 * Add the strings of @part to those of @output, and set part->strings. Those of an object with
 * debug->maps_names only when debug_strings_place() asks.
 */
void debug_strings_add(struct debug_object *debug, struct debug_output *output,
		       struct debug_part *part);

/** Let @output have strings. */
void debug_strings_begin(struct linker *linker, struct debug_output *output);

/** Where @name is in the output that debug->names are in. */
uint32_t debug_strings_name(const struct debug_object *debug, struct str name);

/** Where byte @offset of the strings of @part is in the output. */
uint32_t debug_strings_place(const struct debug_object *debug, const struct debug_part *part,
			     uint64_t offset);

/**
 * Add a string of @part, when all fields have been asked for, if its output has none: a section
 * without bytes would not be one to the next link.
 */
void debug_strings_complete(const struct debug_object *debug, const struct debug_part *part);

/** Make the strings of @output its only piece, when no object adds any more. */
void debug_strings_finish(struct linker *linker, struct debug_output *output);

#endif
