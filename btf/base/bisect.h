/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Binary search, with the condition written in place:
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
 * The number of elements in front, of @count. @is_in_front is an expression of @index, the name of
 * a variable with the index of an element; it must hold for all elements up to some place and for
 * none beyond. Otherwise the result is any number up to @count.
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
