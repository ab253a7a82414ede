/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <string.h>

// No compiler lets names overlap. Tools that share endings save much less than that.
#define OVERLAP_MAX 64

// Up to here strings are few.
#define FEW_SIZE (1024 * 1024)

// How many names are hashed before they are looked up, and how many of these lookups are under way.
#define BATCH 32
#define AHEAD 4

struct found {
	const char *text;
	uint32_t size, hash;
};

// What interning the names of a unit works on.
struct interning {
	struct strings *strings;
	bool as_texts;
	uint32_t *numbers;                 // of those that are not in the batch
	struct found batch[BATCH + AHEAD]; // and some for lookups ahead of the last
	uint32_t batch_count;
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

static uint32_t intern(struct strings *strings, struct found name, bool as_text)
{
	struct str text = { name.text, name.size };
	// Nearly all are known, and as what they are again.
	uint32_t id = name.size ? strings_find(strings, text, name.hash) : 0;

	if (id && (as_text || !(id & TEXT_BIT)))
		return strings_final(strings, id);
	return as_text ? strings_intern_text(strings, text, name.hash)
		       : strings_intern_hashed(strings, text, name.hash);
}

static void intern_batch(struct interning *interning)
{
	const struct found *batch = interning->batch;
	struct strings *strings = interning->strings;

	for (uint32_t i = 0; i < AHEAD; i++)
		strings_prefetch(strings, batch[i].hash);
	for (uint32_t i = 0; i < interning->batch_count; i++) {
		strings_prefetch(strings, batch[i + AHEAD].hash);
		*interning->numbers++ = intern(strings, batch[i], interning->as_texts);
	}
	interning->batch_count = 0;
}

static void add_to_batch(struct interning *interning, struct str name)
{
	uint32_t hash = strings_hash(interning->strings, name);

	interning->batch[interning->batch_count++] =
		(struct found){ name.data, (uint32_t)name.size, hash };
	table_prefetch(&interning->strings->table, hash);
	if (interning->batch_count == BATCH)
		intern_batch(interning);
}

// Rank all names, and give them numbers.
static bool number_names(struct names *names, struct interning *interning, uint32_t *ranks,
			 uint8_t *within)
{
	const uint32_t *marks = names->marks.data;
	uint64_t room = (uint64_t)names->strings.size * OVERLAP_MAX;
	size_t words = word_count(names);
	uint32_t rank = 0;

	for (size_t i = 0; i < words; i++) {
		ranks[i] = rank;
		for (uint32_t left = marks[i]; left; left &= left - 1, rank++) {
			size_t offset = i * 32 + (uint32_t)__builtin_ctz(left);
			struct str name = str_of(names->strings.data + offset);

			if (name.size > room)
				return false;
			room -= name.size;
			add_to_batch(interning, name);
			if (within)
				within[offset] = (uint8_t)(rank - ranks[i]);
		}
	}
	intern_batch(interning);
	return true;
}

bool names_intern(struct names *names, struct strings *strings, bool as_texts, struct arena *arena)
{
	struct interning interning = { .strings = strings, .as_texts = as_texts };
	size_t words = word_count(names);
	uint32_t *ranks = scratch_room(&names->ranks, arena, words, sizeof(*ranks));
	uint8_t *within = NULL;

	names->few = names->strings.size <= FEW_SIZE;
	if (names->few)
		within = scratch_room(&names->within, arena, names->strings.size, 1);
	interning.numbers = scratch_room(&names->numbers, arena, count_names(names),
					 sizeof(*interning.numbers));
	return number_names(names, &interning, ranks, within);
}
