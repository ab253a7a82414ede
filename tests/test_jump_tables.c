/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "base/integers.h"
#include "world.h"

// The entries of all tables that go out, as numbers; "" when none does.
static const char *describe(struct world *world)
{
	const struct output_section *output = world_output(world, ".jumptables");
	const uint8_t *bytes = output ? world_bytes(world, output) : NULL;
	const char *text = "";

	for (uint64_t at = 0; output && at < output->size; at += 8)
		text = arena_format(&world->arena, "%s%s%" PRIu64, text, at ? " " : "",
				    get64(bytes + at, world->linker.big_endian));
	return text;
}

// A function of 5 instructions whose table, which every object calls alike, has its last two.
#define JUMPS(binding, name)                                                                       \
	"section .text AX | " binding " func " name " 40 | load BPF.JT.0.0 | gotox | mov | exit |"
#define TABLE    "section .jumptables - 1 | global object BPF.JT.0.0 16 |"
#define MOV_EXIT "quad 24 | quad 32"

// clang-format off
static const struct {
	const char *name;
	const char *texts[4];
	const char *entries; // NULL: `message` is reported
	const char *message;
} cases[] = {
	{ "alone", { JUMPS("global", "f") TABLE MOV_EXIT }, "24 32", NULL },
	{ "behind other code",
	  { "section .text AX | global func g 16 | mov | exit", JUMPS("global", "f") TABLE MOV_EXIT },
	  "40 48", NULL },
	{ "tables of one name",
	  { JUMPS("global", "f") TABLE MOV_EXIT, JUMPS("global", "g") TABLE "quad 32 | quad 24" },
	  "24 32 72 64", NULL },
	{ "two tables of an object",
	  { "section .text AX | exit",
	    JUMPS("global", "f") "local func g 24 | load BPF.JT.1.0 | gotox |"
	    TABLE "quad 24 | quad 32 | global object BPF.JT.1.0 8 | quad 56" }, "32 40 64", NULL },
	{ "one table used twice in a section",
	  { "section .text AX | exit",
	    JUMPS("global", "f") "local func g 24 | load BPF.JT.0.0 | gotox |" TABLE MOV_EXIT },
	  "32 40", NULL },
	{ "in two sections",
	  { "section xdp AX | exit | section .text AX | mov | exit",
	    JUMPS("global", "f") "section xdp AX | global func g 24 | load BPF.JT.1.0 | gotox |"
	    TABLE MOV_EXIT "| global object BPF.JT.1.0 16 | quad 0 | quad 16" }, "40 48 8 24", NULL },
	{ "in a section of the function",
	  { "section .text AX | exit",
	    "section .text AX | mov | section .text.f AX | global func f 32 | load BPF.JT.0.0 | gotox | exit |"
	    TABLE "quad 16 | quad 24" }, "32 40", NULL },
	{ "a function that is overridden takes its table along",
	  { JUMPS("weak", "f") TABLE MOV_EXIT, "section .text AX | global func f 8 | exit" }, "", NULL },
	{ "the winner's table stays",
	  { JUMPS("weak", "f") TABLE MOV_EXIT, JUMPS("global", "f") TABLE "quad 32 | quad 32" },
	  "32 32", NULL },
	{ "an overridden function before closes up",
	  { "section .text AX | weak func g 8 | exit | global func f 32 | load BPF.JT.0.0 | gotox | exit |"
	    TABLE "quad 24 | quad 32", "section .text AX | global func g 8 | exit" }, "16 24", NULL },
	{ "a table that nothing uses", { "section .text AX | exit |" TABLE MOV_EXIT }, "", NULL },

	// Early LLVM 22.
	{ "relocated by section",
	  { "section .text AX | exit", JUMPS("global", "f") TABLE "quad @.text+24 | quad @.text+32" },
	  "32 40", NULL },
	{ "relocated by name",
	  { "section .text AX | exit",
	    "section .text AX | mov | global func f 32 | load BPF.JT.0.0 | gotox | exit |"
	    TABLE "quad f+16 | quad f+24" }, "32 40", NULL },
	{ "relocated, used by section",
	  { "section .text AX | exit",
	    "section .text AX | load @.jumptables | gotox | exit |" TABLE "quad @.text+24 | quad @.text+16" },
	  "32 24", NULL },
	{ "relocated, no code", { JUMPS("global", "f") TABLE "quad @.data | quad 0 | section .data WA | quad 0" },
	  NULL, "a.o:(.jumptables+0x0): error: jump table entry is not an address of code in this object" },
	{ "relocated, undefined", { JUMPS("global", "f") TABLE "quad x | quad 0" },
	  NULL, "jump table entry is not an address of code in this object" },
	{ "relocated, past the end", { JUMPS("global", "f") TABLE "quad @.text | quad @.text+40" },
	  NULL, "a.o:(.jumptables+0x8): error: jump table entry leads to offset 0x28 of section '.text', "
	  "where no instruction is" },

	{ "relocated, far away",
	  { "section .text AX | mov | global func f 32 | load BPF.JT.0.0 | gotox | exit |"
	    TABLE "quad f+0x7fffffffffffffff | quad f" },
	  NULL, "jump table entry leads to offset 0x8000000000000007" },

	{ "past the end", { JUMPS("global", "f") TABLE "quad 0 | quad 40" }, NULL,
	  "a.o:(.jumptables+0x8): error: jump table entry leads to offset 0x28 of section '.text', "
	  "where no instruction is" },
	{ "into an instruction", { JUMPS("global", "f") TABLE "quad 4 | quad 8" }, NULL,
	  "jump table entry leads to offset 0x4" },
	{ "used by two sections",
	  { JUMPS("global", "f") "section xdp AX | load BPF.JT.0.0 | gotox |" TABLE "quad 0 | quad 16" }, NULL,
	  "a.o:(xdp+0x0): error: jump table 'BPF.JT.0.0' is used by code in section '.text', too" },
	{ "without a size",
	  { "section .text AX | load t | section .jumptables - | global object t 0 | quad 0" }, NULL,
	  "jump table 't' is not a whole number of entries" },
	{ "half an entry",
	  { "section .text AX | load t | section .jumptables - | global object t 12 | quad 0 | quad 0" }, NULL,
	  "jump table 't' is not a whole number of entries" },
	{ "between entries, though unused",
	  { JUMPS("global", "f") TABLE "quad 24 | zero 4 | global object t 8 | zero 12" }, NULL,
	  "a.o:(.jumptables+0xc): error: jump table 't' is not a whole number of entries" },
	{ "without a name", { JUMPS("global", "f") "load @.jumptables |" TABLE MOV_EXIT }, NULL,
	  "a.o:(.text+0x28): error: refers to jump tables without a symbol that says where one ends" },
};
// clang-format on

