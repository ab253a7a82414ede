/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "maps.h"
#include "world.h"

// Members as bpf_helpers.h spells them; places in the struct do not matter.
#define UINT(name, value)  name " 0 ptr array " #value " int ; "
#define ULONG(name, value) name " 0 enum64 - 8 { v " #value " ; } ; "
#define TYPE(name, type)   name " 0 ptr " type " ; "
#define INNER(type)        "values 0 array 0 ptr " type " ; "

static const struct {
	const char *name;
	const char *here; // members
	const char *there;
	enum btf_verdict verdict;
	const char *text;
} cases[] = {
	{ "equal", UINT("type", 1) UINT("max_entries", 8), UINT("type", 1) UINT("max_entries", 8),
	  BTF_COMPATIBLE, NULL },
	{ "another order", UINT("type", 1) UINT("max_entries", 8),
	  UINT("max_entries", 8) UINT("type", 1), BTF_COMPATIBLE, NULL },
	{ "absent is 0", UINT("type", 1) UINT("map_flags", 0), UINT("type", 1), BTF_COMPATIBLE,
	  NULL },
	{ "no number", "map_flags 0 const void ; ", UINT("map_flags", 1), BTF_INCOMPATIBLE,
	  "map_flags is 0 here, BPF_F_NO_PREALLOC there" },
	{ "a number as an enum", UINT("max_entries", 8), ULONG("max_entries", 8), BTF_COMPATIBLE,
	  NULL },
	{ "a number as an enum of 32 bits", UINT("max_entries", 8),
	  "max_entries 0 enum - 4 { v 8 ; } ; ", BTF_COMPATIBLE, NULL },
	{ "an enum of two values, which are no number", UINT("max_entries", 8),
	  "max_entries 0 enum - 4 { v 8 ; w 9 ; } ; ", BTF_INCOMPATIBLE,
	  "max_entries is 8 here, 0 there" },
	{ "two values of 64 bits", UINT("max_entries", 8),
	  "max_entries 0 enum64 - 8 { v 8 ; w 9 ; } ; ", BTF_INCOMPATIBLE,
	  "max_entries is 8 here, 0 there" },
	{ "numbers of 64 bits", ULONG("map_extra", 0x100000001), ULONG("map_extra", 0x100000001),
	  BTF_COMPATIBLE, NULL },
	{ "size and type of a key", UINT("key_size", 4), TYPE("key", "int"), BTF_INCOMPATIBLE,
	  "key is given there, but not here" },
	{ "equal keys", TYPE("key", "int"), TYPE("key", "int"), BTF_COMPATIBLE, NULL },
	{ "type", UINT("type", 1), UINT("type", 2), BTF_INCOMPATIBLE,
	  "type is BPF_MAP_TYPE_HASH here, BPF_MAP_TYPE_ARRAY there" },
	{ "key_size", UINT("key_size", 4), UINT("key_size", 8), BTF_INCOMPATIBLE,
	  "key_size is 4 here, 8 there" },
	{ "value_size", UINT("value_size", 4), UINT("value_size", 8), BTF_INCOMPATIBLE,
	  "value_size is 4 here, 8 there" },
	{ "max_entries", UINT("max_entries", 4), UINT("max_entries", 8), BTF_INCOMPATIBLE,
	  "max_entries is 4 here, 8 there" },
	{ "several flags", UINT("map_flags", 1152), UINT("map_flags", 0x80000001), BTF_INCOMPATIBLE,
	  "map_flags is BPF_F_RDONLY_PROG | BPF_F_MMAPABLE here, BPF_F_NO_PREALLOC | 0x80000000 "
	  "there" },
	{ "a type of newer kernels", UINT("type", 1000),
	  UINT("type", 1) "e 0 enum bpf_map_type 4 { NEW 1001 ; NEWER 1000 ; } ; ",
	  BTF_INCOMPATIBLE, "type is NEWER here, BPF_MAP_TYPE_HASH there" },
	{ "the newest type that is known, and the one after it", UINT("type", 34),
	  UINT("type", 35) "e 0 enum bpf_map_type 4 { OLD 34 ; NEW 35 ; } ; ", BTF_INCOMPATIBLE,
	  "type is BPF_MAP_TYPE_INSN_ARRAY here, NEW there" },
	{ "a type that nobody knows", UINT("type", 1000), UINT("type", 1), BTF_INCOMPATIBLE,
	  "type is 1000 here, BPF_MAP_TYPE_HASH there" },
	{ "pinning that nobody knows", UINT("pinning", 2), UINT("pinning", 1), BTF_INCOMPATIBLE,
	  "pinning is 2 here, LIBBPF_PIN_BY_NAME there" },
	{ "map_flags", UINT("map_flags", 1), "", BTF_INCOMPATIBLE,
	  "map_flags is BPF_F_NO_PREALLOC here, not given there" },
	{ "numa_node", UINT("numa_node", 1), UINT("numa_node", 2), BTF_INCOMPATIBLE,
	  "numa_node is 1 here, 2 there" },
	{ "pinning", "", UINT("pinning", 1), BTF_INCOMPATIBLE,
	  "pinning is not given here, LIBBPF_PIN_BY_NAME there" },
	{ "map_extra", ULONG("map_extra", 0x100000001), ULONG("map_extra", 1), BTF_INCOMPATIBLE,
	  "map_extra is 4294967297 here, 1 there" },
	{ "all differences", UINT("type", 1) UINT("max_entries", 1),
	  UINT("type", 2) UINT("max_entries", 2), BTF_INCOMPATIBLE,
	  "type is BPF_MAP_TYPE_HASH here, BPF_MAP_TYPE_ARRAY there; max_entries is 1 here, 2 "
	  "there" },
	{ "size of the key's type", TYPE("key", "int"), TYPE("key", "long"), BTF_INCOMPATIBLE,
	  "key is 'int' here, 'long' there (4 and 8 bytes)" },
	{ "size of the value's type, an array", TYPE("value", "array 4 char"),
	  TYPE("value", "array 8 char"), BTF_INCOMPATIBLE,
	  "value is 'char[4]' here, 'char[8]' there" },
	{ "size of the value's type, an array without length", TYPE("value", "array 0 char"),
	  TYPE("value", "array 8 char"), BTF_INCOMPATIBLE, "value_size is 0 here, 8 there" },
	{ "size of the value's type", TYPE("value", "array 4 char"), TYPE("value", "short"),
	  BTF_INCOMPATIBLE, "value is 'char[4]' here, 'short' there" },
	{ "kind of the key's type", TYPE("key", "int"), TYPE("key", "float"), BTF_INCOMPATIBLE,
	  "key is 'int' here, 'float' there" },
	{ "tag of the value's type", TYPE("value", "struct s 4 { x 0 int ; }"),
	  TYPE("value", "struct t 4 { x 0 int ; }"), BTF_INCOMPATIBLE,
	  "value is 'struct s' here, 'struct t' there" },
	{ "inner maps", INNER("struct - 8 { " UINT("type", 1) "}"),
	  INNER("struct - 8 { " UINT("type", 1) "}"), BTF_COMPATIBLE, NULL },
	{ "inner maps on one side", INNER("struct - 8 { " UINT("type", 1) "}"), "",
	  BTF_INCOMPATIBLE, "values is given here, but not there" },
	{ "body of the value's type", TYPE("value", "struct s 8 { x 0 int ; y 32 int ; }"),
	  TYPE("value", "struct s 8 { x 0 int ; z 32 int ; }"), BTF_INCOMPATIBLE,
	  "in value, member 2 of 'struct s' is 'y' here, 'z' there" },
	{ "part of the value's type", TYPE("value", "struct s 8 { x 0 int ; y 32 int ; }"),
	  TYPE("value", "struct s 8 { x 0 int ; }"), BTF_INCOMPATIBLE,
	  "in value, 'struct s' has 2 members here, 1 there" },
	{ "body of the key's typedef", TYPE("key", "typedef t struct - 8 { x 0 int ; y 32 int ; }"),
	  TYPE("key", "typedef t struct - 8 { y 0 int ; x 32 int ; }"), BTF_INCOMPATIBLE,
	  "in key, member 1 of 't' is 'x' here, 'y' there" },
	{ "part of what a value points to",
	  TYPE("value", "struct s 8 { p 0 ptr typedef t struct - 4 { x 0 int ; } ; }"),
	  TYPE("value", "struct s 8 { p 0 ptr typedef t struct - 8 { y 0 int ; x 32 int ; } ; }"),
	  BTF_COMPATIBLE, NULL },
	{ "inner maps by meaning",
	  INNER("struct in 16 { " UINT("type", 1) UINT("max_entries", 8) "}"),
	  INNER("struct in 16 { " UINT("max_entries", 8) UINT("type", 1) "}"), BTF_COMPATIBLE,
	  NULL },
	{ "an attribute of inner maps", INNER("struct in 16 { " UINT("type", 1) "}"),
	  INNER("struct in 16 { " UINT("type", 1) UINT("max_entries", 8) "}"), BTF_INCOMPATIBLE,
	  "in values, max_entries is not given here, 8 there" },
	{ "the value of inner maps",
	  INNER("typedef in struct - 16 { " TYPE("value", "struct s 4 { x 0 int ; }") "}"),
	  INNER("typedef in struct - 16 { " TYPE("value", "struct s 4 { y 0 int ; }") "}"),
	  BTF_INCOMPATIBLE, "in values, in value, member 1 of 'struct s' is 'x' here, 'y' there" },
	{ "programs", INNER("func int ( ptr void )"), INNER("func int ( ptr void )"),
	  BTF_COMPATIBLE, NULL },
	{ "programs of another type", INNER("func int ( )"), INNER("func int ( int )"),
	  BTF_INCOMPATIBLE, "values is 'int (*[])(void)' here, 'int (*[])(int)' there" },
	{ "inner maps and programs", INNER("struct in 16 { " UINT("type", 1) "}"),
	  INNER("func int ( int )"), BTF_INCOMPATIBLE,
	  "values is 'struct in *[]' here, 'int (*[])(int)' there" },
	{ "what is no attribute", "other 0 int ; ", "", BTF_COMPATIBLE, NULL },
};

