/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "atoms.h"
#include "world.h"

// "0+16 f, 16+8 -": offset, size and the symbol of each atom; "*" for constants.
static const char *describe(struct world *world, const struct section *section)
{
	const char *text = "";

	array_each(atom, &section->atoms)
		text = arena_format(&world->arena, "%s%s%" PRIu32 "+%" PRIu32 " %s", text,
				    *text ? ", " : "", atom->offset, atom->size,
				    atom->constant ? "*"
				    : atom->symbol ? linker_name(&world->linker, atom->symbol->name)
						   : "-");
	return text;
}

struct cut_case {
	const char *name;
	const char *text;
	const char *section;
	const char *atoms;
};

// clang-format off
static const struct cut_case cases[] = {
	{ "functions", "section .text AX | local func a 8 | exit | global func b 16 | mov | exit",
	  ".text", "0+8 a, 8+16 b" },
	{ "no symbols", "section .text AX | mov | exit", ".text", "0+16 -" },
	{ "empty", "section .text AX | section .data WA", ".text", "" },
	{ "dropped", "section .debug_str - | local object a 1 | byte 0", ".debug_str", "" },
	{ "without a size", "section .text AX | global func a 0 | mov | exit", ".text", "0+16 -" },
	{ "a label", "section .text AX | global func a 16 | mov | local notype l 8 | exit",
	  ".text", "0+16 a" },
	{ "code between functions",
	  "section .text AX | local func a 8 | exit | exit | local func b 8 | exit | exit",
	  ".text", "0+8 a, 8+8 -, 16+8 b, 24+8 -" },
	{ "code before functions", "section .text AX | mov | local func a 8 | exit",
	  ".text", "0+8 -, 8+8 a" },

	{ "variables", "section .data WA | local object a 4 | word 1 | local object b 4 | word 2",
	  ".data", "0+4 a, 4+4 b" },
	{ "variable of asm", "section .data WA | local notype a 4 | word 1 | local notype b 4 | word 2",
	  ".data", "0+4 a, 4+4 b" },
	{ "a function's symbol in data", "section .data WA | local func a 4 | word 1 | word 2",
	  ".data", "0+4 a, 4+4 -" },
	{ "padding", "section .data WA 8 | local object a 1 | byte 1 | zero 7 | local object b 8 | quad 1",
	  ".data", "0+8 a, 8+8 b" },
	{ "padding of .bss", "section .bss WAN 8 | local object a 1 | zero 8 | local object b 8 | zero 8",
	  ".bss", "0+8 a, 8+8 b" },
	{ "more than padding",
	  "section .data WA 4 | local object a 4 | word 1 | word 0 | local object b 4 | word 1",
	  ".data", "0+4 a, 4+4 -, 8+4 b" },
	{ "a private constant",
	  "section .data WA 8 | local object a 4 | word 1 | word 2 | local object b 4 | word 1",
	  ".data", "0+4 a, 4+4 -, 8+4 b" },
	{ "rest", "section .data WA 8 | local object a 4 | word 1 | word 2", ".data", "0+4 a, 4+4 -" },
	{ "nothing to pad", "section .data WA 8 | zero 4 | local object a 4 | word 1",
	  ".data", "0+4 -, 4+4 a" },

	{ "aliases", "section .text AX | global func a 8 | weak func b 8 | exit", ".text", "0+8 a" },
	{ "aliases, the longer first",
	  "section .text AX | global func b 16 | local func a 8 | mov | exit", ".text", "0+16 b" },
	{ "aliases, the longer last",
	  "section .text AX | local func a 8 | global func b 16 | mov | exit", ".text", "0+16 a" },
	{ "entry within a function",
	  "section .text AX | local func a 24 | mov | local func b 8 | mov | exit | local func c 8 | exit",
	  ".text", "0+24 a, 24+8 c" },
	{ "overlap", "section .text AX | local func a 16 | mov | local func b 16 | mov | exit",
	  ".text", "0+24 a" },

	{ "jump within", "section .text AX | local func a 16 | jump 0 | exit | local func b 8 | exit",
	  ".text", "0+16 a, 16+8 b" },
	{ "jump forward", "section .text AX | local func a 8 | jump 0 | local func b 8 | exit",
	  ".text", "0+16 a" },
	{ "jump backward", "section .text AX | local func a 8 | exit | local func b 8 | jump -2",
	  ".text", "0+16 a" },
	{ "jump across",
	  "section .text AX | local func a 8 | jump 1 | local func b 8 | exit | local func c 8 | exit",
	  ".text", "0+24 a" },
	{ "far jump", "section .text AX | local func a 8 | gotol 0 | local func b 8 | exit",
	  ".text", "0+16 a" },
	{ "jumps that pad", "section .text AX | local func a 8 | exit | jump 0 | gotol 0 | local func b 8 | exit",
	  ".text", "0+8 a, 8+16 -, 24+8 b" },
	{ "jump into a gap", "section .text AX | local func a 8 | jump 0 | exit | local func b 8 | exit",
	  ".text", "0+16 a, 16+8 b" },
	{ "a jump by table leads nowhere",
	  "section .text AX | local func a 8 | gotox | local func b 8 | exit", ".text", "0+8 a, 8+8 b" },
	{ "jump out of the section", "section .text AX | local func a 8 | jump 5 | local func b 8 | exit",
	  ".text", "0+8 a, 8+8 b" },
	{ "jump of its other half is none",
	  "section .text AX | local func a 16 | load x | local func b 8 | exit", ".text", "0+16 a, 16+8 b" },
	{ "calls do not tie", "section .text AX | local func a 16 | near 1 | exit | local func b 8 | exit",
	  ".text", "0+16 a, 16+8 b" },
	{ "tied twice",
	  "section .text AX | local func a 8 | jump 1 | local func b 8 | exit | local func c 8 | jump -2",
	  ".text", "0+24 a" },
	{ "an instruction is not cut",
	  "section .text AX | local func a 8 | load x | local func b 8 | exit", ".text", "0+16 a, 16+8 b" },
	{ "a relocated field is not cut",
	  "section .data WA | local object a 4 | quad x | local object b 4 | word 1", ".data",
	  "0+8 a, 8+4 b" },
	{ "nor is a word", "section .data WA | local object a 2 | word x+0x10000 | local object b 4 | word 1",
	  ".data", "0+4 a, 4+4 b" },

	{ "license", "section license WA | local object a 2 | byte 1 | byte 2 | global object b 1 | byte 0",
	  "license", "0+3 a" },
	{ "version", "section version WA | word 1", "version", "0+4 -" },

	{ "strings", "section s AMS 1 1 | string ab | byte 0 | string c", "s", "0+3 *, 3+1 *, 4+2 *" },
	{ "wide strings", "section s AMS 4 4 | word 7 | word 0 | word 256 | word 1 | word 0", "s",
	  "0+8 *, 8+12 *" },
	{ "aligned strings", "section s AMS 4 1 | string ab | byte 0 | string c", "s",
	  "0+3 *, 3+1 *, 4+2 *" },
	{ "values", "section c AM 8 8 | quad 1 | quad 0 | quad 0", "c", "0+8 *, 8+8 *, 16+8 *" },
	{ "values that need less alignment", "section c AM 4 8 | quad 1 | quad 0", "c", "0+8 *, 8+8 *" },
	{ "values of no power of two", "section c AM 4 12 | quad 1 | quad 0 | quad 0", "c",
	  "0+12 *, 12+12 *" },
	{ "a variable among strings",
	  "section s AMS 1 1 | string ab | local object v 6 | string cd | string ef | string gh", "s",
	  "0+3 *, 3+6 v, 9+3 *" },
	{ "a variable among values", "section c AM 8 8 | quad 1 | local object v 8 | quad 2 | quad 3", "c",
	  "0+8 *, 8+8 v, 16+8 *" },
	{ "a label among strings", "section s AMS 1 1 | string ab | local notype v 0 | string cd", "s",
	  "0+3 *, 3+3 *" },
	{ "a private label among strings", "section s AMS 1 1 | local object .L.str 6 | string ab | string cd", "s",
	  "0+3 *, 3+3 *" },
	{ "a private variable", "section .data WA | local object .L.x 4 | word 1 | word 2", ".data",
	  "0+4 .L.x, 4+4 -" },
	{ "a variable that ends within a string",
	  "section s AMS 1 1 | string ab | local object v 1 | string cd", "s", "0+3 -, 3+1 v, 4+2 -" },
	{ "a variable that starts within a string",
	  "section s AMS 1 1 | byte 1 | local object v 2 | byte 2 | byte 0 | string c", "s",
	  "0+1 -, 1+2 v, 3+2 -" },
	{ "a variable of another size", "section c AM 8 8 | local object v 4 | word 2 | word 0 | quad 3", "c",
	  "0+8 v, 8+8 -" },
	{ "an open string", "section s AMS 1 1 | string ab | byte 1", "s", "0+4 -" },
	{ "half a terminator", "section s AMS 2 2 | string a | byte 0", "s", "0+3 -" },
	{ "a value and a half", "section c AM 4 8 | quad 1 | word 0", "c", "0+12 -" },
	{ "values of no size", "section c AM 8 0 | quad 1 | quad 0", "c", "0+16 -" },
	{ "values larger than the section", "section c AM 8 0x7fffffffffffffff | quad 1", "c", "0+8 -" },
	{ "values with gaps", "section c AM 8 4 | word 1 | word 0", "c", "0+8 -" },
	{ "values that alignment moves apart", "section c AM 8 12 | quad 1 | word 0", "c", "0+12 -" },
	{ "strings that alignment moves apart", "section s AMS 2 3 | zero 3", "s", "0+3 -" },
	{ "writable", "section s AWMS 1 1 | string a | string b", "s", "0+4 -" },
	{ "not mergeable", "section s AS 1 1 | string a | string b", "s", "0+4 -" },
	{ "pointers", "section c AM 8 8 | quad x | quad 0", "c", "0+16 -" },
	{ "without content", "section c AMN 8 8 | zero 16", "c", "0+16 -" },
	{ "code", "section .text AXM 8 8 | mov | exit", ".text", "0+16 -" },
};
// clang-format on

