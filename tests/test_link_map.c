/* SPDX-License-Identifier: BSD-2-Clause */
#include "link_map.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "world.h"

#define A                                                                                          \
	"section .data WA | global object a1 8 | quad 1 | global object a2 8 | quad 2 | "          \
	"global object a3 16 | zero 16 | global object a4 8 | quad 4"
#define B "section .data WA | global object b1 8 | quad 1 | global object b2 24 | zero 24"
#define W                                                                                          \
	"section .text AX | weak func f 16 | mov | exit | weak func g 8 | exit | weak func h 24 "  \
	"| "                                                                                       \
	"mov | mov | exit"

// The rows of the list @key that are before the list @next, each as its size, with how many parts
// it stands for; then the total that is under @key.
static const char *rows_of(struct arena *arena, const char *json, const char *key, const char *next)
{
	const char *from = strstr(json, arena_format(arena, "\"%s\":[", key));
	const char *to = strstr(json, arena_format(arena, "\"%s\":[", next));
	const char *total = strstr(json, "\"totals\":{");
	struct text text = { .arena = arena };

	cr_assert(from && to && total, "%s", json);
	while ((from = strstr(from, "\n[")) && from < to) {
		unsigned size, together;
		int end = 0;

		from += 2;
		// A section, whose atoms follow.
		if (strchr(from, '\n')[-1] == '[')
			continue;
		if (sscanf(from, "%*u,%*u,%*u,%u,%*[0-9a-z],%n", &size, &end) != 1 || !end)
			continue;
		text_format(&text, "%u", size);
		if (sscanf(from, "%*u,%*u,%*u,%*u,%*[0-9a-z],%*u,%*u,%*u,%*u,%*u,%u]", &together) ==
		    1)
			text_format(&text, "*%u", together);
		text_string(&text, " ");
	}
	total = strstr(total,
		       arena_format(arena, "\"%s\":", strcmp(key, "sections") ? key : "atoms"));
	text_format(&text, "of %d", atoi(strchr(total, ':') + 1));
	text_bytes(&text, "", 1);
	return text.data;
}

static const char *rows_text(struct world *world, size_t rows_max)
{
	struct text text = { .arena = &world->arena };
	struct call_trees calls;
	struct link_map map;

	link_map_init(&map, &world->linker, &calls);
	link_map_detail(&map, &world->linker);
	write_map_rows(&map, rows_max, &text);
	text_bytes(&text, "", 1);
	return text.data;
}

// Those that are not among the largest are together, for each part of an input section.
Test(link_map, has_so_many_rows_of_atoms)
{
	static const struct {
		size_t most;
		const char *rows;
	} cases[] = {
		{ 100, "8 8 16 8 8 24 of 6" }, { 6, "8 8 16 8 8 24 of 6" },
		{ 5, "8 8 16 8 8 24 of 6" }, // the last one alone is no less of a row
		{ 2, "16*2 16 8 8 24 of 6" },  { 1, "40*4 8 24 of 6" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		const char *rows;

		world_init(&world, false, (const char *[]){ A, B, NULL });
		cr_assert(world_run(&world, lay_out), "%s", world_messages(&world));
		rows = rows_of(&world.arena, rows_text(&world, cases[i].most), "sections",
			       "programs");
		cr_expect_str_eq(rows, cases[i].rows, "%zu: %s", cases[i].most, rows);
		world_deinit(&world);
	}
}

Test(link_map, has_the_largest_of_what_was_dropped)
{
	static const struct {
		size_t most;
		const char *rows;
	} cases[] = {
		{ 100, "16 8 24 16 8 24 of 6" },
		{ 3, "16 24 24 of 6" },
		{ 2, "24 24 of 6" },
		{ 1, "24 of 6" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		const char *rows;

		world_init(&world, false, (const char *[]){ W, W, W, NULL });
		cr_assert(world_run(&world, lay_out), "%s", world_messages(&world));
		rows = rows_of(&world.arena, rows_text(&world, cases[i].most), "dropped",
			       "duplicates");
		cr_expect_str_eq(rows, cases[i].rows, "%zu: %s", cases[i].most, rows);
		world_deinit(&world);
	}
}
