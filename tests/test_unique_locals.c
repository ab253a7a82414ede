/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "expect.h"

// "f g (f: f__1) ...": the names of local functions in the output, and of FUNCs that got another.
static const char *describe(struct world *world)
{
	struct linker *linker = &world->linker;
	const char *text = "";

	array_each(each, &linker->objects) {
		struct object *object = *each;

		for (uint32_t i = 1; i < object->symbol_count; i++) {
			struct symbol *symbol = &object->symbols[i];
			uint32_t output = symbol->output;

			if (symbol->type != STT_FUNC || !output)
				continue;
			text = arena_format(
				&world->arena, "%s%s%s", text, *text ? " " : "",
				linker_name(linker, linker->symbols.items[output].elf.st_name));
		}
		for (uint32_t id = 1; object->btf && id <= object->btf->type_count; id++) {
			const struct declaration *declaration = object_declaration(object, id);

			if (declaration && declaration->output_name != declaration->name)
				text = arena_format(&world->arena, "%s (%s: %s)", text,
						    linker_name(linker, declaration->name),
						    linker_name(linker, declaration->output_name));
		}
	}
	return text;
}

#define LOCAL_F "section .text AX | local func f 8 | exit"

// clang-format off
static const struct {
	const char *name;
	const char *texts[4];
	bool off;
	const char *locals; // with FUNCs that got another name: (name: other)
} cases[] = {
	{ "one of each name", { LOCAL_F, "section .text AX | local func g 8 | exit" }, false, "f g" },
	{ "three of one name", { LOCAL_F, LOCAL_F, LOCAL_F }, false, "f f__1 f__2" },
	{ "twice in one object",
	  { "section .text AX | local func f 8 | exit | local func f 8 | exit | btf" },
	  false, "f f__1 (f: f__1)" },
	{ "twice without func_info",
	  { "section .text AX | local func f 8 | exit | local func f 8 | exit | btf | unplaced" },
	  false, "f f__1 (f: f__1)" },
	{ "in sections of different names", { LOCAL_F, "section xdp AX | local func f 8 | exit" },
	  false, "f f__1" },
	{ "BTF follows", { LOCAL_F " | btf", LOCAL_F " | btf" }, false, "f f__1 (f: f__1)" },
	{ "a global one keeps its name",
	  { LOCAL_F " | btf", "section .text AX | global func f 8 | exit | btf" },
	  false, "f__1 (f: f__1)" },
	{ "a kernel function, too",
	  { LOCAL_F, "section xdp AX | global func p 16 | call f | exit" }, false, "f__1" },
	{ "what only dead code calls is nobody's",
	  { LOCAL_F, "section .text AX | weak func w 16 | call f | exit",
	    "section .text AX | global func w 8 | exit" }, false, "f__1" },
	{ "a variable is no function",
	  { LOCAL_F, "section .data WA | global object f 4 | word 1" }, false, "f" },
	{ "labels stay", { "section .text AX | local notype l 0 | exit", "section .text AX | local notype l 0 | exit" },
	  false, "" },
	{ "dead ones need no name",
	  { "section .text AX | weak func f 8 | exit", LOCAL_F, "section .text AX | global func f 8 | exit" },
	  false, "f__1" },
	{ "a name that is taken",
	  { LOCAL_F, LOCAL_F, "section .text AX | global func f__1 8 | exit" }, false, "f f__2" },
	{ "a name that is taken by a local one",
	  { LOCAL_F, LOCAL_F, "section .text AX | local func f__1 8 | exit" }, false, "f f__2 f__1" },
	{ "a name that is taken by a variable",
	  { LOCAL_F, LOCAL_F, "section .data WA | local object f__1 8 | quad 1" },
	  false, "f f__2" },
	{ "a clash of renamed ones",
	  { LOCAL_F, LOCAL_F " | local func f__1 8 | exit", LOCAL_F " | local func f__1 8 | exit" },
	  false, "f f__2 f__1 f__3 f__1__1" },
	{ "overridden, but needed",
	  { "section .text AX | weak func f 8 | exit | local func g 16 | near -2 | exit | btf",
	    "section .text AX | global func f 8 | exit | btf" },
	  false, "f__1 g (f: f__1)" },
	{ "two names of one place",
	  { LOCAL_F, "section .text AX | local func g 8 | local func f 8 | exit" }, false, "f g f__1" },
	{ "one that is there twice",
	  { LOCAL_F " | btf", "section .text AX | local func f 8 | local func f 8 | exit | type f func int ( )" },
	  false, "f f__1 f__1 (f: f__1) (f: f__1)" },
	{ "one that is there twice at another's place",
	  { LOCAL_F " | btf", "section .text AX | local func g 8 | local func f 8 | local func f 8 | exit"
	    " | type f func int ( )" },
	  false, "f g f__1 f__1 (f: f__1) (f: f__1)" },
	{ "the first that is there twice",
	  { "section .text AX | local func g 8 | local func f 8 | local func f 8 | exit", LOCAL_F },
	  false, "g f f f__1" },
	{ "a weak one that is there three times",
	  { "section .text AX | weak func f 8 | weak func f 8 | weak func f 8 | exit | type f func int ( )" },
	  false, "f__1 f__1 (f: f__1) (f: f__1) (f: f__1)" },
	{ "not asked for", { LOCAL_F " | btf", LOCAL_F " | btf" }, true, "f f" },
};
// clang-format on

Test(unique_locals, functions_of_one_name)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		world.options.no_unique_locals = cases[i].off;
		expect_description(&world, number_symbols, describe, cases[i].name,
				   cases[i].locals);
		world_deinit(&world);
	}
}

// Symbols of one name and place stay alike when they become local, so that a second link finds the
// FUNC by the name of any.
Test(unique_locals, a_localized_function_that_is_there_three_times)
{
	static const struct bpfld_scope_rule localize = { "f", BPFLD_LOCALIZE, NULL };
	struct world world;

	world_init(&world, false,
		   (const char *[]){ LOCAL_F " | btf",
				     "section .text AX | weak func f 8 | weak func f 8 | "
				     "weak func f 8 | exit | type f func int ( )",
				     NULL });
	world.options.scope_rules = &localize;
	world.options.scope_rule_count = 1;
	expect_description(&world, number_symbols, describe, "localized", "f__1 (f: f__1) f f f");
	world_deinit(&world);
}
