/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "btf_pair.h"

// Types are written as in btf_text.h. This one stands beside all cases with definitions that none
// of them has, so that settling leaves their forward declarations alone.
static const char others[] =
	"func void ( ptr struct s 1 { z 0 char ; } , ptr union s 1 { z 0 char ; } , "
	"ptr enum e 1 { Z 9 ; } )";

struct compatible_case {
	const char *a;
	const char *b;
	enum btf_verdict verdict;
	enum btf_aspect aspect;
	const char *text;
};

#define SAME(a, b)                                                                                 \
	{                                                                                          \
		a, b, BTF_COMPATIBLE, BTF_ASPECT_NONE, "there is no difference"                    \
	}
#define WARN(a, b, aspect, text)                                                                   \
	{                                                                                          \
		a, b, BTF_SUSPICIOUS, BTF_ASPECT_##aspect, text                                    \
	}
#define FAIL(a, b, aspect, text)                                                                   \
	{                                                                                          \
		a, b, BTF_INCOMPATIBLE, BTF_ASPECT_##aspect, text                                  \
	}

// clang-format off
static const struct compatible_case compatible_cases[] = {
	// What does not count.
	SAME("const int", "volatile int"),
	SAME("ptr const typedef t int", "restrict ptr tag user int"),
	SAME("typedef a int", "typedef b int"),
	SAME("array 0 int", "array 4 int"),
	SAME("func int ( a : int )", "func const int ( typedef i int )"),
	SAME("func int ( ... )", "func int ( ptr int , long )"),

	// Scalars.
	FAIL("long", "int", SIZE, "it is 'long' here, 'int' there (8 and 4 bytes)"),
	FAIL("float", "double", SIZE, "it is 'float' here, 'double' there (4 and 8 bytes)"),
	FAIL("float", "int", KIND, "it is 'float' here, 'int' there"),
	FAIL("ptr func int ( )", "ptr int", KIND, "it is 'int (*)(void)' here, 'int *' there"),
	FAIL("long", "ptr int", KIND, "it is 'long' here, 'int *' there"),
	FAIL("typedef u32 int", "typedef u32 long", SIZE,
	     "it is 'u32', which is 'int' here, 'long' there (4 and 8 bytes)"),
	FAIL("ptr int", "ptr long", SIZE, "it is 'int *' here, 'long *' there (4 and 8 bytes)"),

	// void.
	WARN("void", "int", KIND, "it is 'void' here, 'int' there"),
	WARN("ptr void", "ptr int", KIND, "it is 'void *' here, 'int *' there"),
	WARN("func int ( ptr void )", "func int ( ptr struct s 4 { x 0 int ; } )", KIND,
	     "parameter 1 is 'void *' here, 'struct s *' there"),
	FAIL("func void ( )", "func int ( )", KIND, "the return value is 'void' here, 'int' there"),

	// Enums.
	SAME("enum e 4 { A 1 ; }", "signed e 4 { A 1 ; }"),
	SAME("enum e 4 { A 0xffffffff ; }", "signed e 4 { A -1 ; }"),
	SAME("enum e 8 { A 1 ; }", "enum64 e 8 { A 1 ; }"),
	SAME("enum - 4 { A 1 ; }", "enum e 4 { B 2 ; }"),
	SAME("ptr enum e", "ptr enum e 8 { A 1 ; }"),
	FAIL("enum d 4 { A 1 ; }", "enum e 4 { A 1 ; }", NAME,
	     "it is 'enum d' here, 'enum e' there"),
	FAIL("enum e 4 { A 1 ; }", "enum64 e 8 { A 1 ; }", SIZE,
	     "it is 'enum e' here, 'enum e' there (4 and 8 bytes)"),
	WARN("enum e 4 { A 1 ; }", "enum e 4 { A 2 ; }", MEMBER_VALUE,
	     "value 'A' of 'enum e' is 1 here, 2 there"),
	WARN("signed e 4 { A -1 ; }", "signed e 4 { A 2 ; }", MEMBER_VALUE,
	     "value 'A' of 'enum e' is -1 here, 2 there"),
	WARN("enum64 e 8 { A 1 ; }", "enum64 e 8 { A 0x100000001 ; }", MEMBER_VALUE,
	     "value 'A' of 'enum e' is 1 here, 4294967297 there"),
	WARN("enum e 4 { A 1 ; }", "enum e 4 { B 1 ; }", MEMBER_NAME,
	     "value 1 of 'enum e' is 'A' here, 'B' there"),
	WARN("func int ( enum e 4 { A 1 ; } )", "func int ( enum e 4 { A 1 ; B 2 ; } )",
	     MEMBER_COUNT, "in parameter 1, 'enum e' has 1 value here, 2 there"),
	WARN("enum e 4 { A 1 ; }", "int", KIND, "it is 'enum e' here, 'int' there"),
	FAIL("enum e 4 { A 1 ; }", "long", SIZE,
	     "it is 'enum e' here, 'long' there (4 and 8 bytes)"),

	// Arrays.
	WARN("array 8 int", "array 4 int", LENGTH, "it is 'int[8]' here, 'int[4]' there"),
	FAIL("array 8 int", "array 4 long", SIZE,
	     "it is 'int[8]' here, 'long[4]' there (4 and 8 bytes)"),
	FAIL("array 2 array 3 int", "array 2 array 4 int", LENGTH,
	     "it is 'int[2][3]' here, 'int[2][4]' there"),
	WARN("ptr typedef a array 3 int", "ptr array 4 int", LENGTH,
	     "it is 'a *' here, 'int (*)[4]' there ('int[3]' and 'int[4]')"),

	// Structs by value.
	FAIL("struct s 4 { x 0 int ; }", "struct t 4 { x 0 int ; }", NAME,
	     "it is 'struct s' here, 'struct t' there"),
	FAIL("struct s 4 { x 0 int ; }", "union s 4 { x 0 int ; }", KIND,
	     "it is 'struct s' here, 'union s' there"),
	FAIL("struct s 4 { x 0 int ; }", "struct s 8 { x 0 int ; }", SIZE,
	     "'struct s' has 4 bytes here, 8 there"),
	FAIL("struct s 8 { x 0 int ; }", "struct s 8 { x 0 int ; y 32 int ; }", MEMBER_COUNT,
	     "'struct s' has 1 member here, 2 there"),
	FAIL("struct s 4 { x 0 int ; }", "struct s 4 { y 0 int ; }", MEMBER_NAME,
	     "member 1 of 'struct s' is 'x' here, 'y' there"),
	FAIL("struct s 8 { x 0 int ; }", "struct s 8 { x 32 int ; }", MEMBER_PLACE,
	     "member 'x' of 'struct s' is at byte 0 here, 4 there"),
	FAIL("struct s 8 { x 0 int ; }", "struct s 8 { x 32 void ; }", MEMBER_PLACE,
	     "member 'x' of 'struct s' is at byte 0 here, 4 there"),
	FAIL("struct s 8 { x 1 : 3 int ; }", "struct s 8 { x 8 : 3 int ; }", MEMBER_PLACE,
	     "member 'x' of 'struct s' is at bit 1 here, 8 there"),
	FAIL("struct s 8 { x 0 : 3 int ; }", "struct s 8 { x 0 : 5 int ; }", MEMBER_WIDTH,
	     "member 'x' of 'struct s' is 3 bits wide here, 5 there"),
	FAIL("struct s 8 { x 0 : 3 int ; }", "struct s 8 { x 0 int ; }", MEMBER_WIDTH,
	     "member 'x' of 'struct s' is a bitfield here only"),
	SAME("struct s 8 { x 0 : 0 int ; }", "struct s 8 { x 0 int ; }"),
	FAIL("struct s 4 { x 0 int ; }", "struct s 4 { x 0 float ; }", KIND,
	     "member 'x' is 'int' here, 'float' there"),
	FAIL("struct s 8 { in 0 struct - 4 { x 0 int ; } ; }",
	     "struct s 8 { in 0 struct - 4 { x 0 float ; } ; }", KIND,
	     "member 'in.x' is 'int' here, 'float' there"),
	FAIL("struct s 8 { in 0 array 2 struct t 4 { x 0 int ; } ; }",
	     "struct s 8 { in 0 array 2 struct t 4 { x 0 float ; } ; }", KIND,
	     "member 'in[].x' is 'int' here, 'float' there"),
	FAIL("func int ( struct s 8 { in 0 struct t 8 { x 0 int ; } ; } )",
	     "func int ( struct s 8 { in 0 struct t 8 { x 32 int ; } ; } )", MEMBER_PLACE,
	     "in parameter 1, member 'in.x' is at byte 0 here, 4 there"),
	FAIL("struct s 8 { in 0 array 2 struct t 4 { x 0 : 3 int ; } ; }",
	     "struct s 8 { in 0 array 2 struct t 4 { x 0 : 4 int ; } ; }", MEMBER_WIDTH,
	     "member 'in[].x' is 3 bits wide here, 4 there"),
	FAIL("func int ( struct s 8 { in 0 struct t 8 { x 0 int ; } ; } )",
	     "func int ( struct s 8 { in 0 struct t 8 { x 0 long ; } ; } )", SIZE,
	     "member 'in.x' of parameter 1 is 'int' here, 'long' there (4 and 8 bytes)"),
	// What has another place because of another size.
	FAIL("struct s 16 { in 0 struct t 8 { x 0 int ; y 32 int ; } ; z 64 int ; }",
	     "struct s 24 { in 0 struct t 16 { x 0 int ; y 64 long ; } ; z 128 int ; }", SIZE,
	     "member 'in.y' is 'int' here, 'long' there (4 and 8 bytes)"),
	FAIL("struct s 8 { x 0 int ; y 32 int ; }", "struct s 16 { x 0 long ; y 64 int ; }", SIZE,
	     "member 'x' is 'int' here, 'long' there (4 and 8 bytes)"),
	FAIL("struct s 8 { x 0 array 4 char ; y 32 int ; }",
	     "struct s 12 { x 0 array 8 char ; y 64 int ; }", LENGTH,
	     "member 'x' is 'char[4]' here, 'char[8]' there"),
	FAIL("struct s 4 { x 0 array 4 char ; }", "struct s 8 { x 0 array 8 char ; }", LENGTH,
	     "member 'x' is 'char[4]' here, 'char[8]' there"),
	FAIL("struct s 8 { x 0 array 0 char ; y 0 int ; }",
	     "struct s 8 { x 0 array 4 char ; y 32 int ; }", MEMBER_PLACE,
	     "member 'y' of 'struct s' is at byte 0 here, 4 there"),
	FAIL("struct s 8 { - 0 struct - 4 { x 0 int ; } ; }",
	     "struct s 8 { - 0 struct - 4 { y 0 int ; } ; }", MEMBER_NAME,
	     "in member 1, member 1 of 'struct { int x; }' is 'x' here, 'y' there"),
	FAIL("func void ( int , struct s 8 { x 0 int ; } )", "func void ( int , struct s )",
	     INCOMPLETE,
	     "parameter 2 is 'struct s', which is only declared there, not defined"),

	// Structs behind pointers.
	SAME("ptr struct s", "ptr struct s 4 { x 0 int ; }"),
	SAME("ptr struct s 8 { x 0 ptr struct t 4 { x 0 int ; } ; }",
	     "ptr struct s 8 { x 0 ptr struct t 8 { y 0 int ; } ; }"),
	WARN("ptr struct s 8 { x 0 int ; }", "ptr struct s 8 { x 0 float ; }", MEMBER_TYPE,
	     "member 'x' of 'struct s' is 'int' here, 'float' there"),
	FAIL("ptr struct s", "ptr struct t", NAME, "it is 'struct s *' here, 'struct t *' there"),
	FAIL("ptr typedef a struct s", "ptr typedef b struct t", NAME,
	     "it is 'a *' here, 'b *' there ('struct s' and 'struct t')"),
	FAIL("ptr struct s", "ptr union s", KIND, "it is 'struct s *' here, 'union s *' there"),
	WARN("ptr struct s 4 { x 0 int ; }", "ptr struct s 8 { x 0 int ; }", SIZE,
	     "'struct s' has 4 bytes here, 8 there"),
	WARN("func int ( int , ptr struct s 4 { x 0 int ; } )",
	     "func int ( int , ptr struct s 4 { y 0 int ; } )", MEMBERS,
	     "in parameter 2, 'struct s' has member 'x' here only, 'y' there only"),
	WARN("ptr array 2 struct s 4 { x 0 int ; }", "ptr array 2 struct s 4 { y 0 int ; }", MEMBERS,
	     "'struct s' has member 'x' here only, 'y' there only"),
	FAIL("ptr struct - 4 { x 0 int ; }", "ptr struct - 4 { y 0 int ; }", MEMBER_NAME,
	     "member 1 of 'struct { int x; }' is 'x' here, 'y' there"),
	FAIL("ptr struct - 8 { x 0 ptr struct s ; }", "ptr struct - 8 { x 0 ptr struct t ; }", NAME,
	     "member 'x' of the target is 'struct s *' here, 'struct t *' there"),

	// In part, as CO-RE programs do.
#define WHOLE "struct s 24 { p 0 ptr void ; n 64 int ; c 96 array 4 char ; f 128 : 3 int ; }"
	SAME("ptr struct s 4 { n 0 int ; }", "ptr " WHOLE),
	SAME("ptr struct s 12 { c 64 array 4 char ; p 0 ptr struct t ; }", "ptr " WHOLE),
	SAME("ptr struct s 0 { }", "ptr " WHOLE),
	SAME("ptr struct s 4 { f 0 : 3 const int ; }", "ptr " WHOLE),
	SAME("ptr struct s 4 { n 0 enum e 4 { A 1 ; } ; }", "ptr " WHOLE),
	SAME("ptr struct s 8 { c 0 array 0 char ; }", "ptr " WHOLE),
	SAME("ptr struct s 8 { x 0 ptr struct t 4 { x 0 int ; } ; }",
	     "ptr struct s 16 { y 0 int ; x 64 ptr struct t 8 { y 0 int ; } ; }"),
	SAME("ptr struct s 4 { x 0 struct t 4 { x 0 int ; } ; }",
	     "ptr struct s 16 { y 0 int ; x 64 struct t 8 { y 0 int ; } ; }"),
	SAME("ptr struct s 4 { x 0 int ; }",
	     "ptr struct s 16 { - 0 union - 16 { y 0 char ; - 0 struct - 8 { z 0 int ; x 32 int ; } ; } ; }"),
	SAME("ptr struct s 8 { - 0 union - 4 { x 0 int ; y 0 int ; } ; z 32 int ; }",
	     "ptr struct s 8 { y 0 int ; x 32 int ; }"),
	SAME("ptr union s 4 { x 0 int ; }", "ptr union s 8 { y 0 long ; x 0 int ; }"),
	SAME("ptr enum e 4 { B 2 ; }", "ptr enum e 4 { A 1 ; B 2 ; }"),
	SAME("ptr enum e 4 { B 2 ; A 1 ; }", "ptr enum e 4 { A 1 ; B 2 ; }"),
	WARN("ptr struct s 8 { n 0 long ; }", "ptr " WHOLE, MEMBER_TYPE,
	     "member 'n' of 'struct s' is 'long' here, 'int' there"),
	WARN("ptr struct s 4 { p 0 int ; }", "ptr " WHOLE, MEMBER_TYPE,
	     "member 'p' of 'struct s' is 'int' here, 'void *' there"),
	WARN("ptr struct s 8 { c 0 array 8 char ; }", "ptr " WHOLE, MEMBER_TYPE,
	     "member 'c' of 'struct s' is 'char[8]' here, 'char[4]' there"),
	WARN("ptr struct s 4 { c 0 array 4 int ; }", "ptr " WHOLE, MEMBER_TYPE,
	     "member 'c' of 'struct s' is 'int[4]' here, 'char[4]' there"),
	WARN("ptr struct s 4 { f 0 : 4 int ; }", "ptr " WHOLE, MEMBER_WIDTH,
	     "member 'f' of 'struct s' is 4 bits wide here, 3 there"),
	WARN("ptr struct s 4 { f 0 int ; }", "ptr " WHOLE, MEMBER_WIDTH,
	     "member 'f' of 'struct s' is a bitfield there only"),
	WARN("ptr struct s 8 { x 0 ptr struct t ; }", "ptr struct s 12 { y 0 int ; x 32 ptr struct u ; }",
	     MEMBER_TYPE, "member 'x' of 'struct s' is 'struct t *' here, 'struct u *' there"),
	WARN("ptr struct s 4 { x 0 struct t 4 { x 0 int ; } ; }",
	     "ptr struct s 12 { y 0 int ; x 32 union t 4 { x 0 int ; } ; }", MEMBER_TYPE,
	     "member 'x' of 'struct s' is 'struct t' here, 'union t' there"),
	WARN("ptr struct s 4 { n 0 int ; x 32 typedef u32 int ; }",
	     "ptr struct s 12 { x 32 typedef u32 long ; }", MEMBER_TYPE,
	     "member 'x' of 'struct s' is 'u32', which is 'int' here, 'long' there"),
	WARN("ptr struct s 4 { x 0 int ; }",
	     "ptr struct s 16 { z 0 int ; - 0 union - 8 { y 0 char ; x 0 long ; } ; }", MEMBER_TYPE,
	     "member 'x' of 'struct s' is 'int' here, 'long' there"),
	WARN("ptr enum e 4 { A 1 ; }", "ptr enum e 4 { B 1 ; A 2 ; }", MEMBER_VALUE,
	     "value 'A' of 'enum e' is 1 here, 2 there"),
	// What no part explains.
	WARN("ptr struct s 8 { x 0 int ; y 32 int ; }", "ptr struct s 8 { x 0 int ; z 32 int ; }",
	     MEMBERS, "'struct s' has member 'y' here only, 'z' there only"),
	WARN("ptr struct s 8 { x 0 int ; y 32 int ; }", "ptr struct s 8 { y 0 int ; x 32 int ; }",
	     MEMBER_PLACE, "member 'x' of 'struct s' is at byte 0 here, 4 there"),
	WARN("ptr struct s 8 { - 0 struct - 8 { y 0 int ; x 32 int ; } ; }",
	     "ptr struct s 12 { y 0 int ; x 64 int ; }", MEMBER_PLACE,
	     "member 'x' of 'struct s' is at byte 4 here, 8 there"),
	WARN("ptr enum e 4 { A 1 ; B 2 ; }", "ptr enum e 4 { A 1 ; C 2 ; }", MEMBERS,
	     "'enum e' has value 'B' here only, 'C' there only"),

	// A typedef names what has no tag.
#define L1 "struct - 4 { x 0 int ; }"
#define L2 "struct - 16 { y 0 int ; x 64 long ; }"
#define L3 "struct - 16 { y 0 int ; x 64 int ; }"
#define KNOWN(where, name) where "member 'x' of '" name "' is 'int' here, 'long' there"
	SAME("ptr typedef t " L1, "ptr typedef t " L3),
	SAME("typedef t ptr " L1, "typedef t ptr " L3),
	WARN("ptr typedef t " L1, "ptr typedef t " L2, MEMBER_TYPE, KNOWN("", "t")),
	WARN("func ptr typedef t " L1 " ( )", "func ptr typedef t " L2 " ( )", MEMBER_TYPE,
	     KNOWN("in the return value, ", "t")),
	WARN("func int ( ptr const typedef t " L1 " )", "func int ( ptr volatile typedef t " L2 " )",
	     MEMBER_TYPE, KNOWN("in parameter 1, ", "t")),
	WARN("ptr typedef t const " L1, "ptr typedef t " L2, MEMBER_TYPE, KNOWN("", "t")),
	WARN("ptr ptr typedef t " L1, "ptr ptr typedef t " L2, MEMBER_TYPE, KNOWN("", "t")),
	WARN("array 4 ptr typedef t " L1, "array 4 ptr typedef t " L2, MEMBER_TYPE, KNOWN("", "t")),
	WARN("ptr array 4 typedef t " L1, "ptr array 4 typedef t " L2, MEMBER_TYPE, KNOWN("", "t")),
	WARN("struct s 8 { p 0 ptr typedef t " L1 " ; }", "struct s 8 { p 0 ptr typedef t " L2 " ; }",
	     MEMBER_TYPE, "member 'p->x' is 'int' here, 'long' there"),
	WARN("ptr func void ( ptr typedef t " L1 " )", "ptr func void ( ptr typedef t " L2 " )",
	     MEMBER_TYPE, KNOWN("in parameter 1 of the target, ", "t")),
	WARN("ptr typedef u typedef t " L1, "ptr typedef t " L2, MEMBER_TYPE, KNOWN("", "t")),
	WARN("ptr typedef u typedef t " L1, "ptr typedef v typedef t " L2, MEMBER_TYPE,
	     KNOWN("", "t")),
	WARN("typedef t ptr " L1, "typedef t ptr " L2, MEMBER_TYPE, KNOWN("", "struct { int x; }")),
	WARN("typedef t ptr ptr const " L1, "typedef t ptr ptr " L2, MEMBER_TYPE,
	     KNOWN("", "struct { int x; }")),
	WARN("ptr typedef t array 4 " L1, "ptr typedef t array 4 " L2, MEMBER_TYPE,
	     KNOWN("", "struct { int x; }")),
	WARN("ptr typedef t union - 4 { x 0 int ; }", "ptr typedef t union - 8 { y 0 int ; x 0 long ; }",
	     MEMBER_TYPE, KNOWN("", "t")),
	SAME("ptr typedef t enum - 4 { A 1 ; }", "ptr typedef t enum - 4 { B 2 ; A 1 ; }"),
	WARN("ptr typedef t enum - 4 { A 1 ; }", "ptr typedef t enum - 4 { B 2 ; A 2 ; }", MEMBER_VALUE,
	     "value 'A' of 't' is 1 here, 2 there"),
	// It must be one typedef, of one thing, and behind a pointer.
#define COUNT(where, name) where "'" name "' has 1 member here, 2 there"
	FAIL("ptr typedef t " L1, "ptr typedef u " L2, MEMBER_COUNT, COUNT("", "struct { int x; }")),
	FAIL("ptr typedef u typedef t " L1, "ptr typedef t typedef u " L2, MEMBER_COUNT,
	     COUNT("", "struct { int x; }")),
	FAIL("ptr typedef t " L1, "ptr " L2, MEMBER_COUNT, COUNT("", "struct { int x; }")),
	FAIL("typedef t ptr " L1, "ptr typedef t " L2, MEMBER_COUNT, COUNT("", "struct { int x; }")),
	FAIL("typedef t ptr typedef u " L1, "typedef t ptr typedef v " L2, MEMBER_COUNT,
	     COUNT("", "struct { int x; }")),
	FAIL("typedef t ptr typedef u " L1, "typedef t ptr " L2, MEMBER_COUNT,
	     COUNT("", "struct { int x; }")),
	FAIL("typedef t " L1, "typedef t " L3, MEMBER_COUNT, COUNT("", "t")),
	FAIL("func int ( typedef t " L1 " )", "func int ( typedef t " L2 " )", MEMBER_COUNT,
	     COUNT("in parameter 1, ", "t")),
	FAIL("array 2 typedef t " L1, "array 2 typedef t " L2, MEMBER_COUNT, COUNT("", "t")),
	FAIL("ptr func void ( typedef t " L1 " )", "ptr func void ( typedef t " L2 " )", MEMBER_COUNT,
	     COUNT("in parameter 1 of the target, ", "t")),
	FAIL("ptr func struct s 4 { x 0 int ; } ( )", "ptr func struct s 4 { y 0 int ; } ( )",
	     MEMBER_NAME,
	     "in the return value of the target, member 1 of 'struct s' is 'x' here, 'y' there"),
	FAIL("ptr typedef t struct - 4 { in 0 " L1 " ; }", "ptr struct - 4 { in 0 " L2 " ; }",
	     MEMBER_COUNT, COUNT("in member 'in' of the target, ", "struct { int x; }")),
	FAIL("ptr typedef t " L1, "ptr typedef t union - 4 { x 0 int ; }", KIND,
	     "it is 't *', where 't' is 'struct { int x; }' here, 'union { int x; }' there"),
	FAIL("ptr typedef t " L1, "ptr typedef t struct t 4 { x 0 int ; }", NAME,
	     "it is 't *', where 't' is 'struct { int x; }' here, 'struct t' there"),

	// Functions.
	FAIL("func int ( int )", "func int ( int , int )", PARAM_COUNT,
	     "it takes 1 argument here, 2 there"),
	FAIL("func int ( int , ... )", "func int ( int , int )", PARAM_COUNT,
	     "it takes 1 argument here, 2 there"),
	FAIL("func int ( int , ... )", "func int ( int )", PARAM_COUNT,
	     "it takes variable arguments here only"),
	FAIL("func int ( int )", "func long ( int )", SIZE,
	     "the return value is 'int' here, 'long' there (4 and 8 bytes)"),
	FAIL("func int ( char , int )", "func int ( char , long )", SIZE,
	     "parameter 2 is 'int' here, 'long' there (4 and 8 bytes)"),
	FAIL("func int ( ptr func int ( char ) )", "func int ( ptr func int ( long ) )", SIZE,
	     "parameter 1 of the target of parameter 1 is 'char' here, 'long' there "
	     "(1 and 8 bytes)"),
	FAIL("array 2 ptr func int ( )", "array 2 ptr func ptr int ( )", KIND,
	     "the return value of the target of an element is 'int' here, 'int *' there"),

	// The worst, then the nearest.
	FAIL("func int ( ptr void , int )", "func int ( ptr int , long )", SIZE,
	     "parameter 2 is 'int' here, 'long' there (4 and 8 bytes)"),
	FAIL("func int ( ptr ptr int , int )", "func int ( ptr ptr long , long )", SIZE,
	     "parameter 2 is 'int' here, 'long' there (4 and 8 bytes)"),
	WARN("func int ( ptr void , enum e 4 { A 1 ; } )", "func int ( ptr int , int )", KIND,
	     "parameter 2 is 'enum e' here, 'int' there"),
};
// clang-format on

