/* SPDX-License-Identifier: BSD-2-Clause */
#include "array.h"

#define SMALL_SIZE 32 // bytes

void *array_grow(struct arena *arena, void *items, size_t size, size_t count, size_t *capacity)
{
	size_t before = *capacity, bytes;
	void *grown;

	// Most arrays stay small: there is one for each name of a link.
	*capacity = count ? count * 2 : size < SMALL_SIZE ? SMALL_SIZE / size : 1;
	// While one array is filled it is the last thing in the arena, as a rule.
	if (!__builtin_mul_overflow(*capacity, size, &bytes) &&
	    arena_extend(arena, items, before * size, bytes))
		return items;
	grown = arena_alloc_array(arena, *capacity, size);
	if (count)
		memcpy(grown, items, count * size);
	arena_release(arena, items, before * size);
	return grown;
}
