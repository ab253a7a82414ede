/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/text.h"
#include "elf_text.h"
#include "expect.h"

// "b.f=a.f": input and name of each function that was folded, and of what took its place.
static const char *describe(struct world *world)
{
	const struct linker *linker = &world->linker;
	const char *text = "";

	array_each(object, &linker->objects) {
		const struct section *code = world_section(world, (*object)->index, ".text");

		array_each(atom, &code->atoms) {
			const struct atom *kept = atom->folded;

			if (kept)
				text = arena_format(&world->arena, "%s%s%.1s.%s=%.1s.%s", text,
						    *text ? " " : "", (*object)->name,
						    linker_name(linker, atom->symbol->name),
						    kept->section->object->name,
						    linker_name(linker, kept->symbol->name));
		}
	}
	return text;
}

#define TEXT   "section .text AX | "
#define F      TEXT "local func f 16 | mov | exit | "
#define SAFE   BPFLD_ICF_SAFE
#define ALL    BPFLD_ICF_ALL
#define HIDDEN BPFLD_ICF_HIDDEN

static const struct {
	const char *name;
	enum bpfld_icf icf;
	const char *texts[4];
	const char *folded;
} cases[] = {
	{ "not asked for", BPFLD_ICF_NONE, { F, F }, "" },
	{ "the first stays", SAFE, { F, F, F }, "b.f=a.f c.f=a.f" },
	{ "in one object", SAFE, { F "local func g 16 | mov | exit" }, "a.g=a.f" },
	{ "other code", SAFE, { F, TEXT "local func f 16 | jump 0 | exit" }, "" },
	{ "longer", SAFE, { F, TEXT "local func f 24 | mov | exit | exit" }, "" },
	{ "two names", SAFE, { F, TEXT "local func g 16 | local func f 16 | mov | exit" }, "" },
	{ "a label",
	  SAFE,
	  { F, TEXT "local func f 16 | mov | local notype l 0 | exit" },
	  "b.f=a.f" },
	{ "a label that is called",
	  SAFE,
	  { F, TEXT "local func f 16 | mov | local notype l 0 | exit |"
		    "local func g 16 | call l | exit" },
	  "" },
	{ "code without a name", SAFE, { TEXT "mov | exit", TEXT "mov | exit" }, "" },
	{ "entry programs",
	  ALL,
	  { TEXT "section xdp AX | global func p 16 | mov | exit",
	    TEXT "section xdp AX | global func q 16 | mov | exit" },
	  "" },

	// What is known outside of the object, or by its address.
	{ "global", SAFE, { TEXT "global func f 16 | mov | exit", F }, "" },
	{ "two global ones",
	  ALL,
	  { TEXT "global func f 16 | mov | exit", TEXT "global func g 16 | mov | exit" },
	  "b.g=a.f" },
	{ "global and local are verified apart",
	  ALL,
	  { TEXT "global func f 16 | mov | exit", F },
	  "" },
	{ "hidden and not",
	  ALL,
	  { TEXT "global func f 16 | mov | exit", TEXT "global hidden func g 16 | mov | exit" },
	  "" },
	{ "hidden ones",
	  ALL,
	  { TEXT "global internal func f 16 | mov | exit",
	    TEXT "global hidden func g 16 | mov | exit" },
	  "b.g=a.f" },
	{ "hidden ones, of global ones only those",
	  HIDDEN,
	  { TEXT "global hidden func f 16 | mov | exit | global func h 16 | mov | exit",
	    TEXT "global internal func g 16 | mov | exit | global func i 16 | mov | exit |"
		 "local func j 16 | mov | exit",
	    F },
	  "b.g=a.f c.f=b.j" },
	{ "hidden ones, safely",
	  SAFE,
	  { TEXT "global hidden func f 16 | mov | exit",
	    TEXT "global hidden func g 16 | mov | exit" },
	  "" },
	{ "address taken by code, hidden",
	  HIDDEN,
	  { F, F "local func g 24 | load @.text | exit" },
	  "b.f=a.f" },
	{ "a body that lost its name",
	  SAFE,
	  { TEXT "weak func f 16 | mov | exit | local func g 16 | near -3 | exit",
	    TEXT "global func f 8 | exit | local func h 16 | mov | exit" },
	  "b.h=a.f" },
	{ "address taken by code", SAFE, { F, F "local func g 24 | load @.text | exit" }, "" },
	{ "address taken by code, all",
	  ALL,
	  { F, F "local func g 24 | load @.text | exit" },
	  "b.f=a.f" },
	{ "address taken by data", SAFE, { F, F "section .data WA | quad @.text" }, "" },
	{ "address taken by name", SAFE, { F, F "section .data WA | quad f" }, "" },

	// References.
	{ "calls of one name",
	  SAFE,
	  { TEXT "local func f 16 | call k | exit", TEXT "local func f 16 | call k | exit" },
	  "b.f=a.f" },
	{ "calls of two names",
	  SAFE,
	  { TEXT "local func f 16 | call k | exit", TEXT "local func f 16 | call l | exit" },
	  "" },
	{ "one variable",
	  SAFE,
	  { TEXT "local func f 24 | load v | exit | section .data WA | global object v 4 | word 1",
	    TEXT "local func f 24 | load v | exit" },
	  "b.f=a.f" },
	{ "a variable each",
	  SAFE,
	  { TEXT
	    "local func f 24 | load @.data | exit | section .data WA | local object v 4 | word 1",
	    TEXT
	    "local func f 24 | load @.data | exit | section .data WA | local object v 4 | word 1" },
	  "" },
	{ "equal strings",
	  SAFE,
	  { TEXT "local func f 24 | load @.s | exit | section .s AMS 1 1 | string abc", TEXT
	    "local func f 24 | load @.s+4 | exit | section .s AMS 1 1 | string xyz | string abc" },
	  "b.f=a.f" },
	{ "tails of strings",
	  SAFE,
	  { TEXT "local func f 24 | load @.s+1 | exit | section .s AMS 1 1 | string abc",
	    TEXT "local func f 24 | load @.s | exit | section .s AMS 1 1 | string bc" },
	  "b.f=a.f" },
	{ "other strings",
	  SAFE,
	  { TEXT "local func f 24 | load @.s | exit | section .s AMS 1 1 | string abc",
	    TEXT "local func f 24 | load @.s | exit | section .s AMS 1 1 | string abd" },
	  "" },
	{ "other places of one string",
	  SAFE,
	  { TEXT "local func f 24 | load @.s | exit | section .s AMS 1 1 | string abc",
	    TEXT "local func f 24 | load @.s+1 | exit | section .s AMS 1 1 | string abc" },
	  "" },

	// Functions that call functions.
	{ "callees fold, too",
	  SAFE,
	  { F "local func g 16 | near -3 | exit", F "local func g 16 | near -3 | exit" },
	  "b.f=a.f b.g=a.g" },
	{ "from other distances",
	  SAFE,
	  { F "local func g 16 | near -3 | exit",
	    TEXT "local func g 16 | near 2 | exit | local func h 8 | exit |"
		 "local func f 16 | mov | exit" },
	  "b.g=a.g b.f=a.f" },
	{ "callees differ",
	  SAFE,
	  { F "local func g 16 | near -3 | exit",
	    TEXT "local func f 16 | jump 0 | exit | local func g 16 | near -3 | exit" },
	  "" },
	{ "callees' callees differ",
	  SAFE,
	  { F "local func g 16 | near -3 | exit | local func h 16 | near -3 | exit",
	    TEXT "local func f 16 | jump 0 | exit | local func g 16 | near -3 | exit |"
		 "local func h 16 | near -3 | exit" },
	  "" },
	{ "recursion",
	  SAFE,
	  { TEXT "local func f 16 | near -1 | exit", TEXT "local func g 16 | near -1 | exit" },
	  "b.g=a.f" },
	{ "recursion in turn",
	  SAFE,
	  { TEXT "local func f 16 | near 1 | exit | local func g 24 | near -3 | mov | exit",
	    TEXT "local func g 24 | near 2 | mov | exit | local func f 16 | near -4 | exit" },
	  "b.g=a.g b.f=a.f" },
	{ "circles of one kind",
	  SAFE,
	  { TEXT "local func f 16 | near 1 | exit | local func g 16 | near -3 | exit" },
	  "a.g=a.f" },
	{ "a circle that differs",
	  SAFE,
	  { TEXT "local func f 16 | near 1 | exit | local func g 24 | near -3 | mov | exit",
	    TEXT "local func f 16 | near 1 | exit | local func g 24 | near -3 | jump 0 | exit" },
	  "" },

	// BTF.
	{ "one prototype",
	  SAFE,
	  { F "type f func int ( x : int )", F "type f func int ( x : int )" },
	  "b.f=a.f" },
	{ "other names, one prototype",
	  SAFE,
	  { F "type f func int ( x : int )",
	    TEXT "local func g 16 | mov | exit | type g func int ( x : int )" },
	  "b.g=a.f" },
	{ "other prototypes",
	  SAFE,
	  { F "type f func int ( x : int )", F "type f func int ( )" },
	  "" },
	{ "one without", SAFE, { F "type f func int ( x : int )", F }, "" },
	{ "tags",
	  SAFE,
	  { F "type f func int ( x : int ) | tag f a", F "type f func int ( x : int ) | tag f a" },
	  "b.f=a.f" },
	{ "other tags",
	  SAFE,
	  { F "type f func int ( x : int ) | tag f a", F "type f func int ( x : int ) | tag f b" },
	  "" },
	{ "one type id",
	  SAFE,
	  { TEXT "local func f 24 | typeid 6 struct s 4 { x 0 int ; } | exit | type f func int ( )",
	    TEXT "local func g 24 | typeid 6 long | exit | local func f 24 |"
		 "typeid 6 struct s 4 { x 0 int ; } | exit | type g func int ( ) | type f func int "
		 "( )" },
	  "b.f=a.f" },
	{ "other type ids",
	  SAFE,
	  { TEXT "local func f 24 | typeid 6 int | exit | type f func int ( )",
	    TEXT "local func f 24 | typeid 6 long | exit | type f func int ( )" },
	  "" },
	{ "other accesses",
	  SAFE,
	  { TEXT "local func f 16 | relo 0 0:0 struct s 8 { x 0 int ; y 32 int ; } | mov | exit",
	    TEXT "local func f 16 | relo 0 0:1 struct s 8 { x 0 int ; y 32 int ; } | mov | exit" },
	  "" },
	{ "other kinds of access",
	  SAFE,
	  { TEXT "local func f 16 | relo 0 0:0 struct s 8 { x 0 int ; y 32 int ; } | mov | exit",
	    TEXT "local func f 16 | relo 1 0:0 struct s 8 { x 0 int ; y 32 int ; } | mov | exit" },
	  "" },
};

