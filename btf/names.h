/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names that a unit's types have, each looked up once.
 *
 * A unit uses each name several times, and has ten times as many as a link keeps in the end: most
 * are known already. Looked up one after another, in the order in which they are in the strings,
 * their cache misses overlap.
 *
 * Names are marked by their offset in a bitmap, and have their rank in it as an index: that of its
 * word, and within that. Where strings are few, a table by offset tells the latter; where they are
 * many it would not stay in the cache, and bits are counted.
 */
#ifndef BPFLD_BTF_NAMES_H
#define BPFLD_BTF_NAMES_H

#include "base/scratch.h"
#include "base/str.h"
#include "string_table.h"

struct names {
	struct str strings;     // the unit's string section
	struct scratch marks;   // a bit an offset, in words of 32
	struct scratch ranks;   // by word of marks: names before it
	struct scratch within;  // by offset, of few strings: rank in its word, one byte
	struct scratch numbers; // by index: number in the link's strings
	bool few;               // the strings are
};

/** Forget all names; the next ones are of @strings, which begins and ends with a NUL. */
void names_begin(struct names *names, struct str strings, struct arena *arena);

/** There is a name at @offset, which must be inside the strings. */
static inline void names_mark(struct names *names, uint32_t offset)
{
	uint32_t *marks = names->marks.data;

	marks[offset / 32] |= 1u << offset % 32;
}

/**
 * Give all names that are marked numbers in @strings: as names or, when they only go out, as texts.
 * The empty string is one of them.
 *
 * @return false when names overlap such that hashing them all would take for ever
 */
bool names_intern(struct names *names, struct strings *strings, bool as_texts, struct arena *arena);

static inline uint32_t names_bit_count(uint32_t word)
{
	// The x86-64 that distributions build for has no instruction for that.
	word -= word >> 1 & 0x55555555;
	word = (word & 0x33333333) + (word >> 2 & 0x33333333);
	word = (word + (word >> 4)) & 0x0f0f0f0f;
	return word * 0x01010101 >> 24;
}

/** The number of the name at @offset, which was marked. */
static inline uint32_t names_number(const struct names *names, uint32_t offset)
{
	const uint32_t *marks = names->marks.data;
	const uint32_t *ranks = names->ranks.data;
	const uint32_t *numbers = names->numbers.data;
	const uint8_t *within = names->within.data;
	uint32_t before;

	if (names->few)
		return numbers[ranks[offset / 32] + within[offset]];
	before = marks[offset / 32] & ((1u << offset % 32) - 1);
	return numbers[ranks[offset / 32] + names_bit_count(before)];
}

#endif
