/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "world.h"

// Local symbols of all sorts; `named` and .LC are what relocations name, `empty` is in a section of
// no bytes, which would go with it.
static const char *const texts[] = {
	"local file a.c | section .text AX | local notype LBB0_1 0 | local notype .Ltmp 0 | "
	"local notype Loop 0 | local notype own 0 | local func f 48 | local notype named 0 | load "
	"named "
	"| "
	"load .LC | exit | exit | section .data WA | local object .LC 8 | quad 0 | "
	"local object L.str 8 | quad 0 | local object count 8 | quad 0 | local object .Lconst 8 | "
	"quad 0 | global object visible 8 | quad 0 | section .bss WAN | local notype empty 0",
	NULL,
};

static const struct {
	const char *name;
	struct bpfld_options options;
	const char *const retain[2];
	const char *symbols;
} cases[] = {
	{ "nothing",
	  { 0 },
	  { NULL },
	  "a.c LBB0_1 .Ltmp Loop own f named .LC L.str count .Lconst empty visible" },
	{ "labels",
	  { .discard_labels = true },
	  { NULL },
	  "a.c own f named .LC L.str count empty visible" },
	{ "locals", { .discard_all = true }, { NULL }, "a.c f named .LC empty visible" },
	{ "all", { .strip_all = true }, { NULL }, "f named .LC empty visible" },
	{ "all but some",
	  { .retain_only = true },
	  { "own", "count" },
	  "own f named .LC count empty visible" },
	{ "none of the rest",
	  { .retain_only = true },
	  { "x", "a.c" },
	  "a.c f named .LC empty visible" },
	{ "some of the labels",
	  { .discard_labels = true },
	  { "Loop", "" },
	  "a.c Loop own f named .LC L.str count empty visible" },
};

static const char *describe(struct world *world)
{
	const char *text = "";

	for (size_t i = 1; i < world->linker.symbols.count; i++)
		text = arena_format(
			&world->arena, "%s%s%s", text, i > 1 ? " " : "",
			linker_name(&world->linker, world->linker.symbols.items[i].elf.st_name));
	return text;
}

Test(strip, leaves_what_is_needed)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, texts);
		world.options.discard_labels = cases[i].options.discard_labels;
		world.options.discard_all = cases[i].options.discard_all;
		world.options.strip_all = cases[i].options.strip_all;
		world.options.retain_only = cases[i].options.retain_only;
		if (cases[i].retain[0])
			world.options.retain_symbols = (struct bpfld_strings){ cases[i].retain, 2 };
		cr_assert(world_run(&world, number_symbols), "%s: %s", cases[i].name,
			  world_messages(&world));
		cr_expect_str_eq(describe(&world), cases[i].symbols, "%s: %s", cases[i].name,
				 describe(&world));
		world_deinit(&world);
	}
}

// Functions of assembly that has no .type, and a label at the place of one; with func_info, and
// without.
#define UNTYPED                                                                                    \
	"section .text AX | local notype Loop 8 | local notype Label 0 | exit | local notype own " \
	"8 | exit | global notype shown 8 | exit | type Loop func int ( ) | type own func int ( )" \
	" | type shown func int ( )"

static const char *const untyped[][2] = { { UNTYPED }, { UNTYPED " | unplaced" } };

Test(strip, leaves_what_functions_are_found_by)
{
	static const struct bpfld_scope_rule localize = { "*", BPFLD_LOCALIZE, NULL };
	static const struct bpfld_options options[] = {
		{ .discard_labels = true },
		{ .discard_all = true },
		{ .strip_all = true },
		{ .discard_all = true, .scope_rules = &localize, .scope_rule_count = 1 },
	};

	for (size_t i = 0; i < 2 * sizeof(options) / sizeof(*options); i++) {
		struct world world;

		world_init(&world, false, untyped[i % 2]);
		world.options = options[i / 2];
		world.options.inputs = world.inputs;
		world.options.input_count = 1;
		world.options.output.kind = BPFLD_OUTPUT_MEMORY;
		cr_assert(world_run(&world, number_symbols), "%zu: %s", i, world_messages(&world));
		cr_expect_str_eq(describe(&world), "Loop own shown", "%zu: %s", i,
				 describe(&world));
		world_deinit(&world);
	}
}
