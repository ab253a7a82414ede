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
	{ .name = "data section of its own",
	  .texts = { "section .data.own WA | local object v 4 | word 1" },
	  .asked = "v",
	  .told = "'v' is in a data section of its own, which is a map to loaders (--gc-maps)" },
	{ .name = "constants of their own",
	  .texts = { "section .rodata.own A | local object v 4 | word 1" },
	  .asked = "v",
	  .told = "'v' is in a data section of its own" },
	{ .name = "zeros of their own",
	  .texts = { "section .bss.own WAN | local object v 4 | zero 4" },
	  .asked = "v",
	  .told = "'v' is in a data section of its own" },
	{ .name = "data section of its own, --gc-maps",
	  .texts = { "section .data.own WA | local object v 4 | word 1" },
	  .asked = "v",
	  .told = "'v' is not live",
	  .gc_maps = true },
	{ .name = "data section of a group",
	  .texts = { "section .data.v WA | group v | weak object v 4 | word 1" },
	  .asked = "v",
	  .told = "'v' is not live" },
	{ .name = "data section that compilers make",
	  .texts = { "section .data.rel.ro WA | local object v 8 | quad 1" },
	  .asked = "v",
	  .told = "'v' is not live" },
	{ .name = "mergeable section",
	  .texts = { "section .rodata.cst4 AM 4 4 | local object v 4 | word 1" },
	  .asked = "v",
	  .told = "'v' is not live" },
	{ .name = "arena",
	  .texts = { "section .addr_space.1 WA | local object v 4 | word 1" },
	  .asked = "v",
	  .told = "'v' is not live" },
	{ .name = "section of a tool",
	  .texts = { "section .xdp_run_config WA | global object _p 8 | quad 0" },
	  .asked = "_p",
	  .told = "'_p' is in a section that only loaders and tools look for",
	  .gc_maps = true },
	{ .name = "metadata",
	  .texts = { "btf | section .rodata A | global object bpf_metadata_a 4 | word 1 |"
		     "global object bpf_meta 4 | word 1" },
	  .asked = "bpf_metadata_a",
	  .told = "'bpf_metadata_a' has a name that loaders or tools look for" },
	{ .name = "static metadata",
	  .texts = { "btf | section .rodata A | local object bpf_metadata_a 4 | word 1" },
	  .asked = "bpf_metadata_a",
	  .told = "'bpf_metadata_a' has a name that loaders or tools look for" },
	{ .name = "no metadata",
	  .texts = { "btf | section .rodata A | global object my_bpf_metadata_a 4 | word 1" },
	  .asked = "my_bpf_metadata_a",
	  .told = "'my_bpf_metadata_a' is not live" },
	{ .name = "maps of usdt.bpf.h",
	  .texts = { "btf | section .maps WA | weak object __bpf_usdt_specs 8 | quad 0" },
	  .asked = "__bpf_usdt_specs",
	  .told = "'__bpf_usdt_specs' has a name that loaders or tools look for",
	  .gc_maps = true },
	{ .name = "another map of such a name",
	  .texts = { "btf | section .maps WA | weak object __bpf_usdt_specs2 8 | quad 0" },
	  .asked = "__bpf_usdt_specs2",
	  .told = "'__bpf_usdt_specs2' is not live",
	  .gc_maps = true },
	{ .name = "kept for its struct",
	  .texts = { "section .bss WA | global object v 8 | quad 0 | type v ptr const struct s 4 { "
		     "a 0 int ; }" },
	  .asked = "v",
	  .told = "'v' is there for its type, as nothing ever referred to it" },
	{ .name = "a static one",
	  .texts = { "section .bss WA | local object v 4 | word 0 | type v struct s 4 { a 0 int ; "
		     "}" },
	  .asked = "v",
	  .told = "'v' is there for its type, as nothing ever referred to it" },
	{ .name = "kept for its enum",
	  .texts = { "section .bss WA | global object v 8 | quad 0 | type v ptr enum e 4 { a 0 ; "
		     "}" },
	  .asked = "v",
	  .told = "'v' is there for its type, as nothing ever referred to it" },
	{ .name = "kept for what is in its array",
	  .texts = { "section .bss WA | global object v 16 | quad 0 | quad 0 | type v array 2 ptr "
		     "struct s 4 { a 0 int ; }" },
	  .asked = "v",
	  .told = "'v' is there for its type, as nothing ever referred to it" },
	{ .name = "no type to keep",
	  .texts = { "section .bss WA | global object v 8 | quad 0 | type v ptr int" },
	  .asked = "v",
	  .told = "'v' is not live" },
	{ .name = "a type of dead code",
	  .texts = { "section .bss WA | global object v 8 | quad 0 | type v ptr struct s 4 { a 0 "
		     "int ; }",
		     TEXT "global func f 24 | load v | exit" },
	  .asked = "v",
	  .told = "'v' is not live" },

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
		struct bpfld_scope_rule rule = { cases[i].exported, BPFLD_EXPORT, NULL };
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
