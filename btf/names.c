/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <string.h>

// The most bytes hashed per byte of the section. Compilers do not overlap names; tools that share
// endings stay far below this.
#define OVERLAP_MAX 64

// Names are hashed in batches of this size before they are looked up, so that cache misses overlap.
#define BATCH 32

struct found {
	uint32_t offset, size, hash;
};

// The state of names_intern().
struct interning {
	struct strings *strings;
	bool as_texts;
	const char *base;  // the unit's strings
	uint32_t *numbers; // by offset
	struct found batch[BATCH];
	uint32_t batch_count;
};

static size_t word_count(const struct names *names)
{
	return names->strings.size / 64 + 1;
}

void names_begin(struct names *names, struct str strings, struct arena *arena)
{
	names->strings = strings;
	memset(scratch_room(&names->marks, arena, word_count(names), sizeof(uint64_t)), 0,
	       word_count(names) * sizeof(uint64_t));
	// The empty name.
	names_mark(names, 0);
}

static void intern_batch(struct interning *interning)
{
	struct strings *strings = interning->strings;

	for (uint32_t i = 0; i < interning->batch_count; i++) {
		struct found found = interning->batch[i];
		struct str name = { interning->base + found.offset, found.size };

		interning->numbers[found.offset] =
			interning->as_texts ? strings_intern_text(strings, name, found.hash)
					    : strings_intern_hashed(strings, name, found.hash);
	}
	interning->batch_count = 0;
}

static void add_to_batch(struct interning *interning, struct str name)
{
	uint32_t hash = strings_hash(interning->strings, name);

	interning->batch[interning->batch_count++] = (struct found){
		.offset = (uint32_t)(name.data - interning->base),
		.size = (uint32_t)name.size,
		.hash = hash,
	};
	table_prefetch(&interning->strings->table, hash);
	if (interning->batch_count == BATCH)
		intern_batch(interning);
}

bool names_intern(struct names *names, struct strings *strings, bool as_texts, struct arena *arena)
{
	struct interning interning = {
		.strings = strings,
		.as_texts = as_texts,
		.base = names->strings.data,
		.numbers = scratch_room(&names->numbers, arena, names->strings.size,
					sizeof(*interning.numbers)),
	};
	const uint64_t *marks = names->marks.data;
	uint64_t room = (uint64_t)names->strings.size * OVERLAP_MAX;
	size_t words = word_count(names);

	for (size_t i = 0; i < words; i++) {
		for (uint64_t left = marks[i]; left; left &= left - 1) {
			struct str name = str_of(interning.base + i * 64 + __builtin_ctzll(left));

			if (name.size > room)
				return false;
			room -= name.size;
			add_to_batch(&interning, name);
		}
	}
	intern_batch(&interning);
	return true;
}
