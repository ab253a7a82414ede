/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "btf_raw.h"
#include "elf_text.h"
#include "relocation.h"
#include "world.h"

// Sections of every object here: 16 bytes each but for .maps, which has 64.
enum { TEXT = 1, DATA, MAPS, CST };

static const char *const section_names[] = { "", ".text", ".data", ".maps", ".rodata.cst16" };

// A symbol as a tool left it. The last has no name.
struct left {
	const char *name;
	uint8_t binding, type;
	uint32_t shndx;
	uint64_t value, size;
};

// A VAR, or with `function` a FUNC, and its entry in the DATASEC of a section.
struct listed {
	const char *name;
	uint32_t linkage;
	uint32_t shndx; // whose DATASEC
	uint32_t offset, size;
	const char *symbol; // that .rel.BTF has; a section's name for its symbol; NULL: none
	bool function;
};

struct follow_case {
	const char *name;
	bool settled; // DATASECs have their sizes, as linkers leave them
	bool stale;   // .rel.BTF is of another .BTF
	struct left symbols[5];
	struct listed listed[5];
	const char *expected; // what goes out; or what is reported
};

static uint32_t find_symbol(const struct follow_case *c, const char *name)
{
	for (uint32_t i = 0; c->symbols[i].name; i++) {
		if (!strcmp(c->symbols[i].name, name))
			return i + 1;
	}
	return 0;
}

static void add_sections(struct elf_object *object)
{
	static const uint8_t exits[16] = { [0] = 0x95, [8] = 0x95 };
	static const uint64_t flags[] = { 0, SHF_ALLOC | SHF_EXECINSTR, SHF_ALLOC | SHF_WRITE,
					  SHF_ALLOC | SHF_WRITE, SHF_ALLOC };

	for (uint32_t i = TEXT; i <= CST; i++) {
		elf_object_section(object, section_names[i], SHT_PROGBITS, flags[i], 8);
		for (int words = i == MAPS ? 8 : 2; i != TEXT && words; words--)
			elf_object_integer(object, i, 8, 0);
	}
	elf_object_bytes(object, TEXT, exits, sizeof(exits));
}

// The symbol that .rel.BTF has for @listed.
static uint32_t relocation_symbol(struct elf_object *object, const struct follow_case *c,
				  const struct listed *listed)
{
	for (uint32_t i = TEXT; i <= CST; i++) {
		if (!strcmp(section_names[i], listed->symbol))
			return elf_object_section_symbol(object, i);
	}
	return find_symbol(c, listed->symbol);
}

// The DATASEC of section @shndx, with the id of the first VAR or FUNC.
static void add_datasec(struct elf_object *object, struct btf_raw *raw, const struct follow_case *c,
			uint32_t shndx, uint32_t first, uint32_t btf)
{
	bool any = false;

	for (const struct listed *listed = c->listed; listed->name; listed++)
		any |= listed->shndx == shndx;
	if (!any)
		return;
	btf_raw_datasec(raw, section_names[shndx],
			c->settled ? (uint32_t)elf_object_size(object, shndx) : 0);
	for (const struct listed *listed = c->listed; listed->name; listed++) {
		if (listed->shndx != shndx)
			continue;
		btf_raw_secinfo(raw, first + (uint32_t)(listed - c->listed), listed->offset,
				listed->size);
		if (listed->symbol)
			elf_object_relocation(object, btf, 24 + raw->words.count * 4 - 8,
					      R_BPF_64_NODYLD32,
					      relocation_symbol(object, c, listed));
	}
}