Test(atoms, cuts_at_symbols)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct world world;
			const char *atoms;

			world_init(&world, big_endian, (const char *[]){ cases[i].text, NULL });
			cr_assert(world_run(&world, cut_atoms), "%s: %s", cases[i].name,
				  world_messages(&world));
			atoms = describe(&world, world_section(&world, 0, cases[i].section));
			cr_expect_str_eq(atoms, cases[i].atoms, "%s: %s", cases[i].name, atoms);
			world_deinit(&world);
		}
	}
}

Test(atoms, finds_the_atom_of_an_offset)
{
	static const struct {
		int64_t offset;
		int atom; // index
	} lookups[] = {
		{ INT64_MIN, 0 }, { -1, 0 }, { 0, 0 },  { 3, 0 },  { 4, 1 },  { 11, 1 },
		{ 12, 2 },        { 13, 3 }, { 15, 3 }, { 16, 3 }, { 99, 3 }, { INT64_MAX, 3 },
	};
	struct world world;
	struct section *section;

	world_init(&world, false,
		   (const char *[]){ "section .data WA 1 | local object a 4 | word 1 |"
				     "local object b 8 | quad 1 | local object c 1 | byte 1 |"
				     "byte 2 | byte 2 | byte 2 | section .bss WAN",
				     NULL });
	cr_assert(world_run(&world, cut_atoms));
	section = world_section(&world, 0, ".data");
	cr_assert_eq(section->atoms.count, 4);
	for (size_t i = 0; i < sizeof(lookups) / sizeof(*lookups); i++)
		cr_expect_eq(section_atom(section, lookups[i].offset),
			     &section->atoms.items[lookups[i].atom], "offset %" PRId64,
			     lookups[i].offset);
	cr_expect_null(section_atom(world_section(&world, 0, ".bss"), 0));
	world_deinit(&world);
}

