/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <stdalign.h>

#include "base/array.h"

Test(arena, memory_is_zeroed_aligned_and_apart)
{
	static const size_t sizes[] = { 0, 0, 1, 15, 16, 17, 1000, 65536, 100000, 5 << 20, 1 };
	char *last = NULL;
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		char *memory = arena_alloc(&arena, sizes[i]);

		cr_expect_neq(memory, last, "%zu bytes", sizes[i]);
		cr_expect_eq((uintptr_t)memory % alignof(max_align_t), 0, "%zu bytes", sizes[i]);
		for (size_t n = 0; n < sizes[i]; n++)
			cr_assert_eq(memory[n], 0, "byte %zu of %zu", n, sizes[i]);
		memset(memory, 0xff, sizes[i]);
		last = memory;
	}
	arena_deinit(&arena);
	cr_expect_eq(arena.used, 0);
}

Test(arena, copies_and_formats)
{
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	cr_expect_str_eq(arena_strndup(&arena, "abcdef", 3), "abc");
	cr_expect_str_eq(arena_strndup(&arena, NULL, 0), "");
	cr_expect_str_eq(arena_format(&arena, "%s has %d", "x", 5), "x has 5");
	arena_deinit(&arena);
}

struct job {
	struct arena *arena;
	size_t count;
	size_t size;
	size_t done;
	bool result;
};

static bool allocate(void *argument)
{
	struct job *job = argument;

	for (; job->done < job->count; job->done++)
		arena_alloc(job->arena, job->size);
	return job->result;
}

static bool allocate_huge(void *argument)
{
	struct job *job = argument;

	arena_alloc_array(job->arena, job->count, job->size);
	return true;
}

Test(arena, protect_passes_the_result_on)
{
	struct arena arena;
	bool exhausted = true;

	arena_init(&arena, SIZE_MAX);
	cr_expect(arena_protect(&arena, allocate,
				&(struct job){ .arena = &arena, .count = 1, .result = true },
				&exhausted));
	cr_expect_not(exhausted);
	cr_expect_not(
		arena_protect(&arena, allocate, &(struct job){ .arena = &arena }, &exhausted));
	cr_expect_not(exhausted);
	arena_deinit(&arena);
}