// Compare the declarations of 'm' of two objects.
static void expect(const char *name, const char *const texts[], enum btf_verdict verdict,
		   const char *text)
{
	struct map_difference difference = { 0 };
	const struct global *global;
	struct world world;

	world_init(&world, false, texts);
	cr_assert(world_run(&world, read_declarations), "%s: %s", name, world_messages(&world));
	global = world_global(&world, "m");
	cr_assert(global->types && global->types->next_type == global->last_type, "%s", name);
	cr_expect_eq(compare_maps(&world.linker, global->types, global->last_type, &difference),
		     verdict, "%s", name);
	if (text && difference.text)
		cr_expect(strncmp(difference.text, text, strlen(text)) == 0, "%s: %s", name,
			  difference.text);
	cr_expect_eq(difference.text != NULL, text != NULL, "%s", name);
	world_deinit(&world);
}

#define DEFINITION  "section .maps WA | weak object m 8 | quad 0 | type m struct - 8 { %s}"
#define DECLARATION "type m@.maps struct - 8 { %s}"

Test(maps, compares_attributes)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct arena arena;
		const char *texts[3] = { NULL };

		arena_init(&arena, SIZE_MAX);
		texts[0] = arena_format(&arena, DEFINITION, cases[i].here);
		texts[1] = arena_format(&arena, DEFINITION, cases[i].there);
		expect(cases[i].name, texts, cases[i].verdict, cases[i].text);
		arena_deinit(&arena);
	}
}

