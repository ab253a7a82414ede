/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "elf_text.h"
#include "world.h"

#define RULES 4

// clang-format off
static const struct {
	const char *name;
	const char *texts[4];
	struct bpfld_scope_rule rules[RULES];
	const char *globals; // "f: local", in order: exported, hidden, local, or none of these
	const char *message;
} cases[] = {
	{ "no rule", { "section .text AX | global func f 8 | exit" }, { { NULL } }, "f:", "" },
	{ "by name",
	  { "section .text AX | global func f 8 | exit | global func g 8 | exit | global func h 8 | exit | global func i 8 | exit" },
	  { { "f", BPFLD_EXPORT, NULL }, { "g", BPFLD_HIDE, NULL }, { "h", BPFLD_LOCALIZE, NULL }, { "nobody", BPFLD_HIDE, NULL } },
	  "f: exported; g: hidden; h: local; i:", "" },
	{ "a name before a pattern before all",
	  { "section .text AX | global func f 8 | exit | global func f2 8 | exit | global func g 8 | exit" },
	  { { "*", BPFLD_HIDE, NULL }, { "f*", BPFLD_LOCALIZE, NULL }, { "f", BPFLD_EXPORT, NULL } },
	  "f: exported; f2: local; g: hidden", "" },
	{ "the first of equals",
	  { "section .text AX | global func f 8 | exit | global func g 8 | exit" },
	  { { "f", BPFLD_HIDE, NULL }, { "f", BPFLD_LOCALIZE, NULL }, { "[g]", BPFLD_LOCALIZE, NULL }, { "?", BPFLD_HIDE, NULL } },
	  "f: hidden; g: local",
	  "bpfld: warning: 'f' is to be local, but an option before it says that it is to be hidden, and counts\n" },
	{ "a definition with all that mention it",
	  { "section .text AX | call f | exit", "section .text AX | weak func f 8 | exit", "section .text AX | weak func f 8 | exit" },
	  { { "*", BPFLD_LOCALIZE, NULL } }, "f: local", "" },
	{ "variables",
	  { "section .data WA | global object d 8 | quad 0 | section .rodata.x A | global object r 8 | quad 0 | section .bss WAN | global object b 8 | zero 8" },
	  { { "*", BPFLD_LOCALIZE, NULL } }, "d: local; r: local; b: local", "" },
	{ "commons", { "global common c 8 8" }, { { "c", BPFLD_LOCALIZE, NULL } }, "c: local", "" },
	{ "code that joins .text", { "section .text.f AX | global func f 8 | exit" },
	  { { "f", BPFLD_LOCALIZE, NULL } }, "f: local", "" },
	{ "what is not defined", { "section .text AX | call f | exit | global undefined g" },
	  { { "*", BPFLD_LOCALIZE, NULL }, { "f", BPFLD_HIDE, NULL } }, "g:; f:", "" },
	{ "what loaders look for",
	  { "section xdp AX | global func p 8 | exit | section .maps WA | global object m 8 | quad 0 | section .struct_ops WA | global object s 8 | quad 0 | section license WA | global object l 4 | string GPL" },
	  { { "*", BPFLD_LOCALIZE, NULL } }, "p:; m:; s:; l:", "" },
	{ "these by name",
	  { "section xdp AX | global func p 8 | exit | section .maps WA | global object m 8 | quad 0" },
	  { { "p", BPFLD_LOCALIZE, NULL }, { "m", BPFLD_HIDE, NULL } }, "p:; m:",
	  "a.o:(xdp+0x0): warning: 'p' stays global: loaders look for it by name\n"
	  "a.o:(.maps+0x0): warning: 'm' stays global: loaders look for it by name\n" },
	{ "what is exported stays hidden",
	  { "section .text AX | global hidden func f 8 | exit | global internal func g 8 | exit" },
	  { { "f", BPFLD_EXPORT, NULL }, { "g", BPFLD_HIDE, NULL } }, "f: exported hidden; g: internal", "" },
};
// clang-format on

static const char *describe(struct world *world)
{
	static const char *const visibilities[] = { "", " internal", " hidden", " protected" };
	const char *text = "";

	array_each(each, &world->linker.globals) {
		const struct global *global = *each;

		text = arena_format(&world->arena, "%s%s%s:%s%s%s", text, *text ? "; " : "",
				    linker_name(&world->linker, global->name),
				    global->exported ? " exported" : "",
				    visibilities[global->visibility],
				    global->local ? " local" : "");
	}
	return text;
}

