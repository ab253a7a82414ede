/* SPDX-License-Identifier: BSD-2-Clause */
#include "array.h"

void *array_grow(struct arena *arena, const void *items, size_t size, size_t count,
		 size_t *capacity)
{
	void *grown;

	*capacity = count < 4 ? 8 : count * 2;
	grown = arena_alloc_raw(arena, *capacity, size);
	if (count)
		memcpy(grown, items, count * size);
	return grown;
}
