/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug sections of inputs, in the output: what is joined, which fields change, what becomes of
 * relocations, and what is left out.
 */
#include <criterion/criterion.h>

#include "debug_pieces.h"
#include "elf_object.h"
#include "elf_records.h"

#define OBJECTS 3

#define CODE  "section .text AX | global func f 16 | mov | exit | "
#define OTHER "section .text AX | global func g 8 | exit | "

// A section that is in a group of the same signature in each object.
#define GROUPED "local absolute wm4 0 | section .debug_macro - 1 | group wm4 | "

static const struct {
	const char *name;
	const char *texts[OBJECTS + 1];
	const char *debug;
	const char *message; // NULL: none
} cases[] = {
	{ "nothing", { CODE }, "", NULL },
	{ "no relocation",
	  { CODE "section .debug_abbrev - 1 | byte 1", OTHER "section .debug_abbrev - 4 | byte 2" },
	  "abbrev 01 -- -- -- 02",
	  NULL },
	{ "an empty section",
	  { CODE "section .debug_macro - 1 | section .debug_loc - 1 | quad @.debug_macro" },
	  "loc feffffff ffffffff",
	  NULL },
	{ "from section to section",
	  { CODE
	    "section .debug_macro - 1 | word 7 | section .debug_aranges - 1 | word @.debug_macro+4",
	    OTHER "section .debug_macro - 1 | word 8 | section .debug_aranges - 1 | quad "
		  "@.debug_macro+1" },
	  "macro 07000000 08000000; aranges 04000000 05000000 00000000, 0:32 .debug_macro, "
	  "4:64 .debug_macro",
	  NULL },
	{ "a section of a group",
	  { CODE GROUPED "word 7 | word 8 | section .debug_addr - 1 | word @.debug_macro+4",
	    OTHER GROUPED "word 7 | word 9 | section .debug_addr - 1 | word @.debug_macro+4" },
	  "macro 07000000 08000000; addr 04000000 04000000, 0:32 .debug_macro, 4:32 .debug_macro",
	  NULL },
	{ "a group of each object",
	  { CODE GROUPED "word 7",
	    OTHER "local absolute other 0 | section .debug_macro - 1 | group other | word 8 | "
		  "section .debug_addr - 1 | word @.debug_macro+4" },
	  "macro 07000000 08000000; addr 08000000, 0:32 .debug_macro",
	  NULL },
	{ "a group with another size",
	  { CODE GROUPED "word 7",
	    OTHER GROUPED "word 7 | word 8 | section .debug_addr - 1 | word @.debug_macro" },
	  "macro 07000000 07000000 08000000; addr 04000000, 0:32 .debug_macro",
	  NULL },
	{ "a group with another section",
	  { CODE GROUPED "word 7",
	    OTHER "local absolute wm4 0 | section .debug_types - 1 | group wm4 | word 8" },
	  "macro 07000000; types 08000000",
	  NULL },
	{ "a group of an object that is left out",
	  { CODE GROUPED "word 7 | section .debug_str MS 1 1 | byte 1",
	    OTHER GROUPED "word 8 | section .debug_addr - 1 | word @.debug_macro" },
	  "macro 08000000; addr 00000000, 0:32 .debug_macro",
	  "a.o:(.debug_str): warning: debug information of this object is left out: it is no "
	  "table of strings" },
	{ "code by section and by name",
	  { CODE, OTHER "section .debug_addr - 1 | quad @.text | quad g | quad f | quad @.text+8" },
	  "addr 10000000 00000000 10000000 00000000 00000000 00000000 18000000 00000000, "
	  "0:64 .text, 8:64 .text, 16:64 .text, 24:64 .text",
	  NULL },
	{ "data",
	  { CODE "section .data WA | global object x 4 | word 0", OTHER
	    "section .data WA | local object y 4 | word 0 | section .debug_addr - 1 | quad y | "
	    "word x | word @.data+4" },
	  "addr 08000000 00000000 00000000 0c000000, 0:64 .data, 8:32 .data, 12:32 .data",
	  NULL },
	{ "a name that is not defined",
	  { CODE "load later | section .debug_addr - 1 | quad later | quad later+8" },
	  "addr 00000000 00000000 08000000 00000000, 0:64 later, 8:64 later",
	  NULL },
	{ "an absolute symbol",
	  { CODE "global absolute five 5 | section .debug_addr - 1 | word five+1" },
	  "addr 06000000",
	  NULL },
	{ "what is dropped",
	  { CODE "section .comment - 1 | byte 1 | section .debug_addr - 1 | word @.comment | quad "
		 "@.comment | "
		 "section .debug_ranges - 1 | quad @.comment | section .debug_loc - 1 | word "
		 "@.comment" },
	  "addr ffffffff ffffffff ffffffff; ranges feffffff ffffffff; loc feffffff",
	  NULL },
	{ "strings",
	  { CODE "section .debug_str MS 1 1 | string ab | string c | string ab | section "
		 ".debug_macro - 1 | "
		 "word @.debug_str | word @.debug_str+3 | word @.debug_str+6",
	    OTHER "section .debug_str MS 1 1 | string b | string c | section .debug_macro - 1 | "
		  "word @.debug_str | word @.debug_str+2 | word @.debug_str+3" },
	  "str 61620063 006200; macro 00000000 03000000 01000000 05000000 03000000 04000000, "
	  "0:32 .debug_str, 4:32 .debug_str, 8:32 .debug_str, 12:32 .debug_str, 16:32 .debug_str, "
	  "20:32 .debug_str",
	  NULL },
	{ "a string that is the last one",
	  { CODE "section .debug_str MS 1 1 | string ab | string ab",
	    OTHER "section .debug_str MS 1 1 | string ab | string b" },
	  "str 61620062 00",
	  NULL },
	{ "a table that is no table of strings",
	  { CODE
	    "section .debug_str MS 1 1 | string ab | byte 1 | section .debug_macro - 1 | byte 1" },
	  "",
	  "a.o:(.debug_str): warning: debug information of this object is left out: it is no table "
	  "of strings" },
	{ "strings with a relocation",
	  { CODE "section .debug_str MS 1 1 | word @.text | byte 0" },
	  "",
	  "a.o:(.debug_str): warning: debug information of this object is left out: it is no table "
	  "of strings" },
	{ "past the strings",
	  { CODE "section .debug_str MS 1 1 | string ab | section .debug_macro - 1 | word "
		 "@.debug_str+3" },
	  "",
	  "a.o:(.debug_macro+0x0): warning: debug information of this object is left out: a "
	  "relocation "
	  "leads past the end of '.debug_str'" },
	{ "past a section",
	  { CODE "section .debug_loc - 1 | word 0 | section .debug_macro - 1 | word @.debug_loc+4 "
		 "| word @.debug_loc+5",
	    OTHER "section .debug_loc - 1 | word 5" },
	  "loc 05000000",
	  "a.o:(.debug_macro+0x4): warning: debug information of this object is left out: a "
	  "relocation "
	  "leads past the end of '.debug_loc'" },
	{ "final offsets",
	  { CODE "section .debug_abbrev - 1 | byte 0 | section .debug_info - 1 | word 8 | byte 4 | "
		 "byte 0 | word 0 | "
		 "byte 8 | byte 0" },
	  "",
	  "a.o:(.debug_info): warning: debug information of this object is left out: offsets "
	  "between its "
	  "sections have no relocations; compile without -mattr=+dwarfris" },
	{ "a unit",
	  { CODE "section .debug_abbrev - 1 | byte 0 | section .debug_info - 1 | word 8 | byte 4 | "
		 "byte 0 | "
		 "word @.debug_abbrev | byte 8 | byte 0" },
	  "abbrev 00; info 08000000 04000000 00000800, 6:32 .debug_abbrev",
	  NULL },
	{ "a unit whose abbreviations are elsewhere",
	  { CODE "section .debug_abbrev - 1 | byte 0 | section .debug_info - 1 | word 8 | byte 4 | "
		 "byte 0 | word @.text | byte 8 | byte 0" },
	  "",
	  "a.o:(.debug_info+0x6): warning: debug information of this object is left out: it refers "
	  "to no abbreviations" },
	{ "a unit of version 5 and 64 bits",
	  { CODE "section .debug_abbrev - 1 | byte 0 | section .debug_info - 1 | word 0xffffffff | "
		 "quad 8 | byte 5 | "
		 "byte 0 | byte 1 | byte 8 | quad @.debug_abbrev" },
	  "abbrev 00; info ffffffff 08000000 00000000 05000108 00000000 00000000, 16:64 "
	  ".debug_abbrev",
	  NULL },
	{ "sections for other files, and what is excluded",
	  { CODE "section .debug_info.dwo - 1 | byte 1 | section .debug_loc E 1 | byte 1" },
	  "",
	  NULL },
	{ "what is compressed in the way of old",
	  { CODE "section .zdebug_info - 1 | byte 1 | section .zdebug_line - 1 | byte 1",
	    OTHER "section .zdebug_line - 1 | byte 1 | section .debug_loc - 1 | byte 5" },
	  "loc 05",
	  "a.o:(.zdebug_info): warning: is left out, and what is like it: it is compressed as "
	  "before "
	  "ELF had that; compile with -gz=zlib\n"
	  "b.o:(.zdebug_line): warning: is left out, and what is like it: it is compressed as "
	  "before "
	  "ELF had that; compile with -gz=zlib" },
	{ "an alignment",
	  { CODE "section .debug_abbrev - 64 | byte 1",
	    OTHER "section .debug_abbrev - 128 | byte 2" },
	  "abbrev 01",
	  "b.o:(.debug_abbrev): warning: debug information of this object is left out: an "
	  "alignment of 128 is "
	  "like none of a compiler" },
	{ "a function that is gone",
	  { CODE "section .debug_abbrev - 1 | byte 1",
	    "section .text AX | weak func f 8 | exit | section .debug_addr - 4 | quad @.text | "
	    "quad @.text+8 | quad f" },
	  "abbrev 01; addr ffffffff ffffffff ffffffff ffffffff 00000000 00000000, 16:64 .text",
	  NULL },
};

