/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "expect.h"

static const char *const linkages[] = { "static", "global", "extern" };

static const char *name_of(const struct btf_unit *unit, uint32_t id)
{
	return id ? btf_unit_string(unit, btf_unit_type(unit, id)->name_off).data : "void";
}

static const char *describe_datasec(struct arena *arena, const struct btf_unit *unit,
				    const struct btf_type *type)
{
	const struct btf_var_secinfo *entries = btf_record_tail(type);
	const char *text = arena_format(arena, "%" PRIu32 " {", type->size);

	for (uint32_t i = 0; i < btf_info_vlen(type->info); i++)
		text = arena_format(arena, "%s %s@%" PRIu32 "+%" PRIu32, text,
				    name_of(unit, entries[i].type), entries[i].offset,
				    entries[i].size);
	return arena_format(arena, "%s }", text);
}

static const char *describe_type(struct arena *arena, const struct btf_unit *unit, uint32_t id)
{
	const struct btf_type *type = btf_unit_type(unit, id);
	uint32_t kind = btf_info_kind(type->info);
	const char *name = name_of(unit, id);

	switch (kind) {
	case BTF_KIND_FUNC:
		return arena_format(arena, "%s %s()", linkages[btf_info_vlen(type->info)], name);
	case BTF_KIND_VAR:
		return arena_format(arena, "%s %s",
				    linkages[((struct btf_var *)btf_record_tail(type))->linkage],
				    name);
	case BTF_KIND_DATASEC:
		return arena_format(arena, "%s %s", name, describe_datasec(arena, unit, type));
	case BTF_KIND_DECL_TAG:
		return arena_format(arena, "tag %s %d of %s", name,
				    ((struct btf_decl_tag *)btf_record_tail(type))->component_idx,
				    name_of(unit, type->type));
	}
	return arena_format(arena, "%s%s%s", btf_kind_info(kind)->name, *name ? " " : "", name);
}

// All types of the output in the order of their ids: "INT int; FUNC_PROTO; global f()".
static const char *describe(struct world *world)
{
	const struct btf_unit *unit = world_types(world);
	const char *text = "";

	if (!unit)
		return "no BTF";
	for (uint32_t id = 1; id <= unit->type_count; id++)
		text = arena_format(&world->arena, "%s%s%s", text, id > 1 ? "; " : "",
				    describe_type(&world->arena, unit, id));
	return text;
}

#define STATIC_F "section .text AX | local func f 8 | exit | type f func int ( )"
#define STRONG_F "section .text AX | global func f 8 | exit"
#define S        "struct s 4 { x 0 int ; }"

