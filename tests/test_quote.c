/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/quote.h"

// "[" and "]" enclose what is marked.
static struct quote make(struct arena *arena, const char *text)
{
	struct quote quote = quote_begin(arena);

	while (*text) {
		const char *open = text + strcspn(text, "[");
		const char *close = open + strcspn(open, "]");

		quote_add(&quote, arena_strndup(arena, text, (size_t)(open - text)));
		if (!*open)
			break;
		quote_mark(&quote, arena_strndup(arena, open + 1, (size_t)(close - open - 1)));
		text = close + 1;
	}
	return quote;
}

// clang-format off
static const struct {
	const char *name;
	const char *text;
	const char *line;
	const char *excerpt;
} cases[] = {
	{ "no marks", "int x", "int x", "\n      | int x" },
	{ "a mark", "[int] x", "int x", "\n      | int x\n      | ^~~" },
	{ "one column", "int [x]", "int x", "\n      | int x\n      |     ^" },
	{ "nothing, at the end", "int x[]", "int x", "\n      | int x\n      |      ^" },
	{ "two in a line", "[int] x[[4]", "int x[4", "\n      | int x[4\n      | ^~~  ^~" },
	{ "lines", "struct s {\n\tint [x];\n};\n[s] y", "struct s { int x; }; s y",
	  "\n      | struct s {\n      |         int x;\n      |             ^\n      | };"
	  "\n      | s y\n      | ^" },
	{ "two bytes a character", "\u00e4\u00e4 [\u00e4b]", "\u00e4\u00e4 \u00e4b",
	  "\n      | \u00e4\u00e4 \u00e4b\n      |    ^~" },
	{ "the last line ends", "int x;\n", "int x; ", "\n      | int x;" },
	{ "nothing", "", "", "" },
};
// clang-format on

Test(quote, shows_code)
{
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct quote quote = make(&arena, cases[i].text);

		cr_expect_str_eq(quote_line(&quote), cases[i].line, "%s: %s", cases[i].name,
				 quote_line(&quote));
		cr_expect_str_eq(quote_excerpt(&quote), cases[i].excerpt, "%s: %s", cases[i].name,
				 quote_excerpt(&quote));
	}
	arena_deinit(&arena);
}

Test(quote, bounds_sizes)
{
	enum { SIZE = 1000000 };
	struct quote quote;
	struct arena arena;
	char *text;

	arena_init(&arena, SIZE_MAX);
	text = arena_alloc(&arena, SIZE + 1);
	// Characters of two bytes, of which one is on either side of the cut.
	for (size_t i = 0; i < SIZE; i += 2)
		memcpy(text + i, "\u00e4", 2);
	text[SIZE] = '\0';
	quote = quote_begin(&arena);
	quote_add(&quote, "x");
	quote_mark(&quote, text);
	quote_add(&quote, "y");
	cr_expect_eq(quote.mark_count, 0);
	cr_expect_eq(strlen(quote_line(&quote)), QUOTE_SIZE - 1 + strlen("..."));
	cr_expect_null(strstr(quote_excerpt(&quote), "\\x"));
	cr_expect_str_eq(quote_line(&quote) + QUOTE_SIZE - 3, "\u00e4...");
	arena_deinit(&arena);
}

Test(quote, bounds_marks)
{
	struct quote quote;
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	quote = quote_begin(&arena);
	for (int i = 0; i < QUOTE_MARKS; i++)
		quote_mark(&quote, "a");
	quote_mark(&quote, "b");
	cr_expect_eq(quote.mark_count, QUOTE_MARKS);
	cr_expect_str_eq(quote_line(&quote), "aaaaaaaaaaaaaaaab");
	arena_deinit(&arena);
}
