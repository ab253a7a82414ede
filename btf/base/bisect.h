/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Binary search, with the condition in the place where it is asked:
 *
 *	// The first of that name or a later one.
 *	size_t first = bisect(count, i, names[i] < name);
 *
 *	// The last that starts at @offset or before; none when `after` is 0.
 *	size_t after = bisect(count, i, atoms[i]->place <= offset);
 *	struct atom *atom = atoms[after - 1];
 */
#ifndef BPFLD_BASE_BISECT_H
#define BPFLD_BASE_BISECT_H

#include <stddef.h>

/**
 * How many of @count elements are in front, where @is_in_front is a condition in terms of @index, a
 * name for the index of an element, and holds for all elements up to some place and for none
 * beyond. Where they are not in such an order, any number up to @count.
 */
#define bisect(count, index, is_in_front)                                                          \
	({                                                                                         \
		size_t bisect_low = 0, bisect_high = (count);                                      \
                                                                                                   \
		while (bisect_low < bisect_high) {                                                 \
			size_t index = bisect_low + (bisect_high - bisect_low) / 2;                \
                                                                                                   \
			if (is_in_front)                                                           \
				bisect_low = index + 1;                                            \
			else                                                                       \
				bisect_high = index;                                               \
		}                                                                                  \
		bisect_low;                                                                        \
	})

#endif