Test(jump_tables, follow_their_code)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct world world;
			bool linked;

			world_init(&world, big_endian, cases[i].texts);
			linked = world_run(&world, relocate);
			cr_expect_eq(linked, cases[i].entries != NULL, "%s: %s", cases[i].name,
				     world_messages(&world));
			if (linked)
				cr_expect_str_eq(describe(&world), cases[i].entries, "%s: %s",
						 cases[i].name, describe(&world));
			else if (cases[i].message)
				cr_expect(strstr(world_messages(&world), cases[i].message),
					  "%s: %s", cases[i].name, world_messages(&world));
			world_deinit(&world);
		}
	}
}

Test(jump_tables, go_out_as_loaders_read_them)
{
	struct world world;
	const struct output_section *tables;

	world_init(&world, false,
		   (const char *[]){ JUMPS("global", "f") TABLE "quad @.text+24 | quad @.text+32",
				     JUMPS("global", "g") TABLE MOV_EXIT, NULL });
	cr_assert(world_run(&world, relocate), "%s", world_messages(&world));
	tables = world_output(&world, ".jumptables");
	cr_expect_eq(tables->align, 8);
	cr_expect_eq(tables->flags, 0);
	// libbpf takes the words as they are.
	cr_expect_eq(tables->relocations.count, 0);
	for (size_t i = 0; i < 2; i++) {
		const struct symbol *symbol = world_symbol(&world, i, "BPF.JT.0.0");
		const struct output_symbol *output = &world.linker.symbols.items[symbol->output];

		cr_expect_neq(symbol->output, 0);
		cr_expect_lt(symbol->output, world.linker.first_global);
		cr_expect_eq(output->elf.st_value, i * 16);
		cr_expect_eq(output->elf.st_size, 16);
	}
	world_deinit(&world);
}