// Check that the two sides of a difference never read the same, and that each has a mark.
static void check_quotes(const struct compatible_case *c, struct btf_pair *pair,
			 const struct btf_difference *difference)
{
	struct quote a = quote_begin(&pair->arena), b = quote_begin(&pair->arena);

	btf_difference_quote(pair->graph, difference, false, pair->a, STR("x"), &a);
	btf_difference_quote(pair->graph, difference, true, pair->b, STR("x"), &b);
	if (difference->verdict == BTF_COMPATIBLE)
		return;
	cr_expect_str_neq(quote_line(&a), quote_line(&b), "'%s' and '%s'", c->a, c->b);
	cr_expect(a.mark_count == 1 && b.mark_count == 1, "'%s' and '%s': %s%s", c->a, c->b,
		  quote_excerpt(&a), quote_excerpt(&b));
}

static void check_difference(const struct compatible_case *c, struct btf_pair *pair,
			     struct btf_usage *usage)
{
	struct btf_difference difference;
	const char *text;

	btf_compatible(pair->graph, pair->a, pair->b, usage, &pair->arena, &difference);
	text = btf_difference_text(pair->graph, &difference, "", &pair->arena);
	cr_expect(difference.verdict == c->verdict && difference.aspect == c->aspect,
		  "'%s' and '%s': verdict %d, aspect %d", c->a, c->b, difference.verdict,
		  difference.aspect);
	cr_expect_str_eq(text, c->text, "'%s' and '%s': %s", c->a, c->b, text);
	check_quotes(c, pair, &difference);
}

