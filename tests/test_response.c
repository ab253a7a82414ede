/* SPDX-License-Identifier: BSD-2-Clause */
#include "response.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

// Put @text into a new file and its name into @path.
static void make_file(char path[32], const char *text)
{
	FILE *file;

	strcpy(path, "/tmp/response.XXXXXX");
	file = fdopen(mkstemp(path), "w");
	cr_assert(file);
	fputs(text, file);
	fclose(file);
}

// The words of @text as a response file, joined by '|'.
static const char *expand(const char *text, struct arena *arena)
{
	char path[32];
	const char *argument, *joined = "";
	struct arguments words = { 0 }, files = { 0 };

	make_file(path, text);
	argument = arena_format(arena, "@%s", path);
	cr_expect(expand_responses(&argument, 1, arena, stderr, &words, &files), "%s", text);
	cr_expect_eq(files.count, 1, "%s: %zu files", text, files.count);
	unlink(path);
	array_each(word, &words)
		joined = arena_format(arena, "%s%s|", joined, *word);
	return joined;
}

Test(response, splits_words)
{
	static const struct {
		const char *text;
		const char *words;
	} cases[] = {
		{ "", "" },
		{ " \n\t\r\v\f ", "" },
		{ "a", "a|" },
		{ " a  b\nc\t", "a|b|c|" },
		{ "'a b' \"c d\"", "a b|c d|" },
		{ "a'b c'd", "ab cd|" },
		{ "\"it's\" 'a \"b\"'", "it's|a \"b\"|" },
		{ "'' \"\"", "||" },
		{ "a\\ b \\'c \\\"d \\\\", "a b|'c|\"d|\\|" },
		{ "'a\\'b' \"a\\\"b\"", "a'b|a\"b|" },
		{ "a\\\nb", "a\nb|" },
		{ "'no end", "no end|" },
		{ "end\\", "end\\|" },
		{ "@/nonexistent/file @", "@/nonexistent/file|@|" },
		{ "-o @/tmp", "-o|@/tmp|" }, // a folder is no response file
	};
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(expand(cases[i].text, &arena), cases[i].words, "%s: %s",
				 cases[i].text, expand(cases[i].text, &arena));
	arena_deinit(&arena);
}

Test(response, keeps_the_order)
{
	struct arguments words = { 0 }, files = { 0 };
	const char *arguments[] = { "first", NULL, "last" };
	static const char *const expected[] = { "first", "before", "inside", "after", "last" };
	char inner[32], outer[32];
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	make_file(inner, "inside");
	make_file(outer, arena_format(&arena, "before @%s after", inner));
	arguments[1] = arena_format(&arena, "@%s", outer);
	cr_assert(expand_responses(arguments, 3, &arena, stderr, &words, &files));
	cr_assert_eq(words.count, 5);
	for (size_t i = 0; i < 5; i++)
		cr_expect_str_eq(words.items[i], expected[i]);
	cr_assert_eq(files.count, 2);
	cr_expect_str_eq(files.items[0], outer);
	cr_expect_str_eq(files.items[1], inner);
	unlink(inner);
	unlink(outer);
	arena_deinit(&arena);
}
