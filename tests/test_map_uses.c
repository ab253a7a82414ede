/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "map_uses.h"
#include "world.h"

#define MAPS   "| section .maps WA | global object m1 8 | quad 0 | global object m2 8 | quad 0 | btf"
#define SOCKET "section socket AX | global func "
#define TEXT   "| section .text AX "

// The maps of programs as "program: maps", the users of maps as "map: programs".
static const struct {
	const char *name;
	const char *texts[3];
	const char *uses;
} cases[] = {
	{ "none", { SOCKET "p 8 | exit" MAPS }, "p: ; m1: ; m2: ; " },
	{ "its own", { SOCKET "p 24 | load m2 | exit" MAPS }, "p: m2; m1: ; m2: p; " },
	{ "twice", { SOCKET "p 40 | load m2 | load m2 | exit" MAPS }, "p: m2; m1: ; m2: p; " },
	{ "of another input",
	  { SOCKET "p 24 | load m1 | exit",
	    "section .maps WA | global object m1 8 | quad 0 | btf" },
	  "p: m1; m1: p; " },
	{ "of a function that is called",
	  { SOCKET "p 32 | load m1 | call f | exit" TEXT
		   "| local func f 24 | load m2 | exit" MAPS },
	  "p: m1 m2; m1: p; m2: p; " },
	{ "by two programs",
	  { SOCKET "p 16 | call f | exit | global func q 24 | load m1 | exit" TEXT
		   "| local func f 24 | load m1 | exit" MAPS },
	  "p: m1; q: m1; m1: p q; m2: ; " },
	{ "data",
	  { SOCKET "p 24 | load @.data+8 | exit | section .data WA | zero 16" },
	  "p: .data; .data: p; " },
	{ "data of a name",
	  { SOCKET "p 24 | load v | exit | section .bss.x WAN | global object v 8 | zero 8" },
	  "p: .bss.x; .bss.x: p; " },
	{ "data that is no map",
	  { SOCKET "p 24 | load v | exit | section .database WA | global object v 8 | quad 1" },
	  "p: ; " },
	{ "what the kernel has", { SOCKET "p 24 | load v | exit" MAPS }, "p: ; m1: ; m2: ; " },
};

static const char *map_text(const struct linker *linker, const struct used_map *map)
{
	return linker_name(linker, map->atom ? map->atom->symbol->name : map->section->name);
}

static void add_programs(struct text *text, struct linker *linker, struct call_trees *calls,
			 struct map_uses *uses)
{
	for (uint32_t i = 0; i < calls->functions.count; i++) {
		struct program_maps maps;
		struct call_tree tree;

		if (!call_is_entry(calls, i))
			continue;
		call_tree_init(&tree, calls, i);
		map_uses_of_program(uses, linker, &tree, i, &maps);
		cr_expect_not(maps.more);
		text_format(text, "%s:", call_name(calls, i));
		for (uint32_t k = 0; k < maps.count; k++)
			text_format(text, " %s",
				    map_text(linker, &uses->maps.items[maps.numbers[k]]));
		text_string(text, maps.count ? "; " : " ; ");
	}
}

Test(map_uses, are_those_of_all_that_a_program_calls)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		struct call_trees calls;
		struct map_uses uses;
		struct text text;

		world_init(&world, false, cases[i].texts);
		cr_assert(world_run(&world, lay_out), "%s: %s", cases[i].name,
			  world_messages(&world));
		call_trees_init(&calls, &world.linker, &world.arena);
		map_uses_init(&uses, &world.linker, &calls);
		text = (struct text){ .arena = &world.arena };
		add_programs(&text, &world.linker, &calls, &uses);
		array_each(map, &uses.maps) {
			text_format(&text, "%s:", map_text(&world.linker, map));
			array_each(program, &map->programs)
				text_format(&text, " %s", call_name(&calls, *program));
			text_string(&text, map->programs.count ? "; " : " ; ");
		}
		text_bytes(&text, "", 1);
		cr_expect_str_eq(text.data, cases[i].uses, "%s: %s", cases[i].name, text.data);
		world_deinit(&world);
	}
}

