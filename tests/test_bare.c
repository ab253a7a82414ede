/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "elf_text.h"
#include "support/object.h"
#include "support/sound.h"
#include "world.h"

#define LICENSE "section license WA | string GPL | "

// clang-format off
static const struct {
	const char *name;
	const char *texts[4];
	const char *symbols;
	const char *messages;
} cases[] = {
	{ "a function that C calls",
	  { LICENSE "section xdp AX | global func prog 16 | call help | exit | btf | type help func int ( int )",
	    "section .text AX | global func help 8 | exit" },
	  "prog: GLOBAL FUNC in xdp, 16 bytes; BTF: global FUNC\nhelp: GLOBAL FUNC in .text, 8 bytes\n",
	  "b.o:(.text+0x0): warning: no BTF for 'help': its declaration in 'a.o' cannot be checked; "
	  "compile with -g\n" },
	{ "what it calls, and programs",
	  { LICENSE "section xdp AX | global func prog 8 | exit | btf",
	    "section .text AX | local func a 8 | exit | local func b 16 | near -2 | exit |"
	    "section xdp AX | weak func q 16 | call a | exit" },
	  "a: LOCAL FUNC in .text, 8 bytes; BTF: static FUNC\nb: LOCAL FUNC in .text, 16 bytes; BTF: static FUNC\n"
	  "prog: GLOBAL FUNC in xdp, 8 bytes; BTF: global FUNC\nq: WEAK FUNC in xdp, 16 bytes\n", "" },
	{ "one of two names",
	  { LICENSE "section xdp AX | global func prog 8 | exit | btf",
	    "section .text AX | local func a 8 | local func b 8 | exit" },
	  "a: LOCAL FUNC in .text, 8 bytes; BTF: static FUNC\nb: LOCAL FUNC in .text, 8 bytes\n"
	  "prog: GLOBAL FUNC in xdp, 8 bytes; BTF: global FUNC\n", "" },
	{ "in sections of one name",
	  { LICENSE "section xdp AX | global func prog 8 | exit | btf",
	    "section .text AX | local func a 8 | exit | section .text AX | local func b 8 | exit" },
	  "a: LOCAL FUNC in .text, 8 bytes; BTF: static FUNC\nb: LOCAL FUNC in .text, 8 bytes; BTF: static FUNC\n"
	  "prog: GLOBAL FUNC in xdp, 8 bytes; BTF: global FUNC\n", "" },
	{ "overridden",
	  { "section .text AX | global func f 8 | exit | btf", "section .text AX | weak func f 16 | mov | exit" },
	  "f: GLOBAL FUNC in .text, 8 bytes; BTF: global FUNC\n", "" },
	{ "instead of one with BTF",
	  { "section .text AX | weak func f 8 | exit | btf", "section .text AX | global func f 16 | mov | exit" },
	  "f: GLOBAL FUNC in .text, 16 bytes\n",
	  "b.o:(.text+0x0): warning: no BTF for 'f': its declaration in 'a.o' cannot be checked; "
	  "compile with -g\n" },
	{ "nobody has BTF",
	  { LICENSE "section xdp AX | global func prog 16 | call help | exit", "section .text AX | global func help 8 | exit" },
	  "prog: GLOBAL FUNC in xdp, 16 bytes\nhelp: GLOBAL FUNC in .text, 8 bytes\n", "" },
	{ "BTF without functions",
	  { "section .data WA | global object v 4 | word 1 | btf", "section .text AX | local func f 8 | exit" },
	  "f: LOCAL FUNC in .text, 8 bytes; BTF: static FUNC\nv: GLOBAL OBJECT in .data, 4 bytes; BTF: global VAR in .data\n", "" },
};
// clang-format on

Test(bare, functions_get_the_least_that_loads)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct world world;
			char *symbols;
			struct str image;

			world_init(&world, big_endian, cases[i].texts);
			cr_assert(world_run(&world, write_elf), "%s: %s", cases[i].name,
				  world_messages(&world));
			cr_expect_str_eq(world_messages(&world), cases[i].messages, "%s",
					 cases[i].name);
			image = world_image(&world);
			symbols = object_symbols_in(image.data, image.size);
			cr_expect_str_eq(symbols, cases[i].symbols, "%s: %s", cases[i].name,
					 symbols);
			// All functions of a section have records, or none has.
			expect_sound(image.data, image.size, CHECK_PARTIAL_BTF, cases[i].name);
			free(symbols);
			world_deinit(&world);
		}
	}
}

// What is static for want of better knowledge stays so in a second link.
Test(bare, linking_again_changes_nothing)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world, again;
		struct str image;

		world_init(&world, false, cases[i].texts);
		cr_assert(world_run(&world, write_elf), "%s", cases[i].name);
		image = world_image(&world);
		world_init_images(&again, &image, 1);
		cr_assert(world_run(&again, write_elf), "%s", cases[i].name);
		cr_expect(str_equal(image, world_image(&again)), "%s", cases[i].name);
		world_deinit(&again);
		world_deinit(&world);
	}
}

