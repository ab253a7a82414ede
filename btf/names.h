/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names that a unit's types have, each hashed once.
 *
 * A unit has ten times as many strings as a link keeps in the end: to look each up in the link's
 * strings costs a cache miss a name, where nearly all belong to types that are known already. So
 * types are compared by hashes of names, and only new types have theirs looked up.
 *
 * Names are marked by their offset in a bitmap, and have their rank in it as an index. Where
 * strings are few, a table by offset tells that; where they are many it would not stay in the
 * cache, and bits are counted in a tenth of its room.
 */
#ifndef BPFLD_BTF_NAMES_H
#define BPFLD_BTF_NAMES_H

#include "base/str.h"
#include "scratch.h"
#include "string_table.h"

struct names {
	struct str strings;     // the unit's string section
	struct scratch marks;   // a bit an offset, in words of 32
	struct scratch ranks;   // by word of marks: names before it; by offset where these are few
	struct scratch hashes;  // by index
	struct scratch numbers; // by index: number in the link's strings, plus 1; 0: not asked yet
	uint32_t count;
	bool few; // the strings are: ranks are by offset
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
 * Hash all names that are marked. The empty string is one of them.
 *
 * @return false when names overlap such that hashing them all would take for ever
 */
bool names_hash(struct names *names, const struct strings *strings, struct arena *arena);

static inline uint32_t names_bit_count(uint32_t word)
{
	// The x86-64 that distributions build for has no instruction for that.
	word -= word >> 1 & 0x55555555;
	word = (word & 0x33333333) + (word >> 2 & 0x33333333);
	word = (word + (word >> 4)) & 0x0f0f0f0f;
	return word * 0x01010101 >> 24;
}

/** The index of the name at @offset. */
static inline uint32_t names_index(const struct names *names, uint32_t offset)
{
	const uint32_t *marks = names->marks.data;
	const uint32_t *ranks = names->ranks.data;
	uint32_t before;

	if (names->few)
		return ranks[offset];
	before = marks[offset / 32] & ((1u << offset % 32) - 1);
	return ranks[offset / 32] + names_bit_count(before);
}

/** What stands for the name at @offset. */
static inline struct hash names_get(const struct names *names, uint32_t offset)
{
	const struct hash *hashes = names->hashes.data;

	return hashes[names_index(names, offset)];
}

/** Number all names as texts of @strings, when most of them are wanted: look-ups overlap. */
void names_intern_texts(struct names *names, struct strings *strings);

/** The number of the name at @offset in @strings, which gets it when it is new. */
uint32_t names_number(struct names *names, uint32_t offset, struct strings *strings);

#endif
