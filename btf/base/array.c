/* SPDX-License-Identifier: BSD-2-Clause */
#include "array.h"

#include <stdlib.h>

#define SMALL_SIZE 32 // bytes

// Grow @items, @count elements with room for @before, to room for @capacity.
static void *enlarge(struct arena *arena, void *items, size_t size, size_t count, size_t before,
		     size_t capacity)
{
	size_t bytes;
	void *grown;

	// An array that is being filled is usually the last allocation of the arena.
	if (!__builtin_mul_overflow(capacity, size, &bytes) &&
	    arena_extend(arena, items, before * size, bytes))
		return items;
	grown = arena_alloc_array(arena, capacity, size);
	if (count)
		memcpy(grown, items, count * size);
	arena_release(arena, items, before * size);
	return grown;
}

void *array_grow(struct arena *arena, void *items, size_t size, size_t count, size_t *capacity)
{
	size_t before = *capacity;

	// Start small: there are arrays for each name of a link, and most stay small.
	*capacity = count ? count * 2 : size < SMALL_SIZE ? SMALL_SIZE / size : 1;
	return enlarge(arena, items, size, count, before, *capacity);
}

void *array_grow_by(struct arena *arena, void *items, size_t size, size_t count, size_t more,
		    size_t *capacity)
{
	size_t before = *capacity;

	if (__builtin_add_overflow(count, more, capacity))
		arena_give_up(arena);
	if (*capacity / 2 < count)
		*capacity = count * 2;
	return enlarge(arena, items, size, count, before, *capacity);
}

void *array_grow_to(struct arena *arena, void *items, size_t size, size_t wanted, size_t *count,
		    size_t *capacity)
{
	if (wanted > *capacity)
		items = array_grow_by(arena, items, size, *count, wanted - *count, capacity);
	// Elements from before the array was emptied may still be there.
	memset((char *)items + *count * size, 0, (*capacity - *count) * size);
	*count = *capacity;
	return items;
}

void sort_items(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	const char *item = items;

	for (size_t i = 1; i < count; i++, item += size) {
		if (compare(item, item + size) > 0) {
			qsort(items, count, size, compare);
			return;
		}
	}
}
