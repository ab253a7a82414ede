/* SPDX-License-Identifier: BSD-2-Clause */
/* Metadata of inputs and of the user: which of it goes out, and what is wrong. */
#include <criterion/criterion.h>

#include "metadata.h"
#include "support/object.h"
#include "world.h"

#define RODATA        "btf | section .rodata A 1 | "
#define LOCAL(value)  RODATA "local object bpf_metadata_k 2 | string " value
#define GLOBAL(value) RODATA "global object bpf_metadata_k 2 | string " value
#define TYPE          " | type bpf_metadata_k array 2 const char"
#define GPL           " | section license WA | string GPL"
#define A_LOCAL       LOCAL("a") TYPE
#define B_LOCAL       LOCAL("b") TYPE
#define A_GLOBAL      GLOBAL("a") TYPE
#define B_GLOBAL      GLOBAL("b") TYPE
#define DIFFERS(there)                                                                             \
	"b.o:(.rodata+0x0): error: 'bpf_metadata_k' is \"b\" here, but \"a\" in 'a.o'; choose "    \
	"with --metadata=k=VALUE\n" there "(.rodata+0x0): note: the other 'bpf_metadata_k'\n"
#define CHOOSE                                                                                     \
	"choose with --metadata=k=VALUE\na.o:(.rodata+0x0): note: the other 'bpf_metadata_k'\n"
#define USED(place)                                                                                \
	place ": error: 'bpf_metadata_k' is used here, so --metadata cannot replace it: its "      \
	      "value "                                                                             \
	      "may be in code already\n"

