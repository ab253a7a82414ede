/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of a unit's types, each looked up once.
 *
 * A unit uses each name several times, and most names are known from earlier units. So all names
 * are looked up together, in the order of the string section, and their cache misses overlap.
 *
 * Names are marked in a bitmap by offset, and their numbers are kept in a table by offset:
 *
 *	names_begin(&names, strings, arena);
 *	names_mark(&names, record->name_off); // for each name of each record
 *	names_intern(&names, table, false, arena);
 *	number = names_number(&names, record->name_off);
 */
#ifndef BPFLD_BTF_NAMES_H
#define BPFLD_BTF_NAMES_H

#include "base/scratch.h"
#include "base/str.h"
#include "string_table.h"

struct names {
	struct str strings;     // the unit's string section
	struct scratch marks;   // one bit per offset, in words of 64
	struct scratch numbers; // by offset of a marked name: its number in the link's strings
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
