/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Growable arrays in an arena. Any struct with `items`, `count` and `capacity` is one.
 *
 *	struct symbols {
 *		ARRAY_FIELDS(struct symbol *);
 *	};
 *
 *	struct symbols live = { 0 };
 *	*array_add(arena, &live) = symbol;
 *
 * An array that is passed to nobody needs no name: ARRAY(struct symbol *) live = { 0 };
 * Growth copies the items, so an array holds plain values or pointers to arena objects, and a
 * pointer into `items` is good until the next array_add(). The macros may evaluate an argument more
 * than once.
 */
#ifndef BPFLD_BASE_ARRAY_H
#define BPFLD_BASE_ARRAY_H

#include "arena.h"

// What makes a struct an array; it may have other fields beside them.
#define ARRAY_FIELDS(type)                                                                         \
	type *items;                                                                               \
	size_t count, capacity

// An array of no name.
#define ARRAY(type)                                                                                \
	struct {                                                                                   \
		ARRAY_FIELDS(type);                                                                \
	}

/** The address of a new zeroed element at the end of *@array. */
#define array_add(arena, array)                                                                    \
	((array)->count < (array)->capacity                                                        \
		 ? (void)0                                                                         \
		 : (void)((array)->items =                                                         \
				  array_grow((arena), (array)->items, sizeof(*(array)->items),     \
					     (array)->count, &(array)->capacity)),                 \
	 (void)memset(&(array)->items[(array)->count], 0, sizeof(*(array)->items)),                \
	 &(array)->items[(array)->count++])

/**
 * Grow @items, of @count elements of @size bytes, by at least one; return the new address and set
 * *@capacity. New elements are not zeroed: array_add() zeroes one at a time.
 */
void *array_grow(struct arena *arena, void *items, size_t size, size_t count, size_t *capacity);

/**
 * Reserve space for @more uninitialised elements after the last one and return its address. They
 * become part of the array once you add to `count`.
 */
#define array_room(arena, array, more)                                                             \
	((array)->capacity - (array)->count >= (more)                                              \
		 ? (void)0                                                                         \
		 : (void)((array)->items =                                                         \
				  array_grow_by((arena), (array)->items, sizeof(*(array)->items),  \
						(array)->count, (more), &(array)->capacity)),      \
	 (array)->items + (array)->count)

/** The same by at least @more elements, for array_room(). */
void *array_grow_by(struct arena *arena, void *items, size_t size, size_t count, size_t more,
		    size_t *capacity);

/**
 * Give *@array at least @wanted elements, the new ones zeroed. There may be many more than @wanted,
 * so that asking for one more each time is cheap.
 */
#define array_extend(arena, array, wanted)                                                         \
	((wanted) <= (array)->count                                                                \
		 ? (void)0                                                                         \
		 : (void)((array)->items =                                                         \
				  array_grow_to((arena), (array)->items, sizeof(*(array)->items),  \
						(wanted), &(array)->count, &(array)->capacity)))

/** The same to at least @wanted elements, more than *@count, for array_extend(). */
void *array_grow_to(struct arena *arena, void *items, size_t size, size_t wanted, size_t *count,
		    size_t *capacity);

/**
 * The address of element @index of *@array, which grows to have it. For tables indexed by number
 * (of a name, above all) that are mostly empty: a zeroed element was never set.
 */
#define array_at(arena, array, index)                                                              \
	(array_extend((arena), (array), (size_t)(index) + 1), &(array)->items[index])

/** The value of element @index of *@array; zeroed when the array is shorter. */
#define array_get(array, index)                                                                    \
	((index) < (array)->count ? (array)->items[index] : (__typeof__(*(array)->items)){ 0 })

/** Give the empty *@array @wanted zeroed elements, in memory that is not touched yet. */
#define array_make(arena, array, wanted)                                                           \
	(array_reserve((arena), (array), (wanted)), (void)((array)->count = (array)->capacity))

/** Reserve space for @wanted elements in the empty *@array. */
#define array_reserve(arena, array, wanted)                                                        \
	((array)->items = arena_alloc_array((arena), (wanted), sizeof(*(array)->items)),           \
	 (void)((array)->capacity = (wanted)))

/** End the growth of *@array: unused space is given back if possible. */
#define array_end(arena, array)                                                                    \
	(arena_shrink((arena), (array)->items, (array)->capacity * sizeof(*(array)->items),        \
		      (array)->count * sizeof(*(array)->items)),                                   \
	 (void)((array)->capacity = (array)->count))

/** Free the elements of *@array and make it empty. */
#define array_release(arena, array)                                                                \
	(arena_release((arena), (array)->items, (array)->capacity * sizeof(*(array)->items)),      \
	 (void)((array)->items = NULL, (array)->count = (array)->capacity = 0))

/** Put the elements of *@array in order, as sort_items() does. */
#define array_sort(array, compare)                                                                 \
	sort_items((array)->items, (array)->count, sizeof(*(array)->items), (compare))

/**
 * As qsort(), but what is in order already, as nearly all is that compilers wrote, takes one
 * comparison an item. @items may be NULL when there are none.
 */
void sort_items(void *items, size_t count, size_t size, int (*compare)(const void *, const void *));

#define array_each(element, array)                                                                 \
	for (__typeof__(*(array)->items) *element = (array)->items;                                \
	     element < (array)->items + (array)->count; element++)

#endif