// clang-format off
static const struct {
	const char *name;
	const char *texts[4];
	const char *types;
} cases[] = {
	{ "no input has BTF", { STRONG_F }, "no BTF" },
	{ "a function", { STRONG_F "| btf" }, "INT int; FUNC_PROTO; global f()" },
	{ "one input has none", { STRONG_F, "section .text AX | global func g 8 | exit | btf" },
	  "INT int; FUNC_PROTO; global g(); static f()" },
	{ "static ones after others",
	  { "section .text AX | local func a 8 | exit | global func b 8 | exit | btf",
	    "section .text AX | local func c 8 | exit | global func d 8 | exit | btf" },
	  "INT int; FUNC_PROTO; global b(); global d(); static a(); static c()" },
	{ "types once, where they are met first",
	  { STRONG_F "| type f func void ( ptr " S " )",
	    "section .text AX | global func g 8 | exit | type g func void ( ptr long , ptr " S " )" },
	  "INT int; STRUCT s; PTR; FUNC_PROTO; global f(); INT long; PTR; FUNC_PROTO; global g()" },
	{ "types without a symbol", { "section .text AX | relo 0 0 " S "| global func f 8 | exit | btf" }, "INT int; STRUCT s; FUNC_PROTO; global f()" },

	{ "extern and definition", { STRONG_F "| btf", "type f func int ( )" },
	  "INT int; FUNC_PROTO; global f()" },
	{ "extern before its definition", { "type f func int ( )", STRONG_F "| btf" },
	  "INT int; FUNC_PROTO; global f()" },
	{ "extern twice", { "type f func int ( ) | type v int", "type f func int ( ) | type v int" },
	  "INT int; FUNC_PROTO; extern f(); extern v" },
	{ "statics of one name and type", { STATIC_F, STATIC_F }, "INT int; FUNC_PROTO; static f()" },
	{ "statics of two types",
	  { STATIC_F, "section .text AX | local func f 8 | exit | type f func void ( )" },
	  "INT int; FUNC_PROTO; FUNC_PROTO; static f(); static f()" },
	{ "static variables are never one",
	  { "section .data WA | local object x 4 | word 1 | btf",
	    "section .data WA | local object x 4 | word 1 | btf" },
	  "INT int; static x; static x; .data 12 { x@0+4 x@8+4 }" },

	{ "a section", { "section .data WA | global object x 4 | word 1 | local object y 4 | word 1 | btf" },
	  "INT int; global x; static y; .data 8 { x@0+4 y@4+4 }" },
	{ "a section of two inputs",
	  { "section .data WA 4 | global object x 4 | word 1 | btf",
	    "section .data WA 8 | global object y 4 | word 1 | local object z 4 | word 1 | btf" },
	  "INT int; global x; global y; static z; .data 16 { x@0+4 y@8+4 z@12+4 }" },
	{ "entries by offset",
	  { "section .data WA | local object pad 4 | word 0 | global object x 4 | word 1 | type x int | type pad int",
	    "section .data WA | local object y 4 | word 1 | global object z 4 | word 2 | btf" },
	  "INT int; global x; global z; static pad; static y; "
	  ".data 16 { pad@0+4 x@4+4 y@8+4 z@12+4 }" },
	{ "sections in their order",
	  { "section .bss WAN | global object b 4 | zero 4 | btf",
	    "section .data WA | global object d 4 | word 1 | section .bss WAN | local object c 4 | zero 4 | btf" },
	  "INT int; global b; global d; static c; .bss 12 { b@0+4 c@8+4 }; .data 4 { d@0+4 }" },
	{ "a symbol without BTF", { "section .data WA | global object x 4 | word 1 | local object y 4 | word 1 | type y int" },
	  "INT int; static y; .data 8 { y@4+4 }" },
	{ "a variable that was overridden",
	  { "section .data WA 4 | weak object x 4 | word 1 | global object y 4 | word 1 | btf",
	    "section .data WA 4 | global object x 4 | word 1 | btf" },
	  "INT int; global y; global x; .data 8 { y@0+4 x@4+4 }" },
	{ "one that moves to another section",
	  { "section .data WA | weak object x 4 | word 1 | btf",
	    "section .data.x WA | global object x 4 | word 1 | btf" },
	  "INT int; global x; .data.x 4 { x@0+4 }" },
	{ "extern in a section, defined there",
	  { "type m@.maps int", "section .maps WA | quad 0 | global object m 4 | word 0 | btf" },
	  "INT int; global m; .maps 12 { m@8+4 }" },
	{ "a licence", { "section license WA | global object l 4 | string GPL | type l array 4 char",
	                 "section license WA | global object l 4 | string GPL | type l array 4 char" },
	  "INT char; ARRAY; global l; license 4 { l@0+4 }" },

	{ "kernel symbols", { "type k@.ksyms int | type f@.ksyms func int ( )", "type f@.ksyms func int ( ) | type k@.ksyms int" },
	  "INT int; FUNC_PROTO; extern k; extern f(); .ksyms 0 { k@0+4 f@0+0 }" },
	{ "kernel symbol that is defined", { "type f@.ksyms func int ( )", STRONG_F "| btf" },
	  "INT int; FUNC_PROTO; global f()" },
	{ "extern in a section that becomes .data",
	  { "section .data.x WA 4 | group x | weak object x 4 | word 1 | btf | type k@.data.x int" },
	  "INT int; global x; extern k; .data 4 { x@0+4 }" },
	{ "a function is no variable", { "section .text AX | global func f 8 | exit | type f@.text func int ( )" },
	  "INT int; FUNC_PROTO; global f()" },
	{ "function that is defined in the section that its declaration names", { "type f@.text func int ( )", STRONG_F "| btf" },
	  "INT int; FUNC_PROTO; global f()" },
	{ "one of two is defined", { "type f@.ksyms func int ( ) | type k@.ksyms int", STRONG_F "| btf" },
	  "INT int; FUNC_PROTO; extern k; global f(); .ksyms 0 { k@0+4 }" },

	{ "a function that BTF calls like another one",
	  { "section .text AX | global func _ZN1n1fEv 8 | exit | global func f 16 | mov | exit | called _ZN1n1fEv f | btf" },
	  "INT int; FUNC_PROTO; global _ZN1n1fEv(); global f()" },
	{ "an overridden function",
	  { "section .text AX | weak func f 8 | exit | type f func void ( )", STRONG_F "| type f func void ( )" },
	  "FUNC_PROTO; global f()" },
	{ "a prototype that only a dead function had",
	  { "section .text AX | weak func f 8 | exit | type f func void ( p : int )", STRONG_F "| type f func void ( q : int )" },
	  "INT int; FUNC_PROTO; global f()" },
	{ "overridden, but needed",
	  { "section .text AX | weak func f 8 | exit | local func g 16 | near -2 | exit | btf", STRONG_F "| btf" },
	  "INT int; FUNC_PROTO; global f(); static f(); static g()" },

	{ "tags", { "section .data WA | global object x 4 | word 1 | type x int | tag x v | tag x w" },
	  "INT int; global x; tag v -1 of x; tag w -1 of x; .data 4 { x@0+4 }" },
	{ "of a parameter", { STRONG_F "| type f func int ( a : int ) | tag f v 0" },
	  "INT int; FUNC_PROTO; global f(); tag v 0 of f" },
	{ "of a declaration", { "type f func int ( a : int ) | tag f v 0", STRONG_F "| type f func int ( a : int )" },
	  "INT int; FUNC_PROTO; global f()" },
	{ "of a definition", { "type f func int ( a : int )", STRONG_F "| type f func int ( a : int ) | tag f v 0" },
	  "INT int; FUNC_PROTO; global f(); tag v 0 of f" },
	{ "of statics that differ in tags", { STATIC_F "| tag f v", STATIC_F, STATIC_F "| tag f v" }, "INT int; FUNC_PROTO; static f(); static f(); tag v -1 of f" },
	{ "of what is overridden",
	  { "section .text AX | weak func f 8 | exit | btf | tag f v", STRONG_F "| btf" },
	  "INT int; FUNC_PROTO; global f()" },
};