// All messages but the end of the last line.
static const char *messages(struct world *world)
{
	const char *text = world_messages(world);

	return *text ? arena_strndup(&world->arena, text, strlen(text) - 1) : text;
}

static void init(struct world *world, bool big_endian, const char *const texts[])
{
	world_init(world, big_endian, texts);
	world->options.keep_debug = true;
	world->options.allow_undefined = true;
}

Test(debug, is_linked)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		init(&world, false, cases[i].texts);
		cr_assert(world_run(&world, link_debug), "%s: %s", cases[i].name,
			  world_messages(&world));
		cr_expect_str_eq(debug_pieces(&world), cases[i].debug, "%s: %s", cases[i].name,
				 debug_pieces(&world));
		cr_expect_str_eq(messages(&world), cases[i].message ? cases[i].message : "",
				 "%s: %s", cases[i].name, world_messages(&world));
		world_deinit(&world);
	}
}

static const char *const big[] = { CODE "section .debug_addr - 1 | quad @.text+8 | word @.text+16",
				   NULL };

Test(debug, has_the_byte_order_of_the_inputs)
{
	struct world world;

	init(&world, true, big);
	cr_assert(world_run(&world, link_debug), "%s", world_messages(&world));
	cr_expect_str_eq(debug_pieces(&world),
			 "addr 00000000 00000008 00000010, 0:64 .text, 8:32 .text", "%s",
			 debug_pieces(&world));
	world_deinit(&world);
}