Test(icf, folds_what_is_the_same)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct world world;

			world_init(&world, big_endian, cases[i].texts);
			world.options.icf = cases[i].icf;
			expect_description(&world, fold_identical, describe, cases[i].name,
					   cases[i].folded);
			world_deinit(&world);
		}
	}
}

// Two chains of static functions, each of which calls the next: they end alike, and so each
// function of one is that of the other, but no two of one chain are the same. That is known only
// from the ends.
Test(icf, folds_long_chains)
{
	enum { LENGTH = 2000 };
	struct world world;
	const struct section *code;
	struct text text;
	size_t folded = 0;

	world_begin(&world);
	for (int chain = 0; chain < 2; chain++) {
		text = (struct text){ .arena = &world.arena };
		text_string(&text, TEXT);
		for (int i = 0; i < LENGTH - 1; i++)
			text_format(&text, "local func f%d 16 | call f%d | exit | ", i, i + 1);
		text_format(&text, "local func f%d 8 | exit", LENGTH - 1);
		world_add(&world, elf_text(&world.arena, false, text_str(&text).data));
	}
	world.options.icf = ALL;
	cr_assert(world_run(&world, fold_identical), "%s", world_messages(&world));
	code = world_section(&world, 1, ".text");
	for (size_t i = 0; i < code->atoms.count; i++) {
		const struct atom *kept = code->atoms.items[i].folded;

		folded += kept && kept->section->object->index == 0 &&
			  kept->offset == code->atoms.items[i].offset;
	}
	cr_expect_eq(folded, LENGTH);
	for (size_t i = 0; i < LENGTH; i++)
		cr_expect_null(world_section(&world, 0, ".text")->atoms.items[i].folded);
	world_deinit(&world);
}

