/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/hash.h"
#include "base/table.h"
#include "string_table.h"

Test(table, finds_all_values_of_a_hash_and_no_others)
{
	struct table table = { 0 };
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	// Three values a hash; hashes that agree in their low bits, so that runs mix.
	for (uint32_t i = 0; i < 3000; i++)
		table_add(&table, &arena, i / 3 << 20, i);
	cr_expect_eq(table.count, 3000);
	for (uint32_t i = 0; i < 1000; i++) {
		struct table_probe probe = table_probe(&table, i << 20);
		uint32_t found = 0;
		uint32_t value;

		while (table_next(&table, &probe, &value)) {
			cr_assert_eq(value / 3, i);
			found |= 1 << value % 3;
		}
		cr_assert_eq(found, 7, "hash %u", i);
	}
	arena_deinit(&arena);
}

Test(table, an_empty_one_has_nothing)
{
	struct table table = { 0 };
	struct table_probe probe = table_probe(&table, 5);
	uint32_t value;

	cr_expect_not(table_next(&table, &probe, &value));
}

Test(table, a_cleared_one_has_nothing)
{
	static const uint32_t counts[] = { 1, 100, 10000 };
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		struct table table = { 0 };
		struct table_probe probe;
		uint32_t value;

		for (uint32_t n = 0; n < counts[i]; n++)
			table_add(&table, &arena, n, n);
		table_clear(&table, &arena);
		for (uint32_t n = 0; n < counts[i]; n++) {
			probe = table_probe(&table, n);
			cr_assert_not(table_next(&table, &probe, &value), "%u of %u", n, counts[i]);
		}
		table_add(&table, &arena, 5, 6);
		probe = table_probe(&table, 5);
		cr_expect(table_next(&table, &probe, &value) && value == 6, "%u", counts[i]);
		cr_expect_eq(table.count, 1);
	}
	arena_deinit(&arena);
}

Test(table, value_0_is_a_value)
{
	struct table table = { 0 };
	struct table_probe probe;
	struct arena arena;
	uint32_t value = 1;

	arena_init(&arena, SIZE_MAX);
	table_add(&table, &arena, 0, 0);
	probe = table_probe(&table, 0);
	cr_expect(table_next(&table, &probe, &value));
	cr_expect_eq(value, 0);
	cr_expect_not(table_next(&table, &probe, &value));
	arena_deinit(&arena);
}

// The same in each run.
static struct hash_key some_key(void)
{
	struct hash_key key;
	uint64_t *words = &key.point;

	for (uint32_t i = 0; i < sizeof(key) / sizeof(*words); i++)
		words[i] = hash_mix(i + 1, i) * 0xd6e8feb86659fd93;
	key.point >>= 4;
	key.scramble |= 1;
	return key;
}

// At each of the ways that lengths are read, and through several blocks.
Test(table, hashes_depend_on_every_byte)
{
	const struct hash_key key = some_key();
	char bytes[800];

	memset(bytes, 'a', sizeof(bytes));
	for (size_t size = 0; size <= sizeof(bytes); size++) {
		uint32_t hash = hash_bytes(&key, bytes, size);

		for (size_t i = 0; i < size; i++) {
			bytes[i] ^= 0x80;
			cr_assert_neq(hash_bytes(&key, bytes, size), hash, "%zu of %zu", i, size);
			bytes[i] ^= 0x80;
		}
		cr_assert_eq(hash_bytes(&key, bytes, size), hash, "%zu", size);
		if (size)
			cr_assert_neq(hash_bytes(&key, bytes, size - 1), hash, "%zu", size);
	}
}

// Zeroes would not change a sum.
Test(table, hashes_depend_on_sizes)
{
	const struct hash_key key = some_key();
	static const char zeroes[800];
	uint32_t hashes[sizeof(zeroes)];

	for (uint32_t size = 0; size < sizeof(zeroes); size++) {
		hashes[size] = hash_bytes(&key, zeroes, size);
		for (uint32_t i = 0; i < size; i++)
			cr_assert_neq(hashes[i], hashes[size], "%u, %u", i, size);
	}
}

Test(table, hashes_depend_on_the_key)
{
	struct hash_key keys[2] = { hash_key_draw(), hash_key_draw() };
	uint32_t same = 0;

	for (uint32_t i = 0; i < 1000; i++)
		same += hash_bytes(&keys[0], &i, sizeof(i)) == hash_bytes(&keys[1], &i, sizeof(i));
	// One of 2^32 is by accident.
	cr_expect_leq(same, 2);
}