Test(export_rules, decide_by_the_most_exact)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		world.options.scope_rules = cases[i].rules;
		while (world.options.scope_rule_count < RULES &&
		       cases[i].rules[world.options.scope_rule_count].pattern)
			world.options.scope_rule_count++;
		world_run(&world, apply_exports);
		cr_expect_str_eq(describe(&world), cases[i].globals, "%s: %s", cases[i].name,
				 describe(&world));
		cr_expect_str_eq(world_messages(&world), cases[i].message, "%s: %s", cases[i].name,
				 world_messages(&world));
		world_deinit(&world);
	}
}

Test(export_rules, references_to_local_ones_are_to_their_place)
{
	static const char *const texts[] = {
		"section .text AX | call f | load f | load d+4 | load k | exit | section .data WA "
		"| "
		"quad f | word d",
		"section .text AX | global func k 8 | exit | global func f 8 | exit | section "
		".data WA | "
		"zero 8 | global object d 8 | quad 0",
		NULL,
	};
	static const struct bpfld_scope_rule rules[] = { { "[df]", BPFLD_LOCALIZE, NULL } };
	static const int64_t places[] = { 8, 8, 12, -1, 8, 8 };

	for (int big_endian = 0; big_endian < 2; big_endian++) {
		struct world world;
		size_t i = 0;

		world_init(&world, big_endian, texts);
		world.options.scope_rules = rules;
		world.options.scope_rule_count = 1;
		cr_assert(world_run(&world, apply_exports), "%s", world_messages(&world));
		for (size_t j = 0; j < 2; j++) {
			struct section *section = world_section(&world, 0, j ? ".data" : ".text");

			array_each(reference, &section->references) {
				cr_expect_eq(!reference->named, places[i] >= 0, "%zu", i);
				if (!reference->named)
					cr_expect_eq(reference->addend, places[i], "%zu: %ld", i,
						     (long)reference->addend);
				i++;
			}
		}
		cr_expect_eq(i, sizeof(places) / sizeof(*places));
		world_deinit(&world);
	}
}

Test(export_rules, localize_hidden_is_for_what_no_rule_exports)
{
	static const char *const texts[] = {
		"section .text AX | global hidden func f 8 | exit | global internal func g 8 | "
		"exit |"
		"global hidden func e 8 | exit | global func h 8 | exit | global protected func i "
		"8 |"
		"exit | weak hidden func w 8 | exit | call u | global hidden undefined u |"
		"section xdp AX | global hidden func p 8 | exit |"
		"section .maps WA | global hidden object m 8 | quad 0 |"
		"section .data WA | global hidden object d 8 | quad 0",
		NULL,
	};
	static const struct bpfld_scope_rule rules[] = { { .pattern = "e", .scope = BPFLD_EXPORT },
							 { .pattern = "h", .scope = BPFLD_HIDE } };
	struct world world;

	world_init(&world, false, texts);
	world.options.scope_rules = rules;
	world.options.scope_rule_count = 2;
	world.options.localize_hidden = true;
	world_run(&world, apply_exports);
	cr_expect_str_eq(describe(&world),
			 "f: hidden local; g: internal local; e: exported hidden; h: hidden local; "
			 "i: protected; w: hidden local; u: hidden; p: hidden; m: hidden; "
			 "d: hidden local",
			 "%s", describe(&world));
	world_deinit(&world);
}

// cilium/ebpf does not find them by name. What a later link may replace keeps it.
Test(export_rules, addresses_of_functions_are_places)
{
	static const struct {
		const char *symbol;
		int64_t place; // -1: named
	} addresses[] = {
		{ "local func f", 8 },
		{ "global hidden func f", 8 },
		{ "global internal func f", 8 },
		{ "global func f", -1 },
		{ "global protected func f", -1 },
		{ "weak hidden func f", -1 },
		{ "local notype f", -1 },
	};

	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		struct world world;
		const struct reference *reference;
		const char *text;

		world_begin(&world);
		text = arena_format(&world.arena,
				    "section .text AX | exit | %s 8 | exit | section xdp AX |"
				    "global func p 32 | load f | call f | exit",
				    addresses[i].symbol);
		world_add(&world, elf_text(&world.arena, false, text));
		cr_assert(world_run(&world, apply_exports), "%s", world_messages(&world));
		reference = world_section(&world, 0, "xdp")->references.items;
		cr_expect_eq(reference[0].named, addresses[i].place < 0, "%s", addresses[i].symbol);
		if (!reference[0].named)
			cr_expect_eq(reference[0].addend, addresses[i].place, "%s",
				     addresses[i].symbol);
		cr_expect(reference[1].named, "%s", addresses[i].symbol);
		world_deinit(&world);
	}
}
