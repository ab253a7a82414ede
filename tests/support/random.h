/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers for tests that look random and are the same on every run. */
#ifndef BPFLD_TESTS_RANDOM_H
#define BPFLD_TESTS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;       // any seed
	const uint8_t *bytes; // what to draw in place of small numbers, one each, for fuzzing
	size_t count;         // of these
};

/** A number below @limit, which is not 0. */
static inline uint32_t random_below(struct random *random, uint32_t limit)
{
	if (random->count && limit <= UINT8_MAX) {
		random->count--;
		return *random->bytes++ % limit;
	}
	random->state = random->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random->state >> 33) % limit;
}

/** Put @items into another order. */
static inline void random_shuffle(struct random *random, uint32_t *items, uint32_t count)
{
	for (uint32_t i = count; i > 1; i--) {
		uint32_t other = random_below(random, i);
		uint32_t item = items[i - 1];

		items[i - 1] = items[other];
		items[other] = item;
	}
}

#endif
