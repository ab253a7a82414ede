/* SPDX-License-Identifier: BSD-2-Clause */
#include "hash.h"

#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes(const void *data, size_t size)
{
	return XXH3_64bits(data, size);
}

struct hash hash_identity(const void *data, size_t size, uint64_t seed)
{
	XXH128_hash_t hash = XXH3_128bits_withSeed(data, size, seed);

	return (struct hash){ hash.low64, hash.high64 };
}

uint64_t hash_seed(void)
{
	uint64_t seed = 0;

	// Where the system has none to give, the link is right all the same: only somebody who
	// knows the seed can make two types that hash alike.
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = 0x9e3779b97f4a7c15;
	return seed;
}