// The options that ask for it, and those that win over it.
Test(debug, is_kept_on_request)
{
	static const struct {
		bool keep, strip, strip_all, kept;
	} requests[] = {
		{ false, false, false, false }, { true, false, false, true },
		{ true, true, false, false },   { true, false, true, false },
		{ false, true, false, false },
	};

	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		struct world world;

		world_init(&world, false, big);
		world.options.keep_debug = requests[i].keep;
		world.options.strip_debug = requests[i].strip;
		world.options.strip_all = requests[i].strip_all;
		cr_assert(world_run(&world, link_debug), "%zu: %s", i, world_messages(&world));
		cr_expect_eq(*debug_pieces(&world) != '\0', requests[i].kept, "%zu", i);
		world_deinit(&world);
	}
}

// An object whose tables no assembler writes. GNU tools up to 2.40 have numbers of their own, and
// add the value of a named symbol to the field.
static struct str handmade(struct world *world, const Elf64_Rel *relocations, size_t count,
			   uint64_t field)
{
	struct elf_object object = elf_object_begin(&world->arena, false);
	uint32_t text =
		elf_object_section(&object, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
	uint32_t debug = elf_object_section(&object, ".debug_addr", SHT_PROGBITS, 0, 1);

	elf_object_integer(&object, text, 8, 0xb7);
	elf_object_integer(&object, text, 8, 0x95);
	elf_object_integer(&object, debug, 8, field);
	elf_object_integer(&object, debug, 8, 0);
	elf_object_symbol(&object, "f", STB_GLOBAL, STT_FUNC, text, 8, 8);
	for (size_t i = 0; i < count; i++)
		elf_object_relocation(&object, debug, relocations[i].r_offset,
				      (uint32_t)ELF64_R_TYPE(relocations[i].r_info),
				      (uint32_t)ELF64_R_SYM(relocations[i].r_info));
	return elf_object_finish(&object);
}

#define RELOCATION(offset, type, symbol)                                                           \
	{                                                                                          \
		offset, ELF64_R_INFO(UINT64_C(symbol), type)                                       \
	}
#define LEFT_OUT ": warning: debug information of this object is left out: "

Test(debug, is_checked)
{
	static const struct {
		const char *name;
		Elf64_Rel relocations[2];
		uint64_t field;
		const char *debug, *message;
	} tables[] = {
		{ "types for instructions",
		  { RELOCATION(0, 1, 1), RELOCATION(8, 10, 1) },
		  1,
		  "addr 09000000 00000000 08000000 00000000, 0:64 .text, 8:32 .text",
		  "" },
		{ "types of GNU",
		  { RELOCATION(8, 11, 1), RELOCATION(0, 12, 1) },
		  9,
		  "addr 09000000 00000000 00000000 00000000, 0:64 .text, 8:32 .text",
		  "" },
		{ "no type",
		  { RELOCATION(99, 0, 99), RELOCATION(0, 2, 1) },
		  0,
		  "addr 08000000 00000000 00000000 00000000, 0:64 .text",
		  "" },
		{ "another type",
		  { RELOCATION(4, 4, 1) },
		  0,
		  "",
		  "a.o:(.debug_addr+0x4)" LEFT_OUT "relocation type 4 is not known" },
		{ "past the end",
		  { RELOCATION(13, 3, 1) },
		  0,
		  "",
		  "a.o:(.debug_addr+0xd)" LEFT_OUT "a relocation ends past the section" },
		{ "no symbol",
		  { RELOCATION(0, 3, 0) },
		  0,
		  "",
		  "a.o:(.debug_addr+0x0)" LEFT_OUT "a relocation refers to symbol 0 of 2" },
		{ "no such symbol",
		  { RELOCATION(0, 3, 2) },
		  0,
		  "",
		  "a.o:(.debug_addr+0x0)" LEFT_OUT "a relocation refers to symbol 2 of 2" },
		{ "one field",
		  { RELOCATION(4, 3, 1), RELOCATION(1, 3, 1) },
		  0,
		  "",
		  "a.o:(.debug_addr+0x4)" LEFT_OUT "two relocations of one field" },
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		struct world world;
		size_t count = tables[i].relocations[1].r_info ? 2 : 1;

		world_begin(&world);
		world.options.keep_debug = true;
		world_add(&world, handmade(&world, tables[i].relocations, count, tables[i].field));
		cr_assert(world_run(&world, link_debug), "%s: %s", tables[i].name,
			  world_messages(&world));
		cr_expect_str_eq(debug_pieces(&world), tables[i].debug, "%s: %s", tables[i].name,
				 debug_pieces(&world));
		cr_expect_str_eq(messages(&world), tables[i].message, "%s: %s", tables[i].name,
				 world_messages(&world));
		world_deinit(&world);
	}
}

// What it is asked to make of a section is "ab" and NULs.
static bool fill(const void *object, size_t object_size, uint32_t shndx, void *bytes, size_t size)
{
	(void)object, (void)object_size, (void)shndx;
	memset(bytes, 0, size);
	memcpy(bytes, "ab", size < 2 ? size : 2);
	return true;
}

static bool refuse(const void *object, size_t object_size, uint32_t shndx, void *bytes, size_t size)
{
	(void)object, (void)object_size, (void)shndx, (void)bytes, (void)size;
	return false;
}

static struct str compressed(struct world *world, const Elf64_Chdr *header, uint32_t count)
{
	struct elf_object object = elf_object_begin(&world->arena, false);

	elf_object_section(&object, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t debug = elf_object_section(&object, ".debug_macro", SHT_PROGBITS,
						    SHF_COMPRESSED, 8);

		elf_object_integer(&object, debug, 4, header->ch_type);
		elf_object_integer(&object, debug, 4, 0);
		elf_object_integer(&object, debug, 8, header->ch_size);
		if (header->ch_addralign)
			elf_object_integer(&object, debug, 8, header->ch_addralign);
	}
	return elf_object_finish(&object);
}

Test(debug, is_decompressed)
{
	static const struct {
		const char *name;
		bool (*decompress)(const void *, size_t, uint32_t, void *, size_t);
		Elf64_Chdr header;
		uint32_t count;
		const char *debug, *message;
	} sections[] = {
		{ "two", fill, { 1, 0, 3, 4 }, 2, "macro 616200 -- 616200", "" },
		{ "by zstd", fill, { 2, 0, 3, 1 }, 1, "macro 616200", "" },
		{ "no function",
		  NULL,
		  { 1, 0, 3, 1 },
		  1,
		  "",
		  "a.o:(.debug_macro)" LEFT_OUT "it cannot be decompressed" },
		{ "it cannot",
		  refuse,
		  { 1, 0, 3, 1 },
		  1,
		  "",
		  "a.o:(.debug_macro)" LEFT_OUT "it cannot be decompressed" },
		{ "no zstd",
		  refuse,
		  { 2, 0, 3, 1 },
		  1,
		  "",
		  "a.o:(.debug_macro)" LEFT_OUT "it is compressed by zstd, which this libelf "
		  "cannot read; compile with -gz=zlib" },
		{ "a short header",
		  fill,
		  { 1, 0, 3, 0 },
		  1,
		  "",
		  "a.o:(.debug_macro)" LEFT_OUT "it is no compressed section" },
		{ "nothing",
		  fill,
		  { 1, 0, 0, 1 },
		  1,
		  "",
		  "a.o:(.debug_macro)" LEFT_OUT "its header is like none of a compiler" },
		{ "too much",
		  fill,
		  { 1, 0, (1 << 20) + 24 * 64 + 1, 1 },
		  1,
		  "",
		  "a.o:(.debug_macro)" LEFT_OUT "its header is like none of a compiler" },
		{ "an alignment",
		  fill,
		  { 1, 0, 3, 3 },
		  1,
		  "",
		  "a.o:(.debug_macro)" LEFT_OUT "its header is like none of a compiler" },
		{ "a large alignment",
		  fill,
		  { 1, 0, 3, UINT64_C(1) << 32 },
		  1,
		  "",
		  "a.o:(.debug_macro)" LEFT_OUT "its header is like none of a compiler" },
		{ "too many",
		  fill,
		  { 1, 0, 3, 1 },
		  65,
		  "",
		  "a.o" LEFT_OUT "more than 64 of its sections are compressed" },
	};

	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		struct world world;

		world_begin(&world);
		world.options.keep_debug = true;
		world.options.decompress = sections[i].decompress;
		world_add(&world, compressed(&world, &sections[i].header, sections[i].count));
		cr_assert(world_run(&world, link_debug), "%s: %s", sections[i].name,
			  world_messages(&world));
		cr_expect_str_eq(debug_pieces(&world), sections[i].debug, "%s: %s",
				 sections[i].name, debug_pieces(&world));
		cr_expect_str_eq(messages(&world), sections[i].message, "%s: %s", sections[i].name,
				 messages(&world));
		world_deinit(&world);
	}
}

