/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "world.h"

#define DEFINES_X "section .data WA | global object x 4 | word 1 |"
#define DEFINES_F "section .text AX | global func f 8 | exit |"
#define WEAK_F    "section .text AX | weak func f 8 | exit |"
#define NO_CHECK  "; --no-type-check makes this a warning\n"

// clang-format off
static const struct {
	const char *name;
	const char *texts[5];
	bool errors;
	const char *messages;
} cases[] = {
	{ "equal", { DEFINES_X "type x int", "type x int" }, false, "" },
	{ "qualifiers", { DEFINES_X "type x int", "type x const volatile int" }, false, "" },
	{ "different",
	  { DEFINES_X "type x int", "type x long" }, true,
	  "b.o: error: declaration of 'x' does not match its definition in 'a.o': it is 'long' here, 'int' there (8 and 4 bytes)" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | long x\n"
	  "      | ^~~~\n"
	  "a.o:(.data+0x0): note: defined here as\n"
	  "      | int x\n"
	  "      | ^~~\n" },
	{ "different, declared first",
	  { "type x long", DEFINES_X "type x int" }, true,
	  "a.o: error: declaration of 'x' does not match its definition in 'b.o': it is 'long' here, 'int' there (8 and 4 bytes)" NO_CHECK
	  "a.o: note: declared here as\n"
	  "      | long x\n"
	  "      | ^~~~\n"
	  "b.o:(.data+0x0): note: defined here as\n"
	  "      | int x\n"
	  "      | ^~~\n" },
	{ "different without a tag",
	  { DEFINES_X "type x struct - 4 { a 0 int ; }", "type x struct - 4 { b 0 int ; }" }, true,
	  "b.o: error: declaration of 'x' does not match its definition in 'a.o': member 1 of 'struct { int b; }' is 'b' here, 'a' there" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | struct {\n"
	  "      |         int b; /* byte 0 */\n"
	  "      |         ^~~~~\n"
	  "      | } x\n"
	  "a.o:(.data+0x0): note: defined here as\n"
	  "      | struct {\n"
	  "      |         int a; /* byte 0 */\n"
	  "      |         ^~~~~\n"
	  "      | } x\n" },
	{ "different within what has no tag",
	  { DEFINES_X "type x struct - 4 { i 0 struct - 4 { a 0 int ; } ; }",
	    "type x struct - 4 { i 0 struct - 4 { b 0 int ; } ; }" }, true,
	  "b.o: error: declaration of 'x' does not match its definition in 'a.o': in member 'i', member 1 of 'struct { int b; }' is 'b' here, 'a' there" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | struct {\n"
	  "      |         int b; /* byte 0 */\n"
	  "      |         ^~~~~\n"
	  "      | };\n"
	  "      | struct { struct { int b; } i; } x\n"
	  "a.o:(.data+0x0): note: defined here as\n"
	  "      | struct {\n"
	  "      |         int a; /* byte 0 */\n"
	  "      |         ^~~~~\n"
	  "      | };\n"
	  "      | struct { struct { int a; } i; } x\n" },
	{ "a function and a map",
	  { "section .maps WA | global object x 8 | quad 0 | type x struct - 8 { type 0 ptr array 1 int ; }",
	    "type x func int ( )" }, true,
	  "b.o: error: 'x' is a function here, but a variable in 'a.o'; rename one of them\n"
	  "b.o: note: declared here as\n"
	  "      | int x(void)\n"
	  "a.o:(.maps+0x0): note: defined here as\n"
	  "      | struct {\n"
	  "      |         __uint(type, BPF_MAP_TYPE_HASH);\n"
	  "      | } x SEC(\".maps\")\n" },
	{ "each declaration is compared",
	  { DEFINES_F "type f func int ( )", "type f func void ( )", "type f func int ( )",
	    "type f func long ( )" }, true,
	  "b.o: error: declaration of 'f' does not match its definition in 'a.o': the return value is 'void' here, 'int' there" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | void f(void)\n"
	  "      | ^~~~\n"
	  "a.o:(.text+0x0): note: defined here as\n"
	  "      | int f(void)\n"
	  "      | ^~~\n"
	  "d.o: error: declaration of 'f' does not match its definition in 'a.o': the return value is 'long' here, 'int' there (8 and 4 bytes)" NO_CHECK
	  "d.o: note: declared here as\n"
	  "      | long f(void)\n"
	  "      | ^~~~\n"
	  "a.o:(.text+0x0): note: defined here as\n"
	  "      | int f(void)\n"
	  "      | ^~~\n" },
	{ "two definitions",
	  { DEFINES_F "type f func int ( )", WEAK_F "type f func void ( )" }, true,
	  "b.o:(.text+0x0): error: definition of 'f' does not match the one in 'a.o': the return value is 'void' here, 'int' there" NO_CHECK
	  "b.o:(.text+0x0): note: defined here as\n"
	  "      | void f(void)\n"
	  "      | ^~~~\n"
	  "a.o:(.text+0x0): note: defined here as\n"
	  "      | int f(void)\n"
	  "      | ^~~\n" },
	{ "suspicious",
	  { DEFINES_F "type f func int ( p : ptr int )", "type f func int ( ptr void )" }, false,
	  "b.o: warning: declaration of 'f' does not match its definition in 'a.o': parameter 1 is 'void *' here, 'int *' there\n"
	  "b.o: note: declared here as\n"
	  "      | int f(void *)\n"
	  "      |       ^~~~~~\n"
	  "a.o:(.text+0x0): note: defined here as\n"
	  "      | int f(int *p)\n"
	  "      |       ^~~~~~\n" },
	{ "in part, behind a pointer",
	  { DEFINES_F "type f func int ( ptr struct s 8 { x 0 int ; y 32 int ; } )",
	    "type f func int ( ptr struct s 4 { y 0 int ; } )" }, false,
	  "b.o: warning: 'f' has another type here than in 'a.o': in parameter 1, 'struct s' has 1 member here, 2 there; use one definition, from a header that both include\n"
	  "b.o: note: declared here as\n"
	  "      | struct s {\n"
	  "      |         int y; /* byte 0 */\n"
	  "      |         ^~~~~\n"
	  "      | };\n"
	  "      | int f(struct s *)\n"
	  "a.o:(.text+0x0): note: defined here as\n"
	  "      | struct s {\n"
	  "      |         int x; /* byte 0 */\n"
	  "      |         ^~~~~\n"
	  "      |         int y;\n"
	  "      | };\n"
	  "      | int f(struct s *)\n" },
	{ "in part, by a typedef",
	  { DEFINES_F "type f func int ( ptr typedef t struct - 8 { x 0 int ; y 32 int ; } )",
	    "type f func int ( ptr typedef t struct - 4 { y 0 int ; } )" }, false,
	  "b.o: warning: 'f' has another type here than in 'a.o': in parameter 1, 't' has 1 member here, 2 there; use one definition, from a header that both include\n"
	  "b.o: note: declared here as\n"
	  "      | typedef struct {\n"
	  "      |         int y; /* byte 0 */\n"
	  "      |         ^~~~~\n"
	  "      | } t;\n"
	  "      | int f(t *)\n"
	  "a.o:(.text+0x0): note: defined here as\n"
	  "      | typedef struct {\n"
	  "      |         int x; /* byte 0 */\n"
	  "      |         ^~~~~\n"
	  "      |         int y;\n"
	  "      | } t;\n"
	  "      | int f(t *)\n" },
	{ "in part, a context",
	  { DEFINES_F "type f func int ( ptr struct xdp_md 8 { x 0 int ; y 32 int ; } )",
	    "type f func int ( ptr struct xdp_md 4 { x 0 int ; } )" }, false, "" },
	{ "in part, behind two pointers",
	  { DEFINES_F "type f func int ( ptr ptr struct s 8 { x 0 int ; y 32 int ; } )",
	    "type f func int ( ptr ptr struct s 4 { y 0 int ; } )" }, false, "" },
	{ "in part, by value",
	  { DEFINES_X "type x typedef t struct - 4 { x 0 short ; y 16 short ; }",
	    "type x typedef t struct - 4 { x 0 short ; }" }, true,
	  "b.o: error: declaration of 'x' does not match its definition in 'a.o': 't' has 1 member here, 2 there" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | typedef struct {\n"
	  "      |         short x;\n"
	  "      | } t;\n"
	  "      | ^\n"
	  "      | t x\n"
	  "a.o:(.data+0x0): note: defined here as\n"
	  "      | typedef struct {\n"
	  "      |         short x;\n"
	  "      |         short y; /* byte 2 */\n"
	  "      |         ^~~~~~~\n"
	  "      | } t;\n"
	  "      | t x\n" },
	{ "the first member that differs",
	  { DEFINES_F "type f func int ( p : ptr struct s 16 { x 0 int ; y 64 long ; } )",
	    "type f func int ( ptr struct s 8 { x 0 int ; y 32 int ; } )" }, false,
	  "b.o: warning: declaration of 'f' does not match its definition in 'a.o': in parameter 1, member 'y' of 'struct s' is 'int' here, 'long' there\n"
	  "b.o: note: declared here as\n"
	  "      | struct s {\n"
	  "      |         int x;\n"
	  "      |         int y; /* byte 4 */\n"
	  "      |         ^~~~~\n"
	  "      | };\n"
	  "      | int f(struct s *)\n"
	  "a.o:(.text+0x0): note: defined here as\n"
	  "      | struct s {\n"
	  "      |         int x;\n"
	  "      |         long y; /* byte 8 */\n"
	  "      |         ^~~~~~\n"
	  "      | };\n"
	  "      | int f(struct s *p)\n" },
	{ "sizes alone",
	  { DEFINES_F "type f func int ( ptr struct s 8 { x 0 int ; } )",
	    "type f func int ( ptr struct s 4 { x 0 int ; } )" }, false,
	  "b.o: warning: declaration of 'f' does not match its definition in 'a.o': in parameter 1, 'struct s' has 4 bytes here, 8 there\n"
	  "b.o: note: declared here as\n"
	  "      | struct s { ... }; /* 4 bytes */\n"
	  "      |                   ^~~~~~~~~~~~~\n"
	  "      | int f(struct s *)\n"
	  "a.o:(.text+0x0): note: defined here as\n"
	  "      | struct s { ... }; /* 8 bytes */\n"
	  "      |                   ^~~~~~~~~~~~~\n"
	  "      | int f(struct s *)\n" },
	{ "the first value that differs",
	  { DEFINES_X "type x enum e 4 { A 1 ; B 2 ; }", "type x enum e 4 { A 1 ; B 3 ; }" }, false,
	  "b.o: warning: declaration of 'x' does not match its definition in 'a.o': value 'B' of 'enum e' is 3 here, 2 there\n"
	  "b.o: note: declared here as\n"
	  "      | enum e {\n"
	  "      |         A = 1,\n"
	  "      |         B = 3,\n"
	  "      |         ^~~~~\n"
	  "      | };\n"
	  "      | enum e x\n"
	  "a.o:(.data+0x0): note: defined here as\n"
	  "      | enum e {\n"
	  "      |         A = 1,\n"
	  "      |         B = 2,\n"
	  "      |         ^~~~~\n"
	  "      | };\n"
	  "      | enum e x\n" },
	{ "what a typedef is",
	  { DEFINES_X "type x typedef u32 int", "type x typedef u32 long" }, true,
	  "b.o: error: declaration of 'x' does not match its definition in 'a.o': it is 'u32', which is 'long' here, 'int' there (8 and 4 bytes)" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | typedef long u32;\n"
	  "      |         ^~~~\n"
	  "      | u32 x\n"
	  "a.o:(.data+0x0): note: defined here as\n"
	  "      | typedef int u32;\n"
	  "      |         ^~~\n"
	  "      | u32 x\n" },
	{ "what a typedef points to",
	  { DEFINES_F "type f func int ( typedef p ptr struct s 4 { x 0 int ; } )",
	    "type f func int ( typedef p ptr struct t 4 { x 0 int ; } )" }, true,
	  "b.o: error: declaration of 'f' does not match its definition in 'a.o': parameter 1 is 'p', which is 'struct t *' here, 'struct s *' there" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | typedef struct t *p;\n"
	  "      |         ^~~~~~~~~~\n"
	  "      | int f(p)\n"
	  "a.o:(.text+0x0): note: defined here as\n"
	  "      | typedef struct s *p;\n"
	  "      |         ^~~~~~~~~~\n"
	  "      | int f(p)\n" },
	{ "function and variable",
	  { DEFINES_F "type f func int ( )", "type f int" }, true,
	  "b.o: error: 'f' is a variable here, but a function in 'a.o'; rename one of them\n"
	  "b.o: note: declared here as\n"
	  "      | int f\n"
	  "a.o:(.text+0x0): note: defined here as\n"
	  "      | int f(void)\n" },
	{ "statics of one name", { DEFINES_X "type x int",
	    "section .data WA | local object x 8 | quad 1 | type x long" }, false, "" },
	{ "undefined, declared twice",
	  { "type f func int ( )", "type f func long ( )" }, true,
	  "b.o: error: declaration of 'f' does not match the one in 'a.o': the return value is 'long' here, 'int' there (8 and 4 bytes)" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | long f(void)\n"
	  "      | ^~~~\n"
	  "a.o: note: declared here as\n"
	  "      | int f(void)\n"
	  "      | ^~~\n" },
	{ "no BTF for the definition", { DEFINES_F, "type f func int ( )" }, false,
	  "a.o:(.text+0x0): warning: no BTF for 'f': its declaration in 'b.o' cannot be checked; "
	  "compile with -g\n" },
	{ "no BTF for the definition of another kind", { DEFINES_F, "type f int" }, true,
	  "b.o: error: 'f' is a variable here, but code in 'a.o'; rename one of them\n"
	  "b.o: note: declared here as\n"
	  "      | int f\n" },
	{ "no BTF for the declaration", { DEFINES_F "btf", "section .text AX | call f" }, false, "" },
	{ "no BTF at all", { DEFINES_F, "section .text AX | call f" }, false, "" },
	{ "a map's attribute",
	  { "section .maps WA | global object m 8 | quad 0 | type m struct - 8 { type 0 ptr array 1 int ; }",
	    "type m@.maps struct - 8 { type 0 ptr array 2 int ; }" }, true,
	  "b.o: error: declaration of 'm' does not match its definition in 'a.o': type is BPF_MAP_TYPE_ARRAY here, BPF_MAP_TYPE_HASH there" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | struct {\n"
	  "      |         __uint(type, BPF_MAP_TYPE_ARRAY);\n"
	  "      |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
	  "      | } m SEC(\".maps\")\n"
	  "a.o:(.maps+0x0): note: defined here as\n"
	  "      | struct {\n"
	  "      |         __uint(type, BPF_MAP_TYPE_HASH);\n"
	  "      |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
	  "      | } m SEC(\".maps\")\n" },
	{ "licences of different types",
	  { "section license WA | global object l 4 | string GPL | type l array 4 char",
	    "section license WA | global object l 8 | string GPL | zero 4 | type l array 8 char" },
	  false, "" },

	{ "smaller than declared",
	  { "section .data WA | global object x 4 | word 1 | type x array 2 short", "type x array 4 short" },
	  true,
	  "b.o: error: declaration of 'x' is larger than its definition in 'a.o': it has 8 bytes here, 4 there" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | short x[4]\n"
	  "      |        ^~~\n"
	  "a.o:(.data+0x0): note: defined here as\n"
	  "      | short x[2]\n"
	  "      |        ^~~\n" },
	{ "larger than declared",
	  { "section .data WA | global object x 4 | word 1 | type x array 2 short", "type x array 1 short" },
	  false,
	  "b.o: warning: declaration of 'x' does not match its definition in 'a.o': it is 'short[1]' here, 'short[2]' there\n"
	  "b.o: note: declared here as\n"
	  "      | short x[1]\n"
	  "      |        ^~~\n"
	  "a.o:(.data+0x0): note: defined here as\n"
	  "      | short x[2]\n"
	  "      |        ^~~\n" },
	{ "without BTF, smaller than declared", { DEFINES_X, "type x array 4 short" }, true,
	  "b.o: error: declaration of 'x' is larger than its definition in 'a.o': it has 8 bytes here, 4 there" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | short x[4]\n" },
	{ "smaller than a weak one",
	  { "section .data WA | global object x 4 | word 1 | type x array 2 short",
	    "section .data WA | weak object x 8 | quad 1 | type x array 4 short" }, true,
	  "b.o:(.data+0x0): error: definition of 'x' is larger than its definition in 'a.o': it has 8 bytes here, 4 there" NO_CHECK
	  "b.o:(.data+0x0): note: defined here as\n"
	  "      | short x[4]\n"
	  "      |        ^~~\n"
	  "a.o:(.data+0x0): note: defined here as\n"
	  "      | short x[2]\n"
	  "      |        ^~~\n" },
	{ "common, smaller than declared", { "global common x 4 4", "type x array 4 short" }, true,
	  "b.o: error: declaration of 'x' is larger than its definition in 'a.o': it has 8 bytes here, 4 there" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | short x[4]\n" },

	// What the kernel resolves.
	{ "two of a kernel symbol", { "type k@.ksyms int", "type k@.ksyms int" }, false, "" },
	{ "one without a type", { "type k@.ksyms void", "type k@.ksyms int" }, false, "" },
	{ "one in part",
	  { "type k@.ksyms struct s 8 { x 0 int ; y 32 int ; }", "type k@.ksyms struct s 4 { x 0 int ; }" },
	  false, "" },
	{ "one in part, elsewhere",
	  { "type k@.ksyms struct s 8 { x 0 int ; y 32 int ; }", "type k@.ksyms struct s 4 { y 0 int ; }" },
	  false,
	  "b.o: warning: declaration of 'k' does not match the one in 'a.o': member 'y' of 'struct s' is at byte 0 here, 4 there\n"
	  "b.o: note: declared here as\n"
	  "      | struct s {\n"
	  "      |         int y; /* byte 0 */\n"
	  "      |         ^~~~~\n"
	  "      | };\n"
	  "      | struct s k __ksym\n"
	  "a.o: note: declared here as\n"
	  "      | struct s {\n"
	  "      |         int x;\n"
	  "      |         int y; /* byte 4 */\n"
	  "      |         ^~~~~\n"
	  "      | };\n"
	  "      | struct s k __ksym\n" },
	{ "one by a typedef, in part",
	  { "type k@.ksyms typedef t struct - 8 { x 0 int ; y 32 int ; }",
	    "type k@.ksyms typedef t struct - 4 { x 0 int ; }" },
	  false, "" },
	{ "one of another type",
	  { "type k@.ksyms struct s 8 { x 0 int ; y 32 int ; }", "type k@.ksyms struct s 8 { y 0 long ; }" },
	  false,
	  "b.o: warning: declaration of 'k' does not match the one in 'a.o': member 'y' of 'struct s' is 'long' here, 'int' there\n"
	  "b.o: note: declared here as\n"
	  "      | struct s {\n"
	  "      |         long y; /* byte 0 */\n"
	  "      |         ^~~~~~\n"
	  "      | };\n"
	  "      | struct s k __ksym\n"
	  "a.o: note: declared here as\n"
	  "      | struct s {\n"
	  "      |         int x;\n"
	  "      |         int y; /* byte 4 */\n"
	  "      |         ^~~~~\n"
	  "      | };\n"
	  "      | struct s k __ksym\n" },
	{ "one of another size", { "type k@.ksyms int", "type k@.ksyms long" }, true,
	  "b.o: error: declaration of 'k' does not match the one in 'a.o': it is 'long' here, 'int' there (8 and 4 bytes)" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | long k __ksym\n"
	  "      | ^~~~\n"
	  "a.o: note: declared here as\n"
	  "      | int k __ksym\n"
	  "      | ^~~\n" },
	{ "of the kernel and not", { "type k@.ksyms int", "type k int" }, false, "" },
	{ "of the kernel and its configuration", { "type k@.ksyms int", "type k@.kconfig int" }, true,
	  "b.o: error: 'k' is declared __kconfig here, but __ksym in 'a.o'; declare it alike in both\n"
	  "b.o: note: declared here as\n"
	  "      | int k __kconfig\n"
	  "      |       ^~~~~~~~~\n"
	  "a.o: note: declared here as\n"
	  "      | int k __ksym\n"
	  "      |       ^~~~~~\n" },
	{ "configuration of another type", { "type k@.kconfig int", "type k@.kconfig long" }, true,
	  "b.o: error: declaration of 'k' does not match the one in 'a.o': it is 'long' here, 'int' there (8 and 4 bytes)" NO_CHECK
	  "b.o: note: declared here as\n"
	  "      | long k __kconfig\n"
	  "      | ^~~~\n"
	  "a.o: note: declared here as\n"
	  "      | int k __kconfig\n"
	  "      | ^~~\n" },
	{ "of the kernel, but defined", { "type k@.ksyms int", "section .data WA | global object k 4 | word 1 | btf" },
	  false, "" },
};
// clang-format on

Test(check_types, compares_declarations)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		cr_expect_eq(world_run(&world, check_types), !cases[i].errors, "%s", cases[i].name);
		cr_expect_str_eq(world_messages(&world), cases[i].messages, "%s: %s", cases[i].name,
				 world_messages(&world));
		world_deinit(&world);
	}
}

// Lines are known of code alone.
static bool locate_code(const struct place *where, struct position *ret, void *context)
{
	(void)context;
	*ret = (struct position){ .file = "b.c", .line = 1 };
	return where->section && strcmp(where->section, ".text") == 0;
}

// A declaration whose line is not known is told where it is first used.
Test(check_types, finds_a_use)
{
	static const struct {
		const char *name;
		const char *user;
		const char *start;
	} uses[] = {
		{ "used",
		  "section .text AX | global func g 24 | exit | call f | call f | type g func int "
		  "( ) | "
		  "type f func long ( )",
		  "b.c:1: error: declaration of 'f' does not match" },
		{ "not used",
		  "section .text AX | global func g 8 | exit | type g func int ( ) | "
		  "type f func long ( )",
		  "b.o: error: declaration of 'f' does not match" },
	};

	for (size_t i = 0; i < sizeof(uses) / sizeof(*uses); i++) {
		struct world world;

		world_init(&world, false,
			   (const char *const[]){ DEFINES_F "type f func int ( )", uses[i].user,
						  NULL });
		world.diag.locate = locate_code;
		cr_expect_not(world_run(&world, check_types), "%s", uses[i].name);
		cr_expect(strncmp(world_messages(&world), uses[i].start, strlen(uses[i].start)) ==
				  0,
			  "%s: %s", uses[i].name, world_messages(&world));
		cr_expect_eq(world.diag.first->where.offset == 8, i == 0, "%s", uses[i].name);
		world_deinit(&world);
	}
}

Test(check_types, warns_only_on_request)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		bool mismatch = strstr(cases[i].messages, NO_CHECK) != NULL;

		world_init(&world, false, cases[i].texts);
		world.options.no_type_check = true;
		cr_expect_eq(world_run(&world, check_types), !cases[i].errors || mismatch, "%s: %s",
			     cases[i].name, world_messages(&world));
		cr_expect(!mismatch || strstr(world_messages(&world), "warning: de"), "%s: %s",
			  cases[i].name, world_messages(&world));
		world_deinit(&world);
	}
}

Test(check_types, chooses_the_declaration_that_says_most)
{
	static const struct {
		const char *name;
		const char *texts[4];
		size_t chosen; // input
	} choices[] = {
		{ "the definition", { "type x int", DEFINES_X "type x int", "type x int" }, 1 },
		{ "the winning definition",
		  { WEAK_F "type f func int ( )", DEFINES_F "type f func int ( )" },
		  1 },
		{ "the first", { "type x int", "type x int" }, 0 },
		{ "with a section", { "type x int", "type x@.ksyms int" }, 1 },
		{ "with a type", { "type x@.ksyms void", "type x@.ksyms int" }, 1 },
		{ "the largest",
		  { "type x array 0 int", "type x array 4 int", "type x array 0 int" },
		  1 },
		{ "a section before a type", { "type x int", "type x@.ksyms void" }, 1 },
	};

	for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++) {
		struct global *global;
		struct world world;

		world_init(&world, false, choices[i].texts);
		cr_expect(world_run(&world, check_types), "%s: %s", choices[i].name,
			  world_messages(&world));
		global = world.linker.globals.items[0];
		cr_assert(global->declaration, "%s", choices[i].name);
		cr_expect_eq(global->declaration->object->index, choices[i].chosen, "%s",
			     choices[i].name);
		world_deinit(&world);
	}
}
