/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "expect.h"

static const char *describe_flags(struct world *world, const struct output_section *output)
{
	return arena_format(
		&world->arena, "%s%s%s%s%s%s", output->flags & SHF_WRITE ? "W" : "",
		output->flags & SHF_ALLOC ? "A" : "", output->flags & SHF_EXECINSTR ? "X" : "",
		output->flags & SHF_MERGE ? "M" : "", output->flags & SHF_STRINGS ? "S" : "",
		output->type == SHT_NOBITS ? "N" : "");
}

// ".data WA 8 12: a.x@0 b.y@8": flags, alignment, size, and the place of each atom's symbol.
static const char *describe(struct world *world)
{
	struct arena *arena = &world->arena;
	const char *text = "";

	array_each(each, &world->linker.sections) {
		const struct output_section *output = *each;

		text = arena_format(arena, "%s%s%s %s %" PRIu64 " %" PRIu64 ":", text,
				    *text ? "; " : "", linker_name(&world->linker, output->name),
				    describe_flags(world, output), output->align, output->size);
		array_each(atom, &output->atoms)
			text = arena_format(
				arena, "%s %.1s.%s@%" PRIu32, text, (*atom)->section->object->name,
				(*atom)->symbol ? linker_name(&world->linker, (*atom)->symbol->name)
						: "-",
				(*atom)->place);
	}
	return text;
}

#define X "local object x 4 | word 1"
#define Y "local object y 4 | word 1"
#define Q "local object q 8 | quad 1"

