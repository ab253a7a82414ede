/* SPDX-License-Identifier: BSD-2-Clause */
#include "array.h"

void *array_grow(struct arena *arena, const void *items, size_t size, size_t count,
		 size_t *capacity)
{
	size_t before = *capacity, bytes;
	void *grown;

	*capacity = count < 4 ? 8 : count * 2;
	// While one array is filled it is the last thing in the arena, as a rule.
	if (!__builtin_mul_overflow(*capacity, size, &bytes) &&
	    arena_extend(arena, items, before * size, bytes))
		return (void *)items;
	grown = arena_alloc_array(arena, *capacity, size);
	if (count)
		memcpy(grown, items, count * size);
	return grown;
}
