/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "world.h"

// clang-format off
static const struct {
	const char *name;
	const char *texts[4];
	const char *wrap;
	struct bpfld_alias alias;
	const char *definition; // object of what the first object means by f or __real_f; "": nothing
	const char *message;
} cases[] = {
	{ "neither",
	  { "section .text AX | call f | exit", "section .text AX | global func f 8 | exit" },
	  NULL, { NULL }, "b.o", "" },
	{ "wrapped",
	  { "section .text AX | call f | exit", "section .text AX | global func f 8 | exit",
	    "section .text AX | global func __wrap_f 8 | exit" },
	  "f", { NULL }, "c.o", "" },
	{ "wrapped by nobody",
	  { "section .text AX | call f | exit", "section .text AX | global func f 8 | exit" },
	  "f", { NULL }, "", "" },
	{ "the real one",
	  { "section .text AX | call __real_f | exit | global func __wrap_f 8 | exit",
	    "section .text AX | global func f 8 | exit" },
	  "f", { NULL }, "b.o", "" },
	{ "its own",
	  { "section .text AX | global func f 16 | call f | exit",
	    "section .text AX | global func __wrap_f 8 | exit" },
	  "f", { NULL }, "a.o", "" },
	{ "an alias",
	  { "section .text AX | call f | exit", "section .text AX | global func g 8 | exit" },
	  NULL, { "f", "g" }, "b.o", "" },
	{ "an alias of nothing",
	  { "section .text AX | call f | exit", "section .text AX | global func g 8 | exit" },
	  NULL, { "f", "h" }, "", "" },
	{ "an alias of what is there",
	  { "section .text AX | call f | exit", "section .text AX | global func g 8 | exit | global func f 8 | exit" },
	  NULL, { "f", "g" }, "b.o", "b.o:(.text+0x8): error: 'f' is defined here, and by --defsym\n" },
};
// clang-format on

static const char *const resolved_names[] = { "f", "__real_f" };

static const char *definition_of_first(struct world *world)
{
	struct object *object = world->linker.objects.items[0];

	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		for (size_t j = 0; j < 2; j++) {
			if (strcmp(linker_name(&world->linker, symbol->name), resolved_names[j]))
				continue;
			return symbol->global->definition ? symbol->global->definition->object->name
							  : "";
		}
	}
	return "no symbol";
}

Test(renames, change_what_references_mean)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		if (cases[i].wrap)
			world.options.wrap = (struct bpfld_strings){ &cases[i].wrap, 1 };
		world.options.aliases = &cases[i].alias;
		world.options.alias_count = cases[i].alias.name != NULL;
		world_run(&world, resolve_symbols);
		cr_expect_str_eq(definition_of_first(&world), cases[i].definition, "%s: %s",
				 cases[i].name, definition_of_first(&world));
		cr_expect_str_eq(world_messages(&world), cases[i].message, "%s: %s", cases[i].name,
				 world_messages(&world));
		world_deinit(&world);
	}
}

Test(renames, first_of_several_definitions)
{
	static const char *const texts[] = {
		"section .text AX | weak func f 8 | exit",
		"section .text AX | global func f 8 | exit",
		"section .text AX | global func f 8 | exit",
		NULL,
	};
	struct world world;

	world_init(&world, false, texts);
	world.options.multiple_definitions = true;
	cr_assert(world_run(&world, mark_live), "%s", world_messages(&world));
	cr_expect_str_eq(world_global(&world, "f")->definition->object->name, "b.o");
	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(world_section(&world, i, ".text")->atoms.items[0].live, i == 1, "%zu",
			     i);
	world_deinit(&world);
}