// The symbol of the output that references to @name name; "" when it has no symbol of its own.
static const char *referred_name(struct world *world, const char *name)
{
	const struct global *global = world_global(world, name);

	return linker_name(
		&world->linker,
		global->output ? world->linker.symbols.items[global->referred].elf.st_name : 0);
}

Test(icf, leaves_one_name_a_place_or_warns)
{
	static const struct {
		enum bpfld_icf icf;
		const char *visibility;
		const char *f, *g, *h; // what references to them name
		const char *messages;
	} names[] = {
		{ SAFE, "", "f", "g", "h", "" },
		{ HIDDEN, "", "f", "g", "h", "" },
		{ HIDDEN, "hidden ", "f", "", "", "" },
		{ ALL, "", "h", "h", "h",
		  "b.o:(.text+0x0): warning: 'g' is another name of 'f' now (2 such in all): aya "
		  "refuses two names of one place; hide what need not be global, and fold by "
		  "--icf=hidden\n" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct world world;

		world_begin(&world);
		for (const char *name = "fgh"; *name; name++)
			world_add(&world,
				  elf_text(&world.arena, false,
					   arena_format(&world.arena,
							TEXT "global %sfunc %c 16 | mov | exit",
							names[i].visibility, *name)));
		world.options.icf = names[i].icf;
		cr_assert(world_run(&world, number_symbols), "%s", world_messages(&world));
		cr_expect_str_eq(referred_name(&world, "f"), names[i].f, "%zu", i);
		cr_expect_str_eq(referred_name(&world, "g"), names[i].g, "%zu", i);
		cr_expect_str_eq(referred_name(&world, "h"), names[i].h, "%zu", i);
		cr_expect_str_eq(world_messages(&world), names[i].messages, "%zu: %s", i,
				 world_messages(&world));
		world_deinit(&world);
	}
}
