/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/lists.h"

#include <criterion/criterion.h>
#include <stdio.h>

// Items, as they are put: the list and the item, a digit each.
static void put_all(struct lists *lists, const char *puts)
{
	for (; *puts; puts += puts[2] ? 3 : 2)
		lists_put(lists, (uint32_t)(puts[0] - '0'), (uint32_t)(puts[1] - '0'));
}

Test(lists, have_what_was_put)
{
	static const struct {
		uint32_t count;
		const char *puts;
		const char *lists; // the items of each, and a bar behind it
	} cases[] = {
		{ 0, "", "" },
		{ 1, "", "|" },
		{ 3, "", "|||" },
		{ 1, "05", "5|" },
		{ 1, "05 06 05", "565|" },
		{ 3, "25", "||5|" },
		{ 3, "05", "5|||" },
		{ 3, "21 02 13 04 25", "42|3|51|" },
	};
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct lists lists = lists_create(&arena, cases[i].count);
		char found[40] = "";
		uint32_t sum = 0;

		put_all(&lists, cases[i].puts);
		lists_make_room(&lists, &arena);
		put_all(&lists, cases[i].puts);
		for (uint32_t n = 0; n < lists.count; n++) {
			lists_each(item, &lists, n)
				sprintf(found + strlen(found), "%u", *item);
			strcat(found, "|");
			cr_expect_eq(lists_items(&lists, n), lists.items + sum);
			sum += lists_size(&lists, n);
		}
		cr_expect_str_eq(found, cases[i].lists, "%s: %s", cases[i].puts, found);
		cr_expect_eq(sum, (strlen(cases[i].puts) + 1) / 3, "%s", cases[i].puts);
	}
	arena_deinit(&arena);
}
