/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What only the read phase needs. It is made when it is first asked for, and cut_atoms(), the last
 * pass of the phase, gives all of it back. Memory for tables of ELF and for what helps to cut
 * sections comes from reading->arena.
 */
#ifndef BPFLD_READING_H
#define BPFLD_READING_H

#include "base/scratch.h"
#include "long_names.h"
#include "model.h"

struct reading {
	struct arena *arena;
	ARRAY(bool) told;             // by number of a section's name: dropped with a message
	ARRAY(struct object *) named; // by number of a name: the last to have a section of it

	// Of the object that is read:
	struct scratch type_bytes;    // .BTF and .BTF.ext
	struct long_names long_names; // of its symbols, then of its declarations
	uint64_t name_bytes; // that names of sections and symbols had so far, however often
	bool overlaps;       // these were too many, which was reported (overlap.h)
	uint64_t name_room;  // bytes that names of declarations may still have (read_types.c)
	bool names_overlap;  // they wanted more
};

/** @linker's, which is made where there is none. */
static inline struct reading *reading_get(struct linker *linker)
{
	if (!linker->reading) {
		struct arena *arena = arena_nest(linker->arena);

		linker->reading = arena_new(arena, struct reading);
		*linker->reading = (struct reading){ .arena = arena };
	}
	return linker->reading;
}

/** Memory until sections are cut. */
static inline struct arena *reading_arena(struct linker *linker)
{
	return reading_get(linker)->arena;
}

static inline void reading_end(struct linker *linker)
{
	if (linker->reading)
		arena_deinit(linker->reading->arena);
	linker->reading = NULL;
}

#endif
