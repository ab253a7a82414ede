/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug information of an object that lost a function: .text has f, g and h of 16 bytes each, and
 * another object overrides g. In the output f is at 0 and h at 16.
 */
#include <criterion/criterion.h>

#include "debug_pieces.h"
#include "elf_object.h"

#define SECTIONS 4

/*
 * A debug section in words:
 *
 *	hh       a byte
 *	(4 ( 8   the length of what follows up to ")", in 4 bytes, or in 8 behind 0xffffffff
 *	T+hh     8 bytes with a relocation: byte hh of .text; t+hh: 4 bytes
 *	a+hh     4 bytes with a relocation: byte hh of .debug_abbrev (A+hh: 8); likewise d
 *.debug_addr, r .debug_rnglists, l .debug_loclists, R .debug_ranges, L .debug_loc, w .debug_line,
 *	         i .debug_info
 */
struct part {
	const char *name, *words;
};

static const struct {
	char word;
	const char *section;
} targets[] = {
	{ 'T', ".text" },         { 't', ".text" },           { 'a', ".debug_abbrev" },
	{ 'd', ".debug_addr" },   { 'r', ".debug_rnglists" }, { 'l', ".debug_loclists" },
	{ 'R', ".debug_ranges" }, { 'L', ".debug_loc" },      { 'w', ".debug_line" },
	{ 'i', ".debug_info" },   { 'A', ".debug_abbrev" },
};

static uint32_t find_section(const struct elf_object *object, const char *name)
{
	for (uint32_t i = 1; i < object->sections.count; i++) {
		if (!strcmp(object->sections.items[i].name, name))
			return i;
	}
	abort();
}

static void add_reference(struct elf_object *object, uint32_t shndx, const char *word)
{
	size_t size = *word == 'T' || *word == 'A' ? 8 : 4, i = 0;
	uint64_t offset = elf_object_size(object, shndx);
	uint32_t target;

	while (targets[i].word != *word)
		i++;
	target = find_section(object, targets[i].section);
	elf_object_relocation(object, shndx, offset, size == 8 ? 2 : 3,
			      elf_object_section_symbol(object, target));
	elf_object_integer(object, shndx, size, strtoul(word + 2, NULL, 16));
}

static void add_part(struct elf_object *object, uint32_t shndx, const char *words)
{
	uint64_t start = 0, size = 0;

	for (const char *word = words; *word;
	     word += strcspn(word, " "), word += strspn(word, " ")) {
		uint8_t *bytes;

		if (word[0] == '(') {
			size = word[1] == '4' ? 4 : 8;
			if (size == 8)
				elf_object_integer(object, shndx, 4, UINT32_MAX);
			elf_object_integer(object, shndx, size, 0);
			start = elf_object_size(object, shndx);
		} else if (word[0] == ')') {
			bytes = object->sections.items[shndx].bytes.items;
			// These are short units.
			bytes[start - size] = (uint8_t)(elf_object_size(object, shndx) - start);
		} else if (word[1] == '+') {
			add_reference(object, shndx, word);
		} else {
			elf_object_integer(object, shndx, 1, strtoul(word, NULL, 16));
		}
	}
}

static void add_code(struct elf_object *object, const char *name, uint8_t binding, uint32_t size)
{
	uint32_t text = find_section(object, ".text");
	uint64_t offset = elf_object_size(object, text);

	for (uint32_t i = 0; i < size; i += 8)
		elf_object_integer(object, text, 8, 0x95);
	elf_object_symbol(object, name, binding, STT_FUNC, text, offset, size);
}

static struct str make(struct world *world, const struct part *parts)
{
	struct elf_object object = elf_object_begin(&world->arena, false);

	elf_object_section(&object, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
	add_code(&object, "f", STB_GLOBAL, 16);
	add_code(&object, "g", STB_WEAK, 16);
	add_code(&object, "h", STB_GLOBAL, 16);
	for (const struct part *part = parts; part->name; part++)
		elf_object_section(&object, part->name, SHT_PROGBITS, 0, 1);
	for (const struct part *part = parts; part->name; part++)
		add_part(&object, find_section(&object, part->name), part->words);
	return elf_object_finish(&object);
}

static struct str make_other(struct world *world)
{
	struct elf_object object = elf_object_begin(&world->arena, false);

