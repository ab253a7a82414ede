/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "world.h"

static const char *describe_place(struct world *world, const struct declaration *declaration)
{
	const struct section *section;

	if (!declaration->atom)
		return "nowhere";
	section = declaration->atom->section;
	return arena_format(&world->arena, "%s(%" PRIu32 ")+%" PRIu32, section->text_name,
			    section->shndx, declaration->offset);
}

// "f .text(1)+0, static v .data(2)+4": what BTF describes, by its name in the link.
static const char *describe(struct world *world)
{
	static const char *const linkages[] = { "static ", "", "extern " };
	const struct object *object = world->linker.objects.items[0];
	const char *text = "";

	for (uint32_t id = 1; id <= object->btf->type_count; id++) {
		const struct declaration *declaration = object_declaration(object, id);

		// The copies of a FUNC come first.
		for (; declaration; declaration = declaration->next)
			text = arena_format(&world->arena, "%s%s%s%s %s", text, *text ? ", " : "",
					    linkages[declaration->linkage],
					    linker_name(&world->linker, declaration->name),
					    describe_place(world, declaration));
	}
	return text;
}

// clang-format off
static const struct {
	const char *name;
	const char *text;
	const char *declarations; // NULL: `message` is reported
	const char *message;
} cases[] = {
	{ "functions",
	  "section .text AX | global func f 8 | exit | local func s 8 | exit | call x | btf | type x func int ( )",
	  "f .text(1)+0, static s .text(1)+8, extern x nowhere", NULL },
	{ "variables",
	  "section .data WA | global object v 4 | word 1 | local object s 4 | word 2 | section .text AX | load x"
	  "| btf | type x int",
	  "v .data(1)+0, static s .data(1)+4, extern x nowhere", NULL },
	{ "without func_info, beside data of its name",
	  "section .text AX | local func s 8 | exit | section .data WA | local func s 8 | quad 1 "
	  "| section xdp AX | local func s 8 | exit | type s func int ( ) | unplaced",
	  "static s .text(1)+0, static s xdp(3)+0, static s .text(1)+0", NULL },
	{ "static functions of one name",
	  "section .text AX | local func s 8 | exit | section xdp AX | local func s 8 | exit | btf",
	  "static s .text(1)+0, static s xdp(2)+0", NULL },

	{ "without func_info",
	  "section .text AX | global func f 8 | exit | local func s 8 | exit | btf | unplaced",
	  "f .text(1)+0, static s .text(1)+8", NULL },
	{ "without func_info and types of symbols",
	  "section .text AX | local notype s 0 | exit | section .data WA | local notype v 0 | word 1"
	  "| type s func int ( ) | type v func int ( ) | unplaced",
	  "static s .text(1)+0, static v nowhere", NULL },

	{ "a clone, without func_info, but with lines",
	  "section .text AX | line here | local func s 8 | exit | local func s.part.0 8 | exit | type s func int ( ) | unplaced",
	  "static s .text(1)+8, static s .text(1)+0", NULL },
	{ "a clone, with func_info, and without lines",
	  "section .text AX | local func s 8 | exit | local func s.part.0 8 | exit | type s func int ( )",
	  "static s .text(1)+0", NULL },

	{ "a function that is data", "section .data WA | global object v 4 | word 1 | type v func int ( )",
	  NULL, "a.o:(.data+0x0): error: 'v' is a function in BTF, but data here" },
	{ "a variable that is code", "section .text AX | global func f 8 | exit | type f int",
	  NULL, "a.o:(.text+0x0): error: 'f' is a variable in BTF, but code here" },

	{ "a static function that is data", "section .data WA | local func f 8 | quad 1 | type f func int ( )",
	  NULL, "a.o:(.data+0x0): error: 'f' is a function in BTF, but data here" },
	{ "a static variable that is code", "section .text AX | local object v 8 | exit | type v int",
	  NULL, "a.o:(.text+0x0): error: 'v' is a variable in BTF, but code here" },

	// BTF of C++ has no mangled names.
	{ "ELF's name", "section .text AX | exit | weak func _Z5twiceIiET_S0_ 8 | exit | called _Z5twiceIiET_S0_ twice<int> | btf",
	  "_Z5twiceIiET_S0_ .text(1)+8", NULL },
	{ "ELF's name of a static function",
	  "section .text AX | local func _Z5twiceIiET_S0_ 8 | exit | called _Z5twiceIiET_S0_ twice<int> | btf",
	  "static _Z5twiceIiET_S0_ .text(1)+0", NULL },
	{ "BTF's name of a static function",
	  "section .text AX | local func f.constprop.0 8 | exit | called f.constprop.0 f | btf",
	  "static f .text(1)+0", NULL },
	{ "a name that is no identifier, of two at one place",
	  "section .text AX | local func g 8 | local func h-i 8 | exit | type h-i func int ( )",
	  "static h-i .text(1)+0", NULL },
	{ "a renamed function",
	  "section .text AX | global func p_f 8 | exit | called p_f f | btf", "p_f .text(1)+0", NULL },
	{ "a renamed static function",
	  "section .text AX | local func p_f 8 | exit | local func p_g 8 | exit | called p_f f | called p_g g | btf",
	  "static p_f .text(1)+0, static p_g .text(1)+8", NULL },
	{ "overloads have one name in BTF",
	  "section .text AX | global func _Z1fi 8 | exit | global func _Z1fl 8 | exit | called _Z1fi f | called _Z1fl f | btf",
	  "_Z1fi .text(1)+0, _Z1fl .text(1)+8", NULL },
	{ "the name of BTF is an alias",
	  "section .text AX | global func first 8 | global func f 8 | exit | called first f | type first func int ( )",
	  "f .text(1)+0", NULL },

	{ "another name within a function",
	  "section .text AX | global func f 16 | exit | global func mid 8 | exit | called mid other | type f func int ( ) | type mid func int ( )",
	  NULL, "a.o:(.text+0x8): error: function 'other' has no symbol any more" },

	// -fno-unique-section-names
	{ "sections of one name",
	  "section .text AX | local func f 8 | exit | section .text AX | local func g 8 | exit"
	  "| section .data WA | local object v 4 | word 1 | section .data WA | word 2 | local object w 4 | word 3"
	  "| btf | relocated",
	  "static f .text(1)+0, static g .text(2)+0, static v .data(3)+0, static w .data(4)+4", NULL },
	{ "relocations of LLVM 12",
	  "section .text AX | local func f 8 | exit | section .text AX | local func g 8 | exit"
	  "| section .data WA | local object v 4 | word 1 | section .data WA | local object w 4 | word 3"
	  "| btf | relocated 0",
	  "static f .text(1)+0, static g .text(2)+0, static v .data(3)+0, static w .data(4)+0", NULL },
	{ "relocations of LLVM 11",
	  "section .text AX | local func f 8 | exit | section .text AX | local func g 8 | exit | btf | relocated 10",
	  "static f .text(1)+0, static g .text(2)+0", NULL },
	{ "an empty one is none of them",
	  "section .text AX | section .text AX | local func f 8 | exit | btf", "static f .text(2)+0", NULL },
	{ "records without relocations",
	  "section .text AX | local func f 8 | exit | section .text AX | local func g 8 | exit | btf", NULL,
	  "a.o:(.BTF.ext+0x2c): error: several sections are called '.text', and no relocation says which one "
	  "func_info is for" },
	{ "variables without relocations",
	  "section .data WA | local object v 4 | word 1 | section .data WA | local object w 4 | word 2 | btf", NULL,
	  "a.o:(.BTF): error: several sections are called '.data', and no relocation says which one variable "
	  "'v' is in" },
	{ "symbols need none",
	  "section .data WA | global object v 4 | word 1 | section .data WA | global object w 4 | word 2 | btf",
	  "v .data(1)+0, w .data(2)+0", NULL },
};
// clang-format on

Test(declarations, find_what_they_describe)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct world world;
			bool read;

			world_init(&world, big_endian, (const char *[]){ cases[i].text, NULL });
			read = world_run(&world, read_declarations);
			cr_expect_eq(read, cases[i].declarations != NULL, "%s: %s", cases[i].name,
				     world_messages(&world));
			if (read)
				cr_expect_str_eq(describe(&world), cases[i].declarations, "%s: %s",
						 cases[i].name, describe(&world));
			else
				cr_expect(strstr(world_messages(&world), cases[i].message),
					  "%s: %s", cases[i].name, world_messages(&world));
			world_deinit(&world);
		}
	}
}