Test(maps, an_extern_one_may_say_less)
{
	static const struct {
		const char *name;
		const char *declaration;
		enum btf_verdict verdict;
		const char *text;
	} partial[] = {
		{ "nothing", "", BTF_COMPATIBLE, NULL },
		{ "a part", UINT("type", 1), BTF_COMPATIBLE, NULL },
		{ "all", UINT("type", 1) TYPE("key", "int") INNER("int"), BTF_COMPATIBLE, NULL },
		{ "a size instead of a type", UINT("key_size", 4), BTF_COMPATIBLE, NULL },
		{ "something else", UINT("type", 2), BTF_INCOMPATIBLE,
		  "type is BPF_MAP_TYPE_ARRAY here, BPF_MAP_TYPE_HASH there" },
		{ "more", UINT("map_flags", 2), BTF_INCOMPATIBLE,
		  "map_flags is BPF_F_NO_COMMON_LRU here, not given there" },
	};

	for (size_t i = 0; i < sizeof(partial) / sizeof(*partial); i++) {
		struct arena arena;
		const char *texts[3] = { NULL };

		arena_init(&arena, SIZE_MAX);
		texts[0] = arena_format(&arena, DECLARATION, partial[i].declaration);
		texts[1] = arena_format(&arena, DEFINITION,
					UINT("type", 1) TYPE("key", "int") INNER("int"));
		expect(partial[i].name, texts, partial[i].verdict, partial[i].text);
		arena_deinit(&arena);
	}
}

Test(maps, a_type_says_its_size)
{
	struct arena arena;
	const char *texts[3] = { NULL };

	arena_init(&arena, SIZE_MAX);
	texts[0] = arena_format(&arena, DECLARATION, TYPE("key", "long"));
	texts[1] = arena_format(&arena, DEFINITION, UINT("key_size", 4));
	expect("declared", texts, BTF_INCOMPATIBLE, "key_size is 8 here, 4 there");
	arena_deinit(&arena);
}

