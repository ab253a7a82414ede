/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/integers.h"
#include "elf_object.h"
#include "world.h"

enum { MAX_POINTERS = 8 };

// Every input's .data holds pointers; the output's are in the order of the inputs.
struct merge_case {
	const char *name;
	const char *texts[WORLD_OBJECTS + 1];
	struct str content;             // of the output's section "s"
	int64_t pointers[MAX_POINTERS]; // into it
	bool cut;                       // the output is no longer SHF_MERGE
};

#define STRINGS "section s AMS 1 1 | "
#define VALUES  "section s AM 4 4 | "
#define DATA    " | section .data WA | "

// clang-format off
static const struct merge_case cases[] = {
	{ "one input", { STRINGS "string a | string b" DATA "quad @s | quad @s+2" },
	  STR("a\0b\0"), .pointers = { 0, 2 } },
	{ "equal strings of one input", { STRINGS "string a | string b | string a" DATA "quad @s | quad @s+2 | quad @s+4" },
	  STR("a\0b\0"), .pointers = { 0, 2, 0 } },
	{ "equal strings of two inputs",
	  { STRINGS "string a | string b" DATA "quad @s | quad @s+2",
	    STRINGS "string b | string c | string a" DATA "quad @s | quad @s+2 | quad @s+4" },
	  STR("a\0b\0c\0"), .pointers = { 0, 2, 2, 4, 0 } },
	{ "tails", { STRINGS "string bar" DATA "quad @s", STRINGS "string foobar" DATA "quad @s",
		     STRINGS "string r | string xbar" DATA "quad @s | quad @s+2" },
	  STR("foobar\0xbar\0"), .pointers = { 8, 0, 10, 7 } },
	{ "the empty string", { STRINGS "byte 0 | string a" DATA "quad @s | quad @s+1" },
	  STR("a\0"), .pointers = { 1, 0 } },
	{ "only the empty string", { STRINGS "byte 0" DATA "quad @s", STRINGS "byte 0" DATA "quad @s" },
	  STR("\0"), .pointers = { 0, 0 } },
	{ "no tail: the same start", { STRINGS "string foo | string foobar" DATA "quad @s | quad @s+4" },
	  STR("foo\0foobar\0"), .pointers = { 0, 4 } },
	{ "into the middle of a string",
	  { STRINGS "string abc" DATA "quad @s+1", STRINGS "string xyz | string abc" DATA "quad @s | quad @s+6 | quad @s+7" },
	  STR("abc\0xyz\0"), .pointers = { 1, 4, 2, 3 } },
	{ "into the middle of a tail",
	  { STRINGS "string bar" DATA "quad @s+2", STRINGS "string foobar" DATA "quad @s" },
	  STR("foobar\0"), .pointers = { 5, 0 } },
	{ "past the end", { STRINGS "string x | string bar" DATA "quad @s | quad @s+6",
			    STRINGS "string foobar | string y" DATA "quad @s | quad @s+7" },
	  STR("x\0foobar\0y\0"), .pointers = { 0, 9, 2, 9 } },

	{ "values", { VALUES "word 1 | word 2" DATA "quad @s | quad @s+4",
		      VALUES "word 2 | word 3 | word 1" DATA "quad @s+2 | quad @s+4 | quad @s+12" },
	  STR("\1\0\0\0\2\0\0\0\3\0\0\0"), .pointers = { 0, 4, 6, 8, 4 } },
	{ "values have no tails", { VALUES "word 0x01000000 | word 0" DATA "quad @s | quad @s+4" },
	  STR("\0\0\0\1\0\0\0\0"), .pointers = { 0, 4 } },
	{ "equal values of different alignment",
	  { "section s AM 2 4 | word 1 | word 2" DATA "quad @s | quad @s+4",
	    "section s AM 4 4 | word 2 | word 1" DATA "quad @s | quad @s+4" },
	  STR("\1\0\0\0\2\0\0\0"), .pointers = { 0, 4, 4, 0 } },

	{ "wide strings", { "section s AMS 2 2 | byte 1 | byte 2 | byte 3 | byte 0 | byte 0 | byte 0" DATA "quad @s",
			    "section s AMS 2 2 | byte 3 | byte 0 | byte 0 | byte 0" DATA "quad @s",
			    "section s AMS 2 2 | byte 2 | byte 3 | byte 0 | byte 0" DATA "quad @s" },
	  STR("\1\2\3\0\0\0\2\3\0\0"), .pointers = { 0, 2, 6 } },
	{ "alignment of strings",
	  { "section s AMS 4 1 | string a | zero 2 | string bcd" DATA "quad @s | quad @s+4",
	    "section s AMS 4 1 | string x | zero 2 | string a" DATA "quad @s | quad @s+4" },
	  STR("a\0\0\0bcd\0x\0"), .pointers = { 0, 4, 8, 0 } },
	{ "a tail whose alignment does not fit",
	  { "section s AMS 4 1 | string xyz" DATA "quad @s", "section s AMS 4 1 | string z" DATA "quad @s" },
	  STR("xyz\0z\0"), .pointers = { 0, 4 } },
	{ "a tail whose alignment fits",
	  { "section s AMS 4 1 | string uvwxyz" DATA "quad @s", "section s AMS 2 1 | string yz" DATA "quad @s" },
	  STR("uvwxyz\0"), .pointers = { 0, 4 } },
	{ "a tail that aligns its string",
	  { STRINGS "string 1 | string abcdef" DATA "quad @s | quad @s+2",
	    "section s AMS 4 1 | string ef" DATA "quad @s" },
	  STR("1\0\0\0abcdef\0"), .pointers = { 0, 4, 8 } },
	{ "different sections of one name: values",
	  { VALUES "word 0x61" DATA "quad @s", "section s AMS 4 4 | word 0x61 | word 0" DATA "quad @s" },
	  STR("a\0\0\0a\0\0\0\0\0\0\0"), .pointers = { 0, 4 }, .cut = true },
	{ "different sections of one name: size",
	  { VALUES "word 0 | word 1" DATA "quad @s | quad @s+4", "section s AM 8 8 | quad 0" DATA "quad @s" },
	  STR("\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), .pointers = { 12, 0, 8 }, .cut = true },
	{ "beside a section that cannot be cut",
	  { STRINGS "string a | string a" DATA "quad @s+2", STRINGS "string a | byte 1" DATA "quad @s+2" },
	  STR("a\0a\0\1"), .pointers = { 0, 4 }, .cut = true },
	{ "beside a section without the flag",
	  { STRINGS "string a | string a" DATA "quad @s+2", "section s A 1 | string a" DATA "quad @s" },
	  STR("a\0a\0"), .pointers = { 0, 2 }, .cut = true },

	{ "a symbol of any type stays whole",
	  { STRINGS "local func v 4 | string a | string b | string a" DATA "quad v | quad @s+4" },
	  STR("a\0b\0a\0"), .pointers = { 0, 4 } },
	{ "variables stay apart",
	  { STRINGS "string a | local object v 2 | string a | string a" DATA "quad v | quad @s | quad @s+2 | quad @s+4",
	    STRINGS "local object w 2 | string a | string a" DATA "quad w | quad @s | quad @s+2" },
	  STR("a\0a\0a\0"), .pointers = { 0, 0, 2, 0, 0, 4, 0 } },
	{ "labels move along",
	  { STRINGS "string a | string b" DATA "quad @s",
	    STRINGS "string c | local notype l 0 | string b" DATA "quad @s | quad l" },
	  STR("a\0b\0c\0"), .pointers = { 0, 4, 0 } },

	{ "private labels move along",
	  { STRINGS "local object .L.str 2 | string a | string b" DATA "quad @s",
	    STRINGS "string c | local object .L.str 2 | string b" DATA "quad @s | quad .L.str+1" },
	  STR("a\0b\0c\0"), .pointers = { 0, 4, 1 } },

	{ "what is only of dead code",
	  { STRINGS "string a | string b | section .text AX | weak func f 24 | load @s | exit |"
	    "global func g 16 | load @s+2 | section .data WA | quad @s+2",
	    "section .text AX | global func f 8 | exit" },
	  STR("b\0"), .pointers = { 0 } },
	{ "what has a private label and is of dead code",
	  { STRINGS "local object .L.str 2 | string a | string b | section .text AX | weak func f 24 |"
	    "load .L.str+1 | exit | section .data WA | quad @s+2",
	    "section .text AX | global func f 8 | exit" },
	  STR("b\0"), .pointers = { 0 } },
	{ "what is of dead code in one input",
	  { STRINGS "string bar | section .text AX | weak func f 24 | load @s | exit",
	    STRINGS "string foobar | string bar" DATA "quad @s+7 | section .text AX | global func f 8 | exit" },
	  STR("foobar\0"), .pointers = { 3 } },
	{ "what is of nobody", { STRINGS "string a | string b | string a" DATA "quad 0" },
	  STR("a\0b\0"), .pointers = { 0 } },
	{ "what has a global name",
	  { STRINGS "string a | global object l 0 | string b | section .text AX | weak func f 24 | load l | exit",
	    DATA "section .text AX | global func f 8 | exit" },
	  STR("a\0b\0"), .pointers = { 0 } },
};
// clang-format on

static void check_output(struct world *world, const struct merge_case *c, bool big_endian)
{
	const struct output_section *merged = world_output(world, "s");
	const struct output_section *data = world_output(world, ".data");
	const uint8_t *pointers = data ? world_bytes(world, data) : NULL;

	cr_assert(merged, "%s", c->name);
	cr_expect_eq(merged->size, c->content.size, "%s: %" PRIu64 " bytes", c->name, merged->size);
	if (!big_endian && merged->size == c->content.size)
		cr_expect_arr_eq(world_bytes(world, merged), c->content.data, merged->size, "%s",
				 c->name);
	cr_expect_eq((merged->flags & SHF_MERGE) == 0, c->cut, "%s", c->name);
	cr_expect_eq(merged->entsize == 0, c->cut, "%s", c->name);
	for (size_t i = 0; data && i < data->size / 8; i++)
		cr_expect_eq((int64_t)get64(pointers + 8 * i, big_endian), c->pointers[i],
			     "%s: pointer %zu is %" PRId64, c->name, i,
			     (int64_t)get64(pointers + 8 * i, big_endian));
}

// Linking the output alone gives it back.
static void check_again(struct world *world, const char *name)
{
	struct str image = world_image(world);
	struct world again;

	world_init_images(&again, &image, 1);
	again.options.merge_rodata = world->options.merge_rodata;
	cr_expect(world_run(&again, write_elf), "%s: %s", name, world_messages(&again));
	cr_expect(str_equal(world_image(&again), image), "%s: again differs", name);
	world_deinit(&again);
}

Test(merge, makes_equal_constants_one)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct world world;

			world_init(&world, big_endian, cases[i].texts);
			cr_assert(world_run(&world, write_elf), "%s: %s", cases[i].name,
				  world_messages(&world));
			check_output(&world, &cases[i], big_endian);
			check_again(&world, cases[i].name);
			world_deinit(&world);
		}
	}
}