// In place of zlib: the first byte, as often as there is one.
static bool halve(const void *object, size_t object_size, uint32_t shndx, void *bytes, size_t *size)
{
	const Elf64_Ehdr *header = object;
	Elf64_Shdr section =
		shdr_get((const char *)object + get64(&header->e_shoff, true), shndx, true);

	cr_assert_lt(section.sh_offset, object_size);
	cr_expect_eq(*size, section.sh_size - sizeof(Elf64_Chdr) - 1);
	*size = 2;
	memset(bytes, *((const char *)object + section.sh_offset), *size);
	return true;
}

static bool give_up(const void *object, size_t object_size, uint32_t shndx, void *bytes,
		    size_t *size)
{
	(void)object, (void)object_size, (void)shndx, (void)bytes;
	*size = 0;
	return true;
}

static bool fail(const void *object, size_t object_size, uint32_t shndx, void *bytes, size_t *size)
{
	(void)object, (void)object_size, (void)shndx, (void)bytes, (void)size;
	return false;
}

// Flags, alignment and the first 32 bytes of .debug_line in an output.
static const char *describe_line(struct world *world)
{
	struct str file = world_image(world);
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)file.data;
	const char *headers = file.data + get64(&header->e_shoff, true);
	const char *names =
		file.data + shdr_get(headers, get16(&header->e_shstrndx, true), true).sh_offset;
	const char *text = "none";

	for (size_t i = 1; i < get16(&header->e_shnum, true); i++) {
		Elf64_Shdr section = shdr_get(headers, i, true);

		if (strcmp(names + section.sh_name, ".debug_line") != 0)
			continue;
		text = arena_format(&world->arena, "%lx %lu", section.sh_flags,
				    section.sh_addralign);
		for (size_t j = 0; j < section.sh_size && j < 32; j++)
			text = arena_format(&world->arena, "%s%s%02x", text, j % 8 ? "" : " ",
					    (uint8_t)file.data[section.sh_offset + j]);
	}
	return text;
}

