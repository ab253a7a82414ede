/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "elf_object.h"
#include "elf_text.h"
#include "support/object.h"
#include "support/sound.h"
#include "world.h"

// What C++ makes of an inline function in every object that calls it.
#define INLINE(code)                                                                               \
	"section .text._Z4nextv AX | group _Z4nextv |"                                             \
	"weak func _Z4nextv " code " | called _Z4nextv next | btf |"
#define CALLER(name) "section .text AX | global func " name " 16 | call _Z4nextv | exit |"
#define NEXT         "_Z4nextv: WEAK FUNC in .text, "
#define STATICS      "section .data WA | local object t 4 | word 1 | local object u 4 | word 2 |"
// The two that stay of one name, the four of the other.
#define T      "t: LOCAL OBJECT in .data, 4 bytes" IN_BTF IN_BTF "\n"
#define U      "u: LOCAL OBJECT in .data, 4 bytes" IN_BTF IN_BTF IN_BTF IN_BTF "\n"
#define IN_BTF "; BTF: static VAR in .data"

// clang-format off
static const struct {
	const char *name;
	const char *texts[5];
	const char *symbols; // NULL: `message` is reported
	const char *message;
} cases[] = {
	{ "the first stays",
	  { CALLER("a") INLINE("8 | line one | exit"), CALLER("b") INLINE("16 | mov | line two | exit") },
	  "a: GLOBAL FUNC in .text, 16 bytes; BTF: global FUNC\n" NEXT "8 bytes; BTF: global FUNC\n"
	  "b: GLOBAL FUNC in .text, 16 bytes; BTF: global FUNC\n", NULL },
	{ "in many objects",
	  { CALLER("a") INLINE("8 | exit"), CALLER("b") INLINE("8 | exit"), CALLER("c") INLINE("8 | exit"),
	    CALLER("d") INLINE("8 | exit") },
	  "a: GLOBAL FUNC in .text, 16 bytes; BTF: global FUNC\n" NEXT "8 bytes; BTF: global FUNC\n"
	  "b: GLOBAL FUNC in .text, 16 bytes; BTF: global FUNC\n"
	  "c: GLOBAL FUNC in .text, 16 bytes; BTF: global FUNC\n"
	  "d: GLOBAL FUNC in .text, 16 bytes; BTF: global FUNC\n", NULL },
	{ "twice in one object",
	  { "section .text.x AX | group s | weak func x 8 | exit | section .data.y WA | group t | weak object y 8 | quad 1 |"
	    "weak object s 0 | weak object t 0",
	    "section .text.x AX | group s | weak func x 8 | exit | section .data.y WA | group t | weak object y 8 | quad 2 |"
	    "weak object s 0 | weak object t 0" },
	  "x: WEAK FUNC in .text, 8 bytes\ny: WEAK OBJECT in .data, 8 bytes\n"
	  "s: WEAK OBJECT in .data\nt: WEAK OBJECT in .data\n", NULL },
	{ "variables keep to the sections that loaders know",
	  { "section .bss WAN 4 | global object x 4 | zero 4 | section .bss._ZZ4nextvE5count WAN 4 | group _ZZ4nextvE5count |"
	    "weak object _ZZ4nextvE5count 4 | zero 4 | btf" },
	  "x: GLOBAL OBJECT in .bss, 4 bytes; BTF: global VAR in .bss\n"
	  "_ZZ4nextvE5count: WEAK OBJECT in .bss, 4 bytes; BTF: global VAR in .bss\n", NULL },
	{ "variables of groups that are gone",
	  { "section .data.v WA 4 | group v | weak object v 4 | word 1 | btf",
	    "section .data.v WA 4 | group v | weak object v 4 | word 1 | local object s 4 | word 2 | btf" },
	  "v: WEAK OBJECT in .data, 4 bytes; BTF: global VAR in .data\n", NULL },
	{ "names that a user gave stay",
	  { "section .bss.mine WAN 4 | global object x 4 | zero 4 | btf" },
	  "x: GLOBAL OBJECT in .bss.mine, 4 bytes; BTF: global VAR in .bss.mine\n", NULL },
	{ "names that are no loader's stay in groups, too",
	  { "section .BTF.v WA 4 | group v | weak object v 4 | word 1 | btf" },
	  "v: WEAK OBJECT in .BTF.v, 4 bytes; BTF: global VAR in .BTF.v\n", NULL },
	{ "static functions go with their group",
	  { INLINE("8 | exit"), INLINE("8 | exit | local func gone 8 | exit") },
	  NEXT "8 bytes; BTF: global FUNC\n", NULL },
	{ "static data that only discarded functions use goes, too",
	  { INLINE("24 | load t | exit") STATICS, INLINE("24 | load t | exit") STATICS,
	    INLINE("24 | load @.data | exit") STATICS "section xdp AX | global func p 24 | load t | exit",
	    INLINE("24 | load @.data | exit") STATICS },
	  T U U T U U NEXT "24 bytes; BTF: global FUNC\n" "p: GLOBAL FUNC in xdp, 24 bytes; BTF: global FUNC\n",
	  NULL },
	{ "a strong definition beats both",
	  { CALLER("a") INLINE("8 | exit"), CALLER("b") INLINE("8 | exit"),
	    "section .text AX | global func _Z4nextv 16 | mov | exit | btf" },
	  "a: GLOBAL FUNC in .text, 16 bytes; BTF: global FUNC\n"
	  "_Z4nextv: GLOBAL FUNC in .text, 16 bytes; BTF: global FUNC\n"
	  "b: GLOBAL FUNC in .text, 16 bytes; BTF: global FUNC\n", NULL },

	{ "a call to what is gone",
	  { INLINE("8 | exit"), INLINE("8 | exit | local func s 8 | exit |") "section .text AX | call s | exit" },
	  NULL, "b.o:(.text+0x0): error: a call refers to section '.text._Z4nextv', which is in a section group "
	  "that another object has, too\n" },
	{ "a pointer to what is gone",
	  { INLINE("8 | exit"), INLINE("8 | exit |") "section .text AX | load @.text._Z4nextv | exit" },
	  NULL, "b.o:(.text+0x0): error: a 64-bit immediate refers to section '.text._Z4nextv', which is in a "
	  "section group that another object has, too\n" },
};
// clang-format on