static void add_btf(struct elf_object *object, const struct follow_case *c)
{
	struct btf_raw raw = btf_raw_begin(object->arena, object->big_endian);
	uint32_t integer = btf_raw_int(&raw, "int", 4, BTF_INT_SIGNED);
	uint32_t proto = btf_raw_proto(&raw, integer);
	uint32_t section = elf_object_section(object, ".BTF", SHT_PROGBITS, 0, 4);
	uint32_t first = btf_raw_next_id(&raw);
	struct str btf;

	for (const struct listed *listed = c->listed; listed->name; listed++)
		(listed->function ? btf_raw_func : btf_raw_var)(&raw, listed->name, listed->linkage,
								listed->function ? proto : integer);
	for (uint32_t i = TEXT; i <= CST; i++)
		add_datasec(object, &raw, c, i, first, section);
	if (c->stale)
		elf_object_relocation(object, section, 24, R_BPF_64_NODYLD32, 1);
	btf = btf_raw_finish(&raw);
	elf_object_bytes(object, section, btf.data, btf.size);
}

static struct str make_object(struct arena *arena, bool big_endian, const struct follow_case *c)
{
	struct elf_object object = elf_object_begin(arena, big_endian);

	add_sections(&object);
	for (const struct left *symbol = c->symbols; symbol->name; symbol++)
		elf_object_symbol(&object, symbol->name, symbol->binding, symbol->type,
				  symbol->shndx, symbol->value, symbol->size);
	add_btf(&object, c);
	return elf_object_finish(&object);
}

// "v 4 .data+0, x? 0 | v=.data+0 extern x": each symbol with its size and place, those without type
// with a question mark; each declaration with its place.
static const char *describe(struct world *world)
{
	const struct object *object = world->linker.objects.items[0];
	const char *text = "";

	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->type == STT_SECTION)
			continue;
		text = arena_format(&world->arena, "%s%s%s%s %" PRIu64, text, *text ? ", " : "",
				    linker_name(&world->linker, symbol->name),
				    symbol->type == STT_NOTYPE ? "?" : "", symbol->size);
		if (symbol->section)
			text = arena_format(&world->arena, "%s %s+%" PRIu64, text,
					    symbol->section->text_name, symbol->value);
	}
	text = arena_format(&world->arena, "%s |", text);
	array_each(each, &object->declarations) {
		static const char *const linkages[] = { "static ", "", "extern " };
		const struct declaration *declaration = *each;

		text = arena_format(&world->arena, "%s %s%s", text, linkages[declaration->linkage],
				    linker_name(&world->linker, declaration->name));
		if (declaration->atom)
			text = arena_format(&world->arena, "%s=%s+%" PRIu32, text,
					    declaration->atom->section->text_name,
					    declaration->offset);
	}
	return text;
}

#define G STB_GLOBAL
#define L STB_LOCAL
#define W STB_WEAK
#define O STT_OBJECT
#define N STT_NOTYPE

