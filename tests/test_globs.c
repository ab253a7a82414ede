/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/globs.h"

static const struct {
	const char *pattern;
	const char *matches[4];
	const char *others[4];
} cases[] = {
	{ "a*c", { "ac", "abc", "acc", "abcbc" }, { "a", "c", "abcd", "" } },
	{ "*", { "", "a", "*" }, { NULL } },
	{ "?", { "a", "?" }, { "", "ab" } },
	{ "*_init", { "_init", "x_init", "_init_init" }, { "_ini", "init", "_init_" } },
	{ "a*b*c", { "abc", "a1b2c", "abbcc" }, { "acb", "ab", "bc" } },
	{ "[a-c]x", { "ax", "bx", "cx" }, { "dx", "x", "a" } },
	{ "[!a-c]x", { "dx", "!x" }, { "ax", "x" } },
	{ "[]]", { "]" }, { "[", "" } },
	{ "[[:digit:]]*", { "1", "9a" }, { "a9", "" } },
	{ "[x", { "[x" }, { "x", "[" } },
	{ "\\*", { "*" }, { "a", "\\*" } },
	{ "a\\", { NULL }, { "a", "a\\" } },
	{ "ab*b", { "abb", "abxb" }, { "ab", "b" } },
	{ "plain", { "plain" }, { "plai", "plain_" } },
};

Test(globs, one_pattern)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *pattern = cases[i].pattern;

		for (size_t j = 0; j < 4; j++) {
			if (cases[i].matches[j])
				cr_expect(glob_matches(pattern, cases[i].matches[j]),
					  "'%s' and '%s'", pattern, cases[i].matches[j]);
			if (cases[i].others[j])
				cr_expect_not(glob_matches(pattern, cases[i].others[j]),
					      "'%s' and '%s'", pattern, cases[i].others[j]);
		}
	}
}

static void draw_text(char *text, const char *alphabet, size_t most)
{
	size_t size = (size_t)rand() % (most + 1), count = strlen(alphabet);

	for (size_t i = 0; i < size; i++)
		text[i] = alphabet[(size_t)rand() % count];
	text[size] = '\0';
}

Test(globs, as_fnmatch)
{
	srand(1);
	for (int i = 0; i < 300000; i++) {
		char pattern[9], name[7];
		bool expected;

		draw_text(pattern, "ab*?[]\\!-*", 8);
		draw_text(name, "ab-]\\", 6);
		expected = fnmatch(pattern, name, 0) == 0;
		cr_assert_eq(glob_matches(pattern, name), expected, "'%s' and '%s': %d", pattern,
			     name, expected);
	}
}

// Whether the lowest number of those that match is found, and all of them are marked.
static void check_set(const struct globs *globs, char (*patterns)[9], size_t count,
		      const char *name)
{
	bool matched[8] = { 0 };
	uint32_t lowest = GLOB_NONE;

	cr_assert_eq(globs_find(globs, name, matched), globs_find(globs, name, NULL));
	for (size_t i = 0; i < count; i++) {
		bool expected = glob_matches(patterns[i], name);

		cr_assert_eq(matched[i], expected, "'%s' and '%s'", patterns[i], name);
		if (expected && lowest == GLOB_NONE)
			lowest = (uint32_t)i;
	}
	cr_assert_eq(globs_find(globs, name, NULL), lowest, "'%s'", name);
}

Test(globs, many_are_as_each_alone)
{
	struct hash_key key = hash_key_draw();
	struct arena arena;

	srand(2);
	arena_init(&arena, SIZE_MAX);
	for (int i = 0; i < 3000; i++) {
		struct globs globs = { .arena = &arena, .key = &key };
		char patterns[8][9], name[7];

		for (uint32_t j = 0; j < 8; j++) {
			draw_text(patterns[j], "aab*?[\\]", 8);
			globs_add(&globs, patterns[j], j);
		}
		for (int j = 0; j < 10; j++) {
			draw_text(name, "ab", 6);
			check_set(&globs, patterns, 8, name);
		}
	}
	arena_deinit(&arena);
}

// fnmatch() of glibc tries all ways to share the letters out.
Test(globs, many_stars_take_no_exponential_time)
{
	char name[4001], pattern[4002];

	memset(name, 'a', 4000);
	name[4000] = '\0';
	for (size_t i = 0; i < 4000; i += 2)
		memcpy(pattern + i, "*a", 2);
	strcpy(pattern + 4000, "b");
	cr_expect_not(glob_matches(pattern, name));
}

// Each pattern has letters of its own at one of its ends.
Test(globs, many_patterns_take_no_quadratic_time)
{
	enum { MANY = 50000 };
	static char patterns[MANY][24];
	struct hash_key key = hash_key_draw();
	struct arena arena;
	struct globs globs = { .arena = &arena, .key = &key };

	arena_init(&arena, SIZE_MAX);
	for (uint32_t i = 0; i < MANY; i++) {
		snprintf(patterns[i], sizeof(patterns[i]), i % 2 ? "*_name_%u" : "name_%u_*", i);
		globs_add(&globs, patterns[i], i);
	}
	for (uint32_t i = 0; i < MANY; i++) {
		char name[32];

		snprintf(name, sizeof(name), i % 2 ? "a_name_%u" : "name_%u_z", i);
		cr_assert_eq(globs_find(&globs, name, NULL), i, "%s", name);
	}
	arena_deinit(&arena);
}
