/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hash table from 32-bit hashes to 32-bit values, of which the caller keeps the meaning.
 *
 * The hash only finds candidates: the caller compares each with its key and stops at the one that
 * is equal. It should have a key (hash.h): probing is linear, and who can choose hashes can make
 *runs as long as the table.
 *
 *	struct table_probe probe = table_probe(&table, hash);
 *	uint32_t value;
 *
 *	while (table_next(&table, &probe, &value))
 *		if (equal(value, key))
 *			return value;
 *	table_add(&table, arena, hash, fresh);
 *
 * Nothing iterates over a table, so that hash order never reaches an output.
 */
#ifndef BPFLD_BASE_TABLE_H
#define BPFLD_BASE_TABLE_H

#include "arena.h"

// Eight of them are a cache line.
struct table_slot {
	uint32_t hash;
	uint32_t next_value; // the value plus 1; 0 in a free slot
};

struct table {
	struct table_slot *slots; // NULL in an empty table; zero-initialised is empty
	size_t capacity;          // a power of two, or 0
	size_t count;
};

struct table_probe {
	uint32_t hash;
	size_t slot;
};

static inline struct table_probe table_probe(const struct table *table, uint32_t hash)
{
	return (struct table_probe){ hash, table->capacity ? hash & (table->capacity - 1) : 0 };
}

/** Set *@value to the next value that was added under the probe's hash; false when none is left. */
static inline bool table_next(const struct table *table, struct table_probe *probe, uint32_t *value)
{
	if (table->capacity == 0)
		return false;
	for (;;) {
		const struct table_slot *slot = &table->slots[probe->slot];

		if (!slot->next_value)
			return false;
		probe->slot = (probe->slot + 1) & (table->capacity - 1);
		if (slot->hash == probe->hash) {
			*value = slot->next_value - 1;
			return true;
		}
	}
}

/** Have the slot where a probe for @hash begins loaded soon. */
static inline void table_prefetch(const struct table *table, uint32_t hash)
{
	if (table->capacity)
		__builtin_prefetch(&table->slots[table_probe(table, hash).slot]);
}

/** Make room for @count values, so that the table need not grow before, in one that is empty. */
void table_reserve(struct table *table, struct arena *arena, size_t count);

/** Give back the memory of @table, of which nobody asks anything any more. */
void table_release(struct table *table, struct arena *arena);

/** Forget all values; memory for many of them goes back to @arena, which it came from. */
void table_clear(struct table *table, struct arena *arena);

/** Add @value, less than UINT32_MAX, under @hash; values added earlier under the same hash stay. */
void table_add(struct table *table, struct arena *arena, uint32_t hash, uint32_t value);

#endif