// Programs that share what they call would otherwise list the product of both.
Test(map_uses, are_as_many_as_kernels_take)
{
	struct arena arena;
	struct text text = { .arena = &arena };
	const char *texts[2] = { 0 };
	struct program_maps maps;
	struct call_trees calls;
	struct call_tree tree;
	struct map_uses uses;
	struct world world;

	arena_init(&arena, SIZE_MAX);
	text_format(&text, SOCKET "p %d", 16 * (USED_MAPS_MAX + 1) + 8);
	for (int i = 0; i <= USED_MAPS_MAX; i++)
		text_format(&text, " | load m%d", i);
	text_string(&text, " | exit | section .maps WA");
	for (int i = 0; i <= USED_MAPS_MAX; i++)
		text_format(&text, " | global object m%d 8 | quad 0", i);
	text_string(&text, " | btf");
	text_bytes(&text, "", 1);
	texts[0] = text.data;
	world_init(&world, false, texts);
	cr_assert(world_run(&world, lay_out), "%s", world_messages(&world));
	call_trees_init(&calls, &world.linker, &world.arena);
	map_uses_init(&uses, &world.linker, &calls);
	cr_assert_eq(uses.maps.count, USED_MAPS_MAX + 1);
	call_tree_init(&tree, &calls, 0);
	map_uses_of_program(&uses, &world.linker, &tree, 0, &maps);
	cr_expect(maps.more);
	cr_expect_eq(maps.count, USED_MAPS_MAX);
	cr_expect_eq(uses.maps.items[USED_MAPS_MAX].programs.count, 0);
	world_deinit(&world);
	arena_deinit(&arena);
}

// Attributes are type, key, value, entries; types by their numbers in linux/bpf.h.
static const struct {
	const char *name;
	uint64_t type, key, value, entries;
	bool known;
	uint64_t memory;
} sizes[] = {
	{ "hash", 1, 4, 12, 10, true, 240 },
	{ "hash of many", 9, 16, 16, UINT32_MAX, true, 32 * (uint64_t)UINT32_MAX },
	{ "hash without entries", 1, 4, 12, 0, false, 0 },
	{ "array", 2, 4, 12, 10, true, 160 },
	{ "array of a byte", 2, 4, 1, 1, true, 8 },
	{ "array for each CPU", 6, 4, 8, 10, true, 80 },
	{ "tails", 11, 8, 8, 3, true, 48 },
	{ "queue", 22, 0, 8, 3, true, 24 },
	{ "ring", 27, 0, 0, 4096, true, 4096 },
	{ "arena", 33, 0, 0, 100, true, 409600 },
	{ "programs", 3, 4, 4, 10, false, 0 },
	{ "of a task", 29, 4, 8, 0, false, 0 },
	{ "too large a value", 2, 4, 1ULL << 32, 1, false, 0 },
	{ "more bytes than numbers have", 9, UINT32_MAX, UINT32_MAX, UINT32_MAX, false, 0 },
};

Test(map_uses, know_how_much_a_full_map_holds)
{
	struct output_section output = { .size = 4097 };
	const struct atom atom = { 0 };
	uint64_t memory;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct used_map map = { .section = &output, .atom = &atom, .defined = true };

		map.numbers[map_attribute(STR("type"))] = sizes[i].type;
		map.numbers[map_attribute(STR("key_size"))] = sizes[i].key;
		map.numbers[map_attribute(STR("value_size"))] = sizes[i].value;
		map.numbers[map_attribute(STR("max_entries"))] = sizes[i].entries;
		cr_expect_eq(map_memory(&map, &memory), sizes[i].known, "%s", sizes[i].name);
		if (sizes[i].known)
			cr_expect_eq(memory, sizes[i].memory, "%s: %" PRIu64, sizes[i].name,
				     memory);
		map.defined = false;
		cr_expect_not(map_memory(&map, &memory), "%s", sizes[i].name);
	}
	cr_expect(map_memory(&(struct used_map){ .section = &output }, &memory));
	cr_expect_eq(memory, 8192);
}
