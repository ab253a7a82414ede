/* SPDX-License-Identifier: BSD-2-Clause */
#include "hash.h"

#include <string.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define BLOCK (HASH_WORDS * sizeof(uint32_t))

struct hash_key hash_key_draw(void)
{
	struct hash_key key;
	uint64_t words[sizeof(key) / sizeof(uint64_t)], word = 0;
	ssize_t size;

	// Without random numbers from the system the link is still right: it can only be made slow.
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		words[i] = word = hash_mix(word, i + 1);
	size = getrandom(words, sizeof(words), GRND_NONBLOCK);
	(void)size;
	memcpy(&key, words, sizeof(key));
	key.point >>= 4;
	key.scramble |= 1;
	return key;
}

static uint64_t load_word(const char *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

static uint64_t load_half(const char *data)
{
	uint32_t half;

	memcpy(&half, data, sizeof(half));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	half = __builtin_bswap32(half);
#endif
	return half;
}

// The part of two adjacent 32-bit words in the sum.
static inline uint64_t add_words(uint64_t words, const uint64_t *keys)
{
	return (uint32_t)words * keys[0] + (words >> 32) * keys[1];
}

// The sum of a block, or less. The last 8 bytes may overlap those before, and always use the last
// words of the key: among data of one size each word has a key of its own.
static inline uint64_t sum_of(const struct hash_key *key, const char *data, size_t size)
{
	const uint64_t *keys = key->words;
	const char *end = data + size;
	uint64_t sum = 0;

	if (size >= 8) {
		for (; data < end - 8; data += 8, keys += 2)
			sum += add_words(load_word(data), keys);
		return sum + add_words(load_word(end - 8), key->words + HASH_WORDS - 2);
	}
	if (size >= 4)
		return sum + load_half(data) * keys[0] + load_half(end - 4) * keys[1];
	if (size == 0)
		return sum;
	// One to three bytes: the first, the middle and the last one are all.
	return sum + ((uint8_t)data[0] | (uint32_t)(uint8_t)data[size / 2] << 8 |
		      (uint32_t)(uint8_t)end[-1] << 16) *
			     keys[0];
}

// A separate function, because most keys are short and need few registers.
__attribute__((noinline)) static uint32_t hash_blocks(const struct hash_key *key, const char *data,
						      size_t size)
{
	uint64_t value = 1;
	size_t rest = size;

	for (; rest > BLOCK; rest -= BLOCK, data += BLOCK)
		value = hash_block(value, sum_of(key, data, BLOCK), key);
	return hash_end(value, size * key->size + sum_of(key, data, rest), key);
}

uint32_t hash_bytes(const struct hash_key *key, const void *data, size_t size)
{
	if (size > BLOCK)
		return hash_blocks(key, data, size);
	return hash_end(0, size * key->size + sum_of(key, data, size), key);
}

uint64_t hash_stable(const void *data, size_t size)
{
	return XXH3_64bits(data, size);
}