#define PROGRAM "section xdp AX | global func p 8 | exit | type p func int ( )"
#define CALLS_F "section xdp AX | global func p 16 | call f | exit | type p func int ( )"
#define F       "section .text AX | global func f 8 | exit | type f func int ( ptr " S " )"
#define X       "section .data WA | global object x 8 | quad 0 | type x ptr " S

// What --gc-sections does to types.
static const struct {
	const char *name;
	const char *texts[4];
	const char *all;  // without it
	const char *kept; // with it
} garbage_cases[] = {
	{ "of a function that is called", { CALLS_F, F },
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; FUNC_PROTO; global f()",
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; FUNC_PROTO; global f()" },
	{ "of one that is not", { PROGRAM, F },
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; FUNC_PROTO; global f()",
	  "INT int; FUNC_PROTO; global p()" },
	{ "that both have", { PROGRAM, F, "section tc AX | global func q 8 | exit | type q func void ( ptr " S " )" },
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; FUNC_PROTO; global f(); FUNC_PROTO; global q()",
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; FUNC_PROTO; global q()" },
	{ "of a variable that is used",
	  { "section xdp AX | global func p 24 | load x | exit | type p func int ( )", X },
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; global x; .data 8 { x@0+8 }",
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; global x; .data 8 { x@0+8 }" },
	{ "of one that only dead code used", { PROGRAM, X, "section .text AX | global func f 24 | load x | exit | type f func int ( )" },
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; global x; global f(); .data 8 { x@0+8 }",
	  "INT int; FUNC_PROTO; global p()" },
	{ "of one that is there for its type", { PROGRAM, X },
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; global x; .data 8 { x@0+8 }",
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; global x; .data 8 { x@0+8 }" },
	{ "of a map", { PROGRAM, "section .maps WA | global object m 8 | quad 0 | type m struct - 8 { key 0 ptr " S " ; }" },
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; STRUCT; global m; .maps 8 { m@0+8 }",
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; STRUCT; global m; .maps 8 { m@0+8 }" },
	{ "of an extern that is used",
	  { "section xdp AX | global func p 16 | call k | exit | type p func int ( ) | type k@.ksyms func int ( ptr " S " )" },
	  "INT int; FUNC_PROTO; STRUCT s; PTR; FUNC_PROTO; global p(); extern k(); .ksyms 0 { k@0+0 }",
	  "INT int; FUNC_PROTO; STRUCT s; PTR; FUNC_PROTO; global p(); extern k(); .ksyms 0 { k@0+0 }" },
	{ "of one that only dead code used",
	  { PROGRAM, "section .text AX | global func f 16 | call k | exit | type k@.ksyms func int ( ptr " S " )" },
	  "INT int; FUNC_PROTO; global p(); STRUCT s; PTR; FUNC_PROTO; extern k(); .ksyms 0 { k@0+0 }",
	  "INT int; FUNC_PROTO; global p()" },
	{ "of a CO-RE record", { "section xdp AX | global func p 16 | relo 0 0 " S " | mov | exit | type p func void ( )" },
	  "INT int; STRUCT s; FUNC_PROTO; global p()",
	  "INT int; STRUCT s; FUNC_PROTO; global p()" },
	{ "of one in dead code", { PROGRAM, "section .text AX | global func f 16 | relo 0 0 " S " | mov | exit" },
	  "INT int; FUNC_PROTO; global p(); STRUCT s",
	  "INT int; FUNC_PROTO; global p()" },
	{ "that code loads the id of", { "section xdp AX | global func p 24 | typeid 6 " S " | exit | type p func void ( )" },
	  "INT int; STRUCT s; FUNC_PROTO; global p()",
	  "INT int; STRUCT s; FUNC_PROTO; global p()" },
	{ "behind pointers, and round",
	  { "section xdp AX | global func p 8 | exit | type p func void ( ptr struct l 16 { next 0 ptr struct l ; s 64 ptr " S " ; } )" },
	  "PTR; INT int; STRUCT s; PTR; STRUCT l; FUNC_PROTO; global p()",
	  "PTR; INT int; STRUCT s; PTR; STRUCT l; FUNC_PROTO; global p()" },
};
// clang-format on

static void expect_types(const char *name, const char *const texts[], bool big_endian,
			 bool gc_sections, const char *expected)
{
	struct world world;

	world_init(&world, big_endian, texts);
	world.options.gc_sections = gc_sections;
	// Equal names are for unique_locals() to test.
	world.options.no_unique_locals = true;
	expect_description(&world, encode_types, describe, name, expected);
	world_deinit(&world);
}

Test(encode_types, writes_what_goes_out)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++)
			expect_types(cases[i].name, cases[i].texts, big_endian, false,
				     cases[i].types);
	}
}

Test(encode_types, gc_sections_leaves_out_what_nothing_needs)
{
	for (size_t i = 0; i < sizeof(garbage_cases) / sizeof(*garbage_cases); i++) {
		expect_types(garbage_cases[i].name, garbage_cases[i].texts, false, false,
			     garbage_cases[i].all);
		expect_types(garbage_cases[i].name, garbage_cases[i].texts, false, true,
			     garbage_cases[i].kept);
	}
}

// Compilers write it without values, and its size as they please.
Test(encode_types, an_enum_without_a_definition_is_unsigned)
{
	const struct btf_unit *unit;
	struct world world;
	uint32_t found = 0;

	world_init(&world, false,
		   (const char *[]){
			   "section .data WA | global object v 8 | quad 0 | type v ptr enum e",
			   NULL });
	cr_assert(world_run(&world, encode_types), "%s", world_messages(&world));
	unit = world_types(&world);
	for (uint32_t id = 1; id <= unit->type_count; id++) {
		uint32_t info = btf_unit_type(unit, id)->info;

		if (btf_info_kind(info) != BTF_KIND_ENUM)
			continue;
		cr_expect_not(btf_info_kflag(info));
		cr_expect_eq(btf_unit_type(unit, id)->size, 4);
		found++;
	}
	cr_expect_eq(found, 1);
	world_deinit(&world);
}
