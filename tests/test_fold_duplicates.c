/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "world.h"

#define V(value)  "section .data WA | global object v 4 | word " value " | "
#define F(code)   "section .text AX | global func f 24 | " code " | exit | "
#define LOCAL     "local func s 8 | exit | "
#define ADVICE    "; make them the same, or declare it extern in all files but one\n"
#define FIRST_V   "a.o:(.data+0x0): note: the first definition of 'v'\n"
#define FIRST_F   "a.o:(.text+0x0): note: the first definition of 'f'\n"
#define V_DIFFERS "b.o:(.data+0x0): error: 'v' is defined more than once, and not like in 'a.o': "
#define F_DIFFERS "b.o:(.text+0x0): error: 'f' is defined more than once, and not like in 'a.o': "

#define MAP(count)                                                                                 \
	"section .maps WA | global object v 8 | zero 8 | btf | type v struct - 8 { type 0 ptr "    \
	"array " count " int ; }"
#define MAP_TWICE "b.o:(.maps+0x0): error: map 'v' is defined more than once; "
#define FIRST_MAP "a.o:(.maps+0x0): note: the first definition of 'v'\n"
#define MAP_ADVICE                                                                                 \
	"declare it extern in all files but one, or, where all are the same, make them __weak or " \
	"use -z muldefs\n"

// clang-format off
static const struct {
	const char *name;
	const char *texts[3];
	unsigned int kinds; // 0: all
	const char *messages; // "": they are one
} cases[] = {
	{ "a variable", { V("5") "btf", V("5") "btf" }, 0, "" },
	{ "a variable without BTF", { V("5"), V("5") }, BPFLD_FOLD_VARIABLES, "" },
	{ "behind another", { V("5"), "section .data WA | local object w 4 | word 1 | global object v 4 | word 5" }, 0, "" },
	{ "another value", { V("5") "btf | type v int", V("6") "btf | type v int" }, 0, V_DIFFERS "it is 6 here, 5 there" ADVICE FIRST_V },
	{ "other bytes", { V("5"), V("6") }, 0, V_DIFFERS "byte 0 is 0x06 here, 0x05 there" ADVICE FIRST_V },
	{ "another size", { V("5"), "section .data WA | global object v 8 | quad 5" }, 0, V_DIFFERS "it has 8 bytes here, 4 there" ADVICE FIRST_V },
	{ "another section", { V("0"), "section .bss WAN | global object v 4 | zero 4" }, 0,
	  "b.o:(.bss+0x0): error: 'v' is defined more than once, and not like in 'a.o': it is in section '.bss' here, in '.data' there" ADVICE FIRST_V },
	{ "a pointer to the same name", { "section .data WA | global object v 8 | quad x", "section .data WA | global object v 8 | quad x" }, 0, "" },
	{ "a pointer to another name", { "section .data WA | global object v 8 | quad x", "section .data WA | global object v 8 | quad y" }, 0,
	  V_DIFFERS "at +0x0 it uses 'y' here, 'x' there" ADVICE FIRST_V },
	{ "a pointer, and none", { "section .data WA | global object v 8 | quad x", "section .data WA | global object v 8 | quad 0" }, 0,
	  V_DIFFERS "it has other pointers" ADVICE FIRST_V },
	{ "a pointer to the same constant",
	  { "section .rodata.str1.1 AMS 1 1 | string a | section .data WA | global object v 8 | quad @.rodata.str1.1",
	    "section .rodata.str1.1 AMS 1 1 | string x | string a | section .data WA | global object v 8 | quad @.rodata.str1.1+2" }, 0, "" },
	{ "a pointer to another constant",
	  { "section .rodata.str1.1 AMS 1 1 | string a | section .data WA | global object v 8 | quad @.rodata.str1.1",
	    "section .rodata.str1.1 AMS 1 1 | string b | section .data WA | global object v 8 | quad @.rodata.str1.1" }, 0,
	  V_DIFFERS "byte 0 is 0x62 here, 0x61 there" ADVICE FIRST_V },
	{ "a function", { F("load x"), F("load x") }, 0, "" },
	{ "another instruction", { F("load x") , F("mov | mov") }, 0, F_DIFFERS "it has other pointers" ADVICE FIRST_F },
	{ "a static function of its own", { F("mov | near 1") LOCAL, F("mov | near 1") LOCAL }, 0, "" },
	{ "another static function", { F("mov | near 1") LOCAL, F("mov | near 1") "local func s 8 | mov" }, 0,
	  F_DIFFERS "its instruction at +0x0 is another" ADVICE FIRST_F },
	{ "it calls itself", { F("mov | near -2"), F("mov | near -2") }, 0, "" },
	{ "a static variable of its own",
	  { F("load @.bss") "section .bss WAN | local object n 4 | zero 4", F("load @.bss") "section .bss WAN | local object n 4 | zero 4" }, 0,
	  F_DIFFERS "it uses a static variable at +0x0" ADVICE FIRST_F },
	{ "other declaration tags", { F("mov | mov") "btf | type f func int ( )", F("mov | mov") "btf | type f func int ( ) | tag f x" }, 0,
	  F_DIFFERS "it has other declaration tags" ADVICE FIRST_F },
	{ "a kind that is not to be folded", { V("5"), V("5") }, BPFLD_FOLD_MAPS | BPFLD_FOLD_FUNCTIONS,
	  "b.o:(.data+0x0): error: 'v' is defined more than once; declare it extern in all files but one, make it static, or weak where one should replace the other\n" FIRST_V },
	{ "maps that could be one", { MAP("2"), MAP("2") }, BPFLD_FOLD_VARIABLES,
	  MAP_TWICE "both are the same: give --fold-identical=maps, or declare it extern in all files but one\n" FIRST_MAP },
	{ "maps that could not", { MAP("2"), MAP("3") }, BPFLD_FOLD_VARIABLES, MAP_TWICE MAP_ADVICE FIRST_MAP },
	{ "a map without BTF", { MAP("2"), "section .maps WA | global object v 8 | zero 8" }, BPFLD_FOLD_VARIABLES, MAP_TWICE MAP_ADVICE FIRST_MAP },
};
// clang-format on

Test(fold_duplicates, folds_what_is_the_same)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			bool variable = strstr(cases[i].texts[0], "object v ");
			const struct atom *second;
			struct world world;
			bool done;

			world_init(&world, big_endian, cases[i].texts);
			world.options.fold_identical =
				cases[i].kinds ? cases[i].kinds : BPFLD_FOLD_ALL;
			done = world_run(&world, fold_duplicates);
			second = world_symbol(&world, 1, variable ? "v" : "f")->atom;
			cr_expect_eq(done, !*cases[i].messages, "%s", cases[i].name);
			cr_expect_eq(second->folded != NULL, done, "%s", cases[i].name);
			if (!big_endian)
				cr_expect_str_eq(world_messages(&world), cases[i].messages,
						 "%s: %s", cases[i].name, world_messages(&world));
			world_deinit(&world);
		}
	}
}