Test(relations, compatible)
{
	for (size_t i = 0; i < sizeof(compatible_cases) / sizeof(*compatible_cases); i++) {
		const struct compatible_case *c = &compatible_cases[i];
		struct btf_difference difference;
		struct btf_pair pair;

		btf_pair_init(&pair, c->a, c->b, others);
		btf_compatible(pair.graph, pair.b, pair.a, NULL, &pair.arena, &difference);
		cr_expect(difference.verdict == c->verdict && difference.aspect == c->aspect,
			  "'%s' and '%s', in the other order: verdict %d, aspect %d", c->b, c->a,
			  difference.verdict, difference.aspect);
		check_difference(c, &pair, NULL);
		btf_pair_deinit(&pair);
	}
}

Test(relations, usage_explains_parts)
{
	static const struct {
		const char *a;
		const char *b;
		bool by_address;
		enum btf_verdict otherwise; // when nothing is known
		enum btf_verdict verdict;   // when relocations are against b's first type
	} cases[] = {
		{ "ptr struct s 4 { x 0 int ; }", "ptr struct s 4 { y 0 int ; }", false,
		  BTF_SUSPICIOUS, BTF_COMPATIBLE },
		{ "ptr struct s 8 { x 0 int ; y 32 int ; }",
		  "ptr struct s 8 { y 0 int ; x 32 int ; }", false, BTF_SUSPICIOUS,
		  BTF_COMPATIBLE },
		{ "ptr struct s 4 { x 0 int ; }", "ptr struct s 8 { x 0 int ; }", false,
		  BTF_SUSPICIOUS, BTF_COMPATIBLE },
		{ "ptr typedef t struct - 4 { x 0 int ; }",
		  "ptr typedef t struct - 4 { y 0 int ; }", false, BTF_SUSPICIOUS, BTF_COMPATIBLE },
		{ "ptr struct s 4 { x 0 int ; }", "ptr struct s 8 { x 0 long ; }", false,
		  BTF_SUSPICIOUS, BTF_SUSPICIOUS },
		{ "struct s 4 { x 0 int ; }", "struct s 4 { y 0 int ; }", false, BTF_INCOMPATIBLE,
		  BTF_INCOMPATIBLE },
		{ "struct s 4 { x 0 int ; }", "struct s 8 { y 0 int ; x 32 int ; }", true,
		  BTF_SUSPICIOUS, BTF_COMPATIBLE },
		{ "struct s 4 { x 0 int ; }", "struct s 8 { x 0 int ; y 32 int ; }", true,
		  BTF_COMPATIBLE, BTF_COMPATIBLE },
		{ "typedef t struct - 4 { x 0 int ; }", "typedef t struct - 4 { y 0 int ; }", true,
		  BTF_SUSPICIOUS, BTF_COMPATIBLE },
		{ "int", "long", true, BTF_INCOMPATIBLE, BTF_INCOMPATIBLE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct btf_usage usage = { .by_address = cases[i].by_address };
		struct btf_difference difference;
		struct btf_pair pair;
		enum btf_verdict verdict;
		uint8_t *relocated;
		uint32_t node;

		btf_pair_init(&pair, cases[i].a, cases[i].b, others);
		verdict = btf_compatible(pair.graph, pair.a, pair.b, &usage, &pair.arena,
					 &difference);
		cr_expect_eq(verdict, cases[i].otherwise, "'%s' and '%s': %d", cases[i].a,
			     cases[i].b, verdict);
		relocated = arena_new_array(&pair.arena, uint8_t, btf_graph_node_count(pair.graph));
		node = btf_graph_strip(pair.graph, pair.b);
		if (btf_graph_kind(pair.graph, node) == BTF_KIND_PTR)
			node = btf_graph_strip(pair.graph, btf_graph_type(pair.graph, node)->type);
		relocated[node] = 1;
		usage.relocated = relocated;
		for (int turn = 0; turn < 2; turn++) {
			verdict = btf_compatible(pair.graph, turn ? pair.b : pair.a,
						 turn ? pair.a : pair.b, &usage, &pair.arena,
						 &difference);
			cr_expect_eq(verdict, cases[i].verdict, "'%s' and '%s', relocated: %d",
				     cases[i].a, cases[i].b, verdict);
		}
		btf_pair_deinit(&pair);
	}
}

// Comparing whole bodies behind the first pointer.
// clang-format off
static const struct compatible_case whole_cases[] = {
	SAME("ptr struct s 8 { x 0 int ; }", "const ptr const struct s 8 { x 0 const int ; }"),
	WARN("ptr struct s 4 { x 0 int ; }", "ptr struct s 8 { x 0 int ; y 32 int ; }", MEMBER_COUNT,
	     "'struct s' has 1 member here, 2 there"),
	WARN("func int ( ptr struct s 8 { x 0 int ; y 32 int ; } )",
	     "func int ( ptr struct s 12 { x 0 int ; z 32 int ; y 64 int ; } )", MEMBER_COUNT,
	     "in parameter 1, 'struct s' has 2 members here, 3 there"),
	WARN("ptr struct s 8 { x 0 int ; }", "ptr struct s 8 { x 32 int ; }", MEMBER_PLACE,
	     "member 'x' of 'struct s' is at byte 0 here, 4 there"),
	WARN("ptr struct s 4 { in 0 struct t 4 { x 0 int ; } ; }",
	     "ptr struct s 4 { in 0 struct t 4 { y 0 int ; } ; }", MEMBER_NAME,
	     "in member 'in' of the target, member 1 of 'struct t' is 'x' here, 'y' there"),
	WARN("ptr typedef t " L1, "ptr typedef t " L3, MEMBER_COUNT, COUNT("", "t")),
	WARN("struct s 8 { p 0 ptr struct t 4 { x 0 int ; } ; }",
	     "struct s 8 { p 0 ptr struct t 4 { y 0 int ; } ; }", MEMBER_NAME,
	     "in member 'p', member 1 of 'struct t' is 'x' here, 'y' there"),
	// Behind two pointers, and what files write that know less.
	SAME("ptr ptr struct s 4 { x 0 int ; }", "ptr ptr struct s 4 { y 0 int ; }"),
	SAME("ptr struct s 8 { p 0 ptr struct t 4 { x 0 int ; } ; }",
	     "ptr struct s 8 { p 0 ptr struct t 4 { y 0 int ; } ; }"),
	SAME("func int ( ptr void )", "func int ( ptr struct s 4 { x 0 int ; } )"),
	SAME("ptr struct s", "ptr struct s 4 { x 0 int ; }"),
	SAME("ptr struct s 4 { x 0 int ; }", "ptr struct s 4 { x 0 enum e 4 { A 1 ; } ; }"),
	SAME("ptr enum e 4 { B 2 ; }", "ptr enum e 4 { A 1 ; B 2 ; }"),
};
// clang-format on

Test(relations, whole_bodies)
{
	for (size_t i = 0; i < sizeof(whole_cases) / sizeof(*whole_cases); i++) {
		const struct compatible_case *c = &whole_cases[i];
		struct btf_usage usage = { .whole = true };
		struct btf_pair pair;

		btf_pair_init(&pair, c->a, c->b, others);
		check_difference(c, &pair, &usage);
		btf_pair_deinit(&pair);
	}
}

#define DEEP 100000

static uint32_t chain(struct btf_raw *raw, uint32_t id)
{
	for (int i = 0; i < DEEP; i++)
		id = btf_raw_reference(raw, BTF_KIND_PTR, "", id);
	return id;
}

static uint32_t chain_to_int(struct btf_raw *raw)
{
	return chain(raw, btf_raw_int(raw, "int", 4, BTF_INT_SIGNED));
}

static uint32_t chain_to_long(struct btf_raw *raw)
{
	return chain(raw, btf_raw_int(raw, "long", 8, BTF_INT_SIGNED));
}

static uint32_t nest(struct btf_raw *raw, uint32_t id)
{
	for (int i = 0; i < DEEP; i++) {
		uint32_t inner = id;

		id = btf_raw_struct(raw, BTF_KIND_STRUCT, "", 8);
		btf_raw_member(raw, "in", inner, 0);
	}
	return id;
}

static uint32_t nest_of_long(struct btf_raw *raw)
{
	return nest(raw, btf_raw_int(raw, "long", 8, BTF_INT_SIGNED));
}

static uint32_t nest_of_double(struct btf_raw *raw)
{
	return nest(raw, btf_raw_float(raw, "double", 8));
}

// Nameless structs in a circle, each with a pointer to the next; one has another member name.
static uint32_t ring(struct btf_raw *raw, uint32_t length)
{
	uint32_t first = btf_raw_next_id(raw);

	for (uint32_t i = 0; i < length; i++) {
		uint32_t id = btf_raw_struct(raw, BTF_KIND_STRUCT, "", 8);

		btf_raw_member(raw, i == 7 ? "odd" : "next", id + 1, 0);
		btf_raw_reference(raw, BTF_KIND_PTR, "", i + 1 < length ? id + 2 : first);
	}
	return first;
}

static uint32_t ring_of_7(struct btf_raw *raw)
{
	return ring(raw, 7);
}

static uint32_t ring_of_50(struct btf_raw *raw)
{
	return ring(raw, 50);
}

static const struct hostile_case {
	const char *name;
	uint32_t (*a)(struct btf_raw *raw);
	uint32_t (*b)(struct btf_raw *raw);
	enum btf_aspect aspect;
	const char *members, *path;
} hostile_cases[] = {
	{ "chain", chain_to_int, chain_to_long, BTF_ASPECT_SIZE, "", "" },
	{ "nest", nest_of_long, nest_of_double, BTF_ASPECT_KIND, "...in.in.in.in.in.in.in.in", "" },
	{ "ring", ring_of_7, ring_of_50, BTF_ASPECT_MEMBER_NAME, "...->next->next->next->next",
	  "" },
};

// Two bodies without a name in each, down to @inner.
static uint32_t double_nests(struct btf_raw *raw, int depth, uint32_t inner)
{
	uint32_t id = inner;

	for (int i = 0; i < depth; i++) {
		inner = id;
		id = btf_raw_struct(raw, BTF_KIND_STRUCT, i + 1 == depth ? "s" : "", 8);
		btf_raw_member(raw, "", inner, 0);
		btf_raw_member(raw, "", inner, 0);
	}
	return btf_raw_reference(raw, BTF_KIND_PTR, "", id);
}

static uint32_t doubles(struct btf_raw *raw)
{
	return double_nests(raw, 50, btf_raw_struct(raw, BTF_KIND_STRUCT, "", 8));
}

static uint32_t doubles_of_int(struct btf_raw *raw)
{
	uint32_t number = btf_raw_int(raw, "int", 4, BTF_INT_SIGNED);
	uint32_t id = btf_raw_struct(raw, BTF_KIND_STRUCT, "", 8);

	btf_raw_member(raw, "x", number, 0);
	return double_nests(raw, 40, id);
}

Test(relations, parts_end)
{
	struct btf_usage usage = { 0 };
	struct btf_difference difference;
	struct btf_pair pair;

	btf_pair_init_raw(&pair, doubles, doubles_of_int);
	btf_compatible(pair.graph, pair.a, pair.b, &usage, &pair.arena, &difference);
	cr_expect_eq(difference.verdict, BTF_COMPATIBLE);
	cr_expect(usage.seen > 1000 && usage.seen < 10 << 20, "%zu", usage.seen);
	btf_pair_deinit(&pair);
}

Test(relations, hostile)
{
	for (size_t i = 0; i < sizeof(hostile_cases) / sizeof(*hostile_cases); i++) {
		const struct hostile_case *c = &hostile_cases[i];
		struct btf_difference difference;
		struct btf_pair pair;

		btf_pair_init_raw(&pair, c->a, c->b);
		btf_compatible(pair.graph, pair.a, pair.b, NULL, &pair.arena, &difference);
		cr_expect_eq(difference.verdict, BTF_INCOMPATIBLE, "%s", c->name);
		cr_expect_eq(difference.aspect, c->aspect, "%s: %d", c->name, difference.aspect);
		cr_expect_str_eq(difference.members, c->members, "%s: %s", c->name,
				 difference.members);
		cr_expect_str_eq(difference.path, c->path, "%s: %s", c->name, difference.path);
		btf_difference_text(pair.graph, &difference, "", &pair.arena);
		btf_pair_deinit(&pair);
	}
}