Test(atoms, finds_the_references_of_an_atom)
{
	static const size_t first[] = { 0, 1, 1, 3 };
	static const size_t counts[] = { 1, 0, 2, 0 };
	struct world world;
	struct section *section;

	world_init(&world, false,
		   (const char *[]){ "section .text AX | local func a 8 | call x |"
				     "local func b 8 | exit |"
				     "local func c 24 | load x | near -2 |"
				     "local func d 8 | exit",
				     NULL });
	cr_assert(world_run(&world, cut_atoms));
	section = world_section(&world, 0, ".text");
	cr_assert_eq(section->atoms.count, 4);
	for (size_t i = 0; i < 4; i++) {
		const struct atom *atom = &section->atoms.items[i];
		size_t next = atom->first_reference;

		cr_expect_eq(next, first[i], "atom %zu", i);
		while (atom_has_reference(atom, next))
			next++;
		cr_expect_eq(next - first[i], counts[i], "atom %zu", i);
	}
	world_deinit(&world);
}

// Atom @index of a section whose atoms are of that size.
static uint64_t even(uint64_t index)
{
	(void)index;
	return 8;
}

static uint64_t growing(uint64_t index)
{
	return index * index + 1;
}

static uint64_t large_first(uint64_t index)
{
	return index ? 1 : 5000;
}

static uint64_t large_last(uint64_t index)
{
	return index == 99 ? 5000 : 1;
}

static uint64_t large_within(uint64_t index)
{
	return index == 30 ? 5000 : 3;
}

Test(atoms, are_found_whatever_their_sizes)
{
	static uint64_t (*const sizes[])(uint64_t index) = { even, growing, large_first, large_last,
							     large_within };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		for (size_t count = 1; count <= 100; count += 33) {
			struct atom atoms[100] = { 0 };
			struct section section = { .atoms = { atoms, count, count } };
			size_t expected = 0;

			for (size_t j = 0; j < count; j++) {
				atoms[j].offset = section.size;
				section.size += sizes[i](j);
			}
			cr_expect_eq(section_atom(&section, -1), atoms);
			for (uint64_t at = 0; at < section.size + 2; at++) {
				while (expected + 1 < count && atoms[expected + 1].offset <= at)
					expected++;
				if (section_atom(&section, (int64_t)at) != &atoms[expected])
					cr_assert(false, "sizes %zu, %zu atoms, at %zu", i, count,
						  (size_t)at);
			}
		}
	}
}
