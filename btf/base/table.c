/* SPDX-License-Identifier: BSD-2-Clause */
#include "table.h"

#include <assert.h>

#define CAPACITY_MIN  64
#define CAPACITY_KEPT 4096

static void table_place(struct table *table, struct table_slot slot)
{
	size_t index = slot.hash & (table->capacity - 1);

	while (table->slots[index].next_value)
		index = (index + 1) & (table->capacity - 1);
	table->slots[index] = slot;
}

// The load stays at or below one half: linear probing needs short runs, and a slot is small.
static void table_grow(struct table *table, struct arena *arena)
{
	struct table old = *table;

	table->capacity = old.capacity ? old.capacity * 2 : CAPACITY_MIN;
	table->slots = arena_new_array(arena, struct table_slot, table->capacity);
	for (size_t i = 0; i < old.capacity; i++) {
		if (old.slots[i].next_value)
			table_place(table, old.slots[i]);
	}
	arena_release(arena, old.slots, old.capacity * sizeof(*old.slots));
}

void table_clear(struct table *table)
{
	// What one large use left is not cleared again and again for small ones.
	if (table->capacity > CAPACITY_KEPT)
		*table = (struct table){ .slots = NULL };
	else if (table->count)
		memset(table->slots, 0, table->capacity * sizeof(*table->slots));
	table->count = 0;
}

void table_add(struct table *table, struct arena *arena, uint64_t hash, uint32_t value)
{
	if (table->count * 2 >= table->capacity)
		table_grow(table, arena);
	assert(value != UINT32_MAX);
	table_place(table, (struct table_slot){ table_probe(table, hash).hash, value + 1 });
	table->count++;
}
