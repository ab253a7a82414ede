/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "world.h"

// What an object may say of 'x'.
static const struct kind {
	const char *name;
	const char *text;
} kinds[] = {
	{ "strong", "section .data WA | global object x 4 | word 1" },
	{ "weak", "section .data WA | weak object x 4 | word 1" },
	{ "common", "global common x 4 4" },
	{ "uses", "section .text AX | load x" },
	{ "may use", "weak undefined x" },
	{ "local", "section .data WA | local object x 4 | word 1" },
};

static const char *text_of(const char *kind)
{
	size_t i = 0;

	while (strcmp(kinds[i].name, kind))
		i++;
	return kinds[i].text;
}

struct resolve_case {
	const char *objects[3]; // kinds, in any order
	const char *winner;     // the kind that defines 'x', the first of it; NULL: none
	uint8_t binding;
	size_t errors;
};

static const struct resolve_case cases[] = {
	{ { "strong" }, "strong", STB_GLOBAL, 0 },
	{ { "weak" }, "weak", STB_WEAK, 0 },
	{ { "common" }, "common", STB_GLOBAL, 0 },
	{ { "uses" }, NULL, STB_GLOBAL, 0 },
	{ { "may use" }, NULL, STB_WEAK, 0 },
	{ { "strong", "weak" }, "strong", STB_GLOBAL, 0 },
	{ { "strong", "common" }, "strong", STB_GLOBAL, 0 },
	{ { "strong", "uses" }, "strong", STB_GLOBAL, 0 },
	{ { "strong", "may use" }, "strong", STB_GLOBAL, 0 },
	{ { "strong", "local" }, "strong", STB_GLOBAL, 0 },
	{ { "weak", "weak" }, "weak", STB_WEAK, 0 },
	{ { "weak", "common" }, "common", STB_GLOBAL, 0 },
	{ { "weak", "uses" }, "weak", STB_WEAK, 0 },
	{ { "weak", "may use" }, "weak", STB_WEAK, 0 },
	{ { "common", "common" }, "common", STB_GLOBAL, 0 },
	{ { "common", "uses" }, "common", STB_GLOBAL, 0 },
	{ { "uses", "may use" }, NULL, STB_GLOBAL, 0 },
	{ { "uses", "local" }, NULL, STB_GLOBAL, 0 },
	{ { "may use", "may use" }, NULL, STB_WEAK, 0 },
	{ { "strong", "weak", "weak" }, "strong", STB_GLOBAL, 0 },
	{ { "strong", "weak", "uses" }, "strong", STB_GLOBAL, 0 },
	{ { "strong", "weak", "common" }, "strong", STB_GLOBAL, 0 },
	{ { "strong", "common", "common" }, "strong", STB_GLOBAL, 0 },
	{ { "weak", "weak", "uses" }, "weak", STB_WEAK, 0 },
	{ { "weak", "weak", "common" }, "common", STB_GLOBAL, 0 },
	{ { "weak", "uses", "may use" }, "weak", STB_WEAK, 0 },
	{ { "strong", "strong" }, "strong", STB_GLOBAL, 1 },
	{ { "strong", "strong", "weak" }, "strong", STB_GLOBAL, 1 },
	{ { "strong", "strong", "uses" }, "strong", STB_GLOBAL, 1 },
	{ { "strong", "strong", "strong" }, "strong", STB_GLOBAL, 2 },
};

static void expect_resolved(const struct resolve_case *row, const char *const order[3])
{
	const char *texts[4] = { NULL };
	size_t first = 0;
	struct world world;
	struct global *global;

	for (size_t i = 0; i < 3 && order[i]; i++)
		texts[i] = text_of(order[i]);
	while (row->winner && strcmp(order[first], row->winner))
		first++;
	world_init(&world, false, texts);
	world_run(&world, resolve_symbols);
	cr_expect_eq(world.diag.error_count, row->errors, "%s, %s, %s: %s", order[0], order[1],
		     order[2], world_messages(&world));
	global = world_global(&world, "x");
	cr_expect_eq(global->binding, row->binding, "%s, %s, %s", order[0], order[1], order[2]);
	cr_expect_eq(global->definition != NULL, row->winner != NULL, "%s, %s, %s", order[0],
		     order[1], order[2]);
	if (global->definition)
		cr_expect_eq(global->definition->object->index, first, "%s, %s, %s", order[0],
			     order[1], order[2]);
	world_deinit(&world);
}

Test(resolve, decides_in_every_order)
{
	static const int orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					  { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int j = 0; j < 6; j++) {
			const char *order[3] = { NULL };
			int count = 0;

			for (int k = 0; k < 3; k++) {
				if (cases[i].objects[orders[j][k]])
					order[count++] = cases[i].objects[orders[j][k]];
			}
			expect_resolved(&cases[i], order);
		}
	}
}