static const struct {
	const char *name;
	const char *texts[4];
	const char *layout;
} cases[] = {
	{ "one", { "section .data WA 4 |" X "|" Y }, ".data WA 4 8: a.x@0 a.y@4" },
	{ "two of a name",
	  { "section .data WA 4 |" X, "section .data WA 4 |" Y },
	  ".data WA 4 8: a.x@0 b.y@4" },
	{ "the larger alignment",
	  { "section .data WA 4 |" X, "section .data WA 8 |" Q, "section .data WA 1 |" Y },
	  ".data WA 8 20: a.x@0 b.q@8 c.y@16" },
	{ "a large alignment",
	  { "section .data WA 1 | local object c 1 | byte 1", "section .data WA 64 |" X },
	  ".data WA 64 68: a.c@0 b.x@64" },
	{ "alignment 0", { "section .data WA 0 |" X }, ".data WA 1 4: a.x@0" },
	{ "names in order of input",
	  { "section b WA |" X "| section a WA |" Y, "section c WA |" X "| section a WA |" X },
	  "b WA 8 4: a.x@0; a WA 8 12: a.y@0 b.x@8; c WA 8 4: b.x@0" },
	{ "the name of relocations of what is no section",
	  { "section .relx WA |" X "| section .rely WA |" X },
	  ".relx WA 8 4: a.x@0; .rely WA 8 4: a.x@0" },
	{ "the distances in a section stay",
	  { "section .data WA 1 | local object c 1 | byte 1",
	    "section .data WA 8 |" X "| word 0 |" Q "|" Y },
	  ".data WA 8 28: a.c@0 b.x@8 b.q@16 b.y@24" },

	{ "without content twice",
	  { "section .bss WAN 8 | local object x 4 | zero 4",
	    "section .bss WAN 8 | local object y 8 | zero 8" },
	  ".bss WAN 8 16: a.x@0 b.y@8" },
	{ "without content, then with",
	  { "section .data WAN | local object x 8 | zero 8", "section .data WA |" Q },
	  ".data WA 8 16: a.x@0 b.q@8" },
	{ "with content, then without",
	  { "section .data WA |" Q, "section .data WAN | local object x 8 | zero 8" },
	  ".data WA 8 16: a.q@0 b.x@8" },
	{ "commons are in .bss",
	  { "section .bss WAN 8 | local object y 8 | zero 8", "global common x 4 4" },
	  ".bss WAN 8 12: a.y@0 b.x@8" },

	{ "read-only and not",
	  { "section .rodata A |" Q, "section .rodata WA |" Q },
	  ".rodata WA 8 16: a.q@0 b.q@8" },
	{ "writable and not",
	  { "section .rodata WA |" Q, "section .rodata A |" Q },
	  ".rodata WA 8 16: a.q@0 b.q@8" },
	{ "mergeable",
	  { "section .str AMS 1 1 | string a", "section .str AMS 1 1 | string b" },
	  ".str AMS 1 4: a.-@0 b.-@2" },
	{ "mergeable and not",
	  { "section .str AMS 1 1 | string a", "section .str A 1 | string b" },
	  ".str A 1 4: a.-@0 b.-@2" },
	{ "not and mergeable",
	  { "section .str A 1 | string a", "section .str AMS 1 1 | string b" },
	  ".str A 1 4: a.-@0 b.-@2" },

	{ "empty", { "section .text AX 4 | section .data WA |" X }, ".data WA 8 4: a.x@0" },
	{ "empty, with a symbol", { "section .data WA | global notype end 0" }, ".data WA 8 0:" },
	{ "empty, but referred to",
	  { "section .bss WAN 4 | section .data WA | quad @.bss+8" },
	  ".bss WAN 4 0:; .data WA 8 8: a.-@0" },
	{ "empty, but referred to by what is dead",
	  { "section .bss WAN 4 | section .text AX | weak func f 24 | load @.bss | exit",
	    "section .text AX | global func f 8 | exit" },
	  ".text AX 8 8: b.f@0" },
	{ "empty, with functions of elsewhere",
	  { "section f AX 4 | type g@f func int ( )", "section .text AX | global func g 8 | exit" },
	  ".text AX 8 8: b.g@0" },
	{ "empty here, but not there",
	  { "section .text AX 4", "section .text AX | local func f 8 | exit" },
	  ".text AX 8 8: b.f@0" },
	{ "dropped",
	  { "section .comment - | byte 1 | section .data WA |" X },
	  ".data WA 8 4: a.x@0" },

	{ "the license without padding, of one name",
	  { "section license WA | global object l 6 | string GPL | zero 2",
	    "section license WA | global object l 4 | string GPL" },
	  "license WA 8 4: b.l@0" },
	{ "the license without padding, of two names",
	  { "section license WA | global object l 6 | string GPL | zero 2",
	    "section license WA | global object m 4 | string GPL" },
	  "license WA 8 4: b.m@0" },
	{ "a weak license before one that is not",
	  { "section license WA | weak object l 4 | string GPL",
	    "section license WA | global object l 4 | string GPL" },
	  "license WA 8 4: a.l@0" },
	{ "aligned code, without padding",
	  { "section .text AX 16 | local func a 8 | exit",
	    "section .text AX 4096 | local func b 8 | exit" },
	  ".text AX 8 16: a.a@0 b.b@8" },
	{ "zeros between functions",
	  { "section .text AX 32 | local func a 8 | exit | zero 24 | local func b 8 | exit" },
	  ".text AX 8 16: a.a@0 a.b@8" },
	{ "LLVM's padding between functions, and behind them",
	  { "section .text AX 16 | local func a 8 | exit | word 0x15000000 | word 0 |"
	    "local func b 8 | exit | word 0x15000000 | word 0" },
	  ".text AX 8 16: a.a@0 a.b@8" },
	{ "jumps that pad",
	  { "section xdp AX 8 | global func a 8 | exit | jump 0 | gotol 0 | global func b 8 | "
	    "exit" },
	  "xdp AX 8 16: a.a@0 a.b@8" },
	{ "padding that is called",
	  { "section .text AX 16 | local func a 16 | near 1 | exit | zero 8 |"
	    "local func b 8 | exit" },
	  ".text AX 8 32: a.a@0 a.-@16 a.b@24" },
	{ "padding with a global name",
	  { "section .text AX | local func a 8 | exit | global notype l 0 | zero 8" },
	  ".text AX 8 16: a.a@0 a.-@8" },
	{ "code that is no padding",
	  { "section .text AX | local func a 8 | exit | zero 8 | exit | local func b 8 | exit" },
	  ".text AX 8 32: a.a@0 a.-@8 a.b@24" },
	{ "closing up",
	  { "section .text AX | local func a 8 | exit | weak func f 8 | exit | local func b 8 | "
	    "exit",
	    "section .text AX | global func f 8 | exit" },
	  ".text AX 8 24: a.a@0 a.b@8 b.f@16" },
	{ "closing up at the start",
	  { "section .text AX | weak func f 8 | exit | local func b 8 | exit",
	    "section .text AX | global func f 8 | exit" },
	  ".text AX 8 16: a.b@0 b.f@8" },
	{ "closing up keeps the alignment",
	  { "section .data WA 8 | weak object x 4 | word 1 |" Y "|" Q,
	    "section .data WA 4 | global object x 4 | word 1" },
	  ".data WA 8 20: a.y@0 a.q@8 b.x@16" },
	{ "closing up keeps the alignment of what has no name",
	  { "section .rodata A 8 | weak object x 4 | word 1 | word 0 | quad 7 | word 9",
	    "section .rodata A 4 | global object x 4 | word 1" },
	  ".rodata A 8 16: a.-@0 b.x@12" },
	{ "zeros before what has no name need not be padding",
	  { "section .rodata A 8 | global object y 4 | word 1 | word 0 | word 7" },
	  ".rodata A 8 12: a.y@0 a.-@8" },
	{ "closed altogether",
	  { "section .text AX | weak func f 8 | exit", "section xdp AX | global func f 8 | exit" },
	  "xdp AX 8 8: b.f@0" },
	{ "one license",
	  { "section license WA 1 | string GPL", "section license WA 1 | string GPL" },
	  "license WA 1 4: a.-@0" },
	{ "functions in sections of their own",
	  { "section .text AX | local func a 8 | exit | section .text.f AX | local func f 8 | exit",
	    "section .text.g AX | local func g 8 | exit" },
	  ".text AX 8 24: a.a@0 a.f@8 b.g@16" },
};

