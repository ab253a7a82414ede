/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbol_files.h"

static void add(struct parser *parser, char mark, const char *symbol)
{
	*array_add(parser->arena, &parser->retain_symbols) =
		arena_format(parser->arena, "%c%s", mark, symbol);
}

static void add_global(struct parser *parser, const char *symbol)
{
	add(parser, '+', symbol);
}

static void add_local(struct parser *parser, const char *symbol)
{
	add(parser, '-', symbol);
}

#define FORM "the form is '{ global: NAME; local: *; };'"

static const struct {
	const char *text;
	bool script;
	const char *symbols; // each with '+' for global or '-' for local
	const char *error;   // without the path; NULL: none
} cases[] = {
	{ "", false, "", NULL },
	{ "a", false, "+a", NULL },
	{ "a\nb\n", false, "+a +b", NULL },
	{ "# all\n a*\tb # and\r\n#c", false, "+a* +b", NULL },
	{ "{a};", false, "+{a};", NULL },
	{ "", true, "", NULL },
	{ "{ a; b; };", true, "+a +b", NULL },
	{ "{a;b}", true, "+a +b", NULL },
	{ "{ };", true, "", NULL },
	{ "{ global: a; local: *; };", true, "+a -*", NULL },
	{ "{ local: *; global: a; b; };", true, "-* +a +b", NULL },
	{ "V1 { global: a; }; V2 { b; local: c; } V1;", true, "+a +b -c", NULL },
	{ "{ \"a\"; \"b*\"; }", true, "+a +b*", NULL },
	{ "/* { */ { a; /* b; */ c; # d;\n e; }", true, "+a +c +e", NULL },
	{ "{ global; local; };", true, "+global +local", NULL },
	{ "{ a[bc]; };", true, "+a[bc]", NULL },
	{ "{ a b; };", true, "",
	  ":1: error: expected 'global:', 'local:', or a name and ';', not 'b'; " FORM },
	{ "{ a;\n", true, "+a", ":2: error: the file ends within '{'; end it with '}'" },
	{ "{ a", true, "", ":1: error: the file ends within '{'; end it with '}'" },
	{ "{ \"a", true, "", ":1: error: the file ends within '{'; end it with '}'" },
	{ "{ other: a; }", true, "",
	  ":1: error: expected 'global:', 'local:', or a name and ';', not ':'; " FORM },
	{ "{ extern \"C\" { a; }; }", true, "",
	  ":1: error: expected 'global:', 'local:', or a name and ';', not 'extern'; " FORM },
	{ "{ a; }; }", true, "+a", ":1: error: '}' without '{'" },
	{ "\n\n/* {", true, "", ":3: error: the comment has no end; end it with '*/'" },
};

// Read the text as a file; what was said of it without its path.
static void begin(struct parser *parser, struct arena *arena, struct diag *diag)
{
	arena_init(arena, SIZE_MAX);
	diag_init(diag, arena);
	diag->locate = locate_in_list;
	*parser = (struct parser){ .arena = arena, .diag = diag };
}

// What the only message says; "" for none.
static const char *message_of(const struct diag *diag)
{
	return diag->first ? diag_format(diag->first, diag->arena) : "";
}

static void read_case(struct parser *parser, const char *text, bool script)
{
	char path[] = "/tmp/bpfld-symbols-XXXXXX";
	int fd = mkstemp(path);

	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	if (script)
		read_version_script(parser, path, add_global, add_local);
	else
		read_symbol_list(parser, path, add_global);
	unlink(path);
}

Test(symbol_files, read_or_tell_the_line)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct arena arena;
		struct diag diag;
		struct parser parser;
		char found[128] = "";
		const char *colon;

		begin(&parser, &arena, &diag);
		read_case(&parser, cases[i].text, cases[i].script);
		array_each(symbol, &parser.retain_symbols) {
			strcat(found, *found ? " " : "");
			strcat(found, *symbol);
		}
		cr_expect_str_eq(found, cases[i].symbols, "'%s': %s", cases[i].text, found);
		colon = strchr(message_of(&diag), ':');
		cr_expect_str_eq(colon ? colon : "", cases[i].error ? cases[i].error : "", "'%s'",
				 cases[i].text);
		cr_expect_eq(parser.command == COMMAND_WRONG, cases[i].error != NULL, "'%s'",
			     cases[i].text);
		cr_expect(!diag.first || !diag.first->next, "'%s'", cases[i].text);
		arena_deinit(&arena);
	}
}

Test(symbol_files, tell_what_cannot_be_read)
{
	static const struct {
		const char *path, *what;
	} paths[] = {
		{ "/no/such/file", "cannot be read: No such file or directory" },
		{ "/", "cannot be read: Is a directory" },
		{ "/proc/self/comm", NULL },
		{ "/proc/self/cmdline", "is no text: it has a byte 0" },
		{ "/dev/zero", "is too large: all such files together have 16 MiB at most" },
	};

	for (size_t i = 0; i < 2 * sizeof(paths) / sizeof(*paths); i++) {
		const char *path = paths[i / 2].path, *what = paths[i / 2].what;
		struct arena arena;
		struct diag diag;
		struct parser parser;

		begin(&parser, &arena, &diag);
		if (i % 2)
			read_version_script(&parser, path, add_global, add_local);
		else
			read_symbol_list(&parser, path, add_global);
		if (what)
			cr_expect_str_eq(message_of(&diag),
					 arena_format(&arena, "%s: error: %s", path, what));
		else
			cr_expect_str_empty(message_of(&diag));
		cr_expect_eq(parser.command == COMMAND_WRONG, what != NULL, "%s", path);
		arena_deinit(&arena);
	}
}

// Many lists are no way around.
Test(symbol_files, have_a_limit_together)
{
	static const char name[] = "0123456789abcde\n";
	char path[] = "/tmp/bpfld-symbols-XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	struct arena arena;
	struct diag diag;
	struct parser parser;

	for (int i = 0; i < 1 << 18; i++)
		fputs(name, file);
	fclose(file);
	begin(&parser, &arena, &diag);
	for (int i = 0; i < 5; i++) {
		cr_expect_eq(parser.command, COMMAND_LINK, "%d", i);
		read_symbol_list(&parser, path, add_global);
	}
	cr_expect_eq(parser.command, COMMAND_WRONG);
	unlink(path);
	arena_deinit(&arena);
}