// clang-format off
static const struct follow_case cases[] = {
	// As a compiler and objcopy leave them.
	{ "renamed", false, false,
	  { { "p_v", G, O, DATA, 4, 4 }, { "p_m", G, O, MAPS, 0, 32 } },
	  { { "v", 1, DATA, 0, 4, "p_v", false }, { "m", 1, MAPS, 0, 32, "p_m", false } },
	  "p_v 4 .data+4, p_m 32 .maps+0 | p_v=.data+4 p_m=.maps+0" },
	{ "two that took each other's name", false, false,
	  { { "b", G, O, DATA, 0, 4 }, { "a", G, O, DATA, 4, 4 } },
	  { { "a", 1, DATA, 0, 4, "b", false }, { "b", 1, DATA, 0, 4, "a", false } },
	  "b 4 .data+0, a 4 .data+4 | b=.data+0 a=.data+4" },
	{ "renamed, of one place", false, false,
	  { { "x", G, O, DATA, 0, 4 }, { "y", W, O, DATA, 0, 4 } },
	  { { "a", 1, DATA, 0, 4, "x", false }, { "b", 1, DATA, 0, 4, "y", false } },
	  "x 4 .data+0, y 4 .data+0 | x=.data+0 y=.data+0" },
	{ "renamed and static", false, false,
	  { { "p_s", L, O, DATA, 8, 4 } }, { { "s", 0, DATA, 8, 4, ".data", false } },
	  "p_s 4 .data+8 | static p_s=.data+8" },
	{ "renamed and extern", false, false,
	  { { "p_m", G, N, SHN_UNDEF, 0, 0 }, { "p_f", G, N, SHN_UNDEF, 0, 0 } },
	  { { "m", 2, MAPS, 0, 32, "p_m", false }, { "f", 2, TEXT, 0, 0, "p_f", true } },
	  "p_m? 0, p_f? 0 | extern p_m extern p_f" },
	{ "made local", false, false,
	  { { "v", L, O, DATA, 4, 4 } }, { { "v", 1, DATA, 0, 4, "v", false } },
	  "v 4 .data+4 | static v=.data+4" },
	{ "made local and renamed", false, false,
	  { { "p_v", L, O, DATA, 4, 4 } }, { { "v", 1, DATA, 0, 4, "p_v", false } },
	  "p_v 4 .data+4 | static p_v=.data+4" },
	{ "made global", false, false,
	  { { "s", G, O, DATA, 8, 4 } }, { { "s", 0, DATA, 8, 4, ".data", false } },
	  "s 4 .data+8 | s=.data+8" },
	{ "static, of one place", false, false,
	  { { "s", L, O, DATA, 8, 4 }, { "t", L, O, DATA, 8, 4 } },
	  { { "s", 0, DATA, 8, 4, ".data", false }, { "t", 0, DATA, 8, 4, ".data", false } },
	  "s 4 .data+8, t 4 .data+8 | static s=.data+8 static t=.data+8" },
	{ "a copy of GCC's", false, false,
	  { { "s.0", L, O, DATA, 8, 4 } }, { { "s", 0, DATA, 8, 4, ".data", false } },
	  "s.0 4 .data+8 | static s=.data+8" },
	{ "in another section", false, false,
	  { { "t", L, O, CST, 0, 16 }, { "v", G, O, DATA, 0, 4 } },
	  { { "v", 1, DATA, 0, 4, "v", false }, { "t", 0, DATA, 0, 16, ".rodata.cst16", false } },
	  "t 16 .rodata.cst16+0, v 4 .data+0 | v=.data+0 static t=.rodata.cst16+0" },

	// As a linker leaves them, and then objcopy.
	{ "renamed after a link", true, false,
	  { { "p_v", G, O, DATA, 4, 4 }, { "p_w", W, O, DATA, 8, 4 }, { "p_m", G, O, MAPS, 32, 32 } },
	  { { "v", 1, DATA, 4, 4, NULL, false }, { "w", 1, DATA, 8, 4, NULL, false }, { "m", 1, MAPS, 32, 32, NULL, false } },
	  "p_v 4 .data+4, p_w 4 .data+8, p_m 32 .maps+32 | p_v=.data+4 p_w=.data+8 p_m=.maps+32" },
	{ "renamed after a link, beside another name", true, false,
	  { { "other", G, O, DATA, 4, 4 }, { "q", G, O, DATA, 4, 4 } },
	  { { "v", 1, DATA, 4, 4, NULL, false }, { "other", 1, DATA, 4, 4, NULL, false } },
	  "other 4 .data+4, q 4 .data+4 | q=.data+4 other=.data+4" },
	{ "two of one place with one prefix", true, false,
	  { { "p_a", G, O, DATA, 4, 4 }, { "p_b", G, O, DATA, 4, 4 } },
	  { { "a", 1, DATA, 4, 4, NULL, false }, { "b", 1, DATA, 4, 4, NULL, false } },
	  "p_a 4 .data+4, p_b 4 .data+4 | p_a=.data+4 p_b=.data+4" },
	{ "two of one place with any names", true, false,
	  { { "x", G, O, DATA, 4, 4 }, { "y", G, O, DATA, 4, 4 } },
	  { { "a", 1, DATA, 4, 4, NULL, false }, { "b", 1, DATA, 4, 4, NULL, false } },
	  "error: variable 'a' of section '.data' has no symbol any more" },
	{ "stripped", true, false,
	  { { "w", G, O, DATA, 0, 4 } },
	  { { "w", 1, DATA, 0, 4, NULL, false }, { "m", 1, MAPS, 0, 32, NULL, false } },
	  "error: variable 'm' of section '.maps' has no symbol any more" },
	{ "past the end", true, false,
	  { { "w", G, O, DATA, 0, 4 } }, { { "v", 0, DATA, 4096, 4, NULL, false } },
	  "error: variable 'v' at offset 4096 is past the end of section '.data'" },
	{ "not stripped, but at another place", true, false,
	  { { "w", G, O, DATA, 0, 4 } }, { { "v", 1, DATA, 4, 4, NULL, false } },
	  "error: variable 'v' of section '.data' has no symbol any more" },

	// Externs, as libbpf's linker writes them.
	{ "externs of a section", true, false,
	  { { "m", G, O, MAPS, 0, 32 }, { "x", G, N, MAPS, 0, 0 }, { "y", W, N, MAPS, 0, 0 } },
	  { { "m", 1, MAPS, 0, 32, NULL, false }, { "x", 2, MAPS, 0, 32, NULL, false }, { "y", 2, MAPS, 0, 32, NULL, false } },
	  "m 32 .maps+0, x? 0, y? 0 | m=.maps+0 extern x extern y" },
	{ "externs behind another object's", true, false,
	  { { "m", G, O, MAPS, 32, 32 }, { "x", G, N, MAPS, 32, 0 }, { "z", G, N, MAPS, 64, 0 } },
	  { { "m", 1, MAPS, 32, 32, NULL, false }, { "x", 2, MAPS, 32, 32, NULL, false }, { "z", 2, MAPS, 64, 32, NULL, false } },
	  "m 32 .maps+32, x? 0, z? 0 | m=.maps+32 extern x extern z" },
	{ "an extern function", true, false,
	  { { "f", G, N, TEXT, 0, 0 } }, { { "f", 2, TEXT, 0, 0, NULL, true } }, "f? 0 | extern f" },
	{ "externs, renamed", true, false,
	  { { "p_m", G, O, MAPS, 0, 32 }, { "p_x", G, N, MAPS, 0, 0 } },
	  { { "x", 2, MAPS, 0, 32, NULL, false }, { "m", 1, MAPS, 0, 32, NULL, false } },
	  "p_m 32 .maps+0, p_x? 0 | extern p_x p_m=.maps+0" },

	// Definitions, as assembly has them.
	{ "no type and size", false, false,
	  { { "v", G, N, DATA, 4, 0 }, { "m", G, N, MAPS, 32, 0 }, { "s", L, N, DATA, 8, 0 } },
	  { { "v", 1, DATA, 0, 4, "v", false }, { "m", 1, MAPS, 0, 32, "m", false }, { "s", 0, DATA, 8, 4, ".data", false } },
	  "v 4 .data+4, m 32 .maps+32, s 4 .data+8 | v=.data+4 m=.maps+32 static s=.data+8" },
	{ "no size", false, false,
	  { { "v", W, O, DATA, 4, 0 } }, { { "v", 1, DATA, 0, 8, "v", false } },
	  "v 8 .data+4 | v=.data+4" },
	{ "no type", false, false,
	  { { "v", G, N, DATA, 4, 2 } }, { { "v", 1, DATA, 0, 8, "v", false } },
	  "v 2 .data+4 | v=.data+4" },
	{ "no type, size and name", false, false,
	  { { "p_v", G, N, DATA, 4, 0 } }, { { "v", 1, DATA, 0, 8, "p_v", false } },
	  "p_v 8 .data+4 | p_v=.data+4" },
	{ "no type and size after a link", true, false,
	  { { "v", G, N, DATA, 4, 0 } }, { { "v", 1, DATA, 4, 4, NULL, false } },
	  "v 4 .data+4 | v=.data+4" },
	{ "defined beside an extern declaration", false, false,
	  { { "v", G, N, DATA, 4, 0 } }, { { "v", 2, DATA, 0, 4, "v", false } },
	  "v 4 .data+4 | extern v=.data+4" },
	{ "larger than what is there", false, false,
	  { { "v", G, N, DATA, 12, 0 } }, { { "v", 1, DATA, 0, 8, "v", false } },
	  "a.o:(.data+0xc): error: 'v' has 8 bytes in BTF, which end past its section's 16" },
	{ "a label in code", false, false,
	  { { "l", G, N, TEXT, 8, 0 } }, { { "f", 2, TEXT, 0, 0, "l", true } },
	  "l? 0 .text+8 | extern l=.text+8" },

	// pahole: all functions are static, and there is no .BTF.ext.
	{ "all functions are static in BTF", false, false,
	  { { "f", G, STT_FUNC, TEXT, 0, 8 }, { "s", L, STT_FUNC, TEXT, 8, 8 } },
	  { { "f", 0, TEXT, 0, 0, NULL, true }, { "s", 0, TEXT, 0, 0, NULL, true } },
	  "f 8 .text+0, s 8 .text+8 | f=.text+0 static s=.text+8" },
	// .BTF that a tool wrote anew beside the old .rel.BTF.
	{ "relocations of another BTF", false, true,
	  { { "v", G, O, DATA, 4, 4 }, { "w", G, O, DATA, 0, 4 } },
	  { { "v", 1, DATA, 0, 4, "w", false }, { "w", 1, DATA, 0, 4, NULL, false } },
	  "v 4 .data+4, w 4 .data+0 | v=.data+4 w=.data+0" },
};
// clang-format on