Test(layout, gives_every_atom_its_place)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		expect_description(&world, lay_out, describe, cases[i].name, cases[i].layout);
		world_deinit(&world);
	}
}

// What becomes part of .rodata. "M": variables of each kind, strings and constants.
#define M                                                                                          \
	"section .rodata.str1.1 AMS 1 1 | string a | section .rodata.cst4 AM 4 4 | word 1 | "      \
	"section .rodata.cst8 AM 8 8 | quad 1 | section .rodata A 4 |" X

static const struct {
	const char *name;
	enum bpfld_merge_rodata merge;
	bool allow_undefined;
	const char *texts[4];
	const char *layout;
} merged[] = {
	{ "variables first, then by alignment, then strings",
	  BPFLD_MERGE_RODATA_FINAL,
	  false,
	  { M, "section .rodata A 4 |" Y "| section .rodata.cst8 AM 8 8 | quad 2" },
	  ".rodata A 8 30: a.x@0 b.y@4 a.-@8 b.-@16 a.-@24 a.-@28" },
	{ "strings by alignment",
	  BPFLD_MERGE_RODATA_CONSTANTS,
	  true,
	  { "section .rodata.str1.1 AMS 1 1 | string ab",
	    "section .rodata.str4.4 AMS 4 4 | word 2 | word 0" },
	  ".rodata A 4 11: b.-@0 a.-@8" },
	{ "strings alone",
	  BPFLD_MERGE_RODATA_FINAL,
	  false,
	  { "section .rodata.str1.1 AMS 1 1 | string a",
	    "section .rodata.str1.1 AMS 1 1 | string b" },
	  ".rodata A 1 4: a.-@0 b.-@2" },
	{ "of a writable section",
	  BPFLD_MERGE_RODATA_FINAL,
	  false,
	  { "section .rodata WA 4 |" X "| section .rodata.str1.1 AMS 1 1 | string a" },
	  ".rodata WA 4 6: a.x@0 a.-@4" },
	{ "of a section for each function",
	  BPFLD_MERGE_RODATA_FINAL,
	  false,
	  { "section .rodata.main.str1.1 AMS 1 1 | string a | section .rodata.f.cst4 AM 4 4 | word "
	    "1" },
	  ".rodata A 4 6: a.-@0 a.-@4" },
	{ "variables among constants",
	  BPFLD_MERGE_RODATA_FINAL,
	  false,
	  { "section .rodata A 4 |" X
	    "| section .rodata.cst8 AM 8 8 | local object q 8 | quad 1 | quad 1" },
	  ".rodata A 8 24: a.x@0 a.q@8 a.-@16" },
	{ "not before another link",
	  BPFLD_MERGE_RODATA_FINAL,
	  true,
	  { "section .rodata.str1.1 AMS 1 1 | string a | section .rodata A 4 |" X },
	  ".rodata.str1.1 AMS 1 2: a.-@0; .rodata A 4 4: a.x@0" },
	{ "not where the user says so",
	  BPFLD_MERGE_RODATA_NONE,
	  false,
	  { "section .rodata.str1.1 AMS 1 1 | string a | section .rodata A 4 |" X },
	  ".rodata.str1.1 AMS 1 2: a.-@0; .rodata A 4 4: a.x@0" },
	{ "no section of the user",
	  BPFLD_MERGE_RODATA_FINAL,
	  false,
	  { "section .rodata.str1.1 A 4 |" X "| section .rodata.cfg A 4 |" X
	    "| section .rodata.strategy AMS 1 1 | string a | section .rodata.str AMS 1 1 | string a"
	    "| section .rodata.str1.x AMS 1 1 | string a" },
	  ".rodata.str1.1 A 4 4: a.x@0; .rodata.cfg A 4 4: a.x@0; .rodata.strategy AMS 1 2: a.-@0;"
	  " .rodata.str AMS 1 2: a.-@0; .rodata.str1.x AMS 1 2: a.-@0" },
	{ "all",
	  BPFLD_MERGE_RODATA_ALL,
	  false,
	  { "section .rodata.cfg A 4 |" X
	    "| section .rodata.strategy AMS 1 1 | string a | section .rodata A 4 |" Y },
	  ".rodata A 4 10: a.x@0 a.y@4 a.-@8" },
	{ "all, but no other data",
	  BPFLD_MERGE_RODATA_ALL,
	  false,
	  { "section .data.x WA 4 |" X "| section .bss.y WAN 4 | local object y 4 | zero 4 | "
	    "section .data.rel.ro WA |" X },
	  ".data.x WA 4 4: a.x@0; .bss.y WAN 4 4: a.y@0; .data.rel.ro WA 8 4: a.x@0" },
};

