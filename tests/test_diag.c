/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/diag.h"

Test(diag, collects_in_order)
{
	char input[] = "a.o";
	struct arena arena;
	struct diag diag;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	diag_warning(&diag, WARN_UNDEFINED, place_in(input, NULL), "first %d", 1);
	diag_error(&diag, ERROR_MALFORMED_ELF, place_in(input, NULL), "second");
	diag_note(&diag, place_in(NULL, NULL), "third");
	diag_report(&diag, DIAG_ERROR, ERROR_NO_BTF, place_in(NULL, NULL), "fourth");
	// What a message says does not change with the memory that it was said of.
	input[0] = 'x';
	cr_expect_eq(diag.error_count, 2);
	cr_expect_eq(diag.warning_count, 1);
	cr_expect_str_eq(diag.first->text, "first 1");
	cr_expect_str_eq(diag.first->where.input, "a.o");
	cr_expect_str_eq(diag.first->next->text, "second");
	cr_expect_eq(diag.first->next->severity, DIAG_ERROR);
	cr_expect_str_eq(diag.last->text, "fourth");
	cr_expect_null(diag.last->next);
	arena_deinit(&arena);
}

// Whatever their sizes, one does not end within the next.
Test(diag, keeps_what_messages_name)
{
	for (int size = 1; size <= 64; size++) {
		char input[65] = "", section[65] = "", symbol[65] = "";
		struct place where = {
			.input = input, .section = section, .offset = NO_OFFSET, .symbol = symbol
		};
		struct arena arena;
		struct diag diag;

		memset(input, 'i', (size_t)size);
		memset(section, 's', (size_t)size);
		memset(symbol, 'n', (size_t)size);
		arena_init(&arena, SIZE_MAX);
		diag_init(&diag, &arena);
		diag_error(&diag, ERROR_MALFORMED_ELF, where, "text");
		diag_error(&diag, ERROR_MALFORMED_ELF, where, "text");
		cr_expect_str_eq(diag.first->where.input, input);
		cr_expect_str_eq(diag.first->where.section, section);
		cr_expect_str_eq(diag.first->where.symbol, symbol);
		arena_deinit(&arena);
	}
}

