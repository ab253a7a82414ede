/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/text.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "sha1.h"
#include "tar.h"

Test(text, grows)
{
	struct arena arena;
	struct text text = { .arena = &arena };
	char large[1000];

	arena_init(&arena, SIZE_MAX);
	memset(large, 'x', sizeof(large));
	text_string(&text, "");
	cr_expect_eq(text_str(&text).size, 0);
	for (size_t i = 1; i < sizeof(large); i += 7)
		text_bytes(&text, large, i);
	text_format(&text, "%d", 12);
	cr_expect_eq(text.size, 142 * 1 + 7 * (142 * 143 / 2) + 1 + 0 + 2, "%zu", text.size);
	for (size_t i = 0; i + 2 < text.size; i++)
		cr_assert_eq(text.data[i], 'x', "%zu", i);
	arena_deinit(&arena);
}

// A line is formatted where it stays: the arena has the text, and what growth left.
Test(text, is_formatted_once)
{
	enum { COUNT = 500000 };
	struct arena arena;
	struct text text = { .arena = &arena };

	arena_init(&arena, SIZE_MAX);
	for (int i = 0; i < COUNT; i++)
		text_format(&text, "%07d\n", i);
	cr_expect_eq(text.size, 8 * COUNT);
	for (int i = 0; i < COUNT; i += 1001) {
		char line[16];

		snprintf(line, sizeof(line), "%07d\n", i);
		cr_assert(memcmp(text.data + (size_t)8 * (size_t)i, line, 8) == 0, "%d", i);
	}
	cr_expect_lt(arena.used, 3 * text.size, "%zu", arena.used);
	arena_deinit(&arena);
}

Test(text, has_numbers_as_formats_have)
{
	static const uint64_t numbers[] = { 0, 9, 10, 4294967296, UINT64_MAX };
	struct arena arena;
	struct text text = { .arena = &arena };

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		char expected[32];

		text.size = 0;
		text_number(&text, numbers[i]);
		text_bytes(&text, "", 1);
		snprintf(expected, sizeof(expected), "%llu", (unsigned long long)numbers[i]);
		cr_expect_str_eq(text.data, expected);
	}
	arena_deinit(&arena);
}

Test(text, hashes)
{
	// Lengths around a block's end, as sha1sum has them.
	static const struct {
		const char *letter;
		size_t count;
		const char *digest;
	} cases[] = {
		{ "a", 0, "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ "a", 1, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8" },
		{ "b", 55, "4d055f5334ac4bca50260deff4707cd8d4fc1454" },
		{ "b", 56, "049adea016c8a8e3b7a9054aeeaa8643453bebd9" },
		{ "c", 63, "3f85dc2655c3426a4937d49028c01a066c535ce0" },
		{ "c", 64, "b29fcb5f41614b4ec81c87e4614ffe8b9ace1d4e" },
		{ "d", 65, "9b815bfbeb05280b696f4aee68066c6f98f59646" },
		{ "e", 119, "d3997b276bf9c5a7e3505c11261f3315f2defd2f" },
		{ "e", 120, "e697aee3f522a8da562c6499e245567a4fa88de9" },
		{ "f", 200, "19336a3d7a5bda6e35953d784e7a928b62f8306f" },
	};
	char text[256];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t digest[SHA1_SIZE];
		char hex[2 * SHA1_SIZE + 1];

		memset(text, *cases[i].letter, cases[i].count);
		sha1(text, cases[i].count, digest);
		for (size_t j = 0; j < SHA1_SIZE; j++)
			sprintf(hex + 2 * j, "%02x", digest[j]);
		cr_expect_str_eq(hex, cases[i].digest, "%zu of %s: %s", cases[i].count,
				 cases[i].letter, hex);
	}
}

// Where pax writes a name that the header has no room for.
Test(text, archives_long_names)
{
	static const struct {
		size_t size;        // of the name
		const char *record; // of the pax header; NULL: none is needed
	} cases[] = {
		{ 1, NULL },          { 100, NULL },         { 101, "111 path=" },
		{ 989, "999 path=" }, { 990, "1001 path=" },
	};
	struct arena arena;
	char name[1024];

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text tar = { .arena = &arena };
		const char *record = cases[i].record;

		memset(name, 'n', sizeof(name));
		name[cases[i].size] = '\0';
		tar_add(&tar, name, STR("content"));
		cr_expect_eq(tar.size % 512, 0, "%zu", cases[i].size);
		cr_expect_eq(tar.data[156], record ? 'x' : '0', "%zu", cases[i].size);
		cr_expect(!record || strncmp(tar.data + 512, record, strlen(record)) == 0,
			  "%zu: %s", cases[i].size, tar.data + 512);
		cr_expect_eq(memcmp(tar.data + tar.size - 512, "content", 8), 0, "%zu",
			     cases[i].size);
	}
	arena_deinit(&arena);
}
