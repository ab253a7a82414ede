/* SPDX-License-Identifier: BSD-2-Clause */
#include "response.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
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
	struct diag diag;

	diag_init(&diag, arena);
	make_file(path, text);
	argument = arena_format(arena, "@%s", path);
	cr_expect(expand_responses(&argument, 1, arena, &diag, &words, &files), "%s", text);
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
		{ "-Wl,-s", "-s|" },
		{ "a -Wl,-o,out,-Map=map b", "a|-o|out|-Map=map|b|" },
		{ "-Wl, -Wl,,-s,, -Wl", "-s|-Wl|" },
		{ "-Wl,@/nonexistent/file,-Wl,-x", "@/nonexistent/file|-Wl|-x|" },
		{ "-Xlinker --exclude-libs=a,b -Xlinker -o -Xlinker out",
		  "--exclude-libs=a,b|-o|out|" },
		{ "-Xlinkers x-Wl,a", "-Xlinkers|x-Wl,a|" },
		{ "-Wl,-s -- -Wl,a -Xlinker", "-s|--|-Wl,a|-Xlinker|" },
	};
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(expand(cases[i].text, &arena), cases[i].words, "%s: %s",
				 cases[i].text, expand(cases[i].text, &arena));
	arena_deinit(&arena);
}

// Files that read each other, and how that ends.
static const struct {
	const char *name;
	const char *message; // NULL: well
} endings[] = {
	{ "itself", "is read within itself, without end" },
	{ "other", "is read within itself, without end" },
	{ "twice", NULL }, // one after the other
	{ "deep37", NULL },
	{ "deep36", "is within 64 others, which is too deep" },
	{ "doubling11", NULL },
	{ "doubling0", "is one more than the 2000 that may be read" },
	{ "full", NULL },
	{ "over", "is too large: all such files together have 16 MiB at most" },
	{ "fullagain", "is too large: all such files together have 16 MiB at most" },
	{ "/dev/zero", "is too large: all such files together have 16 MiB at most" },
	{ "zero", "is no text: it has a byte 0" },
	{ "locked", "cannot be read: Permission denied" },
	{ "", NULL },
	{ "folder", NULL },
	{ "file/name", NULL },
};

static void put_file(const char *name, const char *text, size_t size)
{
	FILE *file = fopen(name, "w");

	cr_assert(file);
	cr_assert_eq(fwrite(text, 1, size, file), size);
	fclose(file);
}

static void put_text(const char *name, const char *text)
{
	put_file(name, text, strlen(text));
}

static void make_endings(struct arena *arena)
{
	enum { FULL = 16 << 20 };
	char *full = arena_alloc(arena, FULL);

	put_text("itself", "a @itself");
	put_text("other", "a @another");
	put_text("another", "@./other b");
	put_text("twice", "@file @file");
	put_text("file", "a");
	for (int i = 0; i <= 100; i++)
		put_text(arena_format(arena, "deep%d", i),
			 i == 100 ? "a" : arena_format(arena, "a @deep%d", i + 1));
	for (int i = 0; i <= 20; i++)
		put_text(arena_format(arena, "doubling%d", i),
			 i == 20 ? ""
				 : arena_format(arena, "@doubling%d @doubling%d", i + 1, i + 1));
	memset(full, ' ', FULL);
	put_file("full", full, FULL);
	put_text("fullagain", "@full");
	full[FULL - 1] = '"';
	put_file("over", full, FULL);
	cr_assert(truncate("over", FULL + 1) == 0);
	put_file("zero", "a\0b", 3);
	put_text("locked", "a");
	cr_assert(chmod("locked", 0) == 0);
	cr_assert(mkdir("folder", 0777) == 0);
}

Test(response, ends_whatever_files_say, .timeout = 60)
{
	char folder[] = "/tmp/response.XXXXXX";
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	cr_assert(mkdtemp(folder) && chmod(folder, 0755) == 0 && chdir(folder) == 0);
	make_endings(&arena);
	// root may read anything
	cr_assert(geteuid() || seteuid(65534) == 0);
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		struct arguments words = { 0 }, files = { 0 };
		const char *argument = arena_format(&arena, "@%s", endings[i].name);
		const char *errors = "";
		struct diag diag;
		bool expanded;

		diag_init(&diag, &arena);
		expanded = expand_responses(&argument, 1, &arena, &diag, &words, &files);
		if (diag.first)
			errors = diag_format(diag.first, &arena);
		cr_expect_eq(expanded, endings[i].message == NULL, "%s: %s", endings[i].name,
			     errors);
		cr_expect(endings[i].message ? strstr(errors, endings[i].message) != NULL
					     : !*errors,
			  "%s: %s", endings[i].name, errors);
	}
	cr_assert(getuid() || seteuid(0) == 0);
	cr_assert(chdir("/") == 0);
	cr_expect_eq(system(arena_format(&arena, "rm -r %s", folder)), 0);
	arena_deinit(&arena);
}

Test(response, keeps_the_order)
{
	struct arguments words = { 0 }, files = { 0 };
	const char *arguments[] = { "first", NULL, "last" };
	static const char *const expected[] = { "first", "before", "inside", "after", "last" };
	char inner[32], outer[32];
	struct arena arena;
	struct diag diag;

	arena_init(&arena, SIZE_MAX);
	make_file(inner, "inside");
	make_file(outer, arena_format(&arena, "before @%s after", inner));
	arguments[1] = arena_format(&arena, "@%s", outer);
	diag_init(&diag, &arena);
	cr_assert(expand_responses(arguments, 3, &arena, &diag, &words, &files));
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
