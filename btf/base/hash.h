/* SPDX-License-Identifier: BSD-2-Clause */
/* XXH3, compiled once: its inlined code is large, and short keys gain nothing from more copies. */
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

/**
 * A hash to be trusted without a comparison: of 128 bits, and not to be foreseen by who made the
 * bytes as long as @seed is secret.
 */
struct hash hash_identity(const void *data, size_t size, uint64_t seed);

/** A seed that nobody can foresee. No output may depend on it. */
uint64_t hash_seed(void);

#endif
