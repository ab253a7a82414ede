/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/printable.h"

Test(printable, escapes_what_is_not)
{
	static const struct {
		const char *text, *printable; // NULL: the same
	} cases[] = {
		{ "", NULL },
		{ "plain ~ text", NULL },
		{ "back\\slash", NULL },
		{ "\n", "\\x0a" },
		{ "a\033[31mb\177", "a\\x1b[31mb\\x7f" },
		{ "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x9d", NULL },
		{ "\xc2\xa0", NULL },
		{ "\xf4\x8f\xbf\xbf", NULL },
		{ "\xc2\x9b", "\\xc2\\x9b" },                   // C1 control
		{ "\xc0\x8a", "\\xc0\\x8a" },                   // overlong
		{ "\xe0\x9f\xbf", "\\xe0\\x9f\\xbf" },          // overlong
		{ "\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf" }, // overlong
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },          // surrogate
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" }, // beyond Unicode
		{ "\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80" },
		{ "\x80x", "\\x80x" },          // no start
		{ "x\xe2\x82", "x\\xe2\\x82" }, // no end
		{ "\xe2\xe2\x82\xac", "\\xe2\xe2\x82\xac" },
		{ "a\tb\r", "a\\x09b\\x0d" },
		{ "\xe2\x80\xae", "\\xe2\\x80\\xae" },   // right to left override
		{ "a\xe2\x80\x8b", "a\\xe2\\x80\\x8b" }, // without width
		{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8" },   // line separator
		{ "\xe2\x81\xa6\xef\xbb\xbf", "\\xe2\\x81\\xa6\\xef\\xbb\\xbf" }, // isolate, mark
		{ "\xc2\xad\xd8\x9c", "\\xc2\\xad\\xd8\\x9c" }, // soft hyphen, Arabic mark
		{ "\xf3\xa0\x80\x81", "\\xf3\\xa0\\x80\\x81" }, // tag
		{ "\xe3\x85\xa4", "\\xe3\\x85\\xa4" },          // Hangul filler
		{ "\xd7\xa9\xe2\x80\x90\xe2\x80\xaf", NULL }, // Hebrew letter, hyphen, narrow space
		{ "\xff\n\xff", "\\xff\\x0a\\xff" },
	};
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *found = printable(cases[i].text, &arena);

		if (cases[i].printable)
			cr_expect_str_eq(found, cases[i].printable, "%zu: %s", i, found);
		else
			cr_expect_eq(found, cases[i].text, "%zu: %s", i, found);
	}
	arena_deinit(&arena);
}