Test(follow_symbols, elf_and_btf_agree)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			const struct follow_case *c = &cases[i];
			struct world world;

			world_begin(&world);
			world_add(&world, make_object(&world.arena, big_endian, c));
			if (world_run(&world, read_declarations))
				cr_expect_str_eq(describe(&world), c->expected, "%s: %s", c->name,
						 describe(&world));
			else
				cr_expect(strstr(world_messages(&world), c->expected), "%s: %s",
					  c->name, world_messages(&world));
			world_deinit(&world);
		}
	}
}

// Give the section of that name another of the same length: its name is the last in the file, for
// section names are behind everything else.
static void rename_section(struct str image, const char *name, const char *new_name)
{
	size_t size = strlen(name) + 1, at = image.size - size;

	while (at && memcmp(image.data + at, name, size) != 0)
		at--;
	cr_assert(at, "%s", name);
	memcpy((char *)image.data + at, new_name, size);
}

// clang-format off
static const struct {
	const char *name;
	const char *text;
	const char *renames[5];
	const char *expected;
} renamed_cases[] = {
	{ "code", "section tc AX | global func f 8 | exit | section .text AX | local func s 8 | exit | btf",
	  { "tc", "iu" }, "f 8 iu+0, s 8 .text+0 | f=iu+0 static s=.text+0" },
	{ "two of code", "section tc AX | global func f 8 | exit | section .text AX | local func s 8 | exit | btf",
	  { "tc", "iu", ".text", ".mine" }, "f 8 iu+0, s 8 .mine+0 | f=iu+0 static s=.mine+0" },
	{ "equal static functions", "section tc AX | local func s 8 | exit | section iu AX | local func s 8 | exit"
	  "| local func t 8 | exit | btf", { "iu", "on" },
	  "s 8 tc+0, s 8 on+0, t 8 on+8 | static s=tc+0 static s=on+0 static t=on+8" },
	{ "code that nothing tells", "section tc AX | exit | local func f 8 | exit | called f g | btf", { "tc", "iu" },
	  "error: func_info is for section 'tc', which is no code here" },
	{ "data", "section .dat1 WA | global object v 4 | word 1 | local object s 4 | word 2 | btf | relocated",
	  { ".dat1", ".dat2" }, "v 4 .dat2+0, s 4 .dat2+4 | v=.dat2+0 static s=.dat2+4" },
	{ "maps", "section .maps WA | global object m 8 | quad 0 | type m int | section .dat1 WA | global object v 4 | word 1 | btf | relocated",
	  { ".dat1", ".dat2" }, "m 8 .maps+0, v 4 .dat2+0 | m=.maps+0 v=.dat2+0" },
};
// clang-format on

