/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <string.h>

// No compiler lets names overlap. Tools that share endings save much less than that.
#define OVERLAP_MAX 64

// Up to here strings are few: 128 KiB of ranks, and most units of a project.
#define FEW_SIZE (32 * 1024)

// How many lookups ahead each of the steps of one is under way.
#define AHEAD 4

struct found {
	uint32_t hash;
	uint32_t offset, size; // in the unit's strings
};

static size_t word_count(const struct names *names)
{
	return names->strings.size / 32 + 1;
}

void names_begin(struct names *names, struct str strings, struct arena *arena)
{
	names->strings = strings;
	memset(scratch_room(&names->marks, arena, word_count(names), sizeof(uint32_t)), 0,
	       word_count(names) * sizeof(uint32_t));
	// The empty name.
	names_mark(names, 0);
}

static uint32_t count_names(const struct names *names)
{
	const uint32_t *marks = names->marks.data;
	size_t words = word_count(names);
	uint32_t count = 0;

	for (size_t i = 0; i < words; i++)
		count += names_bit_count(marks[i]);
	return count;
}

// Rank and hash all names that are marked.
static bool find_names(struct names *names, const struct strings *strings, struct arena *arena)
{
	const uint32_t *marks = names->marks.data;
	uint64_t room = (uint64_t)names->strings.size * OVERLAP_MAX;
	size_t words = word_count(names);
	uint32_t *ranks, rank = 0;
	struct found *found;

	names->count = count_names(names);
	names->few = names->strings.size <= FEW_SIZE;
	ranks = scratch_room(&names->ranks, arena, names->few ? names->strings.size : words,
			     sizeof(*ranks));
	found = scratch_room(&names->found, arena, names->count + 2 * AHEAD, sizeof(*found));
	// For lookups ahead of the last ones.
	memset(found + names->count, 0, 2 * AHEAD * sizeof(*found));
	for (size_t i = 0; i < words; i++) {
		if (!names->few)
			ranks[i] = rank;
		for (uint32_t left = marks[i]; left; left &= left - 1, rank++) {
			size_t offset = i * 32 + (uint32_t)__builtin_ctz(left);
			struct str name = str_of(names->strings.data + offset);

			if (name.size > room)
				return false;
			room -= name.size;
			found[rank] = (struct found){ strings_hash(strings, name), (uint32_t)offset,
						      (uint32_t)name.size };
			if (names->few)
				ranks[offset] = rank;
		}
	}
	return true;
}

static uint32_t intern(struct strings *strings, struct str name, uint32_t hash, bool as_text)
{
	// Nearly all are known, and as what they are again.
	uint32_t id = name.size ? strings_find(strings, name, hash) : 0;

	if (id && as_text == !!(id & TEXT_BIT))
		return strings_final(strings, id);
	return as_text ? strings_intern_text(strings, name, hash)
		       : strings_intern_hashed(strings, name, hash);
}

bool names_intern(struct names *names, struct strings *strings, bool as_texts, struct arena *arena)
{
	const struct found *found;
	uint32_t *numbers;

	if (!find_names(names, strings, arena))
		return false;
	found = names->found.data;
	numbers = scratch_room(&names->numbers, arena, names->count, sizeof(*numbers));
	for (uint32_t i = 0; i < names->count; i++) {
		struct str name = { names->strings.data + found[i].offset, found[i].size };

		table_prefetch(&strings->table, found[i + 2 * AHEAD].hash);
		strings_prefetch(strings, found[i + AHEAD].hash);
		numbers[i] = intern(strings, name, found[i].hash, as_texts);
	}
	return true;
}
