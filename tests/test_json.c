/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/json.h"

#include <criterion/criterion.h>
#include <signal.h>

// Steps of a writer, a letter each: { [ begin, with a key where there is a word after them; } ends;
// n is a number, s a string, a nothing, and / a line.
static void write_steps(struct json *json, const char *steps)
{
	for (; *steps; steps++) {
		const char *key = steps[1] == '.' ? "k" : NULL;

		switch (*steps) {
		case '{':
			json_begin_object(json, key);
			break;
		case '[':
			json_begin_list(json, key);
			break;
		case '}':
			json_end(json);
			break;
		case 'n':
			json_number(json, key, UINT64_MAX);
			break;
		case 's':
			json_string(json, key, "v");
			break;
		case 'a':
			json_absent(json, key);
			break;
		case '/':
			json_line(json);
			break;
		default:
			cr_assert_eq(*steps, '.', "%s", steps);
		}
	}
}

Test(json, puts_commas_and_ends)
{
	static const struct {
		const char *steps;
		const char *json;
	} cases[] = {
		{ "n", "18446744073709551615" },
		{ "{}", "{}" },
		{ "[}", "[]" },
		{ "{s.}", "{\"k\":\"v\"}" },
		{ "{s.s.}", "{\"k\":\"v\",\"k\":\"v\"}" },
		{ "[ss}", "[\"v\",\"v\"]" },
		{ "[[}[}}", "[[],[]]" },
		{ "[{}{s.}s}", "[{},{\"k\":\"v\"},\"v\"]" },
		{ "{[.s}{.s.[.}}s.}", "{\"k\":[\"v\"],\"k\":{\"k\":\"v\",\"k\":[]},\"k\":\"v\"}" },
		{ "[[[[[[[[}}}}}}}}", "[[[[[[[[]]]]]]]]" },
		// Lines begin after commas, and before what ends only where that is asked for.
		{ "[/s/s}", "[\n\"v\",\n\"v\"]" },
		{ "[/s/}", "[\n\"v\"\n]" },
		{ "{[.}/[./{}}/s.}", "{\"k\":[],\n\"k\":[\n{}],\n\"k\":\"v\"}" },
		{ "[//s}", "[\n\"v\"]" },
	};
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct text text = { .arena = &arena };
		struct json json = { .text = &text };

		write_steps(&json, cases[i].steps);
		text_bytes(&text, "", 1);
		cr_expect_str_eq(text.data, cases[i].json, "%s: %s", cases[i].steps, text.data);
		cr_expect_eq(json.depth, 0, "%s", cases[i].steps);
	}
	arena_deinit(&arena);
}

// As before, where objects in lists are rows; a is a value that is absent.
Test(json, writes_objects_in_lists_as_rows)
{
	static const struct {
		const char *steps;
		const char *json;
	} cases[] = {
		{ "{s.}", "{\"k\":\"v\"}" },
		{ "[ss}", "[\"v\",\"v\"]" },
		{ "[}", "[]" },
		{ "[{s.n.}{s.n.}}",
		  "[[\"v\",18446744073709551615],[\"v\",18446744073709551615],[\"k\",\"k\"]]" },
		{ "[{s.a.}{a.s.}}", "[[\"v\",null],[null,\"v\"],[\"k\",\"k\"]]" },
		{ "{[.{s.}/{s.}}[.{s.}}}",
		  "{\"k\":[[\"v\"],\n[\"v\"],[\"k\"]],\"k\":[[\"v\"],[\"k\"]]}" },
		// A list and an object in a row; the object has keys.
		{ "[{[.ss}{.s.}s.}}", "[[[\"v\",\"v\"],{\"k\":\"v\"},\"v\"],[\"k\",\"k\",\"k\"]]" },
		// A list of rows in each row.
		{ "[{[.{s.}}}{[.}}{[.{s.}{s.}}}}",
		  "[[[[\"v\"],[\"k\"]]],[[]],[[[\"v\"],[\"v\"],[\"k\"]]],[\"k\"]]" },
		{ "{{.a.s.}a.}", "{\"k\":{\"k\":\"v\"}}" },
	};
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct text text = { .arena = &arena };
		struct json_rows rows = { 0 };
		struct json json = { .text = &text, .rows = &rows };

		write_steps(&json, cases[i].steps);
		text_bytes(&text, "", 1);
		cr_expect_str_eq(text.data, cases[i].json, "%s: %s", cases[i].steps, text.data);
	}
	arena_deinit(&arena);
}

