/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of a unit's types, each looked up once.
 *
 * A unit uses each name several times, and most names are known from earlier units. So all names
 * are looked up together, in the order of the string section, and their cache misses overlap.
 *
 * Names are marked by their offset in a bitmap, and their numbers are in a table by offset.
 */
#ifndef BPFLD_BTF_NAMES_H
#define BPFLD_BTF_NAMES_H

#include "base/scratch.h"
#include "base/str.h"
#include "string_table.h"

struct names {
	struct str strings;     // the unit's string section
	struct scratch marks;   // a bit an offset, in words of 64
	struct scratch numbers; // in the link's strings, by offset; of names that are marked
};

/**
 * Begin a new unit. @strings is its string section, which begins and ends with a NUL; it is
 * borrowed.
 */
void names_begin(struct names *names, struct str strings, struct arena *arena);

/** Mark the name at @offset, which must be inside the section. */
static inline void names_mark(struct names *names, uint32_t offset)
{
	uint64_t *marks = names->marks.data;

	marks[offset / 64] |= UINT64_C(1) << offset % 64;
}

/**
 * Give all marked names numbers in @strings: as names, or as texts when they are only written out.
 * The empty string is always among them.
 *
 * @return false when names overlap so much that hashing them would take unbounded time
 */
bool names_intern(struct names *names, struct strings *strings, bool as_texts, struct arena *arena);

/** The number of the marked name at @offset, in the strings that names_intern() was given. */
static inline uint32_t names_number(const struct names *names, uint32_t offset)
{
	const uint32_t *numbers = names->numbers.data;

	return numbers[offset];
}

#endif
