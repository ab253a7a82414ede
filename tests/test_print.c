/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "btf_pair.h"

struct print_case {
	const char *type; // as in btf_text.h
	const char *c;
};

// clang-format off
static const struct print_case declarations[] = {
	// Base types.
	{ "void", "void x" },
	{ "int", "int x" },
	{ "double", "double x" },
	{ "typedef u32 int", "u32 x" },
	{ "struct s", "struct s x" },
	{ "union u", "union u x" },
	{ "enum e", "enum e x" },
	{ "struct s 4 { x 0 int ; }", "struct s x" },

	// Qualifiers.
	{ "const int", "const int x" },
	{ "volatile const int", "const volatile int x" },
	{ "ptr const int", "const int *x" },
	{ "const ptr int", "int *const x" },
	{ "const ptr const int", "const int *const x" },
	{ "ptr const ptr int", "int *const *x" },
	{ "restrict ptr int", "int *restrict x" },
	{ "const volatile ptr int", "int *const volatile x" },
	{ "ptr const array 3 int", "const int (*x)[3]" },
	{ "const array 2 array 3 const int", "const int x[2][3]" },
	{ "array 3 const ptr int", "int *const x[3]" },
	{ "const array 3 ptr int", "int *const x[3]" },

	// Type tags.
	{ "ptr tag user int", "int __attribute__((btf_type_tag(\"user\"))) *x" },
	{ "ptr tag b tag a const int",
	  "const int __attribute__((btf_type_tag(\"a\"))) __attribute__((btf_type_tag(\"b\"))) *x" },
	{ "ptr tag user ptr int", "int *__attribute__((btf_type_tag(\"user\"))) *x" },
	{ "ptr tag user func void ( )", "void (__attribute__((btf_type_tag(\"user\"))) *x)(void)" },
	{ "ptr attribute noderef int", "int __attribute__((noderef)) *x" },

	// Pointers, arrays, functions, and the parentheses between them.
	{ "array 3 int", "int x[3]" },
	{ "array 0 int", "int x[]" },
	{ "array 2 array 3 int", "int x[2][3]" },
	{ "array 3 ptr int", "int *x[3]" },
	{ "ptr array 3 int", "int (*x)[3]" },
	{ "ptr ptr array 3 int", "int (**x)[3]" },
	{ "array 2 ptr array 3 ptr int", "int *(*x[2])[3]" },
	{ "func int ( )", "int x(void)" },
	{ "func int ( int , a : long )", "int x(int, long a)" },
	{ "func int ( ptr struct s , ... )", "int x(struct s *, ...)" },
	{ "func int ( ... )", "int x()" },
	{ "func ptr int ( )", "int *x(void)" },
	{ "ptr func int ( )", "int (*x)(void)" },
	{ "const ptr func int ( )", "int (*const x)(void)" },
	{ "array 3 ptr func int ( )", "int (*x[3])(void)" },
	{ "func ptr func int ( char ) ( long )", "int (*x(long))(char)" },
	{ "ptr func ptr array 3 int ( f : ptr func void ( int ) )", "int (*(*x)(void (*f)(int)))[3]" },
	{ "ptr const func int ( )", "int (*x)(void)" },

	// Types without a tag.
	{ "struct - 4 { a 0 int ; }", "struct { int a; } x" },
	{ "ptr struct - 8 { a 0 int ; b 32 array 4 char ; }", "struct { int a; char b[4]; } *x" },
	{ "const struct - 4 { }", "const struct { } x" },
	{ "array 2 enum - 4 { A 0 ; B 1 ; }", "enum { A = 0, B = 1, } x[2]" },
};

static const struct print_case unnamed[] = {
	{ "int", "int" },
	{ "ptr int", "int *" },
	{ "const ptr int", "int *const" },
	{ "array 3 int", "int[3]" },
	{ "array 3 ptr int", "int *[3]" },
	{ "ptr array 3 int", "int (*)[3]" },
	{ "func int ( int )", "int (int)" },
	{ "ptr func int ( int )", "int (*)(int)" },
	{ "ptr tag user int", "int __attribute__((btf_type_tag(\"user\"))) *" },
	{ "struct - 4 { a 0 int ; }", "struct { int a; }" },
};