// Carries between the halves of the factors, and none.
Test(table, hashes_are_the_same_without_wide_integers)
{
	static const uint64_t factors[] = {
		0x0,
		0x1,
		0x2,
		0xffffffff,
		0x100000000,
		0x100000001,
		0x8000000000000000,
		0xffffffff00000000,
		0xfffffffffffffffe,
		0xffffffffffffffff,
		0x9e3779b97f4a7c15,
	};
	const size_t count = sizeof(factors) / sizeof(*factors);

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			struct hash_product a = hash_multiply(factors[i], factors[j]);
			struct hash_product b = hash_multiply_halves(factors[i], factors[j]);

			cr_expect(a.low == b.low && a.high == b.high, "%zu * %zu", i, j);
		}
	}
}

static uint32_t intern_text(struct strings *strings, struct str text)
{
	return strings_intern_text(strings, text, strings_hash(strings, text));
}

Test(table, texts_are_numbered_apart)
{
	struct strings strings;
	struct arena arena;
	uint32_t name, line, both;

	arena_init(&arena, SIZE_MAX);
	strings_init(&strings, &arena);
	name = strings_intern(&strings, STR("name"));
	line = intern_text(&strings, STR("line"));
	both = intern_text(&strings, STR("both"));
	cr_expect_eq(line, TEXT_BIT);
	cr_expect_eq(both, TEXT_BIT | 1);
	cr_expect_eq(intern_text(&strings, STR("")), 0);
	cr_expect_eq(intern_text(&strings, STR("name")), name);
	cr_expect_eq(intern_text(&strings, STR("line")), line);
	cr_expect_eq(strings_intern(&strings, STR("both")), name + 1);
	cr_expect_eq(intern_text(&strings, STR("both")), name + 1);
	cr_expect_eq(strings_final(&strings, both), name + 1);
	cr_expect_eq(strings_final(&strings, line), line);
	cr_expect_eq(strings_final(&strings, name), name);
	cr_expect(str_equal(strings_get(&strings, both), STR("both")));
	cr_expect(str_equal(strings_get(&strings, name + 1), STR("both")));
	cr_expect(str_equal(strings_get(&strings, line), STR("line")));
	arena_deinit(&arena);
}

Test(table, closed_strings_keep_their_numbers)
{
	const uint32_t count = 60000;
	struct strings strings;
	struct arena arena;
	size_t used;

	arena_init(&arena, SIZE_MAX);
	strings_init(&strings, &arena);
	for (uint32_t i = 1; i <= count; i++)
		strings_intern(&strings, str_of(arena_format(&arena, "%u", i)));
	used = arena.used;
	strings_close(&strings);
	cr_expect_lt(arena.used, used);
	for (uint32_t i = 1; i <= count; i++)
		cr_assert(
			str_equal(strings_get(&strings, i), str_of(arena_format(&arena, "%u", i))));
	arena_deinit(&arena);
}

Test(table, strings_are_numbered_once)
{
	struct strings strings;
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	strings_init(&strings, &arena);
	cr_expect_eq(strings_intern(&strings, STR("")), 0);
	cr_expect_eq(strings_intern(&strings, STR("a")), 1);
	cr_expect_eq(strings_intern(&strings, STR("ab")), 2);
	cr_expect_eq(strings_intern(&strings, (struct str){ "abc", 2 }), 2);
	cr_expect_eq(strings_intern(&strings, (struct str){ NULL, 0 }), 0);
	cr_expect(strings_has(&strings, (struct str){ "abc", 1 }));
	cr_expect_not(strings_has(&strings, STR("b")));
	cr_expect(str_equal(strings_get(&strings, 2), STR("ab")));
	for (uint32_t i = 0; i < 5000; i++)
		strings_intern(&strings, str_of(arena_format(&arena, "%u", i)));
	for (uint32_t i = 0; i < 5000; i++) {
		struct str text = str_of(arena_format(&arena, "%u", i));

		cr_assert_eq(strings_intern(&strings, text), 3 + i);
		cr_assert(str_equal(strings_get(&strings, 3 + i), text));
	}
	arena_deinit(&arena);
}

struct crowd {
	struct arena arena;
	struct table table;
};

static bool add_one(void *argument)
{
	struct crowd *crowd = argument;

	table_add(&crowd->table, &crowd->arena, 1, 1);
	return true;
}

// The largest table, half full, without the 16 GiB that it takes.
Test(table, tables_come_to_an_end)
{
	struct crowd crowd = { .table = { .capacity = 1u << 31, .count = 1u << 30 } };
	bool exhausted;

	arena_init(&crowd.arena, SIZE_MAX);
	cr_expect_not(arena_protect(&crowd.arena, add_one, &crowd, &exhausted));
	cr_expect(exhausted);
	arena_deinit(&crowd.arena);
}