Test(resolve, refuses_what_is_smaller_than_a_common)
{
	static const struct {
		const char *texts[3];
		const char *messages;
	} rows[] = {
		{ { "section .data WA | global object x 4 | word 1", "global common x 8 8" },
		  "a.o:(.data+0x0): error: 'x' has 4 bytes here, but 8 as a common symbol in "
		  "'b.o'; make it as large as that\n" },
		{ { "global common x 8 8", "section .data WA | global object x 4 | word 1" },
		  "b.o:(.data+0x0): error: 'x' has 4 bytes here, but 8 as a common symbol in "
		  "'a.o'; make it as large as that\n" },
		{ { "global common x 8 8", "section .data WA | weak object x 4 | word 1" }, "" },
		{ { "global common x 4 4", "section .data WA | global object x 8 | quad 1" }, "" },
		// A mark of what is no variable, or another one, says nothing.
		{ { "local absolute x 4 | section .data WA | global object x 4 | word 1",
		    "global common x 4 4" },
		  "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct world world;

		world_init(&world, false, rows[i].texts);
		cr_expect_eq(world_run(&world, resolve_symbols), !*rows[i].messages);
		cr_expect_str_eq(world_messages(&world), rows[i].messages, "%zu: %s", i,
				 world_messages(&world));
		world_deinit(&world);
	}
}

Test(resolve, lists_all_duplicates)
{
	static const char *const strong = "section .data WA | word 0 | global object x 4 | word 1 |"
					  "global object y 4 | word 1";
	struct world world;

	world_init(&world, false, (const char *[]){ strong, strong, strong, NULL });
	cr_expect_not(world_run(&world, resolve_symbols));
#define DUPLICATE(input, name, offset)                                                             \
	input ".o:(.data+" offset "): error: '" name                                               \
	      "' is defined more than once; declare it extern in all files but one, make it "      \
	      "static, or weak where one should replace the other\n"                               \
	      "a.o:(.data+" offset "): note: the first definition of '" name "'\n"
	cr_expect_str_eq(world_messages(&world),
			 DUPLICATE("b", "x", "0x4") DUPLICATE("c", "x", "0x4")
				 DUPLICATE("b", "y", "0x8") DUPLICATE("c", "y", "0x8"));
#undef DUPLICATE
	world_deinit(&world);
}

Test(resolve, the_most_constraining_visibility_wins)
{
	static const char *const names[] = { "default", "internal", "hidden", "protected" };
	// In the order of how much they hide.
	static const int order[] = { STV_INTERNAL, STV_HIDDEN, STV_PROTECTED, STV_DEFAULT };

	for (int i = 0; i < 4; i++) {
		for (int j = 0; j < 4; j++) {
			struct world world;
			struct arena arena;
			const char *texts[3] = { NULL };

			arena_init(&arena, SIZE_MAX);
			texts[0] = arena_format(&arena, "global %s undefined x", names[order[i]]);
			texts[1] = arena_format(&arena,
						"section .data WA | weak %s object x 4 | word 1",
						names[order[j]]);
			world_init(&world, false, texts);
			cr_assert(world_run(&world, resolve_symbols));
			cr_expect_eq(world_global(&world, "x")->visibility, order[i < j ? i : j],
				     "%s, %s", names[order[i]], names[order[j]]);
			world_deinit(&world);
			arena_deinit(&arena);
		}
	}
}

Test(resolve, commons_get_a_place)
{
	static const struct {
		const char *name;
		const char *texts[3];
		const char *places; // "name@offset+size" of the .bss that has x, then its size
		uint64_t align;
	} commons[] = {
		{ "one", { "global common x 4 4" }, "x@0+4 4", 4 },
		{ "without alignment", { "global common x 4 0" }, "x@0+4 4", 1 },
		{ "aligned", { "global common x 1 1 | global common y 8 8" }, "x@0+1 y@8+8 16", 8 },
		{ "the larger size",
		  { "global common x 4 4", "global common x 16 4" },
		  "x@0+16 16",
		  4 },
		{ "the larger alignment",
		  { "global common x 4 4", "global common x 4 16" },
		  "x@0+4 4",
		  16 },
		{ "size and alignment of two",
		  { "global common x 4 16", "global common y 1 1 | global common x 32 4" },
		  "x@0+32 y@32+1 33",
		  16 },
		{ "weak is none of it",
		  { "global common x 4 4", "section .data WA 8 | weak object x 8 | quad 1" },
		  "x@0+4 4",
		  4 },
	};

	for (size_t i = 0; i < sizeof(commons) / sizeof(*commons); i++) {
		struct world world;
		struct section *bss;
		const char *places = "";
		uint64_t end = 0;

		world_init(&world, false, commons[i].texts);
		cr_assert(world_run(&world, resolve_symbols), "%s", commons[i].name);
		bss = world_global(&world, "x")->definition->section;
		cr_assert(bss, "%s", commons[i].name);
		array_each(atom, &bss->atoms) {
			const struct symbol *symbol = atom->symbol;

			cr_expect_eq(atom->offset, end, "%s", commons[i].name);
			cr_expect_eq(symbol->home, HOME_SECTION, "%s", commons[i].name);
			cr_expect_eq(symbol->section, bss, "%s", commons[i].name);
			end = atom->offset + atom->size;
			places = arena_format(&world.arena, "%s%s@%" PRIu64 "+%" PRIu64 " ", places,
					      linker_name(&world.linker, symbol->name),
					      symbol->value, symbol->size);
		}
		places = arena_format(&world.arena, "%s%" PRIu64, places, bss->size);
		cr_expect_str_eq(places, commons[i].places, "%s: %s", commons[i].name, places);
		cr_expect_eq(bss->align, commons[i].align, "%s", commons[i].name);
		world_deinit(&world);
	}
}

Test(resolve, licenses_are_no_duplicates)
{
	static const char *const license = "section license WA | global object l 4 | string GPL";
	static const char *const data = "section .data WA | global object l 4 | string GPL";
	struct world world;

	world_init(&world, false, (const char *[]){ license, license, license, NULL });
	cr_expect(world_run(&world, resolve_symbols), "%s", world_messages(&world));
	world_deinit(&world);
	world_init(&world, false, (const char *[]){ license, data, NULL });
	cr_expect_not(world_run(&world, resolve_symbols));
	world_deinit(&world);
}