#define MAIN(TYPE) "section xdp AX | global func prog 16 | call help | exit | btf | type help " TYPE
#define HELP       "section .text AX | global func help 8 | exit"
#define OTHER      "section .text AX | global func other 8 | exit | btf"
#define UNCHECKED  "no BTF for 'help': its declaration in '"

// clang-format off
static const struct nested_case {
	const char *name;
	const char *texts[5];  // of which the first two are linked alone, too
	const char *prototype; // of help
	const char *messages;  // of the link of all, one of them
	bool fails;
} nested_cases[] = {
	{ "the caller's", { HELP, OTHER, MAIN("func int ( int )") }, "int help(int arg0)", UNCHECKED, false },
	{ "with the caller's names",
	  { HELP, OTHER, MAIN("func long ( x : ptr struct s 4 { a 0 int ; } , int )") },
	  "long help(struct s *x, int arg1)", UNCHECKED, false },
	{ "of two callers", { HELP, OTHER, MAIN("func int ( int )"),
	    "section tc AX | global func q 16 | call help | exit | btf | type help func int ( int )" },
	  "int help(int arg0)", UNCHECKED, false },
	{ "two callers disagree", { HELP, OTHER, MAIN("func int ( int )"),
	    "section tc AX | global func q 16 | call help | exit | btf | type help func int ( long )" },
	  NULL, "declaration of 'help' does not match", true },
	{ "the first caller came before",
	  { HELP, MAIN("func int ( int )"),
	    "section tc AX | global func q 16 | call help | exit | btf | type help func int ( int )" },
	  "int help(int arg0)", "", false },
	{ "the first caller disagrees",
	  { HELP, MAIN("func int ( int )"),
	    "section tc AX | global func q 16 | call help | exit | btf | type help func int ( long )" },
	  NULL, "declaration of 'help' does not match", true },
	{ "a weak definition's",
	  { HELP, OTHER, "section .text AX | weak func help 16 | mov | exit | btf | type help func int ( x : int )" },
	  "int help(int x)", UNCHECKED, false },
	{ "an author's int ( )",
	  { "section .text AX | global func help 8 | exit | btf | type help func int ( )", OTHER,
	    MAIN("func int ( int )") }, NULL, "declaration of 'help' does not match", true },
	{ "an author's, by an alias",
	  { "section .text AX | local func h 8 | global func help 8 | exit | btf | type h func int ( )"
	    " | called help h", OTHER, MAIN("func int ( int )") },
	  NULL, "declaration of 'help' does not match", true },
	{ "beside BTF without functions", { HELP, "section .data WA | global object v 4 | word 1 | btf",
	    MAIN("func int ( int )") }, "int help(int arg0)", UNCHECKED, false },
	{ "of the second name", { "section .text AX | global func first 8 | global func help 8 | exit", OTHER,
	    MAIN("func int ( int )") }, "int help(int arg0)", UNCHECKED, false },
	{ "of the global name", { "section .text AX | local func first 8 | global func help 8 | exit", OTHER,
	    MAIN("func int ( int )") }, "int help(int arg0)", UNCHECKED, false },
};
// clang-format on

static void expect_prototype(struct world *world, const struct nested_case *row, const char *how)
{
	bool linked = world_run(world, write_elf);
	const struct atom *atom;
	const char *text;

	cr_expect_eq(linked, !row->fails, "%s, %s: %s", row->name, how, world_messages(world));
	cr_expect(strstr(world_messages(world), row->messages), "%s, %s: %s", row->name, how,
		  world_messages(world));
	if (!linked)
		return;
	atom = world_global(world, "help")->definition->atom;
	text = btf_declaration(world->linker.graph, atom->declaration->node, STR("help"),
			       &world->arena);
	cr_expect_str_eq(text, row->prototype, "%s, %s: %s", row->name, how, text);
	expect_sound(world_image(world).data, world_image(world).size, CHECK_PARTIAL_BTF,
		     row->name);
}

// What bpfld made up is nobody's word, and known as that by the next link.
Test(bare, prototypes_are_those_of_callers)
{
	for (size_t i = 0; i < sizeof(nested_cases) / sizeof(*nested_cases); i++) {
		const struct nested_case *row = &nested_cases[i];
		struct world world, inner, outer;
		struct str image;

		world_init(&world, false, row->texts);
		expect_prototype(&world, row, "at once");
		world_init(&inner, false, (const char *[]){ row->texts[0], row->texts[1], NULL });
		cr_assert(world_run(&inner, write_elf), "%s", row->name);
		image = world_image(&inner);
		world_begin(&outer);
		for (int j = 2; j < 4 && row->texts[j]; j++)
			world_add(&outer, elf_text(&outer.arena, false, row->texts[j]));
		world_add(&outer, image);
		expect_prototype(&outer, row, "nested");
		world_deinit(&outer);
		world_deinit(&inner);
		world_deinit(&world);
	}
}
