/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "expect.h"

// "a.f b.g": input and first symbol of each live atom; the offset where it has no symbol.
static const char *describe(struct world *world)
{
	struct arena *arena = &world->arena;
	const char *text = "";

	array_each(object, &world->linker.objects) {
		for (uint32_t i = 1; i < (*object)->section_count; i++) {
			array_each(atom, &(*object)->sections[i].atoms) {
				if (!atom->live)
					continue;
				text = arena_format(arena, "%s%s%.1s.", text, *text ? " " : "",
						    (*object)->name);
				text = atom->symbol ? arena_format(arena, "%s%s", text,
								   linker_name(&world->linker,
									       atom->symbol->name))
						    : arena_format(arena, "%s%" PRIu32, text,
								   atom->offset);
			}
		}
	}
	return text;
}

#define WEAK_F   "section .text AX | weak func f 8 | exit"
#define STRONG_F "section .text AX | global func f 8 | exit"

static const struct {
	const char *name;
	const char *texts[4];
	const char *live;
} cases[] = {
	{ "all are roots", { "section .text AX | local func f 8 | exit | exit" }, "a.f a.8" },
	{ "weak loses", { WEAK_F, STRONG_F }, "b.f" },
	{ "weak loses, reversed", { STRONG_F, WEAK_F }, "a.f" },
	{ "the first weak wins", { WEAK_F, WEAK_F, WEAK_F }, "a.f" },
	{ "weak variable",
	  { "section .data WA | weak object x 4 | word 1 | local object y 4 | word 2",
	    "section .data WA | global object x 8 | quad 1" },
	  "a.y b.x" },
	{ "a call of the name",
	  { WEAK_F "| local func g 16 | call f | exit", STRONG_F },
	  "a.g b.f" },
	{ "a call of the place",
	  { WEAK_F "| local func g 16 | near -2 | exit", STRONG_F },
	  "a.f a.g b.f" },
	{ "a call of the place by relocation",
	  { WEAK_F "| local func g 16 | call @.text | exit", STRONG_F },
	  "a.f a.g b.f" },
	{ "a pointer to the place",
	  { WEAK_F "| section .data WA | local object p 8 | quad @.text", STRONG_F },
	  "a.f a.p b.f" },
	{ "a pointer to the name",
	  { WEAK_F "| section .data WA | local object p 8 | quad f", STRONG_F },
	  "a.p b.f" },
	{ "another name keeps it",
	  { "section .text AX | weak func f 8 | global func g 8 | exit", STRONG_F },
	  "a.f b.f" },
	{ "another name is lost, too",
	  { "section .text AX | weak func f 8 | weak func g 8 | exit",
	    "section .text AX | global func f 8 | global func g 8 | exit" },
	  "b.f" },
	{ "a local name keeps it",
	  { "section .text AX | weak func f 8 | local func g 8 | exit", STRONG_F },
	  "a.f b.f" },
	{ "a label does not",
	  { "section .text AX | weak func f 8 | local notype l 0 | exit", STRONG_F },
	  "b.f" },
	{ "a dead caller",
	  { "section .text AX | weak func f 16 | near 1 | exit | weak func h 8 | exit",
	    "section .text AX | global func f 8 | exit | global func h 8 | exit" },
	  "b.f b.h" },
	{ "a dead caller of itself",
	  { "section .text AX | weak func f 16 | near -1 | exit", STRONG_F },
	  "b.f" },
	{ "a chain of callers",
	  { "section .text AX | weak func f 16 | near 1 | exit | weak func h 8 | exit |"
	    "local func g 16 | near -4 | exit",
	    "section .text AX | global func f 8 | exit | global func h 8 | exit" },
	  "a.f a.h a.g b.f b.h" },
	{ "tied to a live function",
	  { "section .text AX | weak func f 8 | jump 0 | local func g 8 | exit", STRONG_F },
	  "a.f b.f" },
	{ "data of an overridden body",
	  { "section .text AX | weak func f 24 | load d | exit | section .data WA |"
	    "local object d 4 | word 1 | local object e 4 | word 2",
	    STRONG_F },
	  "a.e b.f" },
	{ "by its place",
	  { "section .text AX | weak func f 24 | load @.data | exit | section .data WA |"
	    "local object d 4 | word 1 | local object e 4 | word 2",
	    STRONG_F },
	  "a.e b.f" },
	{ "without a symbol",
	  { "section .text AX | weak func f 24 | load @.rodata | exit | section .rodata A | quad 1",
	    STRONG_F },
	  "b.f" },
	{ "of a body that is another's, too",
	  { "section .text AX | weak func f 24 | load d | exit | local func g 24 | load d | exit |"
	    "section .data WA | local object d 4 | word 1",
	    STRONG_F },
	  "a.g a.d b.f" },
	{ "of a body that some call enters by place",
	  { "section .text AX | weak func f 24 | load d | exit | local func g 16 | near -4 | exit |"
	    "section .data WA | local object d 4 | word 1",
	    STRONG_F },
	  "a.f a.g a.d b.f" },
	{ "data of data of an overridden body",
	  { "section .text AX | weak func f 24 | load d | exit | section .data WA |"
	    "local object d 8 | quad e | local object e 8 | quad d",
	    STRONG_F },
	  "b.f" },
	{ "data that other data leads to",
	  { "section .text AX | weak func f 24 | load d | exit | section .data WA |"
	    "local object d 4 | word 1 | local object e 8 | quad d",
	    STRONG_F },
	  "a.d a.e b.f" },
	{ "data that leads to functions",
	  { "section .text AX | weak func f 24 | load d | exit | local func g 8 | exit |"
	    "section .data WA | local object d 8 | quad g",
	    STRONG_F },
	  "a.g b.f" },
	{ "a circle that no body named",
	  { "section .data WA | local object d 8 | quad e | local object e 8 | quad d |" WEAK_F,
	    STRONG_F },
	  "a.d a.e b.f" },
	{ "global data",
	  { "section .text AX | weak func f 24 | load d | exit | section .data WA |"
	    "global object d 4 | word 1",
	    STRONG_F },
	  "a.d b.f" },
	{ "data of overridden data",
	  { "section .data WA | weak object x 8 | quad d | local object d 8 | quad 1",
	    "section .data WA | global object x 8 | quad 2" },
	  "b.x" },
	{ "a map",
	  { "section .text AX | weak func f 24 | load m | exit | section .maps WA |"
	    "local object m 8 | quad 0",
	    STRONG_F },
	  "a.m b.f" },
	{ "a section that is a map",
	  { "section .text AX | weak func f 24 | load d | exit | section .data.mine WA |"
	    "local object d 4 | word 1",
	    STRONG_F },
	  "a.d b.f" },
	{ "the arena",
	  { "section .text AX | weak func f 24 | load d | exit | section .addr_space.1 WA |"
	    "local object d 4 | word 1",
	    STRONG_F },
	  "b.f" },
	{ "a setting",
	  { "section .text AX | weak func f 24 | load d | exit | section .rodata A |"
	    "local object d 4 | word 1 | type d@.rodata const volatile int",
	    STRONG_F },
	  "a.d b.f" },
	{ "one license",
	  { "section license WA | local object l 4 | string GPL",
	    "section license WA | local object m 4 | string GPL" },
	  "a.l" },
};

Test(live, drops_only_what_lost_its_name)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		expect_description(&world, mark_live, describe, cases[i].name, cases[i].live);
		world_deinit(&world);
	}
}

Test(live, knows_who_uses_a_name)
{
	static const struct {
		const char *name;
		bool referenced;
		bool used;
	} names[] = {
		{ "f", false, false },  { "dead", true, false },      { "alive", true, true },
		{ "both", true, true }, { "declared", false, false },
	};
	struct world world;

	world_init(&world, false,
		   (const char *[]){ "section .text AX | weak func f 24 | call dead | call both |"
				     "exit | global undefined declared",
				     STRONG_F "| local func g 24 | call both | call alive | exit",
				     NULL });
	cr_assert(world_run(&world, mark_live));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct global *global = world_global(&world, names[i].name);

		cr_expect_eq(global->referenced, names[i].referenced, "%s", names[i].name);
		cr_expect_eq(global->used, names[i].used, "%s", names[i].name);
	}
	world_deinit(&world);
}
