/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hashes: of bytes by XXH3, compiled once, for its inlined code is large, and short keys gain
 * nothing from more copies; of words one after another by what is cheap enough to be inlined.
 */
#ifndef BPFLD_BASE_HASH_H
#define BPFLD_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

// A hash that stands for what was hashed; see hash_identity().
struct hash {
	uint64_t low, high;
};

/** A hash that finds candidates, for keys that are compared afterwards. */
uint64_t hash_bytes(const void *data, size_t size);

/** Likewise, for what @hash stands for and @value: the same in every link. */
static inline uint64_t hash_mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 32;
}

/**
 * A hash to be trusted without a comparison: of 128 bits, and not to be foreseen by who made the
 * bytes as long as @seed is secret.
 */
struct hash hash_identity(const void *data, size_t size, uint64_t seed);

/** hash_fold() without integers of 128 bits; always here, so that every machine can test it. */
static inline uint64_t hash_fold_halves(uint64_t a, uint64_t b)
{
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX), middle = (a >> 32) * (b & UINT32_MAX);
	uint64_t other = (a & UINT32_MAX) * (b >> 32), high = (a >> 32) * (b >> 32);
	uint64_t carry = (low >> 32) + (middle & UINT32_MAX) + (other & UINT32_MAX);

	return (a * b) ^ (high + (middle >> 32) + (other >> 32) + (carry >> 32));
}

/** Both halves of @a times @b, of 128 bits, as one word. */
static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
	return hash_fold_halves(a, b);
#endif
}

/** What to give hash_add() first. Not @key itself: then it could not tell its arguments apart. */
static inline struct hash hash_begin(struct hash key)
{
	return (struct hash){ key.high, key.low };
}

/**
 * What stands for what @hash does, @a and @b: to be trusted like hash_identity(), whose method for
 * keys of some length this is, as long as @key is secret. It needs no bytes side by side.
 */
static inline struct hash hash_add(struct hash hash, struct hash a, struct hash b, struct hash key)
{
	return (struct hash){ hash_fold(hash.low ^ a.low, key.low ^ b.low),
			      hash_fold(hash.high ^ a.high, key.high ^ b.high) };
}

/** @word as what hash_add() takes. */
static inline struct hash hash_word(uint32_t word)
{
	return (struct hash){ word, word };
}

/** A seed that nobody can foresee. No output may depend on it. */
uint64_t hash_seed(void);

#endif