Test(arena, running_out_ends_the_protected_call)
{
	static const struct {
		const char *name;
		size_t limit;
		bool (*function)(void *argument);
		size_t count;
		size_t size;
	} cases[] = {
		{ "limit", 1 << 20, allocate, 100000, 100 },
		{ "no memory at all", 0, allocate, 1, 1 },
		{ "larger than the limit", 1 << 20, allocate, 1, 2 << 20 },
		{ "larger than any memory", SIZE_MAX, allocate, 1, SIZE_MAX },
		{ "rounding overflows", SIZE_MAX, allocate, 1, SIZE_MAX - 8 },
		{ "product overflows", SIZE_MAX, allocate_huge, SIZE_MAX / 2, 3 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct arena arena;
		struct job job = { &arena, cases[i].count, cases[i].size, 0, true };
		bool exhausted = false;

		arena_init(&arena, cases[i].limit);
		cr_expect_not(arena_protect(&arena, cases[i].function, &job, &exhausted), "%s",
			      cases[i].name);
		cr_expect(exhausted, "%s", cases[i].name);
		cr_expect_lt(job.done, cases[i].count, "%s", cases[i].name);
		cr_expect_leq(arena.used, cases[i].limit, "%s", cases[i].name);
		cr_expect_null(arena.exhausted, "%s", cases[i].name);
		arena_deinit(&arena);
	}
}

static bool protect_again(void *argument)
{
	struct job *job = argument;
	bool exhausted;

	arena_protect(job->arena, allocate, job, &exhausted);
	job->result = exhausted;
	return true;
}

Test(arena, protected_calls_nest)
{
	struct arena arena;
	struct job job = { &arena, 100, 100000, 0, true };
	bool exhausted;

	arena_init(&arena, 1 << 20);
	cr_expect(arena_protect(&arena, protect_again, &job, &exhausted));
	cr_expect_not(exhausted);
	cr_expect(job.result, "the inner call ran out");
	arena_deinit(&arena);
}

Test(arena, arrays_keep_what_they_hold)
{
	ARRAY(uint32_t) numbers = { 0 };
	struct arena arena;
	uint32_t next = 0;

	arena_init(&arena, SIZE_MAX);
	for (uint32_t i = 0; i < 10000; i++) {
		uint32_t *number = array_add(&arena, &numbers);

		cr_assert_eq(*number, 0);
		*number = i;
	}
	array_each(number, &numbers)
		cr_assert_eq(*number, next++);
	cr_expect_eq(next, 10000);
	arena_deinit(&arena);
}

Test(arena, extends_only_the_last_allocation)
{
	static const struct {
		const char *name;
		bool last;
		size_t size, extended;
		bool possible;
	} cases[] = {
		{ "last", true, 100, 200, true },
		{ "not last", false, 100, 200, false },
		{ "within its alignment", true, 17, 32, true },
		{ "of no size", true, 0, 1000, true },
		{ "more than the chunk", true, 100, 1 << 20, false },
		{ "more than any memory", true, 100, SIZE_MAX, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct arena arena;
		char *memory, *next;

		arena_init(&arena, SIZE_MAX);
		memory = arena_alloc(&arena, cases[i].size);
		if (!cases[i].last)
			arena_alloc(&arena, 1);
		cr_expect_eq(arena_extend(&arena, memory, cases[i].size, cases[i].extended),
			     cases[i].possible, "%s", cases[i].name);
		next = arena_alloc(&arena, 1);
		cr_expect(!cases[i].possible || next >= memory + cases[i].extended, "%s",
			  cases[i].name);
		arena_deinit(&arena);
	}
}

Test(arena, what_is_given_back_is_used_again)
{
	static const struct {
		const char *name;
		bool last;
		size_t size, kept;
	} cases[] = {
		{ "last", true, 100, 50 },
		{ "not last", false, 100, 50 },
		{ "all", true, 100, 0 },
		{ "nothing", true, 100, 100 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct arena arena;
		char *memory, *next;

		arena_init(&arena, SIZE_MAX);
		memory = memset(arena_alloc(&arena, cases[i].size), 'x', cases[i].size);
		if (!cases[i].last)
			arena_alloc(&arena, 1);
		arena_shrink(&arena, memory, cases[i].size, cases[i].kept);
		next = arena_alloc(&arena, 100);
		cr_expect_eq(next < memory + cases[i].size,
			     cases[i].last && cases[i].kept < cases[i].size, "%s", cases[i].name);
		cr_expect(next >= memory + cases[i].kept, "%s", cases[i].name);
		for (size_t j = 0; j < cases[i].kept; j++)
			cr_expect_eq(memory[j], 'x', "%s", cases[i].name);
		for (size_t j = 0; j < 100; j++)
			cr_expect_eq(next[j], 0, "%s", cases[i].name);
		arena_deinit(&arena);
	}
}

Test(arena, arrays_grow_where_they_are)
{
	ARRAY(uint32_t) numbers = { 0 };
	struct arena arena;
	const uint32_t *start;

	arena_init(&arena, SIZE_MAX);
	array_add(&arena, &numbers);
	start = numbers.items;
	while (numbers.count < 1000)
		array_add(&arena, &numbers);
	cr_expect_eq(numbers.items, start);
	// Until something else stands behind.
	arena_alloc(&arena, 1);
	while (numbers.count < 3000)
		array_add(&arena, &numbers);
	cr_expect_neq(numbers.items, start);
	arena_deinit(&arena);
}

Test(arena, large_memory_is_given_back_and_small_memory_stays)
{
	static const struct {
		const char *name;
		size_t size;
		bool is_given_back;
	} cases[] = {
		{ "small", 1000, false },
		{ "large", 5 << 20, true },
		{ "large, not in whole pages", (3 << 20) + 1, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct arena arena;
		char *before, *after;
		void *memory;
		size_t used;

		arena_init(&arena, SIZE_MAX);
		before = arena_strndup(&arena, "before", 6);
		memory = arena_alloc(&arena, cases[i].size);
		after = arena_strndup(&arena, "after", 5);
		used = arena.used;
		arena_release(&arena, memory, cases[i].size);
		cr_expect_eq(arena.used < used, cases[i].is_given_back, "%s: %zu of %zu",
			     cases[i].name, arena.used, used);
		cr_expect_str_eq(before, "before", "%s", cases[i].name);
		cr_expect_str_eq(after, "after", "%s", cases[i].name);
		arena_deinit(&arena);
	}
}

// Fill what was had and give it back, then look where the next allocation is.
Test(arena, what_nobody_uses_is_had_again)
{
	static const struct {
		const char *name;
		size_t size, kept; // given back but for that
		size_t wanted;
		bool is_had;
	} cases[] = {
		{ "all of it", 4096, 0, 4096, true },
		{ "a part", 4096, 0, 200, true },
		{ "the end", 4096, 1000, 2000, true },
		{ "the end of what has pages of its own", 5 << 20, 1 << 20, 3 << 20, true },
		{ "the end of what is large, for what is small", 5 << 20, 1 << 20, 1000, true },
		{ "too small", 4096, 0, 4097, false },
		{ "too small an end", 4096, 1000, 4000, false },
		{ "nothing", 4096, 4096, 200, false },
		{ "not worth it", 64, 0, 64, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *before, *memory, *next;
		struct arena arena;

		arena_init(&arena, SIZE_MAX);
		before = memset(arena_alloc(&arena, 256), 'x', 256);
		memory = memset(arena_alloc(&arena, cases[i].size), 'x', cases[i].size);
		arena_alloc(&arena, 1);
		if (cases[i].kept)
			arena_shrink(&arena, memory, cases[i].size, cases[i].kept);
		else
			arena_release(&arena, memory, cases[i].size);
		next = arena_alloc(&arena, cases[i].wanted);
		cr_expect_eq(next >= memory + cases[i].kept && next < memory + cases[i].size,
			     cases[i].is_had, "%s", cases[i].name);
		for (size_t j = 0; j < cases[i].wanted; j++)
			cr_assert_eq(next[j], 0, "%s: byte %zu", cases[i].name, j);
		memset(next, 'y', cases[i].wanted);
		for (size_t j = 0; j < cases[i].kept; j++)
			cr_assert_eq(memory[j], 'x', "%s: byte %zu", cases[i].name, j);
		for (size_t j = 0; j < 256; j++)
			cr_assert_eq(before[j], 'x', "%s: byte %zu", cases[i].name, j);
		arena_deinit(&arena);
	}
}

Test(arena, what_is_left_of_a_chunk_is_had)
{
	struct arena arena;
	char *first, *second;

	arena_init(&arena, SIZE_MAX);
	first = arena_alloc(&arena, 100000);
	second = arena_alloc(&arena, 200000);
	cr_expect(second < first || second >= first + 256 * 1024);
	cr_expect_lt((size_t)((char *)arena_alloc(&arena, 100000) - first), 256 * 1024);
	arena_deinit(&arena);
}

// Each pattern of taking and giving back leaves all that is taken apart from each other.
Test(arena, nothing_is_had_twice)
{
	struct {
		unsigned char *memory;
		size_t size;
	} held[64] = { 0 };
	uint32_t random = 1;
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (unsigned i = 0; i < 20000; i++) {
		unsigned slot = i % 64;
		size_t size;

		for (size_t j = 0; j < held[slot].size; j += 15)
			cr_assert_eq(held[slot].memory[j], slot, "%u: byte %zu", i, j);
		random = random * 1664525 + 1013904223;
		if (random >> 31)
			arena_release(&arena, held[slot].memory, held[slot].size);
		else
			arena_shrink(&arena, held[slot].memory, held[slot].size,
				     held[slot].size / 3);
		size = (random >> 8) % 7 ? (random >> 12) % 3000 : (random >> 12) % 300000;
		held[slot].memory = arena_alloc(&arena, size);
		held[slot].size = size;
		memset(held[slot].memory, (int)slot, size);
	}
	arena_deinit(&arena);
}

Test(arena, what_others_have_a_part_of_stays)
{
	struct arena arena;
	char *large, *part;

	arena_init(&arena, SIZE_MAX);
	arena_alloc(&arena, 1);
	large = arena_alloc(&arena, 5 << 20);
	arena_shrink(&arena, large, 5 << 20, 2 << 20);
	part = memset(arena_alloc(&arena, 1 << 20), 'x', 1 << 20);
	cr_expect_eq(part, large + (2 << 20));
	arena_release(&arena, large, 2 << 20);
	for (size_t i = 0; i < 1 << 20; i++)
		cr_assert_eq(part[i], 'x', "byte %zu", i);
	arena_deinit(&arena);
}

Test(arena, released_arrays_begin_anew)
{
	ARRAY(uint32_t) numbers = { 0 };
	struct arena arena;
	char *start;

	arena_init(&arena, SIZE_MAX);
	array_reserve(&arena, &numbers, 1024);
	start = (char *)numbers.items;
	*array_add(&arena, &numbers) = 1;
	arena_alloc(&arena, 1);
	array_release(&arena, &numbers);
	cr_expect_eq(numbers.count, 0);
	cr_expect_eq(arena_alloc(&arena, 1024 * sizeof(uint32_t)), start);
	*array_add(&arena, &numbers) = 2;
	cr_expect_eq(*numbers.items, 2);
	arena_deinit(&arena);
}

Test(arena, nested_and_shared_ones_have_one_limit)
{
	enum { LIMIT = 16 << 20, SIZE = 5 << 20 };
	struct arena arena, shared, *nested;
	void *memory;

	arena_init(&arena, LIMIT);
	arena_init(&shared, SIZE_MAX);
	arena_share_account(&shared, &arena);
	nested = arena_nest(&arena);
	arena_alloc(&arena, SIZE);
	memory = arena_alloc(nested, SIZE);
	cr_expect(arena_has_room(&arena, SIZE) && arena_has_room(&shared, SIZE) &&
		  arena_has_room(nested, SIZE));
	arena_alloc(&shared, SIZE);
	cr_expect_not(arena_has_room(&arena, SIZE) || arena_has_room(&shared, SIZE) ||
		      arena_has_room(nested, SIZE));
	cr_expect_geq(arena.used, 3 * SIZE);
	cr_expect_leq(arena.used, LIMIT);
	memset(memory, 1, SIZE);
	arena_deinit(nested);
	cr_expect(arena_has_room(&arena, SIZE));
	arena_stand_alone(&shared);
	cr_expect_lt(arena.used, 2 * SIZE);
	cr_expect_geq(shared.used, SIZE);
	arena_deinit(&arena);
	cr_expect_eq(arena.used, 0);
	arena_deinit(&shared);
	cr_expect_eq(shared.used, 0);
}

// Also when there are more of them than have room in what the root has for them.
Test(arena, nested_arenas_have_what_others_gave_back)
{
	enum { COUNT = 10, SIZE = 1000 };
	struct arena *nested[COUNT], arena;
	char *memory[COUNT], *again;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < COUNT; i++) {
		nested[i] = arena_nest(&arena);
		memory[i] = memset(arena_alloc(nested[i], SIZE), (int)i, SIZE);
	}
	arena_deinit(nested[1]);
	cr_expect_eq(nested[1]->used, 0);
	again = arena_alloc(arena_nest(&arena), SIZE);
	cr_expect_eq(again, memory[1]);
	for (size_t i = 0; i < SIZE; i++)
		cr_assert_eq(again[i], 0, "byte %zu", i);
	for (size_t i = 0; i < COUNT; i++) {
		for (size_t j = 0; i != 1 && j < SIZE; j++)
			cr_assert_eq(memory[i][j], i, "%zu: byte %zu", i, j);
	}
	arena_deinit(&arena);
}

Test(arena, the_root_has_what_nested_arenas_gave_back)
{
	struct arena arena, *nested;
	char *given, *memory = NULL;

	arena_init(&arena, SIZE_MAX);
	nested = arena_nest(&arena);
	given = arena_alloc(nested, 1);
	arena_deinit(nested);
	for (int i = 0; i < 3 && memory != given; i++)
		memory = arena_alloc(&arena, 200000);
	cr_expect_eq(memory, given);
	// What is too large for it is elsewhere.
	arena_deinit(&arena);
	arena_init(&arena, SIZE_MAX);
	nested = arena_nest(&arena);
	given = arena_alloc(nested, 1);
	arena_deinit(nested);
	memory = arena_alloc(&arena, 300000);
	cr_expect(memory < given || memory >= given + 256 * 1024);
	memset(memory, 'x', 300000);
	arena_deinit(&arena);
}

Test(arena, arrays_have_room_for_many)
{
	ARRAY(uint32_t) numbers = { 0 };
	struct arena arena;
	uint32_t next = 0;

	arena_init(&arena, SIZE_MAX);
	for (uint32_t count = 1; count < 1000; count = count * 3 / 2 + 1) {
		uint32_t *room = array_room(&arena, &numbers, count);

		cr_assert_eq(room, numbers.items + numbers.count);
		cr_assert_geq(numbers.capacity - numbers.count, count);
		for (uint32_t i = 0; i < count; i++)
			room[i] = (uint32_t)numbers.count + i;
		numbers.count += count;
		// What comes next cannot stay where it is.
		arena_alloc(&arena, 1);
	}
	array_each(number, &numbers)
		cr_assert_eq(*number, next++);
	arena_deinit(&arena);
}