// The excerpt of the first declaration of 'm', with marks as compare_maps() has them.
static void expect_quote(const char *name, const char *here, const char *there, const char *excerpt)
{
	struct map_difference difference = { 0 };
	struct arena arena;
	struct world world;
	struct quote quote;
	const struct global *global;
	const char *texts[3] = { NULL };

	arena_init(&arena, SIZE_MAX);
	texts[0] = arena_format(&arena, DEFINITION, here);
	texts[1] = arena_format(&arena, DEFINITION, there);
	world_init(&world, false, texts);
	cr_assert(world_run(&world, read_declarations), "%s: %s", name, world_messages(&world));
	global = world_global(&world, "m");
	compare_maps(&world.linker, global->types, global->last_type, &difference);
	quote = quote_begin(&arena);
	map_quote(&world.linker, global->types, &difference, false, &quote);
	cr_expect_str_eq(quote_excerpt(&quote), excerpt, "%s: %s", name, quote_excerpt(&quote));
	world_deinit(&world);
	arena_deinit(&arena);
}

#define FIVE(name)                                                                                 \
	name "1 0 int ; " name "2 0 int ; " name "3 0 int ; " name "4 0 int ; " name "5 0 int ; "
#define LINES(name)                                                                                \
	"\n      |         int " name "1;\n      |         int " name                              \
	"2;\n      |         int " name "3;\n      |         int " name                            \
	"4;\n      |         int " name "5;"

Test(maps, are_shown_as_written)
{
	expect_quote("a key that is missing", UINT("type", 1), UINT("type", 1) TYPE("key", "int"),
		     "\n      | struct {"
		     "\n      |         __uint(type, BPF_MAP_TYPE_HASH);"
		     "\n      | } m SEC(\".maps\")"
		     "\n      | ^");
	expect_quote("what is no attribute", "other 0 ptr int ; " ULONG("map_extra", 7),
		     ULONG("map_extra", 8),
		     "\n      | struct {"
		     "\n      |         int *other;"
		     "\n      |         __ulong(map_extra, 7);"
		     "\n      |         ^~~~~~~~~~~~~~~~~~~~~"
		     "\n      | } m SEC(\".maps\")");
	expect_quote("a value's member", TYPE("value", "struct s 4 { x 0 int ; }"),
		     TYPE("value", "struct s 4 { x 0 float ; }"),
		     "\n      | struct s {"
		     "\n      |         int x; /* byte 0 */"
		     "\n      |         ^~~~~"
		     "\n      | };"
		     "\n      | struct {"
		     "\n      |         __type(value, struct s);"
		     "\n      |         ^~~~~~~~~~~~~~~~~~~~~~~"
		     "\n      | } m SEC(\".maps\")");
	expect_quote("inner maps without a tag, which are equal",
		     UINT("type", 12) INNER("struct - 8 { " UINT("type", 1) "}"),
		     UINT("type", 13) INNER("struct - 8 { " UINT("type", 1) "}"),
		     "\n      | struct {"
		     "\n      |         __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);"
		     "\n      |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"
		     "\n      |         __array(values, struct {"
		     "\n      |                 __uint(type, BPF_MAP_TYPE_HASH);"
		     "\n      |         });"
		     "\n      | } m SEC(\".maps\")");
	expect_quote("inner maps with a tag, which lack something",
		     INNER("struct in 8 { " UINT("type", 1) "}"),
		     INNER("struct in 8 { " UINT("type", 1) UINT("max_entries", 2) "}"),
		     "\n      | struct {"
		     "\n      |         __array(values, struct in {"
		     "\n      |                 __uint(type, BPF_MAP_TYPE_HASH);"
		     "\n      |         });"
		     "\n      |         ^"
		     "\n      | } m SEC(\".maps\")");
	expect_quote("programs", INNER("func int ( ptr void )"), INNER("func int ( int )"),
		     "\n      | struct {"
		     "\n      |         __array(values, int (void *));"
		     "\n      |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~"
		     "\n      | } m SEC(\".maps\")");
	expect_quote("many members", FIVE("a") FIVE("b") FIVE("c") FIVE("d"), UINT("type", 1),
		     "\n      | struct {" LINES("a") LINES("b")
			     LINES("c") "\n      |         int d1;"
					"\n      |         ..."
					"\n      | } m SEC(\".maps\")"
					"\n      | ^");
}
