/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A buffer that is reused for each unit, and grows when a unit needs more. Zero-initialised is
 * empty. Its memory belongs to the arena that it was grown in.
 */
#ifndef BPFLD_BTF_SCRATCH_H
#define BPFLD_BTF_SCRATCH_H

#include "arena.h"

struct scratch {
	void *data;
	size_t capacity; // bytes
};

/**
 * Room for @count elements of @size bytes, uninitialised; good until the next call with @scratch.
 */
static inline void *scratch_room(struct scratch *scratch, struct arena *arena, size_t count,
				 size_t size)
{
	if (count > scratch->capacity / size) {
		size_t wanted = scratch->capacity / size * 2;

		if (wanted < count)
			wanted = count;
		arena_release(arena, scratch->data, scratch->capacity);
		scratch->data = arena_alloc_array(arena, wanted, size);
		scratch->capacity = wanted * size;
	}
	return scratch->data;
}

#endif