Test(groups, are_kept_once)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct world world;
			char *symbols;
			struct str image;

			world_init(&world, big_endian, cases[i].texts);
			if (!world_run(&world, write_elf)) {
				cr_expect(cases[i].message &&
						  strstr(world_messages(&world), cases[i].message),
					  "%s: %s", cases[i].name, world_messages(&world));
				world_deinit(&world);
				continue;
			}
			image = world_image(&world);
			symbols = object_symbols_in(image.data, image.size);
			cr_expect(cases[i].symbols && strcmp(symbols, cases[i].symbols) == 0,
				  "%s: %s", cases[i].name, symbols);
			expect_sound(image.data, image.size, CHECK_PARTIAL_BTF, cases[i].name);
			free(symbols);
			world_deinit(&world);
		}
	}
}

enum signature { SYMBOL, SECTION_SYMBOL, NULL_SYMBOL, NO_SYMBOL, NAMELESS };

// The group of the second of two objects; that of the first is in order.
static const struct {
	const char *name;
	enum signature signature;
	size_t count; // words
	uint32_t words[2];
	bool discarded; // its section
	const char *message;
} damages[] = {
	{ "none", SYMBOL, 2, { GRP_COMDAT, 1 }, true, "" },
	{ "a section for a signature", SECTION_SYMBOL, 2, { GRP_COMDAT, 1 }, false, "" },
	{ "no COMDAT", SYMBOL, 2, { 0, 1 }, false, "" },
	{ "no words", SYMBOL, 0, { 0 }, false, "" },
	{ "no members", SYMBOL, 1, { GRP_COMDAT }, false, "" },
	{ "no signature",
	  NULL_SYMBOL,
	  2,
	  { GRP_COMDAT, 1 },
	  false,
	  "b.o:(.group): error: section group has no signature: its sh_info is no symbol with a "
	  "name\n" },
	{ "a signature that is no symbol",
	  NO_SYMBOL,
	  2,
	  { GRP_COMDAT, 1 },
	  false,
	  "b.o:(.group): error: section group has no signature: its sh_info is no symbol with a "
	  "name\n" },
	{ "a signature without a name",
	  NAMELESS,
	  2,
	  { GRP_COMDAT, 1 },
	  false,
	  "b.o:(.group): error: section group has no signature: its sh_info is no symbol with a "
	  "name\n" },
	{ "no section",
	  SYMBOL,
	  2,
	  { GRP_COMDAT, 0 },
	  false,
	  "b.o:(.group+0x4): error: section group has section 0, but the object has 5\n" },
	{ "a section past the last",
	  SYMBOL,
	  2,
	  { GRP_COMDAT, 5 },
	  false,
	  "b.o:(.group+0x4): error: section group has section 5, but the object has 5\n" },
};

