/* SPDX-License-Identifier: BSD-2-Clause */
/* Every distinct string of a link once, named by a number: equal strings, equal numbers. */
#ifndef BPFLD_BTF_STRING_TABLE_H
#define BPFLD_BTF_STRING_TABLE_H

#include "base/array.h"
#include "base/identity.h"
#include "base/str.h"

struct strings {
	struct arena *arena;
	ARRAY(struct str) strings;   // by number; [0] is the empty string
	struct identity_table table; // hash -> number; the empty string is not in it
	uint64_t seed;               // of the hashes of all that is compared by them
	char *room;                  // for the text of new strings
	size_t room_left;            // bytes
};

void strings_init(struct strings *strings, struct arena *arena);

/**
 * The number of @string, of which a copy is made when it is new. The empty string is 0; other
 * numbers count up in the order of first use.
 */
uint32_t strings_intern(struct strings *strings, struct str string);

/** The same for a string whose strings_hash() is known. */
uint32_t strings_intern_hashed(struct strings *strings, struct str string, struct hash hash);

/** What stands for @string. */
static inline struct hash strings_hash(const struct strings *strings, struct str string)
{
	return hash_identity(string.data, string.size, strings->seed);
}

/** Whether @string has a number. */
bool strings_has(const struct strings *strings, struct str string);

/** The string of number @id, NUL-terminated. */
static inline struct str strings_get(const struct strings *strings, uint32_t id)
{
	return strings->strings.items[id];
}

#endif