Test(follow_symbols, renamed_sections_are_found)
{
	for (size_t i = 0; i < sizeof(renamed_cases) / sizeof(*renamed_cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			const char *const *rename = renamed_cases[i].renames;
			struct world world;
			struct str image;

			world_begin(&world);
			image = elf_text(&world.arena, big_endian, renamed_cases[i].text);
			for (; *rename; rename += 2)
				rename_section(image, rename[0], rename[1]);
			world_add(&world, image);
			if (world_run(&world, read_declarations))
				cr_expect_str_eq(describe(&world), renamed_cases[i].expected,
						 "%s: %s", renamed_cases[i].name, describe(&world));
			else
				cr_expect(strstr(world_messages(&world), renamed_cases[i].expected),
					  "%s: %s", renamed_cases[i].name, world_messages(&world));
			world_deinit(&world);
		}
	}
}

// A linker's output has no .rel.BTF: places of variables tell.
Test(follow_symbols, renamed_sections_of_linked_data_are_found)
{
	static const struct follow_case c = {
		"linked",
		true,
		false,
		{ { "v", G, O, DATA, 4, 4 }, { "s", L, O, DATA, 8, 4 } },
		{ { "v", 1, DATA, 4, 4, NULL, false }, { "s", 0, DATA, 8, 4, NULL, false } },
		"v 4 .dat2+4, s 4 .dat2+8 | v=.dat2+4 static s=.dat2+8",
	};
	struct world world;
	struct str image;

	world_begin(&world);
	image = make_object(&world.arena, false, &c);
	rename_section(image, ".data", ".dat2");
	world_add(&world, image);
	cr_assert(world_run(&world, read_declarations), "%s", world_messages(&world));
	cr_expect_str_eq(describe(&world), c.expected);
	world_deinit(&world);
}

