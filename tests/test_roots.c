/* SPDX-License-Identifier: BSD-2-Clause */
/* What --gc-sections keeps and why, as --why-live tells it. */
#include <criterion/criterion.h>

#include "world.h"

#define P    "section xdp AX | global func p 24 |"
#define TEXT "section .text AX |"
#define MAP  "section .maps WA | global object m 8 | quad 0"

static const struct {
	const char *name;
	const char *texts[4];
	const char *asked; // the symbol
	const char *told;  // the last line about it, from the section on
	bool gc_maps;
	const char *undefined; // -u
	const char *exported;
} cases[] = {
	// Roots.
	{ .name = "program",
	  .texts = { P "exit | exit | exit" },
	  .asked = "p",
	  .told = "'p' is an entry program" },
	{ .name = "function",
	  .texts = { TEXT "global func f 8 | exit" },
	  .asked = "f",
	  .told = "'f' is not live" },
	{ .name = "variable",
	  .texts = { "section .data WA | global object v 4 | word 1" },
	  .asked = "v",
	  .told = "'v' is not live" },
	{ .name = "map",
	  .texts = { MAP },
	  .asked = "m",
	  .told = "'m' is a map, which user space may look for (--gc-maps)" },
	{ .name = "legacy map",
	  .texts = { "section maps WA | global object m 20 | zero 20" },
	  .asked = "m",
	  .told = "'m' is a map, which user space may look for (--gc-maps)" },
	{ .name = "legacy map, --gc-maps",
	  .texts = { "section maps WA | global object m 20 | zero 20" },
	  .asked = "m",
	  .told = "'m' is not live",
	  .gc_maps = true },
	{ .name = "retained",
	  .texts = { "section .data WAR | global object v 4 | word 1" },
	  .asked = "v",
	  .told = "'v' is marked to be retained (SHF_GNU_RETAIN)" },
	{ .name = "exported",
	  .texts = { TEXT "global func f 8 | exit" },
	  .asked = "f",
	  .told = "'f' was asked for",
	  .exported = "f" },
	{ .name = "map, --gc-maps",
	  .texts = { MAP },
	  .asked = "m",
	  .told = "'m' is not live",
	  .gc_maps = true },
	{ .name = "-u",
	  .texts = { TEXT "global func f 8 | exit" },
	  .asked = "f",
	  .told = "'f' was asked for (-u, --require-defined, --export)",
	  .undefined = "f" },
	{ .name = "license",
	  .texts = { "section license WA | global object l 4 | string GPL" },
	  .asked = "l",
	  .told = "'l' is the license or version" },
	{ .name = "version",
	  .texts = { "section version WA | global object l 4 | word 5" },
	  .asked = "l",
	  .told = "'l' is the license or version" },
	{ .name = "struct_ops",
	  .texts = { "section .struct_ops WA | global object o 8 | quad 0" },
	  .asked = "o",
	  .told = "'o' is for struct_ops" },
	{ .name = "struct_ops.link",
	  .texts = { "section .struct_ops.link WA | global object o 8 | quad 0" },
	  .asked = "o",
	  .told = "'o' is for struct_ops" },
	{ .name = "optional struct_ops",
	  .texts = { "section ?.struct_ops WA | global object o 8 | quad 0" },
	  .asked = "o",
	  .told = "'o' is for struct_ops" },

	// What leads from one to the other.
	{ .name = "call",
	  .texts = { P "call f | exit | exit", TEXT "global func f 8 | exit" },
	  .asked = "f",
	  .told = "'p' is an entry program" },
	{ .name = "call of the place",
	  .texts = { P "call @.text | exit | exit |" TEXT "local func f 8 | exit" },
	  .asked = "f",
	  .told = "'p' is an entry program" },
	{ .name = "call without relocation",
	  .texts = { P "call f | exit | exit",
		     TEXT "local func g 8 | exit | global func f 16 | near -2 | exit" },
	  .asked = "g",
	  .told = "'p' is an entry program" },
	{ .name = "load",
	  .texts = { P "load v | exit", "section .data WA | global object v 4 | word 1" },
	  .asked = "v",
	  .told = "'p' is an entry program" },
	{ .name = "used map",
	  .texts = { P "load m | exit", MAP },
	  .asked = "m",
	  .told = "'p' is an entry program",
	  .gc_maps = true },
	{ .name = "data to function",
	  .texts = { P "load v | exit", "section .data WA | global object v 8 | quad f",
		     TEXT "global func f 8 | exit" },
	  .asked = "f",
	  .told = "'p' is an entry program" },
	{ .name = "struct_ops to data",
	  .texts = { "section .struct_ops WA | global object o 8 | quad v |"
		     "section .data WA | global object v 4 | word 1" },
	  .asked = "v",
	  .told = "'o' is for struct_ops" },
	{ .name = "map to map",
	  .texts = { "section .maps WA | global object outer 8 | quad m", MAP },
	  .asked = "m",
	  .told = "'m' is not live",
	  .gc_maps = true },
	{ .name = "dead caller",
	  .texts = { TEXT "global func f 16 | call g | exit | global func g 8 | exit" },
	  .asked = "g",
	  .told = "'g' is not live" },
	{ .name = "dead circle",
	  .texts = { TEXT "global func f 16 | call g | exit | global func g 16 | call f | exit" },
	  .asked = "g",
	  .told = "'g' is not live" },
	{ .name = "weak and strong",
	  .texts = { P "call f | exit | exit", TEXT "weak func f 8 | exit",
		     TEXT "global func f 8 | exit" },
	  .asked = "f",
	  .told = "'p' is an entry program" },
	{ .name = "variable beside a used one",
	  .texts = { P "load v | exit", "section .data WA | global object v 4 | word 1 |"
					"global object w 4 | word 2" },
	  .asked = "w",
	  .told = "'w' is not live" },
	{ .name = "nothing of that name",
	  .texts = { P "exit | exit | exit" },
	  .asked = "q",
	  .told = "no input defines 'q'" },
};

Test(roots, tell_why_something_is_live)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bpfld_scope_rule rule = { cases[i].exported, BPFLD_EXPORT };
		struct world world;
		const char *told;

		world_init(&world, false, cases[i].texts);
		world.options.gc_sections = true;
		world.options.gc_maps = cases[i].gc_maps;
		world.options.why_live = (struct bpfld_strings){ &cases[i].asked, 1 };
		if (cases[i].undefined)
			world.options.undefined = (struct bpfld_strings){ &cases[i].undefined, 1 };
		if (cases[i].exported) {
			world.options.scope_rules = &rule;
			world.options.scope_rule_count = 1;
		}
		cr_assert(world_run(&world, explain_live), "%s: %s", cases[i].name,
			  world_messages(&world));
		told = world_messages(&world);
		cr_expect(strstr(told, cases[i].told), "%s: %s", cases[i].name, told);
		world_deinit(&world);
	}
}
