/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists by number, side by side in one array: list n is items[first[n]] to items[first[n + 1] - 1].
 *
 * Who has the items of list 0 first, then those of list 1, writes them down. Everybody else goes
 * through what there is twice, the first time to count:
 *
 *	struct lists lists = lists_create(arena, count);
 *
 *	visit(&lists); // which does lists_put(&lists, number, item) for each item
 *	lists_make_room(&lists, arena);
 *	visit(&lists); // once more, the same
 *
 * What was put last into a list is its first item then.
 */
#ifndef BPFLD_BASE_LISTS_H
#define BPFLD_BASE_LISTS_H

#include "arena.h"

struct lists {
	uint32_t count;
	uint32_t *first; // by number: index into items; one more at the end
	uint32_t *items; // NULL while they are counted; then `first` has how many they are
};

/** @count empty lists, whose items may be counted. */
static inline struct lists lists_create(struct arena *arena, uint32_t count)
{
	return (struct lists){
		.count = count,
		.first = arena_new_array(arena, uint32_t, (size_t)count + 1),
	};
}

/** Count @item, or put it in front of those that list @number has. */
static inline void lists_put(struct lists *lists, uint32_t number, uint32_t item)
{
	if (lists->items)
		lists->items[--lists->first[number]] = item;
	else
		lists->first[number]++;
}

/**
 * In place of how many items each of @count lists has, put into @first where it ends. There is one
 * element more, for the end of the last. @return how many items there are
 */
static inline uint32_t lists_find_ends(uint32_t *first, uint32_t count)
{
	for (uint32_t n = 1; n <= count; n++)
		first[n] += first[n - 1];
	return first[count];
}

/** All items were counted and will be put now, in any order. */
static inline void lists_make_room(struct lists *lists, struct arena *arena)
{
	uint32_t total = lists_find_ends(lists->first, lists->count);

	lists->items = arena_new_array(arena, uint32_t, total);
}

/** The items of list @number, which are lists_size(). */
static inline uint32_t *lists_items(const struct lists *lists, uint32_t number)
{
	return lists->items + lists->first[number];
}

static inline uint32_t lists_size(const struct lists *lists, uint32_t number)
{
	return lists->first[number + 1] - lists->first[number];
}

#define lists_each(item, lists, number)                                                            \
	for (uint32_t *item = lists_items((lists), (number));                                      \
	     item < lists_items((lists), (number) + 1); item++)

#endif