static const struct print_case definitions[] = {
	{ "int", "int" },
	{ "ptr int", "int *" },
	{ "struct s", "struct s" },
	{ "typedef t ptr func int ( )", "typedef int (*t)(void)" },
	{ "typedef t struct - 4 { a 0 int ; }", "typedef struct {\n\tint a;\n} t" },
	{ "struct s 4 { }", "struct s {\n}" },
	{ "struct s 16 { next 0 ptr struct s ; v 64 array 2 int ; }",
	  "struct s {\n\tstruct s *next;\n\tint v[2];\n}" },
	{ "struct s 4 { a 0 : 3 int ; b 3 : 1 int ; c 8 : 0 char ; }",
	  "struct s {\n\tint a : 3;\n\tint b : 1;\n\tchar c;\n}" },
	{ "union u 8 { - 0 struct - 8 { a 0 int ; b 32 union - 4 { c 0 int ; } ; } ; d 0 long ; }",
	  "union u {\n\tstruct {\n\t\tint a;\n\t\tunion {\n\t\t\tint c;\n\t\t} b;\n\t};\n\tlong d;\n}" },
	{ "struct - 4 { a 0 int ; }", "struct {\n\tint a;\n}" },
	{ "enum e 4 { A 0 ; B 0xffffffff ; }", "enum e {\n\tA = 0,\n\tB = 4294967295,\n}" },
	{ "signed e 4 { A 0 ; B -1 ; }", "enum e {\n\tA = 0,\n\tB = -1,\n}" },
	{ "enum64 e 8 { A 0x100000002 ; B -1 ; }",
	  "enum e {\n\tA = 4294967298,\n\tB = 18446744073709551615,\n}" },
	{ "signed64 e 8 { A 0x100000002 ; B -1 ; }", "enum e {\n\tA = 4294967298,\n\tB = -1,\n}" },
};
// clang-format on

typedef char *printer(const struct btf_graph *graph, uint32_t node, struct arena *arena);

static char *print_named(const struct btf_graph *graph, uint32_t node, struct arena *arena)
{
	return btf_declaration(graph, node, STR("x"), arena);
}

static char *print_unnamed(const struct btf_graph *graph, uint32_t node, struct arena *arena)
{
	return btf_declaration(graph, node, STR(""), arena);
}

static void expect_printed(const struct print_case *cases, size_t count, printer *print)
{
	for (size_t i = 0; i < count; i++) {
		struct btf_pair pair;
		const char *c;

		btf_pair_init(&pair, cases[i].type, NULL, NULL);
		c = print(pair.graph, pair.a, &pair.arena);
		cr_expect_str_eq(c, cases[i].c, "'%s' is '%s', printed as '%s'", cases[i].type,
				 cases[i].c, c);
		btf_pair_deinit(&pair);
	}
}

Test(print, declaration)
{
	expect_printed(declarations, sizeof(declarations) / sizeof(*declarations), print_named);
}

Test(print, declaration_without_name)
{
	expect_printed(unnamed, sizeof(unnamed) / sizeof(*unnamed), print_unnamed);
}

Test(print, definition)
{
	expect_printed(definitions, sizeof(definitions) / sizeof(*definitions), btf_definition);
}

#define DEEP 100000

static uint32_t pointers(struct btf_raw *raw)
{
	uint32_t id = btf_raw_int(raw, "int", 4, BTF_INT_SIGNED);

	for (int i = 0; i < DEEP; i++)
		id = btf_raw_reference(raw, BTF_KIND_PTR, "", id);
	return id;
}

static uint32_t qualifiers(struct btf_raw *raw)
{
	uint32_t id = btf_raw_int(raw, "int", 4, BTF_INT_SIGNED);

	for (int i = 0; i < DEEP; i++)
		id = btf_raw_reference(raw, i % 2 ? BTF_KIND_TYPE_TAG : BTF_KIND_CONST,
				       i % 2 ? "t" : "", id);
	return id;
}

