/* SPDX-License-Identifier: BSD-2-Clause */
#include "sha1.h"

#include <string.h>

#include "base/integers.h"

#define BLOCK_SIZE 64

static uint32_t rotate(uint32_t word, unsigned int bits)
{
	return word << bits | word >> (32 - bits);
}

// FIPS 180-4, 4.1.1 and 4.2.1: the function and the constant of round @t.
static uint32_t round_function(unsigned int t, uint32_t b, uint32_t c, uint32_t d)
{
	if (t < 20)
		return ((b & c) ^ (~b & d)) + 0x5a827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60)
		return ((b & c) ^ (b & d) ^ (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

// 6.1.2: add a block to `h`, the hash value so far.
static void add_block(uint32_t h[5], const uint8_t *block)
{
	uint32_t w[80], v[5];

	for (unsigned int t = 0; t < 16; t++)
		w[t] = get32(block + t * 4, true);
	for (unsigned int t = 16; t < 80; t++)
		w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
	memcpy(v, h, sizeof(v));
	for (unsigned int t = 0; t < 80; t++) {
		uint32_t next = rotate(v[0], 5) + round_function(t, v[1], v[2], v[3]) + v[4] + w[t];

		v[4] = v[3];
		v[3] = v[2];
		v[2] = rotate(v[1], 30);
		v[1] = v[0];
		v[0] = next;
	}
	for (unsigned int i = 0; i < 5; i++)
		h[i] += v[i];
}

void sha1(const void *data, size_t size, uint8_t digest[SHA1_SIZE])
{
	uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
	size_t rest = size % BLOCK_SIZE, end = rest < BLOCK_SIZE - 8 ? BLOCK_SIZE : 2 * BLOCK_SIZE;
	const uint8_t *bytes = data;
	uint8_t last[2 * BLOCK_SIZE] = { 0 };

	for (size_t at = 0; at < size - rest; at += BLOCK_SIZE)
		add_block(h, bytes + at);
	// 5.1.1: a one bit, zeros, and the length in bits end the last block.
	if (rest)
		memcpy(last, bytes + size - rest, rest);
	last[rest] = 0x80;
	put64(last + end - 8, (uint64_t)size * 8, true);
	for (size_t at = 0; at < end; at += BLOCK_SIZE)
		add_block(h, last + at);
	for (unsigned int i = 0; i < 5; i++)
		put32(digest + i * 4, h[i], true);
}
