/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hashes find candidates; a comparison decides. So collisions cannot make a link wrong, only slow.
 * An input may be made to collide, so look-ups use a secret key that is drawn for each link.
 *
 * The hash is *multilinear*: the sum of all 32-bit words, each multiplied by a word of the key,
 * modulo 2^64; the upper half is taken. Two different blocks of up to HASH_WORDS words collide in
 * at most one of 2^32 links, whoever chose them. (Lemire and Kaser, "Strongly universal string
 * hashing is fast", The Computer Journal 57, 2014, theorem 3.1.) Longer data is split into blocks,
 * whose hashes are the coefficients of a polynomial modulo 2^61 - 1, evaluated at a secret point.
 * (Carter and Wegman, "Universal classes of hash functions", 1979; for polynomials den Boer, "A
 * simple and key-economical unconditional authentication scheme", 1993.) Two strings of at most n
 * blocks collide there in at most n of 2^60 links. Together, for less than 2^28 blocks: one of 2^30
 * links.
 *
 * Seeded XXH3 has no such bound: there are known pairs of strings that collide for most seeds.
 */
#ifndef BPFLD_BASE_HASH_H
#define BPFLD_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_WORDS 64

// Random, and secret while the link runs.
struct hash_key {
	uint64_t point; // less than 2^60
	uint64_t scramble;
	uint64_t size, low, high; // for words that are not in the block
	uint64_t words[HASH_WORDS];
};

/** Draw an unpredictable key. No output may depend on it. */
struct hash_key hash_key_draw(void);

/** The hash of @size bytes. */
uint32_t hash_bytes(const struct hash_key *key, const void *data, size_t size);

/** A hash without a key, the same in every link. Use it where the hash decides an order. */
uint64_t hash_stable(const void *data, size_t size);

/** Combine @hash with @value; likewise without a key. */
static inline uint64_t hash_mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 32;
}

// A number of 128 bits.
struct hash_product {
	uint64_t low, high;
};

/** hash_multiply() without 128-bit integers; always compiled, so that every machine can test it. */
static inline struct hash_product hash_multiply_halves(uint64_t a, uint64_t b)
{
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX), middle = (a >> 32) * (b & UINT32_MAX);
	uint64_t other = (a & UINT32_MAX) * (b >> 32), high = (a >> 32) * (b >> 32);
	uint64_t carry = (low >> 32) + (middle & UINT32_MAX) + (other & UINT32_MAX);

	return (struct hash_product){ a * b,
				      high + (middle >> 32) + (other >> 32) + (carry >> 32) };
}

static inline struct hash_product hash_multiply(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 product = (unsigned __int128)a * b;

	return (struct hash_product){ (uint64_t)product, (uint64_t)(product >> 64) };
#else
	return hash_multiply_halves(a, b);
#endif
}

/**
 * Add a block to the polynomial: @value is that of the blocks before, 1 for none, @sum the sum of
 * the block. The result is less than 2^62, not fully reduced.
 */
static inline uint64_t hash_block(uint64_t value, uint64_t sum, const struct hash_key *key)
{
	const uint64_t prime = (UINT64_C(1) << 61) - 1;
	struct hash_product product = hash_multiply(value + (sum >> 31), key->point);

	return (product.low & prime) + (product.high << 3 | product.low >> 61);
}

/** The final hash: @value is that of all full blocks, 0 for none, @sum the sum of the rest. */
static inline uint32_t hash_end(uint64_t value, uint64_t sum, const struct hash_key *key)
{
	uint32_t hash;

	if (value)
		sum += (uint32_t)value * key->low + (value >> 32) * key->high;
	// From here on any two hashes are as good as random, and stay so, because each step is
	// invertible. The steps are not linear: hashes are words of other hashes, where linear
	// changes could cancel out.
	hash = (uint32_t)(sum >> 32);
	hash = (hash ^ hash >> 15) * (uint32_t)key->scramble;
	hash ^= hash >> 16;
#ifdef BPFLD_HASH_BITS
	// For tests: nearly everything collides.
	hash &= (1u << BPFLD_HASH_BITS) - 1;
#endif
	return hash;
}

#endif