#define LINE CODE "section .debug_line - 4 | "
#define LONG "quad 0x0102030405060708 | quad 1 | quad 2 | quad 3"

Test(debug, is_compressed)
{
	static const struct {
		const char *name;
		const char *texts[2];
		bool (*compress)(const void *, size_t, uint32_t, void *, size_t *);
		const char *line, *message;
	} sections[] = {
		{ "smaller",
		  { LINE LONG },
		  halve,
		  "800 8 0000000100000000 0000000000000020 0000000000000004 0101",
		  "" },
		{ "not smaller",
		  { LINE LONG },
		  give_up,
		  "0 4 0102030405060708 0000000000000001 0000000000000002 0000000000000003",
		  "" },
		{ "too short",
		  { LINE "quad 1 | quad 2 | quad 3 | byte 4" },
		  fail,
		  "0 4 0000000000000001 0000000000000002 0000000000000003 04",
		  "" },
		{ "what the next link would not take",
		  { LINE "zero 0x100000 | zero 1700" },
		  halve,
		  "0 4 0000000000000000 0000000000000000 0000000000000000 0000000000000000",
		  "" },
		{ "a failure",
		  { LINE LONG },
		  fail,
		  NULL,
		  "bpfld:(.debug_line): error: the section cannot be compressed" },
	};

	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		struct world world;
		bool linked;

		world_init(&world, true, sections[i].texts);
		world.options.keep_debug = true;
		world.options.compress_debug = BPFLD_COMPRESS_ZLIB;
		world.options.compress = sections[i].compress;
		linked = world_run(&world, write_elf);
		cr_expect_str_eq(messages(&world), sections[i].message, "%s: %s", sections[i].name,
				 messages(&world));
		cr_expect_eq(linked, sections[i].line != NULL, "%s", sections[i].name);
		if (linked && sections[i].line)
			cr_expect_str_eq(describe_line(&world), sections[i].line, "%s: %s",
					 sections[i].name, describe_line(&world));
		world_deinit(&world);
	}
}

