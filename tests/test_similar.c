/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/similar.h"

static const struct {
	const char *name;
	const char *candidates[4];
	const char *found; // NULL: none
} cases[] = {
	{ "cuont", { "mount", "count", "cut" }, "count" },
	{ "helpr", { "help", "helper" }, "help" },
	{ "helpre", { "help", "helper" }, "helper" },
	{ "fliter_packet", { "filter_packets", "filter_packet", "packet" }, "filter_packet" },
	{ "filter", { "filter_packets" }, NULL },
	{ "ab", { "a", "ac", "ba" }, NULL },
	{ "abc", { "abd" }, "abd" },
	{ "abc", { "ade" }, NULL },
	{ "a_very_long_name_of_a_function",
	  { "another_long_name_of_a_function" },
	  "another_long_name_of_a_function" },
	{ "a_very_long_name_of_a_function", { "xnxtherxlongxnamexofxa_function" }, NULL },
	{ "", { "a" }, NULL },
};

Test(similar, finds_what_was_meant)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct similar similar;

		similar_begin(&similar, str_of(cases[i].name));
		for (size_t j = 0; cases[i].candidates[j]; j++)
			similar_try(&similar, str_of(cases[i].candidates[j]));
		if (!cases[i].found)
			cr_expect_null(similar.found.data, "%s: %s", cases[i].name,
				       similar.found.data);
		else
			cr_expect(similar.found.data &&
					  str_equal(similar.found, str_of(cases[i].found)),
				  "%s: %s", cases[i].name, similar.found.data);
	}
}

Test(similar, compares_names_up_to_a_length)
{
	for (size_t a = 126; a <= 128; a++) {
		for (size_t b = 126; b <= 128; b++) {
			char name[128], candidate[128];
			struct similar similar;

			memset(name, 'n', sizeof(name));
			memset(candidate, 'n', sizeof(candidate));
			candidate[b / 2] = 'm';
			similar_begin(&similar, (struct str){ name, a });
			similar_try(&similar, (struct str){ candidate, b });
			cr_expect_eq(similar.found.data != NULL, a < 128 && b < 128, "%zu, %zu", a,
				     b);
		}
	}
}

// The whole matrix, by the definition.
static size_t slow_distance(struct str a, struct str b)
{
	size_t d[16][16];

	for (size_t i = 0; i <= a.size; i++) {
		for (size_t j = 0; j <= b.size; j++) {
			size_t *cell = &d[i][j];

			*cell = i + j;
			if (i && d[i - 1][j] + 1 < *cell)
				*cell = d[i - 1][j] + 1;
			if (j && d[i][j - 1] + 1 < *cell)
				*cell = d[i][j - 1] + 1;
			if (i && j && d[i - 1][j - 1] + (a.data[i - 1] != b.data[j - 1]) < *cell)
				*cell = d[i - 1][j - 1] + (a.data[i - 1] != b.data[j - 1]);
			if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
			    a.data[i - 2] == b.data[j - 1] && d[i - 2][j - 2] + 1 < *cell)
				*cell = d[i - 2][j - 2] + 1;
		}
	}
	return d[a.size][b.size];
}

Test(similar, knows_distances)
{
	srand(1);
	for (size_t i = 0; i < 200000; i++) {
		char a[15], b[15];
		struct str x = { a, (size_t)rand() % 16 % 15 }, y = { b, (size_t)rand() % 16 % 15 };
		size_t distance, far = x.size / 3 + 1;
		struct similar similar;

		for (size_t j = 0; j < sizeof(a); j++) {
			a[j] = (char)('a' + rand() % 2);
			b[j] = rand() % 4 ? a[j] : (char)('a' + rand() % 3);
		}
		distance = slow_distance(x, y);
		similar_begin(&similar, x);
		similar_try(&similar, y);
		cr_assert_eq(similar.found.data != NULL, distance < far, "%.*s %.*s: %zu",
			     STR_ARGS(x), STR_ARGS(y), distance);
		if (similar.found.data)
			cr_assert_eq(similar.distance, distance, "%.*s %.*s: %zu, not %zu",
				     STR_ARGS(x), STR_ARGS(y), similar.distance, distance);
	}
}

// Work is bounded by the longest name that is compared, whatever is there.
Test(similar, takes_little_work)
{
	static char long_name[100000];
	struct similar similar;

	memset(long_name, 'a', sizeof(long_name));
	similar_begin(&similar, (struct str){ long_name, sizeof(long_name) });
	cr_expect_eq(similar_try(&similar, (struct str){ long_name, sizeof(long_name) - 1 }), 1);
	similar_begin(&similar, (struct str){ long_name, 127 });
	cr_expect_leq(similar_try(&similar, (struct str){ long_name, 126 }), 127 * 13 + 1);
}