static uint32_t sign(struct elf_object *object, uint32_t text, enum signature signature)
{
	switch (signature) {
	case SYMBOL:
		return elf_object_symbol(object, "f", STB_WEAK, STT_FUNC, text, 0, 8);
	case SECTION_SYMBOL:
		return elf_object_section_symbol(object, text);
	case NAMELESS:
		return elf_object_symbol(object, "", STB_LOCAL, STT_OBJECT, text, 0, 8);
	case NO_SYMBOL:
		return 99;
	case NULL_SYMBOL:
		break;
	}
	return 0;
}

static struct str make_group(struct arena *arena, enum signature signature, const uint32_t *words,
			     size_t count)
{
	struct elf_object object = elf_object_begin(arena, false);
	uint32_t text = elf_object_section(&object, ".text.f", SHT_PROGBITS,
					   SHF_ALLOC | SHF_EXECINSTR | SHF_GROUP, 8);
	uint32_t group = elf_object_section(&object, ".group", SHT_GROUP, 0, 4);

	elf_object_integer(&object, text, 8, 0x95);
	for (size_t i = 0; i < count; i++)
		elf_object_integer(&object, group, 4, words[i]);
	object.sections.items[group].header.sh_info = sign(&object, text, signature);
	return elf_object_finish(&object);
}

Test(groups, may_be_damaged)
{
	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		struct world world;
		bool discarded;

		world_begin(&world);
		world_add(&world,
			  make_group(&world.arena, SYMBOL, (uint32_t[]){ GRP_COMDAT, 1 }, 2));
		world_add(&world, make_group(&world.arena, damages[i].signature, damages[i].words,
					     damages[i].count));
		world_run(&world, discard_groups);
		cr_expect_str_eq(world_messages(&world), damages[i].message, "%s: %s",
				 damages[i].name, world_messages(&world));
		discarded = world_section(&world, 1, ".text.f")->role == ROLE_DISCARDED;
		cr_expect_eq(discarded, damages[i].discarded, "%s", damages[i].name);
		world_deinit(&world);
	}
}

// A group has no place in an output, but what it defined is the same as a later one's still.
Test(groups, are_kept_once_over_several_links)
{
	static const char *const text =
		"section .text.f AX | group f | global func f 8 | exit | section xdp AX | "
		"local func p 16 | call f | exit";

	for (int first = 0; first < 2; first++) {
		struct world inner, outer;
		struct str image;

		world_init(&inner, false, (const char *[]){ text, text, NULL });
		cr_assert(world_run(&inner, write_elf), "%s", world_messages(&inner));
		image = world_image(&inner);
		world_begin(&outer);
		if (first)
			world_add(&outer, image);
		world_add(&outer, elf_text(&outer.arena, false, text));
		if (!first)
			world_add(&outer, image);
		cr_expect(world_run(&outer, write_elf), "%s", world_messages(&outer));
		if (!outer.diag.error_count)
			cr_expect_eq(world_output(&outer, ".text")->size, 8);
		world_deinit(&outer);
		world_deinit(&inner);
	}
}