// Each struct has two members of the next one: 2^100000 members.
static uint32_t structs(struct btf_raw *raw)
{
	uint32_t id = btf_raw_int(raw, "int", 4, BTF_INT_SIGNED);

	for (int i = 0; i < DEEP; i++) {
		uint32_t inner = id;

		id = btf_raw_struct(raw, BTF_KIND_STRUCT, "", 8);
		btf_raw_member(raw, "a", inner, 0);
		btf_raw_member(raw, "b", inner, 0);
	}
	return id;
}

static uint32_t functions(struct btf_raw *raw)
{
	uint32_t id = btf_raw_int(raw, "int", 4, BTF_INT_SIGNED);

	for (int i = 0; i < DEEP; i++) {
		uint32_t param = id;

		id = btf_raw_proto(raw, 0);
		btf_raw_param(raw, "", param);
		btf_raw_param(raw, "", param);
	}
	return id;
}

static uint32_t escapes(struct btf_raw *raw)
{
	return btf_raw_fwd(raw, "\033[31mred\n", false);
}

static const struct hostile_case {
	const char *name;
	uint32_t (*make)(struct btf_raw *raw);
	const char *start;
	const char *end;
} hostile_cases[] = {
	{ "pointers", pointers, "... ****", "****x" },
	{ "qualifiers", qualifiers, "const ... __attr", " x" },
	{ "structs", structs, "struct { struct { struct {", "..." },
	{ "functions", functions, "void x(void (void (void (", "..." },
	{ "escapes", escapes, "struct \\x1b[31mred\\x0a", " x" },
};

Test(print, hostile)
{
	for (size_t i = 0; i < sizeof(hostile_cases) / sizeof(*hostile_cases); i++) {
		const struct hostile_case *c = &hostile_cases[i];
		struct btf_pair pair;
		struct str text;

		btf_pair_init_raw(&pair, c->make, c->make);
		text = str_of(btf_declaration(pair.graph, pair.a, STR("x"), &pair.arena));
		cr_expect(text.size <= 4100, "%s: %zu bytes", c->name, text.size);
		cr_expect(str_starts_with(text, str_of(c->start)), "%s: %.40s", c->name, text.data);
		cr_expect_str_eq(text.data + text.size - strlen(c->end), c->end, "%s: %s", c->name,
				 text.data);
		text = str_of(btf_definition(pair.graph, pair.a, &pair.arena));
		cr_expect(text.size <= (1 << 20) + 3, "%s: %zu bytes", c->name, text.size);
		btf_pair_deinit(&pair);
	}
}

// ---------------------------------------------------------------------------------------------
// What is printed means the same to a compiler: compile C, print its types, compile that, compare.

#define USER_TAG "__attribute__((btf_type_tag(\"user\")))"

// In an order that C takes.
static const struct source {
	uint32_t kind;
	const char *name;
	const char *c;
} sources[] = {
	{ BTF_KIND_TYPEDEF, "u64", "typedef unsigned long u64" },
	{ BTF_KIND_ENUM, "color", "enum color { RED, GREEN = 7, BLUE }" },
	{ BTF_KIND_UNION, "either", "union either { int i; float f; struct { char c; u64 u; }; }" },
	{ BTF_KIND_STRUCT, "list",
	  "struct list { struct list *next, **prev; unsigned a : 3, b : 5; enum color c : 9; "
	  "struct { union either e; int x[2][3]; } in[2]; char tail[]; }" },
	{ BTF_KIND_TYPEDEF, "handler",
	  "typedef int (*handler)(struct list *, const void *restrict, ...)" },
	{ BTF_KIND_VAR, "v1", "const volatile int v1[4]" },
	{ BTF_KIND_VAR, "v2", "const char *const *v2" },
	{ BTF_KIND_VAR, "v3", "int (*(*v3)[2])[3]" },
	{ BTF_KIND_VAR, "v4", "struct list *(*const v4[2])(handler, int (*)(void))" },
	{ BTF_KIND_VAR, "v5", "int *(*(*v5)(u64, double))(char)" },
	{ BTF_KIND_VAR, "v6", "struct list " USER_TAG " *v6" },
	{ BTF_KIND_VAR, "v7", "const int *" USER_TAG " *volatile v7" },
	{ BTF_KIND_VAR, "v8", "struct never_defined *v8" },
	{ BTF_KIND_VAR, "v9", "struct { _Bool b; enum { X, Y = -1 } xy; } v9" },
	{ BTF_KIND_VAR, "v10", "long long (*v10)(short, unsigned char, __int128)" },
	{ BTF_KIND_VAR, "v11", "const int " USER_TAG " __attribute__((btf_type_tag(\"b\"))) *v11" },
};