Test(merge, moves_symbols_along)
{
	struct world world;
	struct output_symbol *symbol;

	world_init(&world, false,
		   (const char *[]){ STRINGS "string foobar" DATA "quad @s",
				     STRINGS "string x | global object l 0 | string bar" DATA
					     "quad @s",
				     NULL });
	cr_assert(world_run(&world, number_symbols), "%s", world_messages(&world));
	symbol = &world.linker.symbols.items[world_global(&world, "l")->output];
	cr_expect_eq(symbol->elf.st_value, 3);
	cr_expect_eq(symbol->shndx, world_output(&world, "s")->shndx);
	world_deinit(&world);
}

Test(merge, leaves_out_sections_without_constants)
{
	struct world world;

	world_init(&world, false,
		   (const char *[]){ STRINGS "string a | section .text AX | weak func f 24 |"
					     "load @s | exit",
				     "section .text AX | global func f 8 | exit", NULL });
	cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
	cr_expect_null(world_output(&world, "s"));
	world_deinit(&world);
}

// ---------------------------------------------------------------------------------------------
// Any constants

enum { OBJECTS = 3, CONSTANTS = 24, MAX_SIZE = 5 * 4 };

// A pointer to a constant, and what it has to find.
struct pointer {
	uint8_t bytes[MAX_SIZE];
	size_t size;
	uint64_t align;
};

