/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "expect.h"

// "a: f g=g; b: f": the non-local symbols of each object, and of those that BTF has what it calls
// them. Undefined ones have a '?'.
static const char *describe(struct world *world)
{
	struct arena *arena = &world->arena;
	const char *text = "";

	array_each(each, &world->linker.objects) {
		const struct object *object = *each;

		text = arena_format(arena, "%s%s%.1s:", text, *text ? "; " : "", object->name);
		for (uint32_t i = 1; i < object->symbol_count; i++) {
			const struct symbol *symbol = &object->symbols[i];

			if (symbol->binding != STB_LOCAL)
				text = arena_format(arena, "%s %s%s", text,
						    linker_name(&world->linker, symbol->name),
						    symbol->home == HOME_UNDEFINED ? "?" : "");
		}
		text = arena_format(arena, "%s |", text);
		array_each(declaration, &object->declarations)
			text = arena_format(arena, "%s %s", text,
					    linker_name(&world->linker, (*declaration)->name));
	}
	return text;
}

#define F "section .text AX | global func f 8 | exit"
#define V "section .data WA | global object v 4 | word 1"

static const struct {
	const char *name;
	const char *texts[4];
	struct bpfld_input_prefix prefixes[2];
	struct bpfld_alias renames[2];
	const char *names;
} cases[] = {
	{ "a prefix",
	  { F "|" V "| btf", F "| btf" },
	  { { "a.o", "p_" } },
	  { { 0 } },
	  "a: p_f p_v | p_f p_v; b: f | f" },
	{ "of each",
	  { F "| btf", F "| btf" },
	  { { "a.o", "p_" }, { "b.o", "q_" } },
	  { { 0 } },
	  "a: p_f | p_f; b: q_f | q_f" },
	{ "the last for an input",
	  { F },
	  { { "a.o", "p_" }, { "./a.o", "q_" } },
	  { { 0 } },
	  "a: q_f |" },
	{ "not for what others define",
	  { "section .text AX | global func f 16 | call g | exit | btf" },
	  { { "a.o", "p_" } },
	  { { 0 } },
	  "a: p_f g? | p_f" },
	{ "weak and common definitions",
	  { "section .text AX | weak func f 8 | exit | global common c 4 4 | btf" },
	  { { "a.o", "p_" } },
	  { { 0 } },
	  "a: p_f p_c | p_f" },
	{ "what is static keeps its name",
	  { "section .text AX | local func s 8 | exit | global func f 8 | exit | btf" },
	  { { "a.o", "p_" } },
	  { { 0 } },
	  "a: p_f | s p_f" },
	{ "a static variable of the same name",
	  { "section .data WA | local object v 4 | word 1 | section .bss WAN | global object w 4 |"
	    "zero 4 | btf" },
	  { { "a.o", "p_" } },
	  { { 0 } },
	  "a: p_w | v p_w" },
	{ "licenses, versions and what tools look for",
	  { "section license WA | global object l 4 | string GPL | section version WA | global "
	    "object n 4 | word 1 | section .rodata A | global object bpf_metadata_x 2 | string a" },
	  { { "a.o", "p_" } },
	  { { 0 } },
	  "a: l n bpf_metadata_x |" },
	{ "what libxdp calls after a program",
	  { "section xdp AX | global func f 8 | exit | section .xdp_run_config WA | global object "
	    "_f 4 | word 1 | global object x 4 | word 1" },
	  { { "a.o", "p_" } },
	  { { 0 } },
	  "a: p_f _p_f p_x |" },
	{ "a name of all inputs",
	  { F "| btf",
	    "section .text AX | global func g 16 | call f | exit | type f func int ( )" },
	  { { 0 } },
	  { { "f", "h" } },
	  "a: h | h; b: g h? | h" },
	{ "two names change places",
	  { "section .text AX | global func f 8 | exit | global func g 8 | exit | btf" },
	  { { 0 } },
	  { { "f", "g" }, { "g", "f" } },
	  "a: g f | g f" },
	{ "a name before a prefix",
	  { F "|" V },
	  { { "a.o", "p_" } },
	  { { "f", "h" } },
	  "a: h p_v |" },
	{ "what the kernel defines",
	  { "section .text AX | global func g 24 | load k | exit | btf | type k@.ksyms int",
	    "section .data WA | global object k 4 | word 1" },
	  { { 0 } },
	  { { "k", "x" } },
	  "a: g k? | g k; b: x |" },
};

static size_t count(const char *first, const char *second)
{
	return (first != NULL) + (second != NULL);
}

Test(new_names, are_those_of_symbols_and_declarations)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct world world;

			world_init(&world, big_endian, cases[i].texts);
			world.options.prefixes = cases[i].prefixes;
			world.options.prefix_count =
				count(cases[i].prefixes[0].file, cases[i].prefixes[1].file);
			world.options.renames = cases[i].renames;
			world.options.rename_count =
				count(cases[i].renames[0].name, cases[i].renames[1].name);
			expect_description(&world, read_inputs, describe, cases[i].name,
					   cases[i].names);
			world_deinit(&world);
		}
	}
}