#define SOURCES (sizeof(sources) / sizeof(*sources))

static struct str read_btf(const char *path, struct arena *arena)
{
	int fd = open(path, O_RDONLY);
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
	struct str section = { NULL, 0 };
	Elf_Scn *scn = NULL;
	size_t names;

	cr_assert(elf && elf_getshdrstrndx(elf, &names) == 0, "%s: %s", path, elf_errmsg(-1));
	while ((scn = elf_nextscn(elf, scn))) {
		Elf64_Shdr *shdr = elf64_getshdr(scn);
		Elf_Data *data = elf_rawdata(scn, NULL);

		if (strcmp(elf_strptr(elf, names, shdr->sh_name), ".BTF") == 0)
			section = (struct str){ arena_strndup(arena, data->d_buf, data->d_size),
						data->d_size };
	}
	cr_assert(section.data, "%s has no .BTF", path);
	elf_end(elf);
	close(fd);
	return section;
}

// The .BTF that clang makes of @lines.
static struct str compile(const char *lines[SOURCES], struct arena *arena)
{
	char directory[] = "/tmp/test_print.XXXXXX";
	const char *source, *object;
	struct str section;
	FILE *file;

	cr_assert(mkdtemp(directory));
	source = arena_format(arena, "%s/types.c", directory);
	object = arena_format(arena, "%s/types.o", directory);
	file = fopen(source, "w");
	cr_assert(file);
	for (size_t i = 0; i < SOURCES; i++)
		fprintf(file, "%s;\n", lines[i]);
	fclose(file);
	cr_assert(system(arena_format(arena, "clang --target=bpf -g -O2 -w -c -o %s %s", object,
				      source)) == 0,
		  "clang does not take what was printed");
	section = read_btf(object, arena);
	unlink(source);
	unlink(object);
	rmdir(directory);
	return section;
}

static struct btf_unit *read_unit(struct btf_graph *graph, struct str section, struct diag *diag)
{
	struct btf_unit *unit = btf_unit_read(graph, section.data, section.size,
					      __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
					      place_in("types.o", ".BTF"), diag);

	cr_assert(unit, "%s", diag->first->text);
	return unit;
}

// The node of @source's type in @unit.
static uint32_t find_node(const struct btf_unit *unit, const struct source *source)
{
	for (uint32_t id = 1; id <= unit->type_count; id++) {
		const struct btf_type *type = btf_unit_type(unit, id);

		if (btf_info_kind(type->info) == source->kind &&
		    str_equal(btf_unit_string(unit, type->name_off), str_of(source->name)))
			return btf_unit_node(unit, source->kind == BTF_KIND_VAR ? type->type : id);
	}
	cr_assert_fail("no type '%s'", source->name);
	return 0;
}

static char *print_source(const struct btf_unit *unit, const struct source *source,
			  struct arena *arena)
{
	uint32_t node = find_node(unit, source);

	if (source->kind == BTF_KIND_VAR)
		return btf_declaration(unit->graph, node, str_of(source->name), arena);
	return btf_definition(unit->graph, node, arena);
}

