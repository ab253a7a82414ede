/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names that a unit's types have, each looked up once.
 *
 * A unit uses each name several times, and has ten times as many as a link keeps in the end: most
 * are known already. Looked up one after another, in the order in which they are in the strings,
 * their cache misses overlap.
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

/** Forget all names; the next ones are of @strings, which begins and ends with a NUL. */
void names_begin(struct names *names, struct str strings, struct arena *arena);

/** There is a name at @offset, which must be inside the strings. */
static inline void names_mark(struct names *names, uint32_t offset)
{
	uint64_t *marks = names->marks.data;

	marks[offset / 64] |= UINT64_C(1) << offset % 64;
}

/**
 * Give all names that are marked numbers in @strings: as names or, when they only go out, as texts.
 * The empty string is one of them.
 *
 * @return false when names overlap such that hashing them all would take for ever
 */
bool names_intern(struct names *names, struct strings *strings, bool as_texts, struct arena *arena);

/** The number of the name at @offset, which was marked. */
static inline uint32_t names_number(const struct names *names, uint32_t offset)
{
	const uint32_t *numbers = names->numbers.data;

	return numbers[offset];
}

#endif
