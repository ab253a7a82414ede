/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "world.h"

// An outer map has a slot behind its definition.
#define MAP(name)         "global object " name " 8 | quad 0"
#define OUTER(name, slot) "global object " name " 16 | quad 0 | quad " slot
#define MAPS              "section .maps WA |"
#define BTF               "| btf"

static const struct {
	const char *name;
	const char *texts[4];
	const char *order;
} cases[] = {
	{ "no slots", { MAPS MAP("a") "|" MAP("b") BTF, MAPS MAP("c") BTF }, "a b c" },
	{ "inner before outer", { MAPS MAP("in") "|" OUTER("out", "in") BTF }, "in out" },
	{ "inner after outer", { MAPS OUTER("out", "in") "|" MAP("in") BTF }, "in out" },
	{ "inner in another input", { MAPS OUTER("out", "in") BTF, MAPS MAP("in") BTF }, "in out" },
	{ "others keep their order",
	  { MAPS MAP("a") "|" OUTER("out", "in") "|" MAP("b") BTF,
	    MAPS MAP("c") "|" MAP("in") BTF },
	  "a in out b c" },
	{ "two levels",
	  { MAPS OUTER("a", "b") BTF, MAPS OUTER("b", "c") BTF, MAPS MAP("c") BTF },
	  "c b a" },
	{ "one inner of two",
	  { MAPS OUTER("a", "in") "|" OUTER("b", "in") "|" MAP("in") BTF },
	  "in a b" },
	{ "two inner of one",
	  { MAPS "global object out 24 | quad 0 | quad y | quad x |" MAP("x") "|" MAP("y") BTF },
	  "y x out" },
	{ "by place", { MAPS OUTER("out", "@.maps+16") "|" MAP("in") BTF }, "in out" },
	{ "a function",
	  { MAPS OUTER("out", "f") "| section .text AX | global func f 8 | exit" BTF },
	  "out" },
	{ "undefined", { MAPS OUTER("out", "in") "|" MAP("x") BTF }, "out x" },
};

Test(map_order, puts_inner_maps_first)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *order = "";
		uint64_t end = 0;
		struct world world;

		world_init(&world, false, cases[i].texts);
		cr_assert(world_run(&world, lay_out), "%s: %s", cases[i].name,
			  world_messages(&world));
		array_each(atom, &world_output(&world, ".maps")->atoms) {
			cr_expect_eq((*atom)->place, end, "%s", cases[i].name);
			end += (*atom)->size;
			order = arena_format(&world.arena, "%s%s%s", order, *order ? " " : "",
					     linker_name(&world.linker, (*atom)->symbol->name));
		}
		cr_expect_str_eq(order, cases[i].order, "%s: %s", cases[i].name, order);
		cr_expect_eq(world_output(&world, ".maps")->size, end, "%s", cases[i].name);
		world_deinit(&world);
	}
}

static const struct {
	const char *texts[4];
	const char *map; // the first that is met again
} circles[] = {
	{ { MAPS MAP("x") "|" OUTER("a", "a") BTF }, "a.o:(.maps+0x8)" },
	{ { MAPS OUTER("a", "b") "|" OUTER("b", "a") BTF }, "a.o:(.maps+0x0)" },
	{ { MAPS OUTER("a", "b") BTF, MAPS OUTER("b", "c") BTF, MAPS OUTER("c", "b") BTF },
	  "b.o:(.maps+0x0)" },
};

// In any order that was made of them the next link would find another one.
Test(map_order, refuses_circles)
{
	for (size_t i = 0; i < sizeof(circles) / sizeof(*circles); i++) {
		struct world world;
		const char *message;

		world_init(&world, false, circles[i].texts);
		message = arena_format(&world.arena,
				       "%s: error: the slots of this map lead back to it: kernels "
				       "take no such map\n",
				       circles[i].map);
		cr_expect_not(world_run(&world, lay_out), "%s", message);
		cr_expect_str_eq(world_messages(&world), message);
		world_deinit(&world);
	}
}