Test(print, clang_reads_it_back)
{
	const char *written[SOURCES], *printed[SOURCES];
	struct btf_unit *unit, *again;
	struct strings strings;
	struct btf_graph *graph;
	struct arena arena;
	struct diag diag;

	if (system("clang --print-targets 2>/dev/null | grep -q bpf"))
		cr_skip_test("no clang that compiles for BPF");
	elf_version(EV_CURRENT);
	arena_init(&arena, SIZE_MAX);
	strings_init(&strings, &arena);
	diag_init(&diag, &arena);
	for (size_t i = 0; i < SOURCES; i++)
		written[i] = sources[i].c;
	graph = btf_graph_create(&arena, &strings);
	unit = read_unit(graph, compile(written, &arena), &diag);
	btf_graph_settle(graph);
	for (size_t i = 0; i < SOURCES; i++)
		printed[i] = print_source(unit, &sources[i], &arena);

	graph = btf_graph_create(&arena, &strings);
	unit = read_unit(graph, compile(written, &arena), &diag);
	again = read_unit(graph, compile(printed, &arena), &diag);
	btf_graph_settle(graph);
	for (size_t i = 0; i < SOURCES; i++)
		cr_expect(find_node(unit, &sources[i]) == find_node(again, &sources[i]),
			  "'%s' was printed as '%s'", written[i], printed[i]);
	arena_deinit(&arena);
}

Test(print, marks_a_part)
{
	static const struct {
		const char *type;
		enum btf_part part;
		uint32_t index;
		const char *c; // "<" and ">" enclose what is marked
	} cases[] = {
		{ "const ptr int", BTF_PART_TYPE, 0, "<int *const> x" },
		{ "int", BTF_PART_TYPE, 0, "<int> x" },
		{ "array 2 ptr array 3 int", BTF_PART_TYPE, 0, "<int (*>x[2])[3]" },
		{ "struct - 4 { a 0 int ; }", BTF_PART_TYPE, 0, "<struct { int a; }> x" },
		{ "struct - 8 { a 0 char ; b 8 char ; c 16 char ; d 24 char ; }", BTF_PART_TYPE, 0,
		  "<struct { char a; char b; char c; char d; }> x" },
		{ "ptr struct - 8 { a 0 char ; b 8 char ; c 16 char ; d 24 char ; e 32 char ; }",
		  BTF_PART_TYPE, 0, "<struct { char a; char b; char c; char d; ... } *>x" },
		{ "enum - 4 { A 0 ; B 1 ; C 2 ; D 3 ; E 4 ; }", BTF_PART_TYPE, 0,
		  "<enum { A = 0, B = 1, C = 2, D = 3, ... }> x" },
		{ "array 2 array 3 int", BTF_PART_SUFFIX, 0, "int x<[2][3]>" },
		{ "int", BTF_PART_SUFFIX, 0, "int x<>" },
		{ "func int ( int , a : long )", BTF_PART_PARAMETER, 0, "int x(<int>, long a)" },
		{ "func int ( int , a : long )", BTF_PART_PARAMETER, 1, "int x(int, <long a>)" },
		{ "func int ( int , a : long )", BTF_PART_PARAMETER, 2, "int x(int, long a<)>" },
		{ "func int ( int , ... )", BTF_PART_PARAMETER, 1, "int x(int, <...>)" },
		{ "func int ( )", BTF_PART_PARAMETER, 0, "int x(<void>)" },
		{ "func ptr func int ( char ) ( long )", BTF_PART_PARAMETER, 0,
		  "int (*x(<long>))(char)" },
		{ "func int ( ptr func int ( char ) )", BTF_PART_PARAMETER, 0,
		  "int x(<int (*)(char)>)" },
		{ "func int ( int )", BTF_PART_TYPE, 0, "<int> x(int)" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct btf_mark mark = { .part = cases[i].part, .index = cases[i].index };
		struct btf_pair pair;
		const char *c;

		btf_pair_init(&pair, cases[i].type, "void", NULL);
		c = btf_declaration_marked(pair.graph, pair.a, STR("x"), &mark, &pair.arena);
		c = arena_format(&pair.arena, "%.*s<%.*s>%s", (int)mark.start, c,
				 (int)(mark.end - mark.start), c + mark.start, c + mark.end);
		cr_expect_str_eq(c, cases[i].c, "%s: %s", cases[i].type, c);
		btf_pair_deinit(&pair);
	}
}