Test(layout, lets_constants_join_variables)
{
	for (size_t i = 0; i < sizeof(merged) / sizeof(*merged); i++) {
		struct world world;

		world_init(&world, false, merged[i].texts);
		world.options.merge_rodata = merged[i].merge;
		world.options.allow_undefined = merged[i].allow_undefined;
		expect_description(&world, lay_out, describe, merged[i].name, merged[i].layout);
		world_deinit(&world);
	}
}

Test(layout, numbers_sections)
{
	struct world world;

	world_init(&world, false,
		   (const char *[]){ "section b WA |" X "| section a WA |" X, "section c WA |" X,
				     NULL });
	cr_assert(world_run(&world, lay_out));
	for (size_t i = 0; i < world.linker.sections.count; i++)
		cr_expect_eq(world.linker.sections.items[i]->shndx, i + 1);
	cr_expect_eq(world_output(&world, "c"), world.linker.sections.items[2]);
	cr_expect_eq(world_section(&world, 1, "c")->output, world.linker.sections.items[2]);
	cr_expect_null(world_output(&world, "d"));
	world_deinit(&world);
}

Test(layout, says_what_does_not_fit)
{
	static const struct {
		const char *texts[3];
		const char *message;
	} errors[] = {
		{ { "section x WA |" X, "section x AX | exit" },
		  "b.o:(x): error: is code here, but data in 'a.o'\n" },
		{ { "section x AX | exit", "section x WA |" X },
		  "b.o:(x): error: is data here, but code in 'a.o'\n" },
		{ { "section .bss WAN | zero 0xc0000000", "section .bss WAN | zero 0xc0000000" },
		  "bpfld:(.bss): error: section would be 6442450944 bytes large; BTF and loaders "
		  "end at 4 GiB\n" },
		{ { "section .relx AX | exit", "section x AX | exit" },
		  "a.o:(.relx): error: section has the name of the relocations of 'x'\n" },
		{ { "section .symtab WA |" X },
		  "a.o:(.symtab): error: section has the name of the symbol table\n" },
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		struct world world;

		world_init(&world, false, errors[i].texts);
		cr_expect_not(world_run(&world, lay_out), "%s", errors[i].message);
		cr_expect_str_eq(world_messages(&world), errors[i].message, "%s",
				 world_messages(&world));
		world_deinit(&world);
	}
}
