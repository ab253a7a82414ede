/* SPDX-License-Identifier: BSD-2-Clause */
#include "identity.h"

#include <assert.h>

// What two ordinary objects fill: to grow from less was 4 % of the time of their link.
#define CAPACITY_MIN 1024

static void grow(struct identity_table *table, struct arena *arena)
{
	struct identity_table old = *table;

	// The next capacity would not be a number of 32 bits. Most machines lack memory before.
	if (old.capacity > UINT32_MAX / 2)
		arena_give_up(arena);
	table->capacity = old.capacity ? old.capacity * 2 : CAPACITY_MIN;
	table->slots = arena_new_array(arena, struct identity_slot, table->capacity);
	for (uint32_t i = 0; i < old.capacity; i++) {
		const struct identity_slot *slot = &old.slots[i];

		if (slot->value)
			*identity_slot(table, (struct hash){ slot->low, slot->high }) = *slot;
	}
	arena_release(arena, old.slots, old.capacity * sizeof(*old.slots));
}

void identity_release(struct identity_table *table, struct arena *arena)
{
	arena_release(arena, table->slots, table->capacity * sizeof(*table->slots));
	*table = (struct identity_table){ 0 };
}

void identity_add(struct identity_table *table, struct arena *arena, struct hash hash,
		  uint32_t value)
{
	// A cache line has four slots: runs may be longer than in a table of one a line, and memory
	// is time.
	if (table->count >= table->capacity / 4 * 3)
		grow(table, arena);
	assert(value && !identity_find(table, hash));
	*identity_slot(table, hash) =
		(struct identity_slot){ hash.high, (uint32_t)hash.low, value };
	table->count++;
}