struct random {
	uint64_t state;
};

static uint32_t draw(struct random *random, uint32_t bound)
{
	random->state = random->state * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(random->state >> 33) % bound;
}

struct kind {
	const char *section;
	uint64_t entsize;
	uint64_t max_align;
	bool strings;
};

static struct pointer draw_constant(struct random *random, const struct kind *kind)
{
	size_t units = kind->strings ? draw(random, 4) : 1;
	struct pointer constant = { .size = (units + kind->strings) * kind->entsize };

	for (size_t i = 0; i < units * kind->entsize; i++)
		constant.bytes[i] = (uint8_t)draw(random, 2);
	// No terminator within.
	for (size_t i = 0; i < units && kind->strings; i++)
		constant.bytes[i * kind->entsize] |= 2;
	return constant;
}

// An object with all sorts of constants, and pointers to most of them.
static struct str draw_object(struct arena *arena, struct random *random, const struct kind *kind,
			      struct pointer *pointers)
{
	uint64_t align = UINT64_C(1)
			 << draw(random, (uint32_t)__builtin_ctzll(kind->max_align) + 1);
	struct elf_object object = elf_object_begin(arena, false);
	uint32_t section = elf_object_section(
		&object, kind->section, SHT_PROGBITS,
		SHF_ALLOC | SHF_MERGE | (kind->strings ? SHF_STRINGS : 0), align);
	uint32_t data =
		elf_object_section(&object, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8);
	uint32_t symbol = elf_object_symbol(&object, "", STB_LOCAL, STT_SECTION, section, 0, 0);