// clang-format off
static const struct {
	const char *name;
	const char *texts[WORLD_OBJECTS + 1];
	const char *value;    // of the user; NULL: none
	const char *messages;
	const char *out;      // "OBJECT:KEY=TEXT", a blank before each; NULL: nothing, after an error
	bool multiple;        // -z muldefs
} cases[] = {
	{ "one", { A_LOCAL }, NULL, "", .out = " a.o:k=a" },
	{ "equal static ones", { A_LOCAL, A_LOCAL, A_LOCAL }, NULL, "", .out = " a.o:k=a" },
	{ "equal global ones", { A_GLOBAL, A_GLOBAL, A_GLOBAL }, NULL, "", .out = " a.o:k=a" },
	{ "static, then global", { A_LOCAL, A_GLOBAL }, NULL, "", .out = " b.o:k=a" },
	{ "global, then static", { A_GLOBAL, A_LOCAL }, NULL, "", .out = " a.o:k=a" },
	{ "qualifiers do not count", { A_LOCAL, LOCAL("a") " | type bpf_metadata_k array 2 const volatile char" }, NULL, "", .out = " a.o:k=a" },
	{ "nor those of numbers", { LOCAL("a") " | type bpf_metadata_k const short", LOCAL("a") " | type bpf_metadata_k volatile short" }, NULL, "", .out = " a.o:k" },
	{ "different static ones", { A_LOCAL, B_LOCAL }, NULL, DIFFERS("a.o:"), .out = NULL },
	{ "different global ones", { A_GLOBAL, B_GLOBAL }, NULL, DIFFERS("a.o:"), .out = NULL },
	{ "different, static and global", { A_GLOBAL, B_LOCAL }, NULL, DIFFERS("a.o:"), .out = NULL },
	{ "different sizes", { A_LOCAL, RODATA "local object bpf_metadata_k 3 | string ab | type bpf_metadata_k array 3 const char" }, NULL,
	  "b.o:(.rodata+0x0): error: 'bpf_metadata_k' is \"ab\" here, but \"a\" in 'a.o'; " CHOOSE, .out = NULL },
	{ "text and number", { A_LOCAL, LOCAL("a") " | type bpf_metadata_k short" }, NULL,
	  "b.o:(.rodata+0x0): error: 'bpf_metadata_k' differs from the one in 'a.o'; " CHOOSE, .out = NULL },
	{ "text without an end", { LOCAL("a") " | type bpf_metadata_k array 2 char", RODATA "local object bpf_metadata_k 2 | byte 97 | byte 97 | type bpf_metadata_k array 2 char" }, NULL,
	  "b.o:(.rodata+0x0): error: 'bpf_metadata_k' differs from the one in 'a.o'; " CHOOSE, .out = NULL },
	{ "each that differs is told once", { A_LOCAL, B_LOCAL, A_LOCAL, B_GLOBAL }, NULL,
	  "a.o:(.rodata+0x0): error: 'bpf_metadata_k' is \"a\" here, but \"b\" in 'd.o'; choose with --metadata=k=VALUE\nd.o:(.rodata+0x0): note: the other 'bpf_metadata_k'\n"
	  "c.o:(.rodata+0x0): error: 'bpf_metadata_k' is \"a\" here, but \"b\" in 'd.o'; choose with --metadata=k=VALUE\nd.o:(.rodata+0x0): note: the other 'bpf_metadata_k'\n", .out = NULL },
	{ "global ones without BTF", { "section .rodata A 1 | global object bpf_metadata_k 2 | string a", "section .rodata A 1 | global object bpf_metadata_k 2 | string a", "btf | section .data WA | local object x 4 | word 1" }, NULL, "", .out = "" },
	{ "different ones without BTF", { "section .rodata A 1 | global object bpf_metadata_k 2 | string a", "section .rodata A 1 | global object bpf_metadata_k 2 | string b" }, NULL,
	  "b.o:(.rodata+0x0): error: 'bpf_metadata_k' differs from the one in 'a.o'; " CHOOSE, .out = NULL },
	{ "weak ones yield", { RODATA "weak object bpf_metadata_k 2 | string b" TYPE, A_GLOBAL }, NULL, "", .out = " b.o:k=a" },
	{ "the first counts", { A_GLOBAL, B_GLOBAL }, NULL, "", .out = " a.o:k=a", .multiple = true },
	{ "static ones do not yield", { A_GLOBAL, B_LOCAL }, NULL, DIFFERS("a.o:"), .out = NULL, .multiple = true },
	{ "in sections of two names", { A_LOCAL, "btf | section .rodata.x A 1 | local object bpf_metadata_k 2 | string a" TYPE }, NULL, "", .out = " a.o:k=a" },
	{ "no constants", { A_LOCAL, "btf | section .data WA 1 | local object bpf_metadata_k 2 | string b" TYPE }, NULL, "", .out = " a.o:k=a" },
	{ "and no duplicates", { A_GLOBAL, "btf | section .data WA 1 | global object bpf_metadata_k 2 | string a" TYPE }, NULL,
	  "b.o:(.data+0x0): error: 'bpf_metadata_k' is defined more than once; declare it extern in all files but one, make it static, or weak where one should replace the other\n"
	  "a.o:(.rodata+0x0): note: the first definition of 'bpf_metadata_k'\n", .out = NULL },
	{ "another name", { RODATA "local object bpf_metadatum 2 | string a", RODATA "local object bpf_metadatum 2 | string b" }, NULL, "", .out = "" },

	{ "of the user, alone", { "section .text AX | exit" }, "u", "", .out = " <metadata>:k=u" },
	{ "of the user, beside others", { RODATA "local object bpf_metadata_j 2 | string a | type bpf_metadata_j array 2 const char" }, "u", "", .out = " a.o:j=a <metadata>:k=u" },
	{ "of the user, instead", { A_LOCAL, B_LOCAL }, "u", "", .out = " <metadata>:k=u" },
	{ "instead of global ones", { A_GLOBAL, B_GLOBAL, B_LOCAL }, "u", "", .out = " <metadata>:k=u" },
	{ "instead of weak ones", { RODATA "weak object bpf_metadata_k 2 | string b" TYPE, A_GLOBAL }, "u", "", .out = " <metadata>:k=u" },
	{ "instead of the first", { A_GLOBAL, B_GLOBAL }, "u", "", .out = " <metadata>:k=u", .multiple = true },
	{ "what code reads", { LOCAL("a") TYPE " | section xdp AX | global func f 24 | load @.rodata | exit" }, "u", USED("a.o:(xdp+0x0)"), .out = NULL },
	{ "what code reads by name", { GLOBAL("a") TYPE " | section xdp AX | global func f 24 | load bpf_metadata_k | exit" }, "u", USED("a.o:(xdp+0x0)"), .out = NULL },
	{ "what other code reads", { A_GLOBAL, "btf | section xdp AX | global func f 24 | load bpf_metadata_k | exit" TYPE }, "u", USED("b.o:(xdp+0x0)"), .out = NULL },
	{ "what data points to", { LOCAL("a") TYPE " | section .data WA | global object p 8 | quad @.rodata" }, "u", USED("a.o:(.data+0x0)"), .out = NULL },
	{ "code reads the same", { LOCAL("u") TYPE " | section xdp AX | global func f 24 | load @.rodata | exit" GPL }, "u", "", .out = " <metadata>:k=u" },
	{ "code reads equal ones", { A_LOCAL, LOCAL("a") TYPE " | section xdp AX | global func f 24 | load @.rodata | exit" GPL }, NULL, "", .out = " a.o:k=a" },
	{ "what has another name as well", { RODATA "local object x 4 | local object bpf_metadata_k 2 | string a | byte 1 | byte 2" TYPE }, "u",
	  "a.o:(.rodata+0x0): error: 'bpf_metadata_k' has its bytes in common with something else, so --metadata cannot replace it\n", .out = NULL },

	{ "beside duplicates", { "section .text AX | global func f 8 | exit", "section .text AX | global func f 8 | exit" }, "u",
	  "b.o:(.text+0x0): error: 'f' is defined more than once; rename one, make it static, or weak where one should replace the other\na.o:(.text+0x0): note: the first definition of 'f'\n", .out = NULL },
	{ "hidden by another section", { A_LOCAL " | section .rodata.x A | global object x 4 | word 1" }, NULL,
	  "a.o:(.rodata.x+0x0): warning: 'x' may hide metadata: of programs that use '.rodata.x' before '.rodata' bpftool shows none of 'bpf_metadata_k' and the like; link with --merge-rodata=all\n", .out = " a.o:k=a" },
	{ "of the user, likewise", { "btf | section .rodata.x A | local object x 4 | word 1" }, "u",
	  "a.o:(.rodata.x+0x0): warning: 'x' may hide metadata: of programs that use '.rodata.x' before '.rodata' bpftool shows none of 'bpf_metadata_k' and the like; link with --merge-rodata=all\n", .out = " <metadata>:k=u" },
	{ "not by what is gone", { A_LOCAL " | section .rodata.x A | weak object x 4 | word 1", "btf | section .data WA | global object x 4 | word 2" }, NULL, "", .out = " a.o:k=a" },
	{ "not by strings", { A_LOCAL " | section .rodata.str1.1 AMS 1 1 | string x" }, NULL, "", .out = " a.o:k=a" },
	{ "not without metadata", { RODATA "local object x 2 | string a | section .rodata.x A | global object y 4 | word 1" }, NULL, "", .out = "" },
};
// clang-format on