// The report, which is a file.
static struct str debug_file;

static void keep_report(enum bpfld_report report, const char *text, size_t size, void *context)
{
	struct world *world = context;

	if (report == BPFLD_REPORT_DEBUG_FILE)
		debug_file = (struct str){ arena_strndup(&world->arena, text, size), size };
}

// "NAME@ADDRESS" of the sections of @file, "NAME/SIZE" of strings, and the bytes of .debug_addr.
static const char *describe_file(struct world *world, struct str file)
{
	bool big_endian = world->linker.big_endian;
	Elf64_Ehdr header;
	const char *text = "", *names;

	memcpy(&header, file.data, sizeof(header));
	ehdr_order(&header, big_endian);
	names = file.data +
		shdr_get(file.data + header.e_shoff, header.e_shstrndx, big_endian).sh_offset;
	for (size_t i = 1; i < header.e_shnum; i++) {
		Elf64_Shdr section = shdr_get(file.data + header.e_shoff, i, big_endian);
		const char *name = names + section.sh_name;

		text = arena_format(&world->arena, "%s%s%s", text, *text ? " " : "", name);
		if (section.sh_flags & SHF_ALLOC)
			text = arena_format(&world->arena, "%s@%lx", text, section.sh_addr);
		else if (section.sh_type == SHT_PROGBITS && section.sh_entsize)
			text = arena_format(&world->arena, "%s/%lu", text, section.sh_entsize);
		for (size_t j = 0; !strcmp(name, ".debug_addr") && j < section.sh_size; j += 8)
			text = arena_format(&world->arena, "%s %lx", text,
					    get64(file.data + section.sh_offset + j, big_endian));
	}
	return text;
}