Test(json, is_safe_in_html)
{
	static const struct {
		const char *string;
		const char *json, *in_html;
	} cases[] = {
		{ "plain ~!", "\"plain ~!\"", "\"plain ~!\"" },
		{ "</script><!--", "\"</script><!--\"", "\"\\u003c/script>\\u003c!--\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"", "\"a\\\"b\\\\c\"" },
		{ "\n\t\x7f", "\"\\u000a\\u0009\\u007f\"", "\"\\u000a\\u0009\\u007f\"" },
		{ "\xff<\xc3", "\"\\u00ff<\\u00c3\"", "\"\\u00ff\\u003c\\u00c3\"" },
		{ "\xc3\xbc", "\"\xc3\xbc\"", "\"\xc3\xbc\"" },
		{ "\xe2\x80\xa8", "\"\\u2028\"", "\"\\u2028\"" },
		{ "\xf0\x9d\x85\xb3", "\"\\ud834\\udd73\"", "\"\\ud834\\udd73\"" },
	};
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(*cases); i++) {
		struct text text = { .arena = &arena };
		struct json json = { .text = &text, .in_html = i % 2 };

		json_string(&json, NULL, cases[i / 2].string);
		text_bytes(&text, "", 1);
		cr_expect_str_eq(text.data, i % 2 ? cases[i / 2].in_html : cases[i / 2].json,
				 "%zu: %s", i, text.data);
	}
	arena_deinit(&arena);
}

static void write_wrong(const char *steps)
{
	struct arena arena;
	struct text text = { .arena = &arena };
	struct json json = { .text = &text };

	arena_init(&arena, SIZE_MAX);
	write_steps(&json, steps);
	arena_deinit(&arena);
}

// Assertions that callers meet; a release has none.
#ifndef NDEBUG

Test(json, wants_keys_in_objects, .signal = SIGABRT)
{
	write_wrong("{s");
}

Test(json, wants_no_keys_in_lists, .signal = SIGABRT)
{
	write_wrong("[s.");
}

Test(json, wants_no_keys_outside, .signal = SIGABRT)
{
	write_wrong("{.");
}

Test(json, wants_one_value_outside, .signal = SIGABRT)
{
	write_wrong("{}{");
}

Test(json, wants_a_begin_for_each_end, .signal = SIGABRT)
{
	write_wrong("[}}");
}

static void write_wrong_rows(const char *steps)
{
	struct arena arena;
	struct text text = { .arena = &arena };
	struct json_rows rows = { 0 };
	struct json json = { .text = &text, .rows = &rows };

	arena_init(&arena, SIZE_MAX);
	write_steps(&json, steps);
	arena_deinit(&arena);
}

Test(json, wants_as_many_values_in_each_row, .signal = SIGABRT)
{
	write_wrong_rows("[{s.s.}{s.}}");
}

Test(json, wants_no_values_that_the_first_row_has_not, .signal = SIGABRT)
{
	write_wrong_rows("[{s.}{s.s.}}");
}

Test(json, wants_no_endless_nesting, .signal = SIGABRT)
{
	write_wrong("[[[[[[[[[");
}

#endif

Test(json, escapes_strings)
{
	static const struct {
		const char *string;
		const char *json;
	} cases[] = {
		{ "", "\"\"" },
		{ "a b", "\"a b\"" },
		{ "\"\\/", "\"\\\"\\\\/\"" },
		{ "\n\x01\x7f", "\"\\u000a\\u0001\\u007f\"" },
		{ "\xc2\x9b", "\"\\u009b\"" },                   // C1 control
		{ "\xe2\x80\xae", "\"\\u202e\"" },               // right to left override
		{ "\xf3\xa0\x80\x81", "\"\\udb40\\udc01\"" },    // tag, of two units
		{ "\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\"" }, // surrogate
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
		  "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"" },
		{ "\xe4", "\"\\u00e4\"" },            // Latin-1
		{ "\xe2\x82", "\"\\u00e2\\u0082\"" }, // cut
		{ "\xc0\x80\xff", "\"\\u00c0\\u0080\\u00ff\"" },
	};
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text text = { .arena = &arena };
		struct json json = { .text = &text };

		json_string(&json, NULL, cases[i].string);
		text_bytes(&text, "", 1);
		cr_expect_str_eq(text.data, cases[i].json, "%s", text.data);
	}
	arena_deinit(&arena);
}
