/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "elf_text.h"
#include "positions.h"
#include "world.h"

// "a.c:3:9 text" of a position; "-" for none.
static const char *find(struct world *world, const struct section *section, uint64_t offset,
			bool whole)
{
	struct place where = place_at(section_place(section), offset);
	struct position position;

	where.whole = whole;
	if (!positions_find(&where, &position, &world->linker))
		return "-";
	return arena_format(&world->arena, "%s:%" PRIu32 ":%" PRIu32 " %s", position.file,
			    position.line, position.column,
			    position.source ? position.source : "-");
}

// 'f' begins with its own line, 'p' with a statement, 'q' with one of another function; 'n' has no
// lines, 'h' none at its start.
#define CODE                                                                                       \
	"section .text AX | global func f 40 | line 3:0 int f(void) | mov | line 4:9 return g();"  \
	"| call g | mov | line 0:0 | exit | line 6:1 } | exit | global func n 8 | exit | global "  \
	"func h 16 | mov |"                                                                        \
	"line 9:2 return; | exit | section xdp AX | global func p 8 | line 20:1 return 0; | exit"  \
	"| section tc AX | global func q 16 | line help.h:5:1 return 1; | mov | line 25:1 }"       \
	"| exit | section .data WA | global object d 8 | quad 1 | btf"

struct lookup {
	const char *section;
	uint64_t offset;
	bool whole;
	const char *found;
};

static const struct lookup lookups[] = {
	{ ".text", 0, true, "test.c:3:0 int f(void)" },
	{ ".text", 0, false, "test.c:3:0 int f(void)" },
	{ ".text", 8, false, "test.c:4:9 return g();" },
	{ ".text", 16, false, "test.c:4:9 return g();" },
	{ ".text", 24, false, "-" },
	{ ".text", 32, false, "test.c:6:1 }" },
	{ ".text", 40, true, "-" },
	{ ".text", 40, false, "-" },
	{ ".text", 48, true, "-" },
	{ ".text", 56, false, "test.c:9:2 return;" },
	{ ".text", 64, false, "-" },
	{ ".text", NO_OFFSET, false, "-" },
	{ "xdp", 0, true, "test.c:20:0 -" },
	{ "xdp", 0, false, "test.c:20:1 return 0;" },
	{ "tc", 0, false, "help.h:5:1 return 1;" },
	{ "tc", 0, true, "-" },
	{ "tc", 8, false, "test.c:25:1 }" },
	{ ".data", 0, true, "-" },
};

static void expect_lookups(bool big_endian, void (*last)(struct linker *linker))
{
	struct world world;

	world_init(&world, big_endian, (const char *[]){ CODE, NULL });
	cr_assert(world_run(&world, last), "%s", world_messages(&world));
	for (size_t i = 0; i < sizeof(lookups) / sizeof(*lookups); i++) {
		const struct lookup *row = &lookups[i];
		const char *found = find(&world, world_section(&world, 0, row->section),
					 row->offset, row->whole);

		cr_expect_str_eq(found, row->found, "%s+%" PRIu64 ": %s", row->section, row->offset,
				 found);
	}
	world_deinit(&world);
}

// Names tell the sections of blocks first, then what read_declarations() found.
Test(positions, finds_lines)
{
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		expect_lookups(big_endian, cut_atoms);
		expect_lookups(big_endian, read_declarations);
		expect_lookups(big_endian, check_undefined);
	}
}

// Nothing says where functions begin.
Test(positions, needs_atoms)
{
	struct world world;

	world_init(&world, false, (const char *[]){ CODE, NULL });
	cr_assert(world_run(&world, read_references), "%s", world_messages(&world));
	cr_expect_str_eq(find(&world, world_section(&world, 0, ".text"), 8, false), "-");
	world_deinit(&world);
}

static void expect_both(void (*last)(struct linker *linker), const char *first, const char *second)
{
	struct world world;
	const struct object *object;

	world_init(&world, false,
		   (const char *[]){ "section xdp AX | global func a 8 | line 1:1 a | exit |"
				     "section xdp AX | global func b 8 | line 2:1 b | exit |"
				     "btf | relocated",
				     NULL });
	cr_assert(world_run(&world, last), "%s", world_messages(&world));
	object = world_symbol(&world, 0, "a")->object;
	cr_expect_str_eq(find(&world, world_symbol(&world, 0, "a")->section, 0, false), first);
	cr_expect_str_eq(find(&world, world_symbol(&world, 0, "b")->section, 0, false), second);
	cr_expect(object->ambiguous);
	world_deinit(&world);
}

Test(positions, tells_sections_of_one_name_apart)
{
	expect_both(cut_atoms, "-", "-");
	expect_both(read_declarations, "test.c:1:1 a", "test.c:2:1 b");
}

Test(positions, bounds_the_work)
{
	struct world world;
	const struct section *section;

	world_init(&world, false, (const char *[]){ CODE, NULL });
	cr_assert(world_run(&world, cut_atoms), "%s", world_messages(&world));
	section = world_section(&world, 0, ".text");
	world.linker.position_work = SIZE_MAX - 1;
	cr_expect_str_eq(find(&world, section, 8, false), "-");
	world_deinit(&world);
}

Test(positions, are_in_diagnostics)
{
	struct world world;
	struct bpfld_input input = { .name = "a.o" };
	struct bpfld_options options = {
		.inputs = &input,
		.input_count = 1,
		.output.kind = BPFLD_OUTPUT_MEMORY,
		.no_undefined = true,
	};
	struct bpfld_result result;
	struct str image;

	world_begin(&world);
	image = elf_text(&world.arena, false, CODE);
	input.data = image.data;
	input.size = image.size;
	cr_expect_not(bpfld_link(&options, &result));
	cr_assert_geq(result.diagnostic_count, 1);
	cr_expect_str_eq(result.diagnostics->file, "test.c");
	cr_expect_eq(result.diagnostics->line, 4);
	cr_expect_eq(result.diagnostics->column, 9);
	cr_expect_str_eq(result.diagnostics->source, "return g();");
	cr_expect_str_eq(result.diagnostics->section, ".text");
	cr_expect_eq(result.diagnostics->offset, 8);
	cr_expect(strstr(result.diagnostics->message,
			 "test.c:4:9: error: 'g' is undefined (called in 'f')"));
	cr_expect(
		strstr(result.diagnostics->message, "\n    4 | return g();\n      |         ^\n"));
	cr_expect(strstr(result.diagnostics->message, "\na.o:(.text+0x8): note: "));
	bpfld_result_deinit(&result);
	world_deinit(&world);
}
