/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hash table from 32-bit hashes to 32-bit values, usually indices of the caller's.
 *
 * The hash only finds candidates: the caller compares each with what it looks for, and stops at the
 * equal one. Hashes should depend on a secret key (hash.h): probing is linear, and whoever can
 * choose hashes can make runs as long as the table.
 *
 *	struct table_probe probe = table_probe(&table, hash);
 *	uint32_t value;
 *
 *	while (table_next(&table, &probe, &value))
 *		if (equal(value, key))
 *			return value;
 *	table_add(&table, arena, hash, fresh);
 *
 * A table cannot be iterated, so hash order never reaches an output.
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

/**
 * Prefetch the slot where a probe for @hash begins. Always inline, or GCC takes it for a function
 * without effect and drops its calls.
 */
__attribute__((always_inline)) static inline void table_prefetch(const struct table *table,
								 uint32_t hash)
{
	if (table->capacity)
		__builtin_prefetch(&table->slots[table_probe(table, hash).slot]);
}

/** Some value that was added under @hash or one like it, to prefetch what it is about; or 0. */
static inline uint32_t table_peek(const struct table *table, uint32_t hash)
{
	uint32_t next_value;

	if (table->capacity == 0)
		return 0;
	next_value = table->slots[table_probe(table, hash).slot].next_value;
	return next_value ? next_value - 1 : 0;
}

/** Reserve room for @count values in an empty table. */
void table_reserve(struct table *table, struct arena *arena, size_t count);

/** Free the memory of @table and make it empty. */
void table_release(struct table *table, struct arena *arena);

/** Remove all values. A large table's memory goes back to @arena, from which it came. */
void table_clear(struct table *table, struct arena *arena);

/** Add @value, less than UINT32_MAX, under @hash. Earlier values under the same hash stay. */
void table_add(struct table *table, struct arena *arena, uint32_t hash, uint32_t value);

#endif