Test(diag, formats_places_as_compilers_do)
{
	static const struct {
		struct place where;
		enum diag_severity severity;
		const char *line;
	} cases[] = {
		{ { .input = "a.o", .section = ".text", .offset = 0x18 },
		  DIAG_ERROR,
		  "a.o:(.text+0x18): error: text" },
		{ { .input = "a.o", .section = ".text", .offset = NO_OFFSET },
		  DIAG_NOTE,
		  "a.o:(.text): note: text" },
		{ { .input = "a.o", .offset = 64 },
		  DIAG_WARNING,
		  "a.o:(file+0x40): warning: text" },
		{ { .input = "a.o", .offset = NO_OFFSET, .symbol = "f" },
		  DIAG_ERROR,
		  "a.o: error: text" },
		{ { .offset = NO_OFFSET }, DIAG_ERROR, "bpfld: error: text" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct arena arena;
		struct diag diag;

		arena_init(&arena, SIZE_MAX);
		diag_init(&diag, &arena);
		diag_report(&diag, cases[i].severity, NO_CODE, cases[i].where, "text");
		cr_expect_str_eq(diag_format(diag.first, &arena), cases[i].line);
		arena_deinit(&arena);
	}
}

// Nothing that an input has for a name forges a message or reaches the terminal's ear.
Test(diag, tells_names_printably)
{
	struct place where = {
		.input = "a\nb.o", .section = ".te\033xt", .offset = 8, .symbol = "f\t"
	};
	struct arena arena;
	struct diag diag;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	diag_error(&diag, ERROR_MALFORMED_ELF, where, "'%s' is wrong", "x\r");
	cr_expect_str_eq(diag.first->text, "'x\\x0d' is wrong");
	cr_expect_str_eq(diag_format(diag.first, &arena),
			 "a\\x0ab.o:(.te\\x1bxt+0x8): error: 'x\\x0d' is wrong");
	cr_expect_str_eq(diag.first->where.input, "a\nb.o");
	cr_expect_str_eq(diag.first->where.section, ".te\033xt");
	cr_expect_str_eq(diag.first->where.symbol, "f\t");
	arena_deinit(&arena);
}

// A message has a bounded size, and memory, whatever it is about.
Test(diag, cuts_names)
{
	enum { SIZE = 1000000 };
	struct arena arena;
	struct diag diag;
	char *name, *line;
	size_t used;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	name = arena_alloc(&arena, SIZE + 1);
	memset(name, 'n', SIZE);
	memcpy(name, "first", 5);
	memcpy(name + SIZE - 4, "last", 4);
	// Of two bytes each, on either side of the cut.
	for (size_t i = 201; i < 300; i += 2) {
		memcpy(name + i, "\u00e4", 2);
		memcpy(name + SIZE - i, "\u00e4", 2);
	}
	for (size_t i = 0; i < 100; i++)
		diag_error(&diag, ERROR_MALFORMED_ELF,
			   (struct place){
				   .input = "a.o", .section = name, .offset = 8, .symbol = name },
			   "'%s' is not '%s'", name, name);
	used = arena.used;
	cr_expect_lt(used, 20 * SIZE, "%zu", used);
	cr_expect(!strncmp(diag.first->text, "'first", 6));
	cr_expect(strstr(diag.first->text, "n\u00e4") && strstr(diag.first->text, "...") &&
		  strstr(diag.first->text, "last' is not 'first"));
	cr_expect_null(strstr(diag.first->text, "\\x"));
	cr_expect_lt(strlen(diag.first->text), 1100);
	cr_expect_leq(strlen(diag.first->where.section), 512);
	cr_expect_leq(strlen(diag.first->where.symbol), 512);
	cr_expect(!strcmp(diag.first->where.symbol + strlen(diag.first->where.symbol) - 4, "last"));
	line = diag_format(diag.first, &arena);
	cr_expect_lt(strlen(line), 1700);
	cr_expect_null(strstr(line, "\\x"));
	// Blanks do not help.
	for (size_t i = 0; i < SIZE; i += 100)
		name[i] = ' ';
	diag_error(&diag, ERROR_MALFORMED_ELF, place_in("a.o", NULL), "'%s'", name);
	cr_expect_leq(strlen(diag.last->text), 4096 + 2 * strlen("\\xc3"));
	arena_deinit(&arena);
}

static void count_message(const struct diag_message *message, void *context)
{
	cr_expect_str_eq(message->text, "text");
	++*(int *)context;
}

Test(diag, hands_each_message_to_the_sink)
{
	struct arena arena;
	struct diag diag;
	int count = 0;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	diag.sink = count_message;
	diag.context = &count;
	diag_note(&diag, place_in(NULL, NULL), "text");
	diag_error(&diag, ERROR_MALFORMED_ELF, place_in(NULL, NULL), "text");
	cr_expect_eq(count, 2);
	arena_deinit(&arena);
}

Test(diag, policies_tell_less_or_more)
{
	static const struct {
		const char *name;
		bool fatal_warnings, no_warnings;
		size_t error_limit, warning_limit;
		size_t errors, warnings;
		const char *told; // severities, in order
	} cases[] = {
		{ "none", false, false, 0, 0, 2, 2, "WNENWE" },
		{ "fatal warnings", true, false, 0, 0, 4, 0, "ENENEE" },
		{ "no warnings", false, true, 0, 0, 2, 0, "ENE" },
		{ "no warnings, which have a limit", false, true, 0, 1, 2, 0, "ENE" },
		{ "fatal before none", true, true, 0, 0, 4, 0, "ENENEE" },
		{ "one error", false, false, 1, 0, 2, 2, "WNENWN" },
		{ "as many errors as there are", false, false, 2, 0, 2, 2, "WNENWE" },
		{ "a warning is one of them", true, false, 1, 0, 4, 0, "ENN" },
		{ "one warning", false, false, 0, 1, 2, 1, "WNENNE" },
		{ "as many warnings as there are", false, false, 0, 2, 2, 2, "WNENWE" },
		{ "one of each", false, false, 1, 1, 2, 1, "WNENNN" },
		{ "warnings that are errors have the limit of errors", true, false, 0, 1, 4, 0,
		  "ENENEE" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct place where = place_in("a.o", NULL);
		struct arena arena;
		struct diag diag;
		char told[16] = "";

		arena_init(&arena, SIZE_MAX);
		diag_init(&diag, &arena);
		diag.fatal_warnings = cases[i].fatal_warnings;
		diag.no_warnings = cases[i].no_warnings;
		diag.error_limit = cases[i].error_limit;
		diag.warning_limit = cases[i].warning_limit;
		diag_warning(&diag, WARN_UNDEFINED, where, "one");
		diag_note(&diag, where, "of one");
		diag_error(&diag, ERROR_MALFORMED_ELF, where, "two");
		diag_note(&diag, where, "of two");
		diag_warning(&diag, WARN_UNDEFINED, where, "three");
		diag_error(&diag, ERROR_MALFORMED_ELF, where, "four");
		for (struct diag_message *message = diag.first; message; message = message->next)
			strncat(told, &"N\0W\0E"[2 * message->severity], 1);
		cr_expect_str_eq(told, cases[i].told, "%s: %s", cases[i].name, told);
		cr_expect_eq(diag.error_count, cases[i].errors, "%s", cases[i].name);
		cr_expect_eq(diag.warning_count, cases[i].warnings, "%s", cases[i].name);
		arena_deinit(&arena);
	}
}

Test(diag, levels_of_a_kind_count_more)
{
	static const struct {
		enum diag_level level;
		bool fatal_warnings, no_warnings;
		const char *told;
	} cases[] = {
		{ DIAG_AS_REPORTED, false, false, "WNEN WE" },
		{ DIAG_AS_REPORTED, true, false, "ENEN EE" },
		{ DIAG_OFF, false, false, " WE" },
		{ DIAG_OFF, true, false, " EE" },
		{ DIAG_AS_WARNING, false, false, "WNWN WE" },
		{ DIAG_AS_WARNING, true, false, "WNWN EE" },
		{ DIAG_AS_WARNING, false, true, " E" },
		{ DIAG_AS_ERROR, false, false, "ENEN WE" },
		{ DIAG_AS_ERROR, false, true, "ENEN E" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct place where = place_in("a.o", NULL);
		char told[16] = "";
		size_t errors = 0;
		struct arena arena;
		struct diag diag;

		arena_init(&arena, SIZE_MAX);
		diag_init(&diag, &arena);
		diag.fatal_warnings = cases[i].fatal_warnings;
		diag.no_warnings = cases[i].no_warnings;
		diag_set_level(&diag, "undefined", cases[i].level);
		diag_warning(&diag, WARN_UNDEFINED, where, "one");
		diag_note(&diag, where, "of one");
		diag_report(&diag, DIAG_ERROR, WARN_UNDEFINED, where, "two");
		diag_note(&diag, where, "of two");
		diag_warning(&diag, WARN_STATIC_MAP, where, "three");
		diag_error(&diag, ERROR_NO_BTF, where, "four");
		for (struct diag_message *each = diag.first; each; each = each->next) {
			if (each->severity != DIAG_NOTE && each->code != WARN_UNDEFINED &&
			    !strchr(told, ' '))
				strcat(told, " ");
			strncat(told, &"N\0W\0E"[2 * each->severity], 1);
			errors += each->severity == DIAG_ERROR;
		}
		cr_expect_str_eq(told, cases[i].told, "%zu: %s", i, told);
		cr_expect_eq(diag.error_count, errors, "%zu", i);
		arena_deinit(&arena);
	}
}

Test(diag, names_the_option)
{
	struct place where = place_in("a.o", NULL);
	struct arena arena;
	struct diag diag;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	diag_set_level(&diag, "static-map", DIAG_AS_ERROR);
	diag_warning(&diag, WARN_UNDEFINED, where, "one");
	cr_expect_str_eq(diag_format(diag.last, &arena), "a.o: warning: one [-Wundefined]");
	diag_report(&diag, DIAG_ERROR, WARN_UNDEFINED, where, "two");
	cr_expect_str_eq(diag_format(diag.last, &arena), "a.o: error: two [-Wundefined]");
	diag_warning(&diag, WARN_STATIC_MAP, where, "three");
	cr_expect_str_eq(diag_format(diag.last, &arena), "a.o: error: three [-Werror=static-map]");
	diag_note(&diag, where, "of three");
	cr_expect_str_eq(diag_format(diag.last, &arena), "a.o: note: of three");
	diag_error(&diag, ERROR_NO_BTF, where, "four");
	cr_expect_str_eq(diag_format(diag.last, &arena), "a.o: error: four");
	arena_deinit(&arena);
}

Test(diag, tells_hints_apart)
{
	struct place where = place_in("a.o", NULL);
	struct arena arena;
	struct diag diag;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	diag_error(&diag, ERROR_NO_BTF, where, "'%s' is %s; %s", "a; b", "one; two", "do; this");
	cr_expect_str_eq(diag.last->text, "'a; b' is one; two");
	cr_expect_str_eq(diag.last->hint, "do; this");
	cr_expect_str_eq(diag_format(diag.last, &arena),
			 "a.o: error: 'a; b' is one; two; do; this");
	diag_note(&diag, where, "%d%%; %s", 7, "");
	cr_expect_str_eq(diag.last->text, "7%");
	cr_expect_null(diag.last->hint);
	cr_expect_str_eq(diag_format(diag.last, &arena), "a.o: note: 7%");
	diag_warning(&diag, WARN_UNDEFINED, where, "%s", "none; here");
	cr_expect_null(diag.last->hint);
	cr_expect_str_eq(diag_format(diag.last, &arena), "a.o: warning: none; here [-Wundefined]");
	arena_deinit(&arena);
}

// Who would be shown nothing needs no words.
Test(diag, says_what_it_shows)
{
	struct place where = place_in("a.o", NULL);
	struct arena arena;
	struct diag diag;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	diag.warning_limit = 1;
	diag.error_limit = 1;
	diag_set_level(&diag, "static-map", DIAG_OFF);
	cr_expect(diag_shows(&diag, DIAG_WARNING, WARN_UNDEFINED));
	cr_expect_not(diag_shows(&diag, DIAG_WARNING, WARN_STATIC_MAP));
	diag_warning(&diag, WARN_UNDEFINED, where, "one");
	cr_expect_not(diag_shows(&diag, DIAG_WARNING, WARN_UNDEFINED));
	cr_expect(diag_shows(&diag, DIAG_ERROR, WARN_UNDEFINED));
	diag_error(&diag, ERROR_NO_BTF, where, "two");
	cr_expect_not(diag_shows(&diag, DIAG_ERROR, WARN_UNDEFINED));
	arena_deinit(&arena);
}

// Why the link fails is told even so.
Test(diag, may_be_full)
{
	static const char *const told[] = {
		"there are more warnings, of which to tell all takes too much memory",
		"error",
		"of the error",
		"there are more errors, of which to tell all takes too much memory",
	};
	struct place where = place_in("a.o", NULL);
	struct diag_message *message;
	struct arena arena;
	struct diag diag;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	diag.full = true;
	diag_warning(&diag, WARN_UNDEFINED, where, "warning");
	diag_note(&diag, where, "of the warning");
	diag_warning(&diag, WARN_UNDEFINED, where, "another warning");
	diag_error(&diag, ERROR_MALFORMED_ELF, where, "error");
	diag_note(&diag, where, "of the error");
	diag_error(&diag, ERROR_MALFORMED_ELF, where, "another error");
	cr_expect_eq(diag.error_count, 2);
	cr_expect_eq(diag.warning_count, 0);
	message = diag.first;
	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++, message = message->next)
		cr_expect_str_eq(message->text, told[i]);
	cr_expect_null(message);
	arena_deinit(&arena);
}

static bool locate(const struct place *where, struct position *ret, void *context)
{
	++*(int *)context;
	if (where->offset == 1)
		return false;
	*ret = (struct position){ "f\n.c", 7, 2, "abc\n", "the call" };
	return true;
}

Test(diag, shows_the_source)
{
	static const char *const lines[] = {
		"f\\x0a.c:7:2: error: one\n    7 | abc\n      |  ^\n"
		"a.o:(.text+0x8): note: the call",
		"a.o:(.text+0x8): note: of one",
		"a.o:(.text+0x1): note: elsewhere",
		"f\\x0a.c:7:2: note: there again\n    7 | abc\n      |  ^\n"
		"a.o:(.text+0x8): note: the call",
		"a.o:(.text+0x8): error: without origin",
	};
	struct place where = {
		.input = "a.o", .section = ".text", .offset = 8, .origin = "origin"
	};
	struct diag_message *message;
	struct arena arena;
	struct diag diag;
	int asked = 0;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	diag.locate = locate;
	diag.locate_context = &asked;
	diag_error(&diag, ERROR_MALFORMED_ELF, where, "one");
	diag_note(&diag, where, "of one");
	diag_note(&diag, place_at(where, 1), "elsewhere");
	diag_note(&diag, where, "there again");
	diag_error(&diag, ERROR_MALFORMED_ELF, place_at(place_in("a.o", ".text"), 8),
		   "without origin");
	cr_expect_eq(asked, 4);
	message = diag.first;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++, message = message->next)
		cr_expect_str_eq(diag_format(message, &arena), lines[i]);
	cr_expect_null(message);
	arena_deinit(&arena);
}

// What nobody sees costs no search.
Test(diag, locates_only_what_is_shown)
{
	struct place where = {
		.input = "a.o", .section = ".text", .offset = 8, .origin = "origin"
	};
	struct arena arena;
	struct diag diag;
	int asked = 0;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	diag.locate = locate;
	diag.locate_context = &asked;
	diag.no_warnings = true;
	diag.error_limit = 1;
	diag_warning(&diag, WARN_UNDEFINED, where, "silenced");
	diag_note(&diag, where, "of it");
	cr_expect_eq(asked, 0);
	diag_error(&diag, ERROR_MALFORMED_ELF, where, "shown");
	cr_expect_eq(asked, 1);
	diag_error(&diag, ERROR_MALFORMED_ELF, where, "beyond the limit");
	cr_expect_eq(asked, 1);
	arena_deinit(&arena);
}

// A text has the quoted code on one line, and the printed form on lines of its own.
Test(diag, quotes_code)
{
	struct arena arena;
	struct quote quote;
	struct diag diag;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	quote = quote_begin(&arena);
	quote_add(&quote, "struct s {\n\t");
	quote_mark(&quote, "int x");
	quote_add(&quote, ";\n} s");
	diag_error(&diag, ERROR_MALFORMED_ELF, place_in("a.o", NULL), "wrong");
	diag_note_quote(&diag, place_in("b.o", NULL), "declared here as", &quote);
	cr_expect_eq(diag.last->severity, DIAG_NOTE);
	cr_expect_str_eq(diag.last->text, "declared here as 'struct s { int x; } s'");
	cr_expect_str_eq(diag_format(diag.last, &arena), "b.o: note: declared here as\n"
							 "      | struct s {\n"
							 "      |         int x;\n"
							 "      |         ^~~~~\n"
							 "      | } s");
	// A note is silent where its message is.
	diag.no_warnings = true;
	diag_warning(&diag, WARN_UNDEFINED, place_in("a.o", NULL), "silent");
	diag_note_quote(&diag, place_in("b.o", NULL), "declared here as", &quote);
	cr_expect_str_eq(diag.last->where.input, "b.o");
	cr_expect(!diag.last->next && diag.first->next == diag.last);
	arena_deinit(&arena);
}