struct list {
	struct world *world;
	const char *text;
};

static void add(struct linker *linker, const struct declaration *declaration, void *context)
{
	struct list *list = context;
	struct arena *arena = &list->world->arena;
	const char *text;

	if (!declaration_is_metadata(linker, declaration) || !declaration->output)
		return;
	text = metadata_text(linker, declaration);
	list->text = arena_format(arena, "%s %s:%s", list->text, declaration->object->name,
				  metadata_key(linker, declaration->name));
	if (text)
		list->text = arena_format(arena, "%s=%s", list->text, text);
}

static void check(size_t i, bool big_endian)
{
	const struct bpfld_metadata metadata = { "k", cases[i].value };
	const char *name = cases[i].name;
	struct world world;
	struct list list = { &world, "" };
	bool linked;

	world_init(&world, big_endian, cases[i].texts);
	world.options.metadata = &metadata;
	world.options.metadata_count = cases[i].value != NULL;
	world.options.multiple_definitions = cases[i].multiple;
	world.options.allow_undefined = true;
	linked = world_run(&world, write_elf);
	cr_expect_str_eq(world_messages(&world), cases[i].messages, "%s: %s", name,
			 world_messages(&world));
	cr_expect_eq(linked, cases[i].out != NULL, "%s", name);
	if (linked) {
		for_each_constant(&world.linker, add, &list);
		cr_expect_str_eq(list.text, cases[i].out, "%s: %s", name, list.text);
	}
	world_deinit(&world);
}

Test(metadata, is_one_of_each_name)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check(i, i % 2);
}

static bool run_all(void *world)
{
	return world_run(world, write_elf);
}

// As many as BTF can describe, with as many bytes: memory runs out after their number was checked.
Test(metadata, of_the_user_has_limits)
{
	enum { COUNT = UINT16_MAX, SIZE = UINT16_MAX + 2 };
	static const char *const texts[] = { "section .text AX | exit", NULL };
	static struct bpfld_metadata metadata[COUNT];
	static char value[SIZE];
	struct world world;
	bool exhausted;

	world_init(&world, false, texts);
	memset(value, 'x', SIZE - 1);
	for (uint32_t i = 0; i < COUNT; i++)
		metadata[i] =
			(struct bpfld_metadata){ arena_format(&world.arena, "k%u", i), value };
	cr_assert_eq((uint64_t)COUNT * SIZE, UINT32_MAX);
	world.options.metadata = metadata;
	world.options.metadata_count = COUNT;
	world.arena.limit = world.arena.used + (64 << 20);
	cr_expect_not(arena_protect(&world.arena, run_all, &world, &exhausted));
	cr_expect(exhausted);
	cr_expect_eq(world.diag.error_count, 0);
	world_deinit(&world);
}

// The last value of a key counts, at the place of the first.
Test(metadata, of_the_user_is_one_of_each_key)
{
	static const struct bpfld_metadata metadata[] = {
		{ "a", "1" }, { "b", "" }, { "a", "long value" }, { "c.d", "3" }, { "b", "2" },
	};
	static const char expected[] = "long value\0"
				       "2\0"
				       "3";

	for (int big_endian = 0; big_endian < 2; big_endian++) {
		struct world world;
		const struct output_section *rodata;

		world_init(&world, big_endian,
			   (const char *const[]){ "section .text AX | exit", NULL });
		world.options.metadata = metadata;
		world.options.metadata_count = sizeof(metadata) / sizeof(*metadata);
		cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
		rodata = world_output(&world, ".rodata");
		cr_assert_not_null(rodata);
		cr_expect_eq(rodata->size, sizeof(expected));
		cr_expect_arr_eq(world_bytes(&world, rodata), expected, sizeof(expected));
		cr_expect_eq(rodata->flags, SHF_ALLOC);
		cr_expect_eq(rodata->align, 1);
		world_deinit(&world);
	}
}
