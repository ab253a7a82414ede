/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The comparison itself: what a linker could do to an object is found and named, and what it may do
 * is not.
 */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "support/compare.h"
#include "support/elf_text.h"

enum { MAX_INPUTS = 2 };

// clang-format off
#define TEXT(contents) "section .text AX | global func f 16 |" contents "| exit | btf"
#define DATA(contents) "section .data WA |" contents "| btf"
#define POINTER(target) DATA("global object p 8 | quad " target " | local object x 8 | quad 1 | local object y 8 | quad 2")
#define RELO(relo) "section .text AX | global func f 8 | relo " relo " | exit | btf"
#define STRUCT_S(member) "struct s 8 { a 0 ptr struct t 4 { " member " 0 int ; } ; }"
#define STATIC(name, insn) "local func " name " 16 |" insn "| exit |"

static const struct {
	const char *name;
	const char *inputs[MAX_INPUTS];
	const char *linked;
	const char *expected; // part of a difference; NULL: there is none
} cases[] = {
	{ "the same", { TEXT("mov") }, TEXT("mov"), NULL },
	{ "two inputs", { TEXT("mov"), DATA("global object x 8 | quad 7") },
	  "section .text AX | global func f 16 | mov | exit | section .data WA | global object x 8 | quad 7 | btf", NULL },
	{ "a function is lost", { TEXT("mov"), "section xdp AX | global func g 8 | exit | btf" }, TEXT("mov"),
	  "symbol g is not in the output" },
	{ "a section is lost", { TEXT("mov"), "section .rodata A | quad 1 | btf" }, TEXT("mov"), "section .rodata is not in the output" },
	{ "a section is new", { TEXT("mov") }, TEXT("mov") "| section .rodata A | quad 1", "section .rodata is in no input" },
	{ "a function is new", { TEXT("mov") }, "section .text AX | global func f 16 | mov | exit | local func g 8 | exit | btf",
	  "symbol g is in no input" },
	{ "section flags", { "section .rodata WA | quad 1 | btf" }, "section .rodata A | quad 1 | btf", "section .rodata: flags" },
	{ "alignment", { "section .rodata A 16 | quad 1 | btf" }, "section .rodata A 8 | quad 1 | btf", "section .rodata: alignment" },
	{ "licenses", { "section license WA 1 | string GPL", "section license WA 1 | string MIT" },
	  "section license WA 1 | string GPL", "section license is another" },

	{ "binding", { TEXT("mov") }, "section .text AX | weak func f 16 | mov | exit | btf", "symbol f: binding" },
	{ "visibility", { TEXT("mov") }, "section .text AX | global hidden func f 16 | mov | exit | btf", "symbol f: binding" },
	{ "size", { TEXT("mov") }, "section .text AX | global func f 24 | mov | mov | exit | btf", "symbol f: type" },
	{ "section of a symbol", { TEXT("mov") }, "section xdp AX | global func f 16 | mov | exit | btf", "symbol f: type" },
	{ "sections that join", { "section .text.f AX | global func f 16 | mov | exit | btf" }, TEXT("mov"), NULL },
	{ "an extern is defined", { TEXT("call g"), "section .text AX | global func g 8 | exit | btf" },
	  "section .text AX | global func f 16 | call g | exit | global func g 8 | exit | btf", NULL },
	{ "an extern stays though defined", { TEXT("call g"), "section .data WA | global object g 8 | quad 1" },
	  TEXT("call g") "| section .data WA | quad 1", "symbol g is undefined" },
	{ "a weak definition is overridden",
	  { "section .text AX | weak func f 8 | exit | btf", TEXT("mov") }, TEXT("mov"), NULL },

	{ "an instruction", { TEXT("mov") }, TEXT("helper 1"), "f+0: other instruction" },
	{ "an immediate", { TEXT("helper 2") }, TEXT("helper 1"), "f+0: other instruction" },
	{ "a relocation is lost", { TEXT("call g") }, TEXT("near 3"), "symbol g is not in the output" },
	{ "a call leads elsewhere",
	  { "section .text AX | global func f 16 | call h | exit | global func g 8 | exit | global func h 8 | exit | btf" },
	  "section .text AX | global func f 16 | call g | exit | global func g 8 | exit | global func h 8 | exit | btf",
	  "f+0: leads to" },
	{ "a call without relocation leads elsewhere",
	  { "section .text AX | global func f 16 | near 1 | exit | local func g 8 | exit | local func h 8 | exit | btf" },
	  "section .text AX | global func f 16 | near 2 | exit | local func g 8 | exit | local func h 8 | exit | btf",
	  "f+0: leads to" },
	{ "a call of a function that moved",
	  { "section .text AX | global func f 16 | near 1 | exit | local func g 8 | exit | btf" },
	  "section .text AX | local func g 8 | exit | global func f 16 | near -2 | exit | btf", NULL },
	{ "a reference of another kind",
	  { "section .text AX | global func f 24 | load @.text+24 | exit | local func g 8 | exit | btf" },
	  "section .text AX | global func f 24 | load g | exit | local func g 8 | exit | btf", "f+0: leads to" },

	{ "statics of one name, numbered",
	  { "section .text AX |" STATIC("s", "mov") "btf", "section .text AX |" STATIC("s", "helper 1") "btf" },
	  "section .text AX |" STATIC("s", "mov") STATIC("s__1", "helper 1") "btf", NULL },
	{ "one of the statics is lost",
	  { "section .text AX |" STATIC("s", "mov") "btf", "section .text AX |" STATIC("s", "mov") "btf" },
	  "section .text AX |" STATIC("s", "mov") "btf", "local symbol s is not in the output" },
	{ "one of the statics is another",
	  { "section .text AX |" STATIC("s", "mov") "btf", "section .text AX |" STATIC("s", "helper 1") "btf" },
	  "section .text AX |" STATIC("s", "mov") STATIC("s__1", "helper 2") "btf", "s+0: other instruction" },

	{ "data", { DATA("global object x 8 | quad 1") }, DATA("global object x 8 | quad 2"), ".data+0: other data" },
	{ "data of a static", { DATA("local object x 8 | quad 1") }, DATA("local object x 8 | quad 2"), ".data+0: other data" },
	{ "a pointer in data", { POINTER("@.data+8") }, POINTER("@.data+16"), ".data+0: leads to" },
	{ "a pointer in data follows", { POINTER("@.data+8") },
	  DATA("global object p 8 | quad @.data+16 | local object y 8 | quad 2 | local object x 8 | quad 1"), NULL },
	// As compilers do, and what these objects are made by, the output leaves the offset at 0.
	{ "a variable's place in BTF", { DATA("local object y 8 | quad 2 | global object x 8 | quad 1") },
	  DATA("local object y 8 | quad 2 | global object x 8 | quad 1"), ".data+0x8: other data" },
	{ "a pointer is lost", { POINTER("@.data+8") }, POINTER("8"), ".data+0: no pointer" },
	{ "a string", { TEXT("load @.rodata.str1.1+2") "| section .rodata.str1.1 AMS 1 1 | string a | string b" },
	  TEXT("load @.rodata.str1.1") "| section .rodata.str1.1 AMS 1 1 | string a | string b", "f+0: leads to" },
	{ "a string follows", { TEXT("load @.rodata.str1.1+2") "| section .rodata.str1.1 AMS 1 1 | string a | string b" },
	  TEXT("load @.rodata.str1.1") "| section .rodata.str1.1 AMS 1 1 | string b | string a", NULL },

	{ "strings join .rodata",
	  { TEXT("load @.rodata.str1.1+2") "| section .rodata.str1.1 AMS 1 1 | string a | string b | section .rodata A | "
	    "global object x 1 | byte 1" },
	  TEXT("load @.rodata+4") "| section .rodata A | global object x 1 | byte 1 | string a | string xb", NULL },
	{ "another string of .rodata",
	  { TEXT("load @.rodata.str1.1+2") "| section .rodata.str1.1 AMS 1 1 | string a | string b" },
	  TEXT("load @.rodata") "| section .rodata A | string a | string b", "f+0: leads to" },
	{ "type of a function", { TEXT("mov") "| type f func int ( a : int )" }, TEXT("mov") "| type f func int ( a : long )",
	  "f: other func_info" },
	{ "name of a parameter", { TEXT("mov") "| type f func int ( a : int )" }, TEXT("mov") "| type f func int ( b : int )",
	  "f: other func_info" },
	{ "tag of a function", { TEXT("mov") "| tag f arg:nonnull 0" }, TEXT("mov"), "f: other declaration tags" },
	{ "tag of another parameter", { TEXT("mov") "| tag f nonnull 0" }, TEXT("mov") "| tag f nonnull 1",
	  "f: other declaration tags" },
	{ "type of a variable", { DATA("global object x 8 | quad 1") "| type x long" },
	  DATA("global object x 8 | quad 1") "| type x ptr int", "x: other type" },
	{ "of two declarations one stays",
	  { TEXT("load k") "| type k@.ksyms int", "section .text AX | global func g 24 | load k | exit | btf | type k@.ksyms void" },
	  "section .text AX | global func f 16 | load k | global func g 24 | load k | exit | btf | type k@.ksyms int", NULL },
	{ "far away in a type", { RELO("0 0:0 " STRUCT_S("a")) }, RELO("0 0:0 " STRUCT_S("b")), "type 2, t, is not in the output" },
	{ "a forward declaration is defined", { RELO("0 0 struct s 8 { a 0 ptr struct t ; }") },
	  RELO("0 0 " STRUCT_S("a")), NULL },
	{ "a definition becomes a forward declaration", { RELO("0 0 " STRUCT_S("a")) },
	  RELO("0 0 struct s 8 { a 0 ptr struct t ; }"), "s, is not in the output" },

	{ "line", { "section .text AX | global func f 8 | line one | exit | btf" },
	  "section .text AX | global func f 8 | line two | exit | btf", "f: other line_info" },
	{ "line of another instruction", { "section .text AX | global func f 16 | mov | line one | exit | btf" },
	  "section .text AX | global func f 16 | line one | mov | exit | btf", "f: other line_info" },
	{ "access of a core_relo", { RELO("0 0:0 " STRUCT_S("a")) }, RELO("0 0 " STRUCT_S("a")), "f: other core_relo" },
	{ "type of a core_relo", { RELO("0 0 int") }, RELO("0 0 long"), "f: other core_relo" },
	{ "a core_relo is lost", { RELO("0 0 int") }, "section .text AX | global func f 8 | exit | btf", "f: other core_relo" },
	{ "a type id", { "section .text AX | global func f 24 | typeid 6 struct s | exit | btf" },
	  "section .text AX | global func f 24 | typeid 6 struct s | exit | btf | type f func long ( )", "f: other func_info" },
};
// clang-format on

static struct compared_file file_of(struct arena *arena, const char *name, const char *text)
{
	struct str image = elf_text(arena, false, text);

	return (struct compared_file){ name, image.data, image.size };
}

Test(compare, differences_are_found)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct compared_file inputs[MAX_INPUTS], linked;
		struct arena arena;
		size_t count = 0;
		char *differences;

		arena_init(&arena, SIZE_MAX);
		for (; count < MAX_INPUTS && cases[i].inputs[count]; count++)
			inputs[count] =
				file_of(&arena, count ? "b.o" : "a.o", cases[i].inputs[count]);
		linked = file_of(&arena, "out.o", cases[i].linked);
		differences = compare_objects(&linked, inputs, count);
		if (cases[i].expected)
			cr_expect(strstr(differences, cases[i].expected),
				  "%s: expected \"%s\", got:\n%s", cases[i].name, cases[i].expected,
				  differences);
		else
			cr_expect(!*differences, "%s: %s", cases[i].name, differences);
		free(differences);
		arena_deinit(&arena);
	}
}