	object.sections.items[section].header.sh_entsize = kind->entsize;
	for (size_t i = 0; i < CONSTANTS; i++) {
		uint64_t wish = UINT64_C(1) << draw(random, 4), at;

		pointers[i] = draw_constant(random, kind);
		while (kind->strings &&
		       elf_object_size(&object, section) % (wish < align ? wish : align))
			elf_object_integer(&object, section, 1, 0);
		at = elf_object_size(&object, section);
		pointers[i].align = at & -at && (at & -at) < align ? at & -at : align;
		elf_object_bytes(&object, section, pointers[i].bytes, pointers[i].size);
		elf_object_relocation(&object, data, elf_object_size(&object, data), 2, symbol);
		elf_object_integer(&object, data, 8, at);
	}
	return elf_object_finish(&object);
}

static void check_pointers(struct world *world, const struct pointer *pointers, const char *section,
			   const char *name)
{
	const struct output_section *merged = world_output(world, section);
	const uint8_t *data = world_bytes(world, world_output(world, ".data"));
	const uint8_t *bytes = world_bytes(world, merged);

	for (size_t i = 0; i < OBJECTS * CONSTANTS; i++) {
		uint64_t at = get64(data + 8 * i, false);
		const struct pointer *pointer = &pointers[i];

		cr_assert(at < merged->size && pointer->size <= merged->size - at,
			  "%s: pointer %zu leads to %" PRIu64, name, i, at);
		cr_expect(memcmp(bytes + at, pointer->bytes, pointer->size) == 0, "%s: pointer %zu",
			  name, i);
		cr_expect_eq(at % pointer->align, 0, "%s: pointer %zu is not aligned", name, i);
	}
}

// Link objects whose constants are of these kinds, and find them in @section.
static void check_round(const struct kind *const kinds[OBJECTS], const char *section,
			unsigned int seed)
{
	struct random random = { .state = seed };
	struct pointer pointers[OBJECTS * CONSTANTS];
	struct world world;
	char name[64];

	snprintf(name, sizeof(name), "%s, entsize %" PRIu64 ", %s, seed %u", section,
		 kinds[0]->entsize, kinds[0]->strings ? "strings" : "values", seed);
	world_begin(&world);
	for (size_t i = 0; i < OBJECTS; i++)
		world_add(&world,
			  draw_object(&world.arena, &random, kinds[i], &pointers[i * CONSTANTS]));
	cr_assert(world_run(&world, write_elf), "%s: %s", name, world_messages(&world));
	check_pointers(&world, pointers, section, name);
	check_again(&world, name);
	world_deinit(&world);
}