#define FINAL                                                                                      \
	CODE "load later | section xdp AX | local func p 24 | mov | mov | exit | section .bss "    \
	     "WAN 32 | "                                                                           \
	     "global object x 8 | zero 8 | section .debug_loc - 1 | quad 5 | section .debug_addr " \
	     "- 1 | "                                                                              \
	     "quad @.text+8 | quad p | quad x | quad later | quad @.debug_loc+3 | word 0 | "       \
	     "word @xdp+8 | section .debug_str MS 1 1 | string a"

static const struct {
	const char *name;
	const char *texts[2];
	struct bpfld_options options;
	const char *sections, *debug_sections;
} files[] = {
	{ "beside an output without",
	  { FINAL },
	  { .build_id = BPFLD_BUILD_ID_NONE },
	  ".text@0 xdp@0 .bss@0 .rel.text .symtab .strtab .shstrtab",
	  ".text@0 xdp@20 .bss@40 .debug_loc .debug_addr 8 20 40 ffffffffffffffff 3 2800000000 "
	  ".debug_str/1 "
	  ".rel.text .note.bpfld.debug .symtab .strtab .shstrtab" },
	{ "beside an output with it",
	  { FINAL },
	  { .keep_debug = true, .build_id = BPFLD_BUILD_ID_XXH128 },
	  ".text@0 xdp@0 .bss@0 .debug_loc .debug_addr 8 0 0 0 3 800000000 .debug_str/1 .rel.text "
	  ".rel.debug_addr "
	  ".note.gnu.build-id .symtab .strtab .shstrtab",
	  ".text@0 xdp@20 .bss@40 .debug_loc .debug_addr 8 20 40 ffffffffffffffff 3 2800000000 "
	  ".debug_str/1 "
	  ".rel.text .note.gnu.build-id .note.bpfld.debug .symtab .strtab .shstrtab" },
};

Test(debug, is_written_for_debuggers)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct world world, plain;

		world_init(&world, false, files[i].texts);
		world.options.keep_debug = files[i].options.keep_debug;
		world.options.build_id = files[i].options.build_id;
		world.options.allow_undefined = true;
		world.options.reports[BPFLD_REPORT_DEBUG_FILE] = "-";
		world.options.on_report = keep_report;
		world.options.context = &world;
		cr_assert(world_run(&world, write_reports), "%s", world_messages(&world));
		cr_expect_str_eq(describe_file(&world, world_image(&world)), files[i].sections,
				 "%s: %s", files[i].name,
				 describe_file(&world, world_image(&world)));
		cr_expect_str_eq(describe_file(&world, debug_file), files[i].debug_sections,
				 "%s: %s", files[i].name, describe_file(&world, debug_file));

		// The output is the same without the file.
		world_init(&plain, false, files[i].texts);
		plain.options.keep_debug = files[i].options.keep_debug;
		plain.options.build_id = files[i].options.build_id;
		plain.options.allow_undefined = true;
		cr_assert(world_run(&plain, write_elf), "%s", world_messages(&plain));
		cr_expect(str_equal(world_image(&plain), world_image(&world)), "%s", files[i].name);
		world_deinit(&plain);

		// It is no input.
		world_begin(&plain);
		world_add(&plain, debug_file);
		cr_expect_not(world_run(&plain, write_elf), "%s", files[i].name);
		cr_expect_str_eq(
			messages(&plain),
			"a.o:(.note.bpfld.debug): error: is a file of --debug-file, for debuggers "
			"alone; link the object that was made beside it",
			"%s", messages(&plain));
		world_deinit(&plain);
		world_deinit(&world);
	}
}

