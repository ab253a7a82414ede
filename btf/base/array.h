/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Growable arrays in an arena.
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
 * @items with room for at least one more than @count, copied; sets *@capacity. What is new is not
 * zeroed: array_add() does that one by one.
 */
void *array_grow(struct arena *arena, void *items, size_t size, size_t count, size_t *capacity);

/**
 * Room for @more elements, of any content, behind those of *@array: where they are. They are its
 * own when its count says so.
 */
#define array_room(arena, array, more)                                                             \
	((array)->capacity - (array)->count >= (more)                                              \
		 ? (void)0                                                                         \
		 : (void)((array)->items =                                                         \
				  array_grow_by((arena), (array)->items, sizeof(*(array)->items),  \
						(array)->count, (more), &(array)->capacity)),      \
	 (array)->items + (array)->count)

/** Likewise, for array_room(). */
void *array_grow_by(struct arena *arena, void *items, size_t size, size_t count, size_t more,
		    size_t *capacity);

/**
 * Let *@array have @wanted elements at least: those that it had, and zeroed ones. There may be many
 * more of these, so that who asks for one more each time does not wait each time.
 */
#define array_extend(arena, array, wanted)                                                         \
	((wanted) <= (array)->count                                                                \
		 ? (void)0                                                                         \
		 : (void)((array)->items =                                                         \
				  array_grow_to((arena), (array)->items, sizeof(*(array)->items),  \
						(wanted), &(array)->count, &(array)->capacity)))

/** @items with @wanted elements or more, where *@count are fewer; for array_extend(). */
void *array_grow_to(struct arena *arena, void *items, size_t size, size_t wanted, size_t *count,
		    size_t *capacity);

/**
 * The address of element @index of *@array, which grows to have it. For tables by number, of names
 * above all, where most numbers have nothing to say: a zeroed element is one that was never set.
 */
#define array_at(arena, array, index)                                                              \
	(array_extend((arena), (array), (size_t)(index) + 1), &(array)->items[index])

/** The value of element @index of *@array; a zeroed one where the array ends before. */
#define array_get(array, index)                                                                    \
	((index) < (array)->count ? (array)->items[index] : (__typeof__(*(array)->items)){ 0 })

/** Let *@array, which has none yet, have @wanted zeroed elements in untouched memory. */
#define array_make(arena, array, wanted)                                                           \
	(array_reserve((arena), (array), (wanted)), (void)((array)->count = (array)->capacity))

/** Room for @wanted elements in *@array, which has none yet. */
#define array_reserve(arena, array, wanted)                                                        \
	((array)->items = arena_alloc_array((arena), (wanted), sizeof(*(array)->items)),           \
	 (void)((array)->capacity = (wanted)))

/** End the growth of *@array: room that it does not need is given back where that is possible. */
#define array_end(arena, array)                                                                    \
	(arena_shrink((arena), (array)->items, (array)->capacity * sizeof(*(array)->items),        \
		      (array)->count * sizeof(*(array)->items)),                                   \
	 (void)((array)->capacity = (array)->count))

/** Empty *@array, whose items nobody needs any more. */
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