// Without BTF's VAR a map is nothing to loaders, and pahole makes none.
Test(follow_symbols, maps_need_btf)
{
	struct world world;

	world_init(&world, false,
		   (const char *[]){
			   "section .maps WA | global object m 8 | quad 0 | global object n 8"
			   "| quad 0 | type n int",
			   NULL });
	cr_expect_not(world_run(&world, read_declarations));
	cr_expect_str_eq(world_messages(&world),
			 "a.o:(.maps+0x0): error: map 'm' is not in the object's BTF, which has to "
			 "define it; compile with -g, and leave BTF as it is\n");
	world_deinit(&world);
}

// Loaders fill the slots of maps that BTF has. Pieces without a name become one in the output,
// where a slot between two of them would lead back to itself. Bytes without slots harm nobody.
Test(follow_symbols, slots_need_a_map)
{
	struct world world;

	world_init(
		&world, false,
		(const char *[]){ "section .maps WA | zero 16 | quad m | quad m | global object m 8"
				  "| quad 0 | zero 8 | type m int",
				  NULL });
	cr_expect_not(world_run(&world, read_declarations));
	cr_expect_str_eq(world_messages(&world),
			 "a.o:(.maps+0x10): error: this slot is in no map of the object's BTF, "
			 "which has to define it; compile with -g, and leave BTF as it is\n");
	world_deinit(&world);
}
