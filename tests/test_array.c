/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/array.h"

Test(array, adds_zeroed_elements)
{
	ARRAY(uint32_t) array = { 0 };
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (uint32_t i = 0; i < 1000; i++) {
		cr_assert_eq(*array_add(&arena, &array), 0, "%u", i);
		array.items[i] = i + 1;
	}
	cr_expect_eq(array.count, 1000);
	// What was there before is not seen again.
	array.count = 0;
	cr_expect_eq(*array_add(&arena, &array), 0);
	arena_deinit(&arena);
}

// Elements in an order that makes the array grow by little, by much, and not at all.
Test(array, is_a_table_by_number)
{
	static const uint32_t numbers[] = { 3, 0, 4, 1000, 999, 1001, 1002, 100000 };
	ARRAY(uint32_t) array = { 0 };
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		uint32_t number = numbers[i];

		cr_expect_eq(array_get(&array, number), 0, "%u", number);
		*array_at(&arena, &array, number) = number + 1;
		cr_expect_gt(array.count, number);
		cr_expect_geq(array.capacity, array.count);
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		cr_expect_eq(array_get(&array, numbers[i]), numbers[i] + 1, "%u", numbers[i]);
	for (uint32_t number = 5; number < 999; number++)
		cr_assert_eq(array_get(&array, number), 0, "%u", number);
	cr_expect_eq(array_get(&array, array.count - 1), array.count == 100001 ? 100001 : 0);
	cr_expect_eq(array_get(&array, array.count), 0);
	cr_expect_eq(array_get(&array, UINT32_MAX), 0);
	arena_deinit(&arena);
}

Test(array, a_table_may_hold_anything)
{
	struct pair {
		const char *name;
		int number;
	};
	ARRAY(struct pair) pairs = { 0 };
	ARRAY(const char *) names = { 0 };
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	array_at(&arena, &pairs, 7)->name = "seven";
	*array_at(&arena, &names, 2) = "two";
	cr_expect_str_eq(array_get(&pairs, 7).name, "seven");
	cr_expect_null(array_get(&pairs, 8).name);
	cr_expect_str_eq(array_get(&names, 2), "two");
	cr_expect_null(array_get(&names, 1));
	cr_expect_null(array_get(&names, 3));
	arena_deinit(&arena);
}

Test(array, extends_by_zeroed_elements)
{
	ARRAY(uint16_t) array = { 0 };
	size_t count;
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	array_extend(&arena, &array, array.count);
	cr_expect_eq(array.count, 0);
	array_extend(&arena, &array, 10);
	cr_assert_geq(array.count, 10);
	memset(array.items, 0xff, array.count * sizeof(*array.items));
	count = array.count;
	array_extend(&arena, &array, count);
	cr_expect_eq(array.count, count);
	// What was there before is not seen again.
	array.count = 3;
	array_extend(&arena, &array, 8);
	cr_assert_geq(array.count, 8);
	for (size_t i = 0; i < array.count; i++)
		cr_expect_eq(array.items[i], i < 3 ? 0xffff : 0, "%zu", i);
	arena_deinit(&arena);
}

Test(array, makes_zeroed_elements)
{
	ARRAY(uint64_t) array = { 0 };
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	// Memory that was used before is.
	for (int i = 0; i < 2; i++) {
		array_make(&arena, &array, 100);
		cr_expect_eq(array.count, 100);
		for (size_t j = 0; j < array.count; j++)
			cr_assert_eq(array.items[j], 0, "%zu", j);
		memset(array.items, 0xff, array.count * sizeof(*array.items));
		array_release(&arena, &array);
	}
	arena_deinit(&arena);
}

static size_t comparisons;

static int compare_numbers(const void *a, const void *b)
{
	const int *x = a, *y = b;

	comparisons++;
	return *x < *y ? -1 : *x > *y;
}

Test(array, sorts)
{
	static const struct {
		size_t count;
		int numbers[8];
		bool in_order;
	} cases[] = {
		{ 0, { 0 }, true },
		{ 1, { 7 }, true },
		{ 2, { 1, 2 }, true },
		{ 2, { 2, 1 }, false },
		{ 8, { 0, 1, 1, 1, 2, 3, 3, 3 }, true },
		{ 8, { 0, 1, 1, 1, 2, 3, 3, 2 }, false },
		{ 8, { 1, 0, 1, 1, 2, 3, 3, 3 }, false },
		{ 8, { 8, 7, 6, 5, 4, 3, 2, 1 }, false },
	};
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ARRAY(int) array = { 0 };

		for (size_t j = 0; j < cases[i].count; j++)
			*array_add(&arena, &array) = cases[i].numbers[j];
		comparisons = 0;
		array_sort(&array, compare_numbers);
		if (cases[i].in_order)
			cr_expect_leq(comparisons, array.count, "%zu: %zu", i, comparisons);
		cr_expect_eq(array.count, cases[i].count, "%zu", i);
		for (size_t j = 1; j < array.count; j++)
			cr_expect_leq(array.items[j - 1], array.items[j], "%zu: %zu", i, j);
		for (size_t j = 0; cases[i].in_order && j < array.count; j++)
			cr_expect_eq(array.items[j], cases[i].numbers[j], "%zu: %zu", i, j);
	}
	arena_deinit(&arena);
}
