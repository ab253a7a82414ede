/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "world.h"

#define STATIC(name)                                                                               \
	": warning: program '" name                                                                \
	"' is static, which libbpf refuses to load; make it global, or leave out its section if "  \
	"it is only called\n"
#define CALLED(name, section, object)                                                              \
	": error: '" name "' is a program of section '" section "' in '" object                    \
	"', which libbpf lets no code call; put what is needed twice into a function without "     \
	"SEC()\n"

// clang-format off
static const struct {
	const char *name;
	const char *texts[3];
	const char *messages;
} cases[] = {
	{ "a program", { "section xdp AX | global func p 8 | exit" }, "" },
	{ "a hidden program", { "section xdp AX | global hidden func p 8 | exit" }, "" },
	{ "static functions", { "section .text AX | local func f 8 | exit | section .text.g AX | local func g 8 | exit" }, "" },
	{ "a static program", { "section xdp AX | global func p 8 | exit | local func q 8 | exit" },
	  "a.o:(xdp+0x8)" STATIC("q") },
	{ "a label in a program", { "section xdp AX | global func p 16 | mov | local notype l 0 | exit" }, "" },
	{ "an overridden program", { "section xdp AX | weak func p 8 | exit", "section tc AX | global func p 8 | exit" }, "" },

	{ "a call", { "section xdp AX | global func p 16 | call f | exit", "section .text AX | global func f 8 | exit" }, "" },
	{ "a call of a program",
	  { "section xdp AX | global func p 16 | call q | exit", "section tc AX | mov | global func q 8 | exit" },
	  "a.o:(xdp+0x0)" CALLED("q", "tc", "b.o") },
	{ "from .text", { "section .text AX | global func f 16 | call q | exit", "section tc AX | weak func q 8 | exit" },
	  "a.o:(.text+0x0)" CALLED("q", "tc", "b.o") },
	{ "of a weak function that a program replaces",
	  { "section .text AX | weak func f 8 | exit | global func g 16 | call f | exit", "section tc AX | global func f 8 | exit" },
	  "a.o:(.text+0x8)" CALLED("f", "tc", "b.o") },
	{ "of a weak program that a function replaces",
	  { "section tc AX | weak func f 8 | exit | section .text AX | global func g 16 | call f | exit",
	    "section .text AX | global func f 8 | exit" }, "" },
	{ "an address", { "section xdp AX | global func p 24 | load q | exit", "section tc AX | global func q 8 | exit" },
	  "a.o:(xdp+0x0): error: 'q' is a program of section 'tc' in 'b.o', which libbpf lets no code refer to; put what is "
	  "needed twice into a function without SEC()\n" },
	{ "an address in data", { "section .struct_ops WA | global object o 8 | quad q", "section struct_ops AX | global func q 8 | exit" }, "" },
	{ "a call within an object",
	  { "section xdp AX | global func p 8 | exit | global func q 16 | call p | exit" },
	  "a.o:(xdp+0x8): warning: 'p' is a program of section 'xdp' in 'a.o', which libbpf lets no code call; put what is "
	  "needed twice into a function without SEC()\n" },
	{ "without a relocation",
	  { "section xdp AX | global func p 8 | exit | global func q 16 | near -2 | exit" },
	  "a.o:(xdp+0x8): warning: 'p' is a program of section 'xdp' in 'a.o', which libbpf lets no code call; put what is "
	  "needed twice into a function without SEC()\n" },
	{ "of a static program", { "section xdp AX | local func p 8 | exit | global func q 16 | call p | exit" },
	  "a.o:(xdp+0x0)" STATIC("p") },
	{ "from dead code",
	  { "section .text AX | weak func f 16 | call q | exit", "section .text AX | global func f 8 | exit | section tc AX | global func q 8 | exit" },
	  "" },
};
// clang-format on

Test(programs, are_what_libbpf_loads)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		world_run(&world, check_programs);
		cr_expect_str_eq(world_messages(&world), cases[i].messages, "%s: %s", cases[i].name,
				 world_messages(&world));
		world_deinit(&world);
	}
}

// An undefined name that the command line says is a program's.
Test(programs, are_not_called_by_another_name)
{
	static const struct bpfld_alias alias = { "f", "p" };
	struct world world;

	world_init(&world, false,
		   (const char *[]){ "section xdp AX | global func p 8 | exit |"
				     "section .text AX | call f | exit",
				     NULL });
	world.options.aliases = &alias;
	world.options.alias_count = 1;
	cr_expect_not(world_run(&world, check_programs));
	cr_expect_str_eq(world_messages(&world), "a.o:(.text+0x0)" CALLED("p", "xdp", "a.o"));
	world_deinit(&world);
}