	elf_object_section(&object, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
	add_code(&object, "g", STB_GLOBAL, 8);
	return elf_object_finish(&object);
}

// The name of the first section in the text of all, behind ".debug_", up to its relocations.
static const char *describe_section(struct world *world, const char *name)
{
	const char *text = debug_pieces(world), *found;

	name = arena_format(&world->arena, "%s ", name + strlen(".debug_"));
	found = strstr(text, name);
	if (!found)
		return text;
	found += strlen(name);
	return arena_strndup(&world->arena, found, strcspn(found, ";"));
}

struct cut {
	const char *name;
	struct part parts[SECTIONS + 1];
	const char *section, *expected; // what it is in the output; or the end of the message
};

// @map is of names of source files; NULL: none.
static void try(const struct cut *cut, const struct bpfld_prefix_map *map)
{
	struct world world;
	const char *text;

	world_begin(&world);
	world.options.keep_debug = true;
	world.options.prefix_maps = map;
	world.options.prefix_map_count = map ? 1 : 0;
	world_add(&world, make(&world, cut->parts));
	world_add(&world, make_other(&world));
	cr_assert(world_run(&world, link_debug), "%s: %s", cut->name, world_messages(&world));
	text = cut->section ? describe_section(&world, cut->section) : debug_pieces(&world);
	if (cut->section) {
		cr_expect_str_eq(text, cut->expected, "%s: %s", cut->name, text);
		cr_expect_str_eq(world_messages(&world), "", "%s: %s", cut->name,
				 world_messages(&world));
	} else {
		cr_expect_str_eq(text, "", "%s: %s", cut->name, text);
		cr_expect(strstr(world_messages(&world), cut->expected), "%s: %s", cut->name,
			  world_messages(&world));
	}
	world_deinit(&world);
}

#define TRY_ALL(cuts)                                                                              \
	for (size_t i = 0; i < sizeof(cuts) / sizeof(*(cuts)); i++)                                \
	try(&(cuts)[i], NULL)

// A unit of lines of version 4, up to its program: steps of 8 bytes, lines from -5 to 8, opcodes
// from 13; no folder, one file.
#define STANDARD "00 01 01 01 01 00 00 00 01 00 00 01 "
#define FILES    "00 61 00 00 00 00 00 "
#define LINES    "(4 04 00 19 00 00 00 08 01 01 fb 0e 0d " STANDARD FILES
#define AT(byte) "00 09 02 T+" #byte " "
#define END      "00 01 01 "
// f at line 1, g at 6, h at 11.
#define ROWS AT(0) "01 02 02 03 05 01 02 02 03 05 01 02 02 " END

#define ONLY(name, words)                                                                          \
	{                                                                                          \
		{                                                                                  \
			name, words                                                                \
		}                                                                                  \
	}

Test(debug_cut, lines)
{
	static const struct cut cuts[] = {
		{ "a sequence of three functions", ONLY(".debug_line", LINES ROWS ")"),
		  ".debug_line",
		  "43000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "00000000 09020000 00000000 00001202 02000101 00090210 00000000 00000003 "
		  "0a010202 000101, 38:64 .text, 55:64 .text" },
		{ "a sequence a function",
		  ONLY(".debug_line", LINES AT(0) "01 02 02 " END AT(10) "01 02 02 " END AT(
					      20) "01 02 02 " END ")"),
		  ".debug_line",
		  "41000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "00000000 09020000 00000000 00001202 02000101 00090210 00000000 00000012 "
		  "02020001 01, 38:64 .text, 55:64 .text" },
		{ "a sequence that ends nowhere",
		  ONLY(".debug_line", LINES AT(0) "01 00 09 02 00 00 00 00 00 00 00 00 " END ")"),
		  ".debug_line",
		  "30000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "00000000 09020000 00000000 00001202 02000101, 38:64 .text" },
		{ "references to a unit, into one and past the last",
		  { { ".debug_line", LINES AT(0) "01 02 02 " END AT(20) "01 02 02 " END ")" },
		    { ".debug_macro", "w+0 w+4 w+44" } },
		  ".debug_macro",
		  "00000000 ffffffff ffffffff, 0:32 .debug_line" },
		{ "all registers",
		  ONLY(".debug_line", LINES AT(20) "04 02 05 07 06 07 0a 0b 0c 03 00 02 04 09 01 "
						   "02 01 01 02 01 " END ")"),
		  ".debug_line",
		  "3f000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "00000000 09021000 00000000 00000402 05070c03 00020409 06070a0b 12200201 "
		  "000101, 38:64 .text" },
		{ "all ways to advance",
		  ONLY(".debug_line", LINES AT(20) "01 21 08 03 7e 01 " END AT(
					      0) "01 09 08 00 01 03 e4 00 01 " END ")"),
		  ".debug_line",
		  "45000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "00000000 09021000 00000000 00001221 02010001 01000902 00000000 00000000 "
		  "122003e4 00010001 01, 38:64 .text, 56:64 .text" },
		{ "an opcode that only advances",
		  ONLY(".debug_line", "(4 04 00 19 00 00 00 04 01 01 fb 78 0d " STANDARD FILES AT(
					      20) "01 08 01 08 " END ")"),
		  ".debug_line",
		  "33000000 04001900 00000401 01fb780d 00010101 01000000 01000001 "
		  "00610000 00000000 09021000 00000000 00001202 02010202 000101, 38:64 .text" },
		{ "an address between steps",
		  ONLY(".debug_line", LINES AT(20) "01 09 04 00 01 02 01 " END ")"), ".debug_line",
		  "3c000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "00000000 09021000 00000000 00001200 09021400 00000000 00001202 01000101, "
		  "38:64 .text, 50:64 .text" },
		{ "addresses that go back",
		  ONLY(".debug_line", LINES AT(20) "02 01 01 " AT(20) "01 02 02 " END ")"),
		  ".debug_line",
		  "3f000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "00000000 09021800 00000000 00001200 01010009 02100000 00000000 00120202 "
		  "000101, 38:64 .text, 53:64 .text" },
		{ "an address of 32 bits",
		  ONLY(".debug_line", LINES "00 05 02 t+20 01 02 02 " END ")"), ".debug_line",
		  "2c000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "00000000 05021000 00001202 02000101, 38:32 .text" },
		{ "no relocation",
		  ONLY(".debug_line", LINES "00 09 02 00 00 00 00 00 00 00 00 01 02 02 " END ")"),
		  ".debug_line",
		  "1f000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "000000" },
		{ "no end", ONLY(".debug_line", LINES AT(20) "01 02 01 01 )"), ".debug_line",
		  "2f000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "00000000 09021000 00000000 00001220 000101, 38:64 .text" },
		{ "past the section", ONLY(".debug_line", LINES AT(20) "01 02 02 01 " END ")"),
		  ".debug_line",
		  "30000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "00000000 09021000 00000000 00001202 02000101, 38:64 .text" },
		{ "what vendors add",
		  ONLY(".debug_line", LINES AT(20) "00 03 80 01 02 01 02 02 " END ")"),
		  ".debug_line",
		  "30000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "00000000 09021000 00000000 00001202 02000101, 38:64 .text" },
		{ "a file that the program defines",
		  ONLY(".debug_line",
		       LINES "00 06 03 62 00 00 00 00 " AT(20) "04 02 01 02 02 " END ")"),
		  ".debug_line",
		  "3a000000 04001900 00000801 01fb0e0d 00010101 01000000 01000001 00610000 "
		  "00000000 06036200 00000000 09021000 00000000 00000402 12020200 0101, "
		  "46:64 .text" },
		{ "64 bits, two units",
		  ONLY(".debug_line",
		       "(8 02 00 18 00 00 00 00 00 00 00 08 01 fb 0e 0d " STANDARD FILES ROWS
		       ") " LINES AT(20) "01 02 02 " END ")"),
		  ".debug_line",
		  "ffffffff 46000000 00000000 02001800 00000000 00000801 fb0e0d00 01010101 "
		  "00000001 00000100 61000000 00000009 02000000 00000000 00120202 00010100 "
		  "09021000 00000000 0000030a 01020200 01013000 00000400 19000000 080101fb "
		  "0e0d0001 01010100 00000100 00010061 00000000 00000902 10000000 00000000 "
		  "12020200 0101, 49:64 .text, 66:64 .text, 120:64 .text" },
		{ "an opcode of 255",
		  ONLY(".debug_line", "(4 04 00 19 00 00 00 04 01 01 fb 78 0d " STANDARD FILES AT(
					      20) "03 0a 01 ff 02 02 " END ")"),
		  ".debug_line",
		  "31000000 04001900 00000401 01fb780d 00010101 01000000 01000001 00610000 "
		  "00000000 09021000 00000000 00001cff 02020001 01, 38:64 .text" },
		{ "version 1",
		  ONLY(".debug_line", "(4 01 00 18 00 00 00 08 01 fb 0e 0d " STANDARD FILES ")"),
		  NULL, "(.debug_line+0x0)" },
		{ "version 6",
		  ONLY(".debug_line",
		       "(4 06 00 08 00 19 00 00 00 08 01 01 fb 0e 0d " STANDARD FILES ")"),
		  NULL, "(.debug_line+0x0)" },
		{ "no header", ONLY(".debug_line", "(4 04 00 19 00 00 00 08 01 01 )"), NULL,
		  "its line table is like none of a compiler" },
		{ "VLIW",
		  ONLY(".debug_line", "(4 04 00 19 00 00 00 08 02 01 fb 0e 0d " STANDARD FILES ")"),
		  NULL, "like none" },
		{ "a step of 0",
		  ONLY(".debug_line", "(4 04 00 19 00 00 00 00 01 01 fb 0e 0d " STANDARD FILES ")"),
		  NULL, "like none" },
		{ "a range of 0",
		  ONLY(".debug_line", "(4 04 00 19 00 00 00 08 01 01 fb 00 0d " STANDARD FILES ")"),
		  NULL, "like none" },
		{ "few opcodes",
		  ONLY(".debug_line", "(4 04 00 19 00 00 00 08 01 01 fb 0e 09 " STANDARD FILES ")"),
		  NULL, "like none" },
		{ "other opcodes",
		  ONLY(".debug_line", "(4 04 00 12 00 00 00 08 01 01 fb 0e 0d "
				      "00 01 01 01 02 00 00 00 01 00 00 01 )"),
		  NULL, "like none" },
		{ "a short header",
		  ONLY(".debug_line", "(4 04 00 05 00 00 00 08 01 01 fb 0e 0d " STANDARD FILES ")"),
		  NULL, "like none" },
		{ "a long header",
		  ONLY(".debug_line", "(4 04 00 1a 00 00 00 08 01 01 fb 0e 0d " STANDARD FILES ")"),
		  NULL, "like none" },
		{ "an address of another size", ONLY(".debug_line", LINES "00 08 02 T+20 01 )"),
		  NULL, "like none" },
		{ "an end within an opcode", ONLY(".debug_line", LINES AT(20) "02 80 )"), NULL,
		  "like none" },
		{ "a long opcode", ONLY(".debug_line", LINES AT(20) "00 05 80 )"), NULL,
		  "like none" },
		{ "no length", ONLY(".debug_line", LINES ") 05 00 00"), NULL,
		  "(.debug_line+0x23)" },
	};

	TRY_ALL(cuts);
}

// A unit of version 4 (and 5) with a table of one abbreviation, 1: low_pc of a form, high_pc of
// another.
#define ABBREVS(low, high)                                                                         \
	{                                                                                          \
		".debug_abbrev", "01 2e 00 11 " low " 12 " high " 00 00 00"                        \
	}
#define UNIT4(entry)                                                                               \
	{                                                                                          \
		".debug_info", "(4 04 00 a+0 08 01 " entry ")"                                     \
	}
#define UNIT5(entry)                                                                               \
	{                                                                                          \
		".debug_info", "(4 05 00 01 08 a+0 01 " entry ")"                                  \
	}
#define PLAIN ABBREVS("01", "06")

// With two tables, the second of which is a part of the first.
#define TWO_UNITS "(4 04 00 a+0 08 02 05 ) (4 04 00 a+7 08 02 05 ) "

// More than there may be tables that are read again.
#define TWO_SHARING "(4 05 00 01 08 a+0 01 00 30 ) (4 05 00 01 08 a+0 01 00 30 ) "
#define TEN_UNITS   TWO_SHARING TWO_SHARING TWO_SHARING TWO_SHARING TWO_SHARING

Test(debug_cut, entries)
{
	static const struct cut cuts[] = {
		{ "all three",
		  { PLAIN, UNIT4("T+0 30 00 00 00 00 ") },
		  ".debug_info",
		  "15000000 04000000 00000801 00000000 00000000 20000000 00, 6:32 "
		  ".debug_abbrev, 12:64 .text" },
		{ "first",
		  { PLAIN, UNIT4("T+0 10 00 00 00 00 ") },
		  ".debug_info",
		  "15000000 04000000 00000801 00000000 00000000 10000000 00, 6:32 "
		  ".debug_abbrev, 12:64 .text" },
		{ "what is gone",
		  { PLAIN, UNIT4("T+10 10 00 00 00 00 ") },
		  ".debug_info",
		  "15000000 04000000 00000801 10000000 00000000 00000000 00, 6:32 "
		  ".debug_abbrev, 12:64 .text" },
		{ "last",
		  { PLAIN, UNIT4("T+20 10 00 00 00 00 ") },
		  ".debug_info",
		  "15000000 04000000 00000801 10000000 00000000 10000000 00, 6:32 "
		  ".debug_abbrev, 12:64 .text" },
		{ "a byte",
		  { ABBREVS("01", "0b"), UNIT4("T+0 30 00 ") },
		  ".debug_info",
		  "12000000 04000000 00000801 00000000 00000000 2000, 6:32 .debug_abbrev, "
		  "12:64 .text" },
		{ "two bytes",
		  { ABBREVS("01", "05"), UNIT4("T+0 30 00 00 ") },
		  ".debug_info",
		  "13000000 04000000 00000801 00000000 00000000 200000, 6:32 .debug_abbrev, "
		  "12:64 .text" },
		{ "eight bytes",
		  { ABBREVS("01", "07"), UNIT4("T+0 30 00 00 00 00 00 00 00 00 ") },
		  ".debug_info",
		  "19000000 04000000 00000801 00000000 00000000 20000000 00000000 00, 6:32 "
		  ".debug_abbrev, 12:64 .text" },
		{ "a LEB128",
		  { ABBREVS("01", "0f"), UNIT4("T+0 b0 80 00 00 ") },
		  ".debug_info",
		  "14000000 04000000 00000801 00000000 00000000 a0800000, 6:32 "
		  ".debug_abbrev, 12:64 .text" },
		{ "an address",
		  { ABBREVS("01", "01"), UNIT4("T+0 T+30 00 ") },
		  ".debug_info",
		  "19000000 04000000 00000801 00000000 00000000 20000000 00000000 00, 6:32 "
		  ".debug_abbrev, 12:64 .text, 20:64 .text" },
		{ "by index",
		  { ABBREVS("1b", "06"),
		    UNIT5("01 30 00 00 00 00 "),
		    { ".debug_addr", "(4 05 00 08 00 T+10 T+0 )" } },
		  ".debug_info",
		  "0f000000 05000108 00000000 01012000 000000, 8:32 .debug_abbrev" },
		{ "an indirect form",
		  { ABBREVS("01", "16"), UNIT4("T+0 0b 30 00 ") },
		  ".debug_info",
		  "13000000 04000000 00000801 00000000 00000000 0b2000, 6:32 .debug_abbrev, "
		  "12:64 .text" },
		{ "an index and an offset",
		  { ABBREVS("80 40", "06"),
		    UNIT5("00 10 00 00 00 20 00 00 00 00 "),
		    { ".debug_addr", "(4 05 00 08 00 T+0 )" } },
		  NULL,
		  "unknown form" },
		{ "an index and an offset",
		  { ABBREVS("81 40", "06"),
		    UNIT5("00 20 00 00 00 10 00 00 00 00 "),
		    { ".debug_addr", "(4 05 00 08 00 T+0 )" } },
		  ".debug_info",
		  "13000000 05000108 00000000 01001000 00001000 000000, 8:32 .debug_abbrev" },
		{ "a constant of the table, that stays",
		  { ABBREVS("01", "21 10"), UNIT4("T+0 00 ") },
		  ".debug_info",
		  "11000000 04000000 00000801 00000000 00000000 00, 6:32 .debug_abbrev, "
		  "12:64 .text" },
		{ "a constant of the table",
		  { ABBREVS("01", "21 30"), UNIT4("T+0 00 ") },
		  NULL,
		  "a length cannot be changed" },
		{ "blocks",
		  { { ".debug_abbrev", "01 2e 00 02 0a 02 03 02 04 02 09 11 01 12 0b 00 00 00" },
		    UNIT4("02 01 02 02 00 01 02 02 00 00 00 01 02 82 00 01 02 T+0 30 ") },
		  ".debug_info",
		  "22000000 04000000 00000801 02010202 00010202 00000001 02820001 02000000 "
		  "00000000 0020, 6:32 .debug_abbrev, 29:64 .text" },
		{ "units of several widths that share a table",
		  { { ".debug_abbrev", "01 2e 00 03 0e 49 10 11 01 12 0b 00 00 00" },
		    { ".debug_info",
		      "(4 04 00 a+0 04 01 1 2 3 4 1 2 3 4 t+0 30 ) "
		      "(4 04 00 a+0 08 01 1 2 3 4 1 2 3 4 T+0 30 ) "
		      "(4 02 00 a+0 08 01 1 2 3 4 1 2 3 4 5 6 7 8 T+0 30 ) "
		      "(8 02 00 A+0 08 01 1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8 T+0 30 ) " } },
		  ".debug_info",
		  "15000000 04000000 00000401 01020304 01020304 00000000 20190000 00040000 "
		  "00000008 01010203 04010203 04000000 00000000 00201d00 00000200 00000000 "
		  "08010102 03040102 03040506 07080000 00000000 000020ff ffffff25 00000000 "
		  "00000002 00000000 00000000 00080101 02030405 06070801 02030405 06070800 "
		  "00000000 00000020, 6:32 .debug_abbrev, 20:32 .text, 31:32 .debug_abbrev, "
		  "45:64 .text, 60:32 .debug_abbrev, 78:64 .text, 101:64 .debug_abbrev, "
		  "127:64 .text" },
		{ "units that share a table",
		  { ABBREVS("1b", "0b"),
		    { ".debug_info", TEN_UNITS },
		    { ".debug_addr", "(4 05 00 08 00 T+0 )" } },
		  ".debug_info",
		  "0b000000 05000108 00000000 0100200b 00000005 00010800 00000001 00200b00 "
		  "00000500 01080000 00000100 200b0000 00050001 08000000 00010020 0b000000 "
		  "05000108 00000000 0100200b 00000005 00010800 00000001 00200b00 00000500 "
		  "01080000 00000100 200b0000 00050001 08000000 00010020 0b000000 05000108 "
		  "00000000 0100200b 00000005 00010800 00000001 0020, 8:32 .debug_abbrev, "
		  "23:32 .debug_abbrev, 38:32 .debug_abbrev, 53:32 .debug_abbrev, 68:32 "
		  ".debug_abbrev, 83:32 .debug_abbrev, 98:32 .debug_abbrev, 113:32 "
		  ".debug_abbrev, 128:32 .debug_abbrev, 143:32 .debug_abbrev" },
		{ "an expression",
		  { ABBREVS("18", "06"), UNIT4("01 00 30 00 00 00 00 ") },
		  NULL,
		  "an address has an unknown form" },
		{ "a .dwo file",
		  { { ".debug_abbrev", "01 11 00 b0 42 08 00 00 00" }, UNIT4("61 00 ") },
		  NULL,
		  "a .dwo file describes" },
		{ "an unknown form",
		  { ABBREVS("01", "70"), UNIT4("T+0 ") },
		  NULL,
		  "an attribute has an unknown form" },
		{ "the first form that is not known",
		  { ABBREVS("01", "2d"), UNIT4("T+0 ") },
		  NULL,
		  "an attribute has an unknown form" },
		{ "no such abbreviation",
		  { PLAIN, { ".debug_info", "(4 04 00 a+0 08 02 )" } },
		  NULL,
		  "(.debug_info+0xb): warning: debug information of this object is left out: an "
		  "entry has an unknown abbreviation" },
		{ "past the unit",
		  { PLAIN, UNIT4("T+0 30 00 ") },
		  NULL,
		  "an entry ends past its unit" },
		{ "past the section",
		  { PLAIN, { ".debug_info", "20 00 00 00 04 00 a+0 08 01 " } },
		  NULL,
		  "a unit ends past the section" },
		{ "many tables that are parts of others",
		  { { ".debug_abbrev", "01 2e 00 03 0b 00 00 02 2e 00 03 0b 00 00 00" },
		    { ".debug_info", TWO_UNITS TWO_UNITS TWO_UNITS } },
		  NULL,
		  "a unit is like none of a compiler" },
		{ "a version",
		  { PLAIN, { ".debug_info", "(4 06 00 01 08 a+0 01 )" } },
		  NULL,
		  "a unit is like none of a compiler" },
		{ "a size of addresses",
		  { PLAIN, { ".debug_info", "(4 04 00 a+0 02 01 )" } },
		  NULL,
		  "a unit is like none of a compiler" },
		{ "a table without an end",
		  { { ".debug_abbrev", "01 2e 00 11 01" }, UNIT4("T+0 00 ") },
		  NULL,
		  "a unit is like none" },
	};

	TRY_ALL(cuts);
}

// An entry with a list at an offset, and the base of lists: version 5, or 4.
#define BASED4(section)                                                                            \
	{ ".debug_abbrev", "01 11 00 11 01 55 17 00 00 00" }, UNIT4("T+0 " section "+0 ")
#define BASED5(section)                                                                            \
	{ ".debug_abbrev", "01 11 00 11 01 55 17 73 17 00 00 00" },                                \
		UNIT5("T+0 " section "+0 d+0 "),                                                   \
	{                                                                                          \
		".debug_addr", "T+0 T+10 T+20 T+30"                                                \
	}

Test(debug_cut, lists)
{
	static const struct cut cuts[] = {
		{ "pairs of offsets",
		  { BASED5("r"),
		    { ".debug_rnglists", "04 00 10 04 10 20 04 20 30 04 a8 00 b0 00 00" } },
		  ".debug_rnglists",
		  "04001004 10100410 20049800 a00000" },
		{ "a base by index",
		  { BASED5("r"),
		    { ".debug_rnglists", "01 02 04 00 10 01 01 04 00 10 04 08 18 00" } },
		  ".debug_rnglists",
		  "01020400 10010104 00000400 0800" },
		{ "a base",
		  { BASED5("r"), { ".debug_rnglists", "05 T+10 04 00 18 00" } },
		  ".debug_rnglists",
		  "05100000 00000000 00040008 00, 1:64 .text" },
		{ "starts and lengths",
		  { BASED5("r"), { ".debug_rnglists", "03 00 30 03 01 90 00 07 T+10 20 00" } },
		  ".debug_rnglists",
		  "03002003 01800007 10000000 00000000 1000, 8:64 .text" },
		{ "starts and ends",
		  { BASED5("r"), { ".debug_rnglists", "02 00 03 06 T+10 T+20 00" } },
		  ".debug_rnglists",
		  "02000306 10000000 00000000 10000000 00000000 00, 4:64 .text, 12:64 .text" },
		{ "locations",
		  { BASED5("l"),
		    { ".debug_loclists",
		      "04 00 30 01 50 01 02 04 00 10 00 05 02 30 9f 03 00 30 00 08 T+0 20 00 06 "
		      "T+0 04 00 20 00 02 00 03 00 07 T+0 T+30 00 09 01 02 00" } },
		  ".debug_loclists",
		  "04002001 50010204 00100005 02309f03 00200008 00000000 00000000 10000600 "
		  "00000000 00000004 00100002 00030007 00000000 00000000 20000000 00000000 "
		  "00090102 00, 20:64 .text, 31:64 .text, 48:64 .text, 56:64 .text" },
		{ "ranges of version 4",
		  { BASED4("R"),
		    { ".debug_ranges",
		      "00 00 00 00 00 00 00 00 30 00 00 00 00 00 00 00 10 00 00 00 00 00 00 00 20 "
		      "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00" } },
		  ".debug_ranges",
		  "00000000 00000000 20000000 00000000 01000000 00000000 01000000 00000000 "
		  "00000000 00000000 00000000 00000000" },
		{ "ranges of version 4 with relocations",
		  { BASED4("R"),
		    { ".debug_ranges",
		      "T+0 T+30 T+10 T+20 ff ff ff ff ff ff ff ff T+20 00 00 00 00 00 00 00 00 10 "
		      "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00" } },
		  ".debug_ranges",
		  "00000000 00000000 20000000 00000000 01000000 00000000 01000000 00000000 "
		  "ffffffff ffffffff 10000000 00000000 00000000 00000000 10000000 00000000 "
		  "00000000 00000000 00000000 00000000, 0:64 .text, 8:64 .text, 40:64 .text" },
		{ "locations of version 4",
		  { BASED4("L"),
		    { ".debug_loc",
		      "00 00 00 00 00 00 00 00 30 00 00 00 00 00 00 00 01 00 50 T+10 T+20 00 00 00 "
		      "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00" } },
		  ".debug_loc",
		  "00000000 00000000 20000000 00000000 01005001 00000000 00000001 00000000 "
		  "00000000 00000000 00000000 00000000 00000000 00" },
		{ "lists by index",
		  { { ".debug_abbrev", "01 11 00 11 01 55 23 74 17 00 00 02 34 00 02 22 00 00 00" },
		    UNIT5("T+0 01 r+0 "),
		    { ".debug_rnglists", "08 00 00 00 08 00 00 00 04 00 30 00" } },
		  ".debug_rnglists",
		  "08000000 08000000 04002000" },
		{ "no list of that index",
		  { { ".debug_abbrev", "01 11 00 11 01 55 23 74 17 00 00 00" },
		    UNIT5("T+0 09 r+0 "),
		    { ".debug_rnglists", "08 00 00 00 08 00 00 00 04 00 30 00" } },
		  NULL,
		  "an index leads to no list" },
		{ "lists by index without a base",
		  { { ".debug_abbrev", "01 11 00 11 01 55 22 00 00 00" }, UNIT5("T+0 00 ") },
		  NULL,
		  "an index leads to no list" },
		{ "two entries, one list",
		  { { ".debug_abbrev", "01 11 00 11 01 55 17 00 00 02 0b 00 55 17 00 00 00" },
		    UNIT5("T+0 r+0 02 r+0 "),
		    { ".debug_rnglists", "04 20 30 00" } },
		  ".debug_rnglists",
		  "04102000" },
		{ "no end",
		  { BASED5("r"), { ".debug_rnglists", "04 00 10 " } },
		  NULL,
		  "(.debug_rnglists+0x3)" },
		{ "no such entry",
		  { BASED5("r"), { ".debug_rnglists", "08 00 10 00" } },
		  NULL,
		  "a list is like none of a compiler" },
		{ "no such entry of locations",
		  { BASED5("l"), { ".debug_loclists", "0a 00 10 00" } },
		  NULL,
		  "a list is like none of a compiler" },
		{ "a long expression",
		  { BASED5("l"), { ".debug_loclists", "05 09 10 00" } },
		  NULL,
		  "a list is like none of a compiler" },
	};

	TRY_ALL(cuts);
}

Test(debug_cut, tables)
{
	static const struct cut cuts[] = {
		{ "addresses",
		  { PLAIN,
		    UNIT4("T+0 30 00 00 00 00 "),
		    { ".debug_aranges",
		      "(4 02 00 i+0 08 00 00 00 00 00 T+0 30 00 00 00 00 00 00 00 T+10 10 00 00 00 "
		      "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 )" } },
		  ".debug_aranges",
		  "3c000000 02000000 00000800 00000000 00000000 00000000 20000000 00000000 "
		  "ffffffff ffffffff 00000000 00000000 00000000 00000000 00000000 00000000, "
		  "6:32 .debug_info, 16:64 .text" },
		{ "an address that is known, and what is behind the end",
		  { PLAIN,
		    UNIT4("T+0 30 00 00 00 00 "),
		    { ".debug_aranges",
		      "(4 02 00 i+0 08 00 00 00 00 00 00 00 00 00 00 00 00 00 09 00 00 00 00 00 00 "
		      "00 T+0 30 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
		      "00 01 02 03 04 )" } },
		  ".debug_aranges",
		  "40000000 02000000 00000800 00000000 00000000 00000000 09000000 00000000 "
		  "00000000 00000000 20000000 00000000 00000000 00000000 00000000 00000000 "
		  "01020304, 6:32 .debug_info, 32:64 .text" },
		{ "a version",
		  { PLAIN,
		    UNIT4("T+0 00 00 00 00 00 "),
		    { ".debug_aranges", "(4 03 00 i+0 08 00 00 00 00 00 )" } },
		  NULL,
		  "a table of addresses is like none" },
		{ "past the section", ONLY(".debug_aranges", "09 00 00 00 02 00"), NULL,
		  "a table of addresses is like none" },
		{ "frames",
		  ONLY(".debug_frame", "(4 ff ff ff ff 01 00 ) (4 00 00 00 00 T+0 30 00 00 00 00 "
				       "00 00 00 00 ) (4 00 00 00 00 T+10 10 00 00 00 00 00 00 00 "
				       ") (8 00 00 00 00 00 00 00 00 t+0 20 00 00 00 )"),
		  ".debug_frame",
		  "06000000 ffffffff 01001500 00000000 00000000 00000000 00002000 00000000 "
		  "00000014 00000000 00000010 00000000 00000000 00000000 000000ff ffffff10 "
		  "00000000 00000000 00000000 00000000 00000010 000000, 18:64 .text, 43:64 "
		  ".text, 79:32 .text" },
		{ "a short frame",
		  ONLY(".debug_frame", "(4 00 00 00 00 T+0 30 00 00 00 00 00 00 )"), NULL,
		  "a frame is like none" },
		{ "past the section", ONLY(".debug_frame", "09 00 00 00 02 00"), NULL,
		  "a frame is like none" },
	};

	TRY_ALL(cuts);
}

Test(debug_cut, names_of_files)
{
	static const struct {
		struct cut cut;
		struct bpfld_prefix_map map;
	} maps[] = {
		{ { "a longer name", ONLY(".debug_line", LINES AT(20) "01 02 02 " END ")"),
		    ".debug_line",
		    "32000000 04001b00 00000801 01fb0e0d 00010101 01000000 01000001 00626364 "
		    "00000000 "
		    "00000902 10000000 00000000 12020200 0101, 40:64 .text" },
		  { "a", "bcd" } },
		{ { "folders, and a unit after it",
		    ONLY(".debug_line", "(4 02 00 1e 00 00 00 08 01 fb 0e 0d " STANDARD
					"61 62 00 62 00 00 63 00 01 80 00 02 00 ) " LINES ")"),
		    ".debug_line",
		    "23000000 02001d00 00000801 fb0e0d00 01010101 00000001 00000162 00620000 "
		    "63000180 0002001f 00000004 00190000 00080101 fb0e0d00 01010101 00000001 "
		    "00000100 2e000000 0000" },
		  { "a", "" } },
		{ { "64 bits",
		    ONLY(".debug_line",
			 "(8 04 00 19 00 00 00 00 00 00 00 08 01 01 fb 0e 0d " STANDARD FILES ")"),
		    ".debug_line",
		    "ffffffff 25000000 00000000 04001b00 00000000 00000801 01fb0e0d 00010101 "
		    "01000000 "
		    "01000001 00626364 00000000 00" },
		  { "a", "bcd" } },
		{ { "version 5",
		    ONLY(".debug_line", "(4 05 00 08 00 22 00 00 00 08 01 01 fb 0e 0d " STANDARD
					"01 01 08 01 61 00 02 01 08 02 0b 01 61 62 00 00 )"),
		    ".debug_line",
		    "2e000000 05000800 26000000 080101fb 0e0d0001 01010100 00000100 00010101 "
		    "08016263 64000201 08020b01 62636462 0000" },
		  { "a", "bcd" } },
		{ { "a form that is not known",
		    ONLY(".debug_line", "(4 05 00 08 00 18 00 00 00 08 01 01 fb 0e 0d " STANDARD
					"01 01 02 01 61 00 )"),
		    NULL, "like none" },
		  { "a", "bcd" } },
		{ { "files without bytes",
		    ONLY(".debug_line", "(4 05 00 08 00 1d 00 00 00 08 01 01 fb 0e 0d " STANDARD
					"01 02 19 ff ff ff ff ff ff ff ff 7f 00 00 )"),
		    NULL, "like none" },
		  { "a", "bcd" } },
		{ { "no end",
		    ONLY(".debug_line", "(4 04 00 19 00 00 00 08 01 01 fb 0e 0d " STANDARD
					"61 61 61 61 61 61 61 )"),
		    NULL, "like none" },
		  { "a", "bcd" } },
		{ { "past the header",
		    ONLY(".debug_line",
			 "(4 04 00 13 00 00 00 08 01 01 fb 0e 0d " STANDARD FILES ")"),
		    NULL, "like none" },
		  { "a", "bcd" } },
	};

	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++)
		try(&maps[i].cut, &maps[i].map);
}

// Of a unit: its name inline, and entries that have one attribute.
#define NAMED(attribute)                                                                           \
	{                                                                                          \
		".debug_abbrev", "01 11 00 03 08 00 00 02 34 00 " attribute " 00 00 00"            \
	}
#define HEAD "04 00 a+0 08 01 61 00 "

Test(debug_cut, names_of_units)
{
	static const struct bpfld_prefix_map map = { "a", "/longer" };
	static const struct cut cuts[] = {
		{ "nothing else",
		  { NAMED("49 11"), { ".debug_info", "(4 " HEAD ")" } },
		  ".debug_info",
		  "0c000000 04000000 00000801 00000000, 6:32 .debug_abbrev, 12:32 .debug_str" },
		{ "its form",
		  { NAMED("49 11"), { ".debug_info", "(4 " HEAD ")" } },
		  ".debug_abbrev",
		  "01110003 0e000002 34004911 000000" },
		{ "its string",
		  { NAMED("49 11"), { ".debug_info", "(4 " HEAD ")" } },
		  ".debug_str",
		  "2f6c6f6e 67657200" },
		{ "another name",
		  { NAMED("49 11"), { ".debug_info", "(4 04 00 a+0 08 01 62 00 )" } },
		  ".debug_info",
		  "0a000000 04000000 00000801 6200, 6:32 .debug_abbrev" },
		{ "two units of one table",
		  { NAMED("49 11"), { ".debug_info", "(4 04 00 a+0 08 01 62 00 ) (4 " HEAD ")" } },
		  ".debug_info",
		  "0c000000 04000000 00000801 00000000 0c000000 04000000 00000801 02000000, "
		  "6:32 .debug_abbrev, 12:32 .debug_str, 22:32 .debug_abbrev, 28:32 .debug_str" },
		{ "64 bits",
		  { NAMED("49 11"), { ".debug_info", "(8 04 00 A+0 08 01 61 00 02 1a )" } },
		  ".debug_info",
		  "ffffffff 16000000 00000000 04000000 00000000 00000801 00000000 00000000 0220, "
		  "14:64 .debug_abbrev, 24:64 .debug_str" },
		{ "references",
		  { NAMED("49 11 49 12 49 13 49 14 49 15 49 11"),
		    { ".debug_info",
		      "(4 " HEAD "02 0e 0e 00 0e 00 00 00 0e 00 00 00 00 00 00 00 8e "
		      "00 0b )" } },
		  ".debug_info",
		  "1f000000 04000000 00000801 00000000 02101000 10000000 10000000 00000000 90000b, "
		  "6:32 .debug_abbrev, 12:32 .debug_str" },
		{ "an expression",
		  { NAMED("02 18"),
		    { ".debug_info",
		      "(4 " HEAD
		      "02 26 98 0e 00 99 0e 00 00 00 a4 0e 01 a8 a5 0e 0e a6 0e 0e a8 0e "
		      "a8 00 fa 0e 00 00 00 a3 02 f7 0e 9e 02 a8 0e 10 0e 06 00 )" } },
		  ".debug_info",
		  "35000000 04000000 00000801 00000000 02269810 00991000 0000a410 01a8a50e "
		  "10a60e10 a810a800 fa100000 00a302f7 109e02a8 0e100e06 00, 6:32 .debug_abbrev, "
		  "12:32 .debug_str" },
		{ "a list",
		  { NAMED("02 17"),
		    { ".debug_info", "(4 " HEAD "02 L+0 )" },
		    { ".debug_loc", "T+0 T+8 02 00 a8 0e 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
				    "00 00" } },
		  ".debug_loc",
		  "00000000 00000000 08000000 00000000 0200a810 00000000 00000000 00000000 "
		  "00000000, 0:64 .text, 8:64 .text" },
		{ "a block of version 3",
		  { NAMED("02 0a 1c 0a"),
		    { ".debug_info", "(4 03 00 a+0 08 01 61 00 02 02 a8 0e 02 a8 0e )" } },
		  ".debug_info",
		  "13000000 03000000 00000801 00000000 0202a810 02a80e, 6:32 .debug_abbrev, "
		  "12:32 .debug_str" },
		{ "of types",
		  { NAMED("49 11"),
		    { ".debug_types",
		      "(4 04 00 a+0 08 00 00 00 00 00 00 00 00 1a 00 00 00 01 61 00 "
		      "02 1a )" } },
		  ".debug_types",
		  "1a000000 04000000 00000800 00000000 0000001c 00000001 00000000 021c, "
		  "6:32 .debug_abbrev, 24:32 .debug_str" },
		{ "what leads to entries",
		  { NAMED("49 11"),
		    { ".debug_info", "(4 " HEAD "02 0e ) (4 " HEAD "02 0e )" },
		    { ".debug_macro", "i+0 i+b i+e i+10 i+1b i+1e i+20" } },
		  ".debug_macro",
		  "00000000 0b000000 10000000 12000000 1d000000 22000000 24000000, "
		  "0:32 .debug_info, 4:32 .debug_info, 8:32 .debug_info, 12:32 .debug_info, "
		  "16:32 .debug_info, 20:32 .debug_info, 24:32 .debug_info" },
		{ "no room for a reference",
		  { NAMED("49 11"), { ".debug_info", "(4 " HEAD "02 fe )" } },
		  NULL,
		  "a reference has no room to change" },
		{ "no room in a LEB128",
		  { NAMED("02 18"), { ".debug_info", "(4 " HEAD "02 02 a8 7e )" } },
		  NULL,
		  "an expression is like none of a compiler" },
		{ "an operation that is not known",
		  { NAMED("02 18"), { ".debug_info", "(4 " HEAD "02 01 aa )" } },
		  NULL,
		  "an expression is like none of a compiler" },
		{ "an operation that is cut off",
		  { NAMED("02 18"), { ".debug_info", "(4 " HEAD "02 01 99 )" } },
		  NULL,
		  "an expression is like none of a compiler" },
		{ "an index",
		  { NAMED("49 11"),
		    { ".debug_info", "(4 " HEAD "02 0e )" },
		    { ".debug_pubnames", "00" } },
		  NULL,
		  "compile without -gpubnames" },
		{ "no end",
		  { NAMED("49 11"), { ".debug_info", "(4 04 00 a+0 08 01 61 )" } },
		  NULL,
		  "an entry ends past its unit" },
	};

	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++)
		try(&cuts[i], &map);
}
