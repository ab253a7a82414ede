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

void table_reserve(struct table *table, struct arena *arena, size_t count)
{
	assert(table->capacity == 0);
	for (table->capacity = CAPACITY_MIN; table->capacity < count * 2;)
		table->capacity *= 2;
	table->slots = arena_new_array(arena, struct table_slot, table->capacity);
}

void table_release(struct table *table, struct arena *arena)
{
	arena_release(arena, table->slots, table->capacity * sizeof(*table->slots));
	*table = (struct table){ .slots = NULL };
}

// The load stays at or below one half: linear probing needs short runs, and a slot is small.
static void table_grow(struct table *table, struct arena *arena)
{
	struct table old = *table;

	// 32-bit hashes cannot address more. Most machines run out of memory before.
	if (old.capacity > UINT32_MAX / 2)
		arena_give_up(arena);
	table->capacity = old.capacity ? old.capacity * 2 : CAPACITY_MIN;
	table->slots = arena_new_array(arena, struct table_slot, table->capacity);
	for (size_t i = 0; i < old.capacity; i++) {
		if (old.slots[i].next_value)
			table_place(table, old.slots[i]);
	}
	arena_release(arena, old.slots, old.capacity * sizeof(*old.slots));
}

void table_clear(struct table *table, struct arena *arena)
{
	// After one large use the table is freed, not cleared again and again for small uses.
	if (table->capacity > CAPACITY_KEPT)
		table_release(table, arena);
	else if (table->count)
		memset(table->slots, 0, table->capacity * sizeof(*table->slots));
	table->count = 0;
}

void table_add(struct table *table, struct arena *arena, uint32_t hash, uint32_t value)
{
	if (table->count * 2 >= table->capacity)
		table_grow(table, arena);
	assert(value != UINT32_MAX);
	table_place(table, (struct table_slot){ table_probe(table, hash).hash, value + 1 });
	table->count++;
}
