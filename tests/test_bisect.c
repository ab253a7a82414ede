/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdint.h>

#include "base/bisect.h"

Test(bisect, counts_what_is_in_front)
{
	static const uint64_t numbers[] = { 0, 2, 2, 2, 5, UINT64_MAX, UINT64_MAX };
	static const struct {
		size_t count; // of the numbers
		uint64_t limit;
		size_t below, not_above;
	} cases[] = {
		{ 0, 0, 0, 0 },          { 1, 0, 0, 1 },          { 1, 1, 1, 1 },
		{ 2, 1, 1, 1 },          { 2, 2, 1, 2 },          { 7, 0, 0, 1 },
		{ 7, 2, 1, 4 },          { 7, 3, 4, 4 },          { 7, 5, 4, 5 },
		{ 7, 6, 5, 5 },          { 7, UINT64_MAX, 5, 7 }, { 5, UINT64_MAX, 5, 5 },
		{ 6, UINT64_MAX, 5, 6 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t below = bisect(cases[i].count, at, numbers[at] < cases[i].limit);
		size_t not_above = bisect(cases[i].count, at, numbers[at] <= cases[i].limit);

		cr_expect_eq(below, cases[i].below, "%zu: %zu", i, below);
		cr_expect_eq(not_above, cases[i].not_above, "%zu: %zu", i, not_above);
	}
}

// No element more often than a tree of that size is deep, and none beyond.
Test(bisect, looks_at_few)
{
	for (size_t count = 0; count < 300; count++) {
		for (size_t front = 0; front <= count; front++) {
			size_t looks = 0, most = 0, found;

			found = bisect(count, i, (looks++, most = i > most ? i : most, i < front));
			cr_assert(count == 0 || most < count, "%zu of %zu", most, count);
			cr_assert_eq(found, front, "%zu of %zu", found, count);
			cr_assert(looks == 0 || count >> (looks - 1), "%zu looks at %zu", looks,
				  count);
		}
	}
}

// Hostile inputs are in no order.
Test(bisect, stays_inside_without_order)
{
	for (uint32_t pattern = 0; pattern < 1u << 10; pattern++)
		cr_assert_leq(bisect(10, i, pattern >> i & 1), 10);
}