Test(merge, keeps_what_pointers_find)
{
	static const struct kind kinds[] = {
		{ "s", 1, 1, true },   { "s", 1, 8, true },  { "s", 2, 8, true },
		{ "s", 4, 4, true },   { "s", 1, 1, false }, { "s", 4, 4, false },
		{ "s", 12, 4, false },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const struct kind *same[OBJECTS] = { &kinds[i], &kinds[i], &kinds[i] };

		for (unsigned int seed = 1; seed <= 50; seed++)
			check_round(same, "s", seed);
	}
}

Test(merge, keeps_what_pointers_find_in_one_section)
{
	static const struct kind kinds[] = {
		{ ".rodata.str1.1", 1, 1, true },      { ".rodata.cst4", 4, 4, false },
		{ ".rodata.main.str1.8", 1, 8, true }, { ".rodata.cst16", 16, 16, false },
		{ ".rodata.str2.2", 2, 2, true },
	};
	const size_t count = sizeof(kinds) / sizeof(*kinds);

	for (unsigned int seed = 0; seed < 100; seed++) {
		const struct kind *mixed[OBJECTS] = { &kinds[seed % count],
						      &kinds[(seed + 1) % count],
						      &kinds[(seed / count) % count] };

		check_round(mixed, ".rodata", seed);
	}
}

// What --strip-all leaves of static variables is their VARs: equal ones must not become one, and
// those that nobody needs must not stay because they have lost their symbols.
static const struct {
	const char *name;
	const char *texts[3];
	const char *section;
	bool gc_sections; // in the second link
	uint64_t size;    // of the section then
} stripped[] = {
	{ "equal variables",
	  { "section .rodata.cst16 AM 16 16 | local object a 16 | quad 1 | quad 2 | btf",
	    "section .rodata.cst16 AM 16 16 | local object b 16 | quad 1 | quad 2 | btf" },
	  ".rodata.cst16",
	  false,
	  32 },
	{ "a variable and a constant",
	  { "section .rodata.cst8 AM 8 8 | local object a 8 | quad 1 | btf",
	    "section .rodata.cst8 AM 8 8 | quad 1 | section xdp AX | global func p 24 | load "
	    "@.rodata.cst8 | exit | btf" },
	  ".rodata.cst8",
	  false,
	  16 },
	{ "variables that nobody needs",
	  { "section .data WA | local object a 8 | quad 1 | local object b 8 | quad 2 | local "
	    "object c 8 | quad 3 | section xdp AX | global func p 24 | load @.data+8 | exit | btf",
	    "section .data WA | local object d 8 | quad 4 | btf" },
	  ".data",
	  true,
	  8 },
};

static void check_stripped(size_t i, enum bpfld_merge_rodata merge)
{
	const char *section = stripped[i].section;
	struct world world, again;
	struct str image;

	if (merge != BPFLD_MERGE_RODATA_NONE && strncmp(section, ".rodata", 7) == 0)
		section = ".rodata";
	world_init(&world, false, stripped[i].texts);
	world.options.strip_all = true;
	world.options.merge_rodata = merge;
	cr_assert(world_run(&world, write_elf), "%s", stripped[i].name);
	image = world_image(&world);
	if (!stripped[i].gc_sections)
		check_again(&world, stripped[i].name);
	world_init_images(&again, &image, 1);
	again.options.gc_sections = stripped[i].gc_sections;
	again.options.merge_rodata = merge;
	cr_assert(world_run(&again, write_elf), "%s", stripped[i].name);
	cr_expect_eq(world_output(&again, section)->size, stripped[i].size, "%s: %lu",
		     stripped[i].name, world_output(&again, section)->size);
	world_deinit(&again);
	world_deinit(&world);
}

Test(merge, variables_without_symbols_are_variables)
{
	for (size_t i = 0; i < sizeof(stripped) / sizeof(*stripped); i++) {
		check_stripped(i, BPFLD_MERGE_RODATA_NONE);
		check_stripped(i, BPFLD_MERGE_RODATA_CONSTANTS);
	}
}
