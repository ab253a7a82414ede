/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/position.h"

Test(position, shows_lines)
{
	static const struct {
		const char *name;
		struct position position;
		const char *excerpt;
	} cases[] = {
		{ "plain", { "a.c", 7, 3, "ab cd", NULL }, "\n    7 | ab cd\n      |   ^" },
		{ "no column", { "a.c", 7, 0, "ab cd", NULL }, "\n    7 | ab cd" },
		{ "no text", { "a.c", 7, 3, NULL, NULL }, "" },
		{ "the last column", { "a.c", 7, 2, "ab", NULL }, "\n    7 | ab\n      |  ^" },
		{ "past the end", { "a.c", 7, 3, "ab", NULL }, "\n    7 | ab" },
		{ "a large number",
		  { "a.c", 1234567, 1, "a", NULL },
		  "\n1234567 | a\n        | ^" },
		{ "tabs",
		  { "a.c", 7, 5, "\ta\tbc", NULL },
		  "\n    7 |         a       bc\n      |                  ^" },
		{ "only tabs", { "a.c", 7, 3, "\t\t", NULL }, "\n    7 |                 " },
		{ "two bytes a character",
		  { "a.c", 7, 5, "\u00e4\u00e4b", NULL },
		  "\n    7 | \u00e4\u00e4b\n      |   ^" },
		{ "not printable",
		  { "a.c", 7, 3, "a\033b", NULL },
		  "\n    7 | a\\x1bb\n      |      ^" },
	};
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *excerpt = position_excerpt(&cases[i].position, &arena);

		cr_expect_str_eq(excerpt, cases[i].excerpt, "%s: %s", cases[i].name, excerpt);
	}
	arena_deinit(&arena);
}

Test(position, bounds_texts)
{
	enum { SIZE = 1000 };
	char text[SIZE + 1];
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	memset(text, 'a', SIZE);
	text[SIZE] = '\0';
	cr_expect_eq(strlen(position_source(text, &arena)), SOURCE_SIZE);
	// Characters stay whole.
	memcpy(text + SOURCE_SIZE - 1, "\u20ac", strlen("\u20ac"));
	cr_expect_eq(strlen(position_source(text, &arena)), SOURCE_SIZE - 1);
	cr_expect_str_eq(position_source("\tab \t\r\n", &arena), "\tab");
	cr_expect_null(position_source(" \t", &arena));
	cr_expect_null(position_source("", &arena));
	arena_deinit(&arena);
}
