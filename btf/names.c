/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <string.h>

// No compiler lets names overlap. Tools that share endings save much less than that.
#define OVERLAP_MAX 64

// Up to here strings are few: 128 KiB of ranks, and most units of a project.
#define FEW_SIZE (32 * 1024)

// How many lookups are under way at once.
#define LOOKUPS_AHEAD 8

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

bool names_hash(struct names *names, const struct strings *strings, struct arena *arena)
{
	const uint32_t *marks = names->marks.data;
	uint64_t room = (uint64_t)names->strings.size * OVERLAP_MAX;
	size_t words = word_count(names);
	uint32_t *ranks, *numbers, rank = 0;
	struct hash *hashes;

	names->count = count_names(names);
	names->few = names->strings.size <= FEW_SIZE;
	ranks = scratch_room(&names->ranks, arena, names->few ? names->strings.size : words,
			     sizeof(*ranks));
	hashes = scratch_room(&names->hashes, arena, names->count, sizeof(*hashes));
	numbers = scratch_room(&names->numbers, arena, names->count, sizeof(*numbers));
	memset(numbers, 0, names->count * sizeof(*numbers));
	for (size_t i = 0; i < words; i++) {
		if (!names->few)
			ranks[i] = rank;
		for (uint32_t left = marks[i]; left; left &= left - 1, rank++) {
			size_t offset = i * 32 + (uint32_t)__builtin_ctz(left);
			struct str name = str_of(names->strings.data + offset);

			if (name.size > room)
				return false;
			room -= name.size;
			hashes[rank] = strings_hash(strings, name);
			if (names->few)
				ranks[offset] = rank;
		}
	}
	return true;
}

void names_intern_texts(struct names *names, struct strings *strings)
{
	const uint32_t *marks = names->marks.data;
	const struct hash *hashes = names->hashes.data;
	size_t words = word_count(names);
	uint32_t *numbers = names->numbers.data;
	uint32_t index = 0;

	for (size_t i = 0; i < words; i++) {
		for (uint32_t left = marks[i]; left; left &= left - 1, index++) {
			const char *text =
				names->strings.data + i * 32 + (uint32_t)__builtin_ctz(left);

			if (index + LOOKUPS_AHEAD < names->count)
				identity_prefetch(&strings->table, hashes[index + LOOKUPS_AHEAD]);
			numbers[index] =
				strings_intern_text(strings, str_of(text), hashes[index]) + 1;
		}
	}
}

uint32_t names_number(struct names *names, uint32_t offset, struct strings *strings)
{
	uint32_t index = names_index(names, offset);
	uint32_t *number = (uint32_t *)names->numbers.data + index;
	const struct hash *hashes = names->hashes.data;

	if (*number == 0)
		*number = strings_intern_hashed(strings, str_of(names->strings.data + offset),
						hashes[index]) +
			  1;
	return *number - 1;
}
