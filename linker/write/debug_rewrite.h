/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A section of units that is written anew, unit by unit, with relocations to symbols of the
 * object like those of what was read. debug_part.moves says where its units are.
 *
 *	struct debug_rewrite rewrite = { .debug = debug, .part = part, .text.arena = debug->arena };
 *
 *	debug_rewrite_unit(&rewrite, start);
 *	debug_rewrite_copy(&rewrite, start, end);
 *	...
 *	debug_rewrite_finish(&rewrite);
 */
#ifndef BPFLD_DEBUG_REWRITE_H
#define BPFLD_DEBUG_REWRITE_H

#include "debug_cut.h"

struct debug_rewrite {
	struct debug_object *debug;
	struct debug_part *part;
	struct text text;
	ARRAY(Elf64_Rel) relocations;
	size_t move_count;
	size_t unit; // where the last one begins in `text`
};

/** Begin the unit that was at @start of the section. */
void debug_rewrite_unit(struct debug_rewrite *rewrite, uint64_t start);

/** What was at @start, within the unit, follows. */
void debug_rewrite_mark(struct debug_rewrite *rewrite, uint64_t start);

/** Copy the bytes from @start to @end of the section, with their relocations. */
void debug_rewrite_copy(struct debug_rewrite *rewrite, uint64_t start, uint64_t end);

/** Write the length of the last unit over what it was; false when it has no room. */
bool debug_rewrite_length(struct debug_rewrite *rewrite, uint8_t offset_size);

/** Let the section have what was written. */
void debug_rewrite_finish(struct debug_rewrite *rewrite);

#endif