// Of the names of source files, which are among others in .debug_str.
Test(debug, has_mapped_names)
{
	static const struct {
		const char *texts[2];
		struct bpfld_prefix_map map;
		const char *debug, *message; // NULL: none
	} maps[] = {
		{ { CODE "section .debug_line_str MS 1 1 | string /b/c | string d/b | section "
			 ".debug_macro - 1 | "
			 "word @.debug_line_str+5 | word @.debug_line_str+4" },
		  { "/b", "/longer" },
		  "line_str 642f6200 2f6c6f6e 6765722f 6300; macro 00000000 08000000, 0:32 "
		  ".debug_line_str, "
		  "4:32 .debug_line_str",
		  NULL },
		{ { CODE "section .debug_line_str MS 1 1 | string s_c | string s/c | section "
			 ".debug_addr - 1 | word @.debug_line_str | word @.debug_line_str+4" },
		  { "s", "t" },
		  "line_str 745f6300 742f6300; addr 00000000 04000000, 0:32 .debug_line_str, "
		  "4:32 .debug_line_str",
		  NULL },
		{ { CODE "section .debug_str MS 1 1 | string s_c | string s/c | string s | section "
			 ".debug_addr - 1 | word @.debug_str+8 | word @.debug_str+5 | "
			 "word @.debug_str" },
		  { "s", "t" },
		  "str 7300742f 6300735f 6300; addr 00000000 03000000 06000000, "
		  "0:32 .debug_str, 4:32 .debug_str, 8:32 .debug_str",
		  NULL },
		{ { CODE "section .debug_str MS 1 1 | string /s_c | string /s/c | section "
			 ".debug_addr - 1 | word @.debug_str | word @.debug_str+5" },
		  { "/s", "" },
		  "str 5f63002f 6300; addr 00000000 03000000, 0:32 .debug_str, 4:32 .debug_str",
		  NULL },
		// The order of an object in which nothing changes stays. The order of others is
		// that of what refers to them, in all sections.
		{ { CODE "section .debug_str MS 1 1 | string b | string a | section .debug_addr - "
			 "1 | word @.debug_str+2 | word @.debug_str" },
		  { "/s", "" },
		  "str 62006100; addr 02000000 00000000, 0:32 .debug_str, 4:32 .debug_str",
		  NULL },
		{ { CODE
		    "section .debug_str MS 1 1 | string b | string a | section .debug_line_str "
		    "MS 1 1 | string /s | section .debug_addr - 1 | word @.debug_str+2 | "
		    "word @.debug_line_str | word @.debug_str" },
		  { "/s", "/t" },
		  "str 61006200; line_str 2f7400; addr 00000000 00000000 02000000, "
		  "0:32 .debug_str, 4:32 .debug_line_str, 8:32 .debug_str",
		  NULL },
		// Nothing refers to them.
		{ { CODE "section .debug_str MS 1 1 | string /s/c | string b" },
		  { "/s", "/t" },
		  "str 2f742f63 00",
		  NULL },
		// A source file is no path.
		{ { CODE "section .debug_line_str MS 1 1 | string /s\n | section .debug_addr - 1 | "
			 "word @.debug_line_str" },
		  { "/s", "/t" },
		  "line_str 2f730a00; addr 00000000, 0:32 .debug_line_str",
		  NULL },
		// A version that is not known.
		{ { CODE "section .debug_line - 1 | word 4 | byte 6 | byte 0 | string s" },
		  { "s", "t" },
		  "line 04000000 06007300",
		  NULL },
		// A header that ends a byte past the unit.
		{ { CODE "section .debug_line - 1 | word 7 | byte 4 | byte 0 | word 2 | byte 0" },
		  { "/s", "" },
		  "",
		  "a.o:(.debug_line+0x0)" LEFT_OUT "its line table is like none of a compiler" },
	};

	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++) {
		struct world world;

		init(&world, false, maps[i].texts);
		world.options.prefix_maps = &maps[i].map;
		world.options.prefix_map_count = 1;
		cr_assert(world_run(&world, link_debug), "%zu: %s", i, world_messages(&world));
		cr_expect_str_eq(debug_pieces(&world), maps[i].debug, "%zu: %s", i,
				 debug_pieces(&world));
		cr_expect_str_eq(messages(&world), maps[i].message ? maps[i].message : "",
				 "%zu: %s", i, messages(&world));
		world_deinit(&world);
	}
}
