/* SPDX-License-Identifier: BSD-2-Clause */
#include "core_values.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "btf_text.h"

// Instructions that relocations are about.
#define MOV                                                                                        \
	{                                                                                          \
		.opcode = BPF_ALU64 | BPF_MOV | BPF_K                                              \
	}
#define LDX4                                                                                       \
	{                                                                                          \
		.opcode = BPF_LDX | BPF_MEM | BPF_W                                                \
	}
#define LDX8                                                                                       \
	{                                                                                          \
		.opcode = BPF_LDX | BPF_MEM | BPF_DW                                               \
	}

// A kernel's types are members of a struct, so that there may be many.
#define S(body)    "struct s 64 { " body " }"
#define ALL(a)     "struct all 64 { a 0 " a " ; }"
#define BOTH(a, b) "struct all 128 { a 0 " a " ; b 512 " b " ; }"

#define VOID_INT "ptr func int ( int )"

// clang-format off
static const struct {
	const char *name;
	const char *local;
	enum bpf_core_relo_kind kind;
	const char *access;
	const char *kernel;
	struct insn insn;
	const char *result;
} cases[] = {
	// Fields: where they are.
	{ "an offset", S("a 0 int ; b 32 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:1", ALL(S("x 0 long ; b 64 int ;")), MOV, "8" },
	{ "of the first", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("a 0 int ;")), MOV, "0" },
	{ "in an array of the root", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "2:0", ALL("struct s 16 { b 0 int ; a 32 int ; }"), MOV, "36" },
	{ "in a struct in a struct", S("a 0 struct t 4 { b 0 int ; } ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0:0",
	  ALL(S("z 0 long ; a 64 struct u 8 { y 0 int ; b 32 int ; } ;")), MOV, "12" },
	{ "in an array", S("a 0 array 4 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0:3", ALL(S("z 0 int ; a 32 array 8 int ;")), MOV, "16" },
	{ "beyond the kernel's array", S("a 0 array 4 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0:3", ALL(S("a 0 array 2 int ;")), MOV, "poison 1/0" },
	{ "in a flexible array", S("a 0 array 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0:3", ALL(S("z 0 int ; a 32 array 0 int ;")), MOV, "16" },
	{ "in an array of no size before the end", S("a 0 array 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0:3", ALL(S("a 32 array 0 int ; z 0 int ;")), MOV, "poison 1/0" },
	{ "in an array of arrays", S("a 0 array 2 array 3 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0:1:2", ALL(S("a 0 array 2 array 4 int ;")), MOV, "24" },
	{ "in what is no array there", S("a 0 array 2 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0:1", ALL(S("a 0 int ;")), MOV, "poison 1/0" },
	{ "missing", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("b 0 int ;")), MOV, "poison 1/0" },
	{ "of a missing type", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL("struct t 4 { a 0 int ; }"), MOV, "poison 0/0" },
	{ "of a union", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL("union s 4 { a 0 int ; }"), MOV, "poison 0/0" },
	{ "through a typedef", "typedef s_t " S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL("typedef s_t struct other 8 { z 0 int ; a 32 int ; }"), MOV, "4" },

	// Anonymous structs and unions on the way.
	{ "in an anonymous struct there", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("z 0 int ; - 32 struct - 8 { y 0 int ; a 32 int ; } ;")), MOV, "8" },
	{ "in one of another", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0",
	  ALL(S("- 0 struct - 8 { y 0 int ; - 32 union - 4 { x 0 int ; a 0 int ; } ; } ;")), MOV, "4" },
	{ "in an anonymous struct here", S("- 0 struct - 4 { a 0 int ; } ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0:0", ALL(S("z 0 int ; a 32 int ;")), MOV, "4" },
	{ "behind one that does not have it", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("- 0 struct - 8 { y 0 int ; } ; a 64 int ;")), MOV, "8" },
	{ "behind one that has another", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("- 0 struct - 8 { a 0 ptr int ; } ; a 64 int ;")), MOV, "8" },

	// What is compatible.
	{ "integers of any size", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 long ;")), MOV, "1" },
	{ "pointers to anything", S("a 0 ptr int ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 ptr struct t 4 { } ;")), MOV, "1" },
	{ "a struct and a union", S("a 0 struct t 4 { b 0 int ; } ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 union u 4 { c 0 int ; } ;")), MOV, "1" },
	{ "enums of a name", S("a 0 enum e 4 { A 0 ; } ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 enum e 4 { B 0 ; } ;")), MOV, "1" },
	{ "enums of other names", S("a 0 enum e 4 { A 0 ; } ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 enum f 4 { A 0 ; } ;")), MOV, "0" },
	{ "enums without one", S("a 0 enum e 4 { A 0 ; } ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 enum - 4 { A 0 ; } ;")), MOV, "1" },
	{ "enums of two sizes", S("a 0 enum e 4 { A 0 ; } ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 enum64 e 8 { A 0 ; } ;")), MOV, "1" },
	{ "floats", S("a 0 float ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 double ;")), MOV, "1" },
	{ "an integer and a pointer", S("a 0 long ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 ptr void ;")), MOV, "0" },
	{ "an integer and a struct", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 struct t 4 { } ;")), MOV, "0" },
	{ "arrays of any length", S("a 0 array 2 int ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 array 7 long ;")), MOV, "1" },
	{ "arrays of other elements", S("a 0 array 2 int ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 array 2 ptr int ;")), MOV, "0" },
	{ "qualifiers", S("a 0 const volatile int ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("a 0 typedef t int ;")), MOV, "1" },

	// What else is asked of fields.
	{ "a size", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_SIZE, "0:0", ALL(S("a 0 long ;")), MOV, "8" },
	{ "of an array", S("a 0 array 2 int ;"), BPF_CORE_FIELD_BYTE_SIZE, "0:0", ALL(S("a 0 array 5 int ;")), MOV, "20" },
	{ "of an element", S("a 0 array 2 int ;"), BPF_CORE_FIELD_BYTE_SIZE, "0:0:0", ALL(S("a 0 array 5 long ;")), MOV, "8" },
	{ "of a missing field", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_SIZE, "0:0", ALL(S("b 0 long ;")), MOV, "poison 1/0" },
	{ "signed", S("a 0 int ;"), BPF_CORE_FIELD_SIGNED, "0:0", ALL(S("a 0 int ;")), MOV, "1" },
	{ "unsigned", S("a 0 int ;"), BPF_CORE_FIELD_SIGNED, "0:0", ALL(S("a 0 ulong ;")), MOV, "0" },
	{ "a signed enum", S("a 0 enum - 4 { A 0 ; } ;"), BPF_CORE_FIELD_SIGNED, "0:0", ALL(S("a 0 signed e 4 { A -1 ; } ;")), MOV, "1" },
	{ "signedness of an element", S("a 0 array 2 int ;"), BPF_CORE_FIELD_SIGNED, "0:0:1", ALL(S("a 0 array 2 int ;")), MOV,
	  "refused: it asks for what elements of arrays have not" },
	{ "exists", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("b 0 int ; a 32 int ;")), MOV, "1" },
	{ "does not", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL(S("b 0 int ;")), MOV, "0" },

	// Bitfields are loaded in units of their type, or larger ones.
	{ "where a bitfield is", S("a 3 : 5 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("a 43 : 5 int ;")), MOV, "4" },
	{ "its size", S("a 3 : 5 int ;"), BPF_CORE_FIELD_BYTE_SIZE, "0:0", ALL(S("a 43 : 5 char ;")), MOV, "1" },
	{ "over the end of a unit", S("a 3 : 5 int ;"), BPF_CORE_FIELD_BYTE_SIZE, "0:0", ALL(S("a 6 : 5 char ;")), MOV, "2" },
	{ "left shift", S("a 3 : 5 int ;"), BPF_CORE_FIELD_LSHIFT_U64, "0:0", ALL(S("a 43 : 5 int ;")), MOV, "48" },
	{ "right shift", S("a 3 : 5 int ;"), BPF_CORE_FIELD_RSHIFT_U64, "0:0", ALL(S("a 43 : 7 int ;")), MOV, "57" },
	{ "left shift of none", S("a 0 int ;"), BPF_CORE_FIELD_LSHIFT_U64, "0:0", ALL(S("a 32 int ;")), MOV, "32" },
	{ "right shift of none", S("a 0 int ;"), BPF_CORE_FIELD_RSHIFT_U64, "0:0", ALL(S("a 32 short ;")), MOV, "48" },
	{ "a bitfield that no load has", S("a 0 : 5 long ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("a 62 : 5 long ;")), MOV,
	  "refused: it is a bitfield that no load of 64 bits holds" },

	// Loads and stores adapt to some other sizes.
	{ "a load of another size", S("a 0 uint ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("b 0 long ; a 64 ulong ;")), LDX4, "8" },
	{ "of a pointer", S("a 0 ptr int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("b 0 long ; a 64 ptr void ;")), LDX8, "8" },
	{ "of another sign", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("a 0 long ;")), LDX4, "size 1/1" },
	{ "of the same size", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("b 0 int ; a 32 uint ;")), LDX4, "4" },
	{ "by another instruction", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("a 0 long ;")), MOV, "0" },
	{ "of two sizes, by a load of a third", S("a 0 uint ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("a 0 ulong ;")), LDX8,
	  "refused: its size in the kernel is that of no load or store" },
	{ "too far for a load", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL("struct s 70000 { b 0 int ; a 320000 int ; }"), LDX4, "far 40000" },
	{ "but not for a number", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL("struct s 70000 { b 0 int ; a 320000 int ; }"), MOV, "40000" },

	// Flavours, and several types of a name.
	{ "a flavour here", "struct s___old 4 { a 0 int ; }", BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL(S("z 0 int ; a 32 int ;")), MOV, "4" },
	{ "a flavour there", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", ALL("struct s___2 8 { z 0 int ; a 32 int ; }"), MOV, "4" },
	{ "no flavour", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL("struct s__2 8 { a 32 int ; }"), MOV, "0" },
	{ "none, either", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "0:0", ALL("struct s____2 8 { a 32 int ; }"), MOV, "0" },
	{ "two that agree", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", BOTH(S("z 0 int ; a 32 int ;"), "struct s___2 8 { y 0 int ; a 32 int ; }"), MOV, "4" },
	{ "two of which one has it", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", BOTH(S("z 0 int ;"), "struct s___2 8 { y 0 int ; a 32 int ; }"), MOV, "4" },
	{ "two that differ", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_OFFSET, "0:0", BOTH(S("a 0 int ;"), "struct s___2 8 { y 0 int ; a 32 int ; }"), MOV, "ambiguous 0, 4" },
	{ "that differ in size only", S("a 0 int ;"), BPF_CORE_FIELD_BYTE_SIZE, "0:0", BOTH(S("a 0 int ;"), "struct s___2 8 { a 0 long ; }"), MOV, "ambiguous 4, 8" },
	{ "but both exist", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "0:0", BOTH(S("a 0 int ;"), "struct s___2 8 { a 0 long ; }"), MOV, "1" },
	{ "at two places", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "0:0", BOTH(S("a 0 int ;"), "struct s___2 8 { a 32 int ; }"), MOV, "ambiguous 1, 1" },

	// Types.
	{ "a type exists", S("a 0 int ;"), BPF_CORE_TYPE_EXISTS, "0", ALL(S("b 0 int ;")), MOV, "1" },
	{ "does not exist", S("a 0 int ;"), BPF_CORE_TYPE_EXISTS, "0", ALL("struct t 4 { a 0 int ; }"), MOV, "0" },
	{ "is a union", S("a 0 int ;"), BPF_CORE_TYPE_EXISTS, "0", ALL("union s 4 { a 0 int ; }"), MOV, "0" },
	{ "a typedef", "typedef t int", BPF_CORE_TYPE_EXISTS, "0", ALL("typedef t int"), MOV, "1" },
	{ "of something else", "typedef t int", BPF_CORE_TYPE_EXISTS, "0", ALL("typedef t ptr int"), MOV, "0" },
	{ "of a pointer", "typedef t ptr int", BPF_CORE_TYPE_EXISTS, "0", ALL("typedef t ptr long"), MOV, "1" },
	{ "of a function", "typedef t " VOID_INT, BPF_CORE_TYPE_EXISTS, "0", ALL("typedef t " VOID_INT), MOV, "1" },
	{ "of one with more parameters", "typedef t " VOID_INT, BPF_CORE_TYPE_EXISTS, "0", ALL("typedef t ptr func int ( int , int )"), MOV, "0" },
	{ "of one with others", "typedef t " VOID_INT, BPF_CORE_TYPE_EXISTS, "0", ALL("typedef t ptr func int ( ptr int )"), MOV, "0" },
	{ "of one that returns void", "typedef t " VOID_INT, BPF_CORE_TYPE_EXISTS, "0", ALL("typedef t ptr func void ( int )"), MOV, "0" },
	{ "an enum, large or not", "enum e 4 { A 0 ; }", BPF_CORE_TYPE_EXISTS, "0", ALL("enum64 e 8 { A 0 ; }"), MOV, "1" },
	{ "the size of a type", S("a 0 int ;"), BPF_CORE_TYPE_SIZE, "0", ALL("struct s 24 { }"), MOV, "24" },
	{ "of none", S("a 0 int ;"), BPF_CORE_TYPE_SIZE, "0", ALL("struct t 24 { }"), MOV, "0" },
	{ "two sizes", S("a 0 int ;"), BPF_CORE_TYPE_SIZE, "0", BOTH("struct s 24 { }", "struct s___2 32 { }"), MOV, "ambiguous 24, 32" },
	{ "a type id", S("a 0 int ;"), BPF_CORE_TYPE_ID_TARGET, "0", S("a 0 int ;"), MOV, "2" },
	{ "of none there", S("a 0 int ;"), BPF_CORE_TYPE_ID_TARGET, "0", ALL("struct t 24 { }"), MOV, "0" },
	{ "a local type id", S("a 0 int ;"), BPF_CORE_TYPE_ID_LOCAL, "0", "int", MOV, "2" },
	{ "an anonymous type", "struct - 4 { a 0 int ; }", BPF_CORE_TYPE_EXISTS, "0", ALL(S("")), MOV, "refused: its type has no name" },

	// TYPE_MATCHES.
	{ "matches", S("a 0 int ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("b 0 int ; a 32 int ;")), MOV, "1" },
	{ "lacks a member", S("a 0 int ; b 32 int ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 int ; c 32 int ;")), MOV, "0" },
	{ "has fewer", S("a 0 int ; b 32 int ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 int ;")), MOV, "0" },
	{ "has one of another size", S("a 0 int ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 long ;")), MOV, "0" },
	{ "has one of another sign", S("a 0 int ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 uint ;")), MOV, "0" },
	{ "a struct by value", S("a 0 struct t 4 { b 0 int ; } ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 struct t 4 { b 0 int ; } ;")), MOV, "1" },
	{ "with other members", S("a 0 struct t 4 { b 0 int ; } ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 struct t 4 { c 0 int ; } ;")), MOV, "0" },
	{ "behind a pointer", S("a 0 ptr struct t 4 { b 0 int ; } ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 ptr struct t 4 { c 0 int ; } ;")), MOV, "1" },
	{ "of another name", S("a 0 ptr struct t 4 { b 0 int ; } ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 ptr struct u 4 { b 0 int ; } ;")), MOV, "0" },
	{ "only declared there", S("a 0 ptr struct t 4 { b 0 int ; } ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 ptr struct t ;")), MOV, "1" },
	{ "only declared here", S("a 0 ptr struct t ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 ptr struct t 4 { b 0 int ; } ;")), MOV, "1" },
	{ "declared a union there", S("a 0 ptr struct t ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 ptr union t 4 { b 0 int ; } ;")), MOV, "0" },
	{ "arrays", S("a 0 array 2 int ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 array 2 int ;")), MOV, "1" },
	{ "of other lengths", S("a 0 array 2 int ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("a 0 array 3 int ;")), MOV, "0" },
	{ "enums", "enum e 4 { A 0 ; }", BPF_CORE_TYPE_MATCHES, "0", ALL("enum e 4 { B 0 ; A 7 ; }"), MOV, "1" },
	{ "that lack one", "enum e 4 { A 0 ; C 1 ; }", BPF_CORE_TYPE_MATCHES, "0", ALL("enum e 4 { B 0 ; A 7 ; }"), MOV, "0" },
	{ "of another size", "enum e 4 { A 0 ; }", BPF_CORE_TYPE_MATCHES, "0", ALL("enum64 e 8 { A 0 ; }"), MOV, "0" },
	{ "functions", S("f 0 " VOID_INT " ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("f 0 " VOID_INT " ;")), MOV, "1" },
	{ "with other parameters", S("f 0 " VOID_INT " ;"), BPF_CORE_TYPE_MATCHES, "0", ALL(S("f 0 ptr func int ( long ) ;")), MOV, "0" },
	{ "anonymous members", S("- 0 union - 4 { a 0 int ; } ;"), BPF_CORE_TYPE_MATCHES, "0",
	  ALL(S("- 0 union - 4 { b 0 int ; } ; - 32 union - 4 { a 0 int ; } ;")), MOV, "1" },

	// Enumerators.
	{ "an enumerator exists", "enum e 4 { A 0 ; B 1 ; }", BPF_CORE_ENUMVAL_EXISTS, "1", ALL("enum e 4 { B 5 ; }"), MOV, "1" },
	{ "does not", "enum e 4 { A 0 ; B 1 ; }", BPF_CORE_ENUMVAL_EXISTS, "0", ALL("enum e 4 { B 5 ; }"), MOV, "0" },
	{ "its value", "enum e 4 { A 0 ; B 1 ; }", BPF_CORE_ENUMVAL_VALUE, "1", ALL("enum e 4 { B 5 ; }"), MOV, "5" },
	{ "that is negative", "enum e 4 { A 0 ; }", BPF_CORE_ENUMVAL_VALUE, "0", ALL("signed e 4 { A -2 ; }"), MOV, "18446744073709551614" },
	{ "that is large", "enum e 4 { A 0 ; }", BPF_CORE_ENUMVAL_VALUE, "0", ALL("enum64 e 8 { A 4294967297 ; }"), MOV, "4294967297" },
	{ "with a flavour", "enum e___x 4 { A___y 0 ; }", BPF_CORE_ENUMVAL_VALUE, "0", ALL("enum e 4 { A 3 ; }"), MOV, "3" },
	{ "missing, too", "enum e 4 { A 0 ; }", BPF_CORE_ENUMVAL_VALUE, "0", ALL("enum e 4 { B 3 ; }"), MOV, "poison 1/0" },

	// What no compiler writes.
	{ "no member", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "0:1", ALL(S("a 0 int ;")), MOV, "its access string names a member that is not there" },
	{ "no element", S("a 0 array 2 int ;"), BPF_CORE_FIELD_EXISTS, "0:0:2", ALL(S("")), MOV, "its access string reaches beyond the end of an array" },
	{ "no struct", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "0:0:0", ALL(S("")), MOV, "its access string goes into a type that has no parts" },
	{ "no number", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "0:a", ALL(S("")), MOV, "its access string is malformed" },
	{ "no access", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "", ALL(S("")), MOV, "its access string is malformed" },
	{ "a large number", S("a 0 int ;"), BPF_CORE_FIELD_EXISTS, "0:4294967296", ALL(S("")), MOV, "its access string is malformed" },
	{ "a field of a type", S("a 0 int ;"), BPF_CORE_TYPE_EXISTS, "0:0", ALL(S("")), MOV, "its access string is malformed" },
	{ "no enumerator", "enum e 4 { A 0 ; }", BPF_CORE_ENUMVAL_VALUE, "1", ALL(S("")), MOV, "its access string names no enumerator" },
	{ "of no enum", S("a 0 int ;"), BPF_CORE_ENUMVAL_VALUE, "0", ALL(S("")), MOV, "its access string names no enumerator" },
	{ "an unknown kind", S("a 0 int ;"), (enum bpf_core_relo_kind)13, "0", ALL(S("")), MOV, "its kind is unknown" },
};
// clang-format on

struct world {
	struct arena arena;
	struct diag diag;
	struct hash_key key;
};

static struct str types_of(struct world *world, const char *text, uint32_t *id)
{
	struct btf_raw raw = btf_raw_begin(&world->arena, false);

	*id = btf_text(&raw, text);
	return btf_raw_finish(&raw);
}

static const char *result_text(struct world *world, const struct core_result *result)
{
	switch (result->verdict) {
	case CORE_VALUE:
		return arena_format(&world->arena, "%" PRIu64, result->value);
	case CORE_POISON:
	case CORE_SIZE:
		return arena_format(&world->arena, "%s %u/%u",
				    result->verdict == CORE_SIZE ? "size" : "poison",
				    result->candidates, result->matches);
	case CORE_AMBIGUOUS:
		return arena_format(&world->arena, "ambiguous %" PRIu64 ", %" PRIu64, result->value,
				    result->other);
	case CORE_TOO_FAR:
		return arena_format(&world->arena, "far %" PRIu64, result->value);
	default:
		return arena_format(&world->arena, "refused: %s", result->why);
	}
}

static const char *resolve(struct world *world, size_t i, const struct bpfld_kernel *from)
{
	uint32_t id;
	struct str local = types_of(world, cases[i].local, &id);
	struct core_use use = { .insn = cases[i].insn };
	const struct plain_btf *btf;
	struct core_result result;
	struct kernel kernel;
	struct core_spec spec;
	const char *why;

	cr_assert(kernel_read(&kernel, from, false, &world->key, &world->arena, &world->diag));
	btf = plain_btf_read(local.data, local.size, false, NULL, place_in("local", NULL),
			     &world->arena, &world->diag);
	why = core_spec_read(&spec, btf, cases[i].kind, id, cases[i].access);
	if (why)
		return why;
	result = core_resolve(&spec, &kernel, &use, NULL);
	return result_text(world, &result);
}

static struct world begin(void)
{
	return (struct world){ .key = hash_key_draw() };
}

Test(core_values, are_those_of_libbpf)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world = begin();
		struct bpfld_kernel from = { .label = "k" };
		uint32_t ignored;
		struct str types;
		const char *result;

		arena_init(&world.arena, SIZE_MAX);
		diag_init(&world.diag, &world.arena);
		types = types_of(&world, cases[i].kernel, &ignored);
		from.vmlinux = (struct bpfld_kernel_file){ "k", types.data, types.size };
		result = resolve(&world, i, &from);
		cr_expect_str_eq(result, cases[i].result, "%s: %s, not %s", cases[i].name, result,
				 cases[i].result);
		arena_deinit(&world.arena);
	}
}

// A struct s of which member a is at byte 4, split from @base.
static struct str split_struct(struct world *world, const struct btf_raw *base)
{
	static const char names[] = "s\0a";
	struct btf_raw raw = { .arena = &world->arena, .hdr_len = BTF_HEADER_SIZE };
	uint32_t strings = (uint32_t)base->strings.count;

	btf_raw_type(&raw, "", btf_make_info(BTF_KIND_STRUCT, 1, false), 8);
	btf_raw_word(&raw, strings + 2);
	btf_raw_word(&raw, 1);
	btf_raw_word(&raw, 32);
	raw.words.items[0] = strings;
	raw.strings.count = 0;
	for (size_t i = 0; i < sizeof(names); i++)
		*array_add(&world->arena, &raw.strings) = names[i];
	return btf_raw_finish(&raw);
}

// Modules are asked only for what vmlinux has no candidate for, fitting or not.
Test(core_values, are_those_of_modules)
{
	static const struct {
		const char *vmlinux;
		const char *result;
	} kernels[] = {
		{ "int", "4" },
		{ "struct t 4 { a 0 int ; }", "4" },
		{ "struct s 8 { a 0 int ; }", "0" },
		{ "struct s 8 { b 0 int ; }", "poison 1/0" },
	};

	for (size_t i = 0; i < sizeof(kernels) / sizeof(*kernels); i++) {
		struct world world = begin();
		struct bpfld_kernel_file module = { .name = "module" };
		struct bpfld_kernel from = { .label = "k", .modules = &module, .module_count = 1 };
		struct btf_raw raw;
		struct str types;
		const char *result;

		arena_init(&world.arena, SIZE_MAX);
		diag_init(&world.diag, &world.arena);
		raw = btf_raw_begin(&world.arena, false);
		btf_text(&raw, kernels[i].vmlinux);
		types = split_struct(&world, &raw);
		module.data = types.data;
		module.size = types.size;
		types = btf_raw_finish(&raw);
		from.vmlinux = (struct bpfld_kernel_file){ "k", types.data, types.size };
		// The second case: where member a of struct s is.
		result = resolve(&world, 1, &from);
		cr_expect_str_eq(result, kernels[i].result, "%s: %s", kernels[i].vmlinux, result);
		arena_deinit(&world.arena);
	}
}
