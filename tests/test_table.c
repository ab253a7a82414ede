/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/identity.h"
#include "base/table.h"
#include "string_table.h"

Test(table, finds_all_values_of_a_hash_and_no_others)
{
	struct table table = { 0 };
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	// Three values a hash; hashes that agree in their low bits, so that runs mix.
	for (uint32_t i = 0; i < 3000; i++)
		table_add(&table, &arena, (uint64_t)(i / 3) << 20, i);
	cr_expect_eq(table.count, 3000);
	for (uint32_t i = 0; i < 1000; i++) {
		struct table_probe probe = table_probe(&table, (uint64_t)i << 20);
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
		table_clear(&table);
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

// Each bit that hash_add() takes tells, and in which call, and on which side.
Test(table, added_hashes_depend_on_every_bit)
{
	const struct hash key = { 0x9e3779b97f4a7c15, 0xd6e8feb86659fd93 };
	struct hash hashes[3 * 2 * 32];
	uint32_t count = 0;

	for (uint32_t at = 0; at < 3 * 2; at++) {
		for (uint32_t bit = 0; bit < 32; bit++) {
			struct hash hash = hash_begin(key);

			for (uint32_t side = 0; side < 3 * 2; side += 2)
				hash = hash_add(hash, hash_word(at == side ? 1u << bit : 0),
						hash_word(at == side + 1 ? 1u << bit : 0), key);
			for (uint32_t i = 0; i < count; i++) {
				cr_assert_neq(hashes[i].low, hash.low, "%u:%u", at, bit);
				cr_assert_neq(hashes[i].high, hash.high, "%u:%u", at, bit);
			}
			hashes[count++] = hash;
		}
	}
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
		for (size_t j = 0; j < count; j++)
			cr_expect_eq(hash_fold_halves(factors[i], factors[j]),
				     hash_fold(factors[i], factors[j]), "%zu * %zu", i, j);
	}
}

Test(table, identities_need_all_bits)
{
	// Hashes that differ in one of the bits that count, most of them in one run of slots.
	static const struct hash hashes[] = {
		{ 0, 1 }, { 0, 2 },        { 0, 1ull << 63 }, { 0, 1ull << 32 },
		{ 1, 0 }, { 1u << 31, 0 }, { 1, 1 },          { 0, 257 },
	};
	const size_t count = sizeof(hashes) / sizeof(*hashes);
	struct identity_table table = { 0 };
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (uint32_t i = 0; i < count; i++) {
		cr_expect_eq(identity_find(&table, hashes[i]), 0, "%u", i);
		identity_add(&table, &arena, hashes[i], i + 1);
	}
	// Through several sizes of the table.
	for (uint32_t i = 0; i < 5000; i++)
		identity_add(&table, &arena, (struct hash){ 7, i }, 100 + i);
	for (uint32_t i = 0; i < count; i++)
		cr_expect_eq(identity_find(&table, hashes[i]), i + 1, "%u", i);
	for (uint32_t i = 0; i < 5000; i++)
		cr_assert_eq(identity_find(&table, (struct hash){ 7, i }), 100 + i);
	cr_expect_eq(identity_find(&table, (struct hash){ 8, 1 }), 0);
	arena_deinit(&arena);
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
	struct identity_table table;
};

static bool add_identity(void *argument)
{
	struct crowd *crowd = argument;

	identity_add(&crowd->table, &crowd->arena, (struct hash){ 1, 1 }, 1);
	return true;
}

// The largest table, three quarters full, without the 32 GiB that it takes.
Test(table, identities_come_to_an_end)
{
	struct crowd crowd = { .table = { .capacity = 1u << 31, .count = 3u << 29 } };
	bool exhausted;

	arena_init(&crowd.arena, SIZE_MAX);
	cr_expect_not(arena_protect(&crowd.arena, add_identity, &crowd, &exhausted));
	cr_expect(exhausted);
	arena_deinit(&crowd.arena);
}
