/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hash table in which the hash is the key: see hash_identity(). One look-up is one cache miss,
 * where a comparison with what was added would be two or three more.
 *
 * Two keys with one hash are taken for one. Hashes are of 96 bits at least (where in the table one
 * is found says some more) and keyed: by accident, one of 2^33 links of 2^32 keys has a wrong
 * match, and no input can bring one about.
 *
 * Nothing iterates over a table, so that hash order never reaches an output.
 */
#ifndef BPFLD_BASE_IDENTITY_H
#define BPFLD_BASE_IDENTITY_H

#include "arena.h"
#include "hash.h"

struct identity_slot {
	uint64_t high;
	uint32_t low;
	uint32_t value; // 0 in a free slot
};

struct identity_table {
	struct identity_slot *slots; // NULL in an empty table; zero-initialised is empty
	uint32_t capacity;           // a power of two, or 0
	uint32_t count;
};

/** The slot that has @hash, or the free one where it belongs; the table must have capacity. */
static inline struct identity_slot *identity_slot(const struct identity_table *table,
						  struct hash hash)
{
	uint32_t mask = table->capacity - 1;
	uint32_t index = (uint32_t)hash.high & mask;
	struct identity_slot *slot = &table->slots[index];

	while (slot->value && (slot->high != hash.high || slot->low != (uint32_t)hash.low)) {
		index = (index + 1) & mask;
		slot = &table->slots[index];
	}
	return slot;
}

/** The value of @hash; 0 when it has none. */
static inline uint32_t identity_find(const struct identity_table *table, struct hash hash)
{
	return table->capacity ? identity_slot(table, hash)->value : 0;
}

/** Have the slot for @hash loaded soon. */
static inline void identity_prefetch(const struct identity_table *table, struct hash hash)
{
	if (table->capacity)
		__builtin_prefetch(&table->slots[hash.high & (table->capacity - 1)]);
}

/** Give @hash, which has no value, @value, which is not 0. */
void identity_add(struct identity_table *table, struct arena *arena, struct hash hash,
		  uint32_t value);

/** Empty the table, of which nobody asks anything any more. */
void identity_release(struct identity_table *table, struct arena *arena);

#endif
