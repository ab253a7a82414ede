/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "btf_raw.h"
#include "elf_object.h"
#include "expect.h"

static const char *describe_record(struct arena *arena, const struct btf_unit *unit,
				   enum btf_ext_kind kind, struct btf_ext_record record)
{
	const struct strings *strings = btf_graph_strings(unit->graph);
	const char *type =
		kind == BTF_EXT_LINE || record.field[0] == 0
			? ""
			: btf_unit_string(unit, btf_unit_type(unit, record.field[0])->name_off)
				  .data;

	switch (kind) {
	case BTF_EXT_FUNC:
		return arena_format(arena, "%" PRIu32 " %s", record.insn_off, type);
	case BTF_EXT_LINE:
		return arena_format(arena, "%" PRIu32 " '%s:%s:%" PRIu32 "'", record.insn_off,
				    strings_get(strings, record.field[0]).data,
				    strings_get(strings, record.field[1]).data,
				    record.field[2] >> 10);
	case BTF_EXT_CORE:
		return arena_format(arena, "%" PRIu32 " %s %s %" PRIu32, record.insn_off, type,
				    strings_get(strings, record.field[1]).data, record.field[2]);
	case BTF_EXT_KINDS:
		break;
	}
	return "";
}

// "func .text { 0 f, 8 g }; core xdp { 8 s 0:1 0 }": all blocks of the output.
static const char *describe(struct world *world)
{
	static const char *const kinds[] = { "func", "line", "core" };
	struct linker *linker = &world->linker;
	struct arena *arena = &world->arena;
	const struct btf_unit *unit = world_types(world);
	const char *text = "";
	struct btf_ext *ext;

	ext = btf_ext_read(unit, linker->btf_ext.data, linker->btf_ext.size, linker->big_endian,
			   place_in("out", ".BTF.ext"), arena, &world->diag);
	cr_assert(ext, "%s", world_messages(world));
	array_each(block, &ext->blocks) {
		text = arena_format(
			arena, "%s%s%s %s {", text, *text ? "; " : "", kinds[block->kind],
			strings_get(btf_graph_strings(unit->graph), block->section).data);
		for (uint32_t i = 0; i < block->count; i++)
			text = arena_format(arena, "%s%s %s", text, i ? "," : "",
					    describe_record(arena, unit, block->kind,
							    btf_ext_record(block, i)));
		text = arena_format(arena, "%s }", text);
	}
	return text;
}

#define F "section .text AX | global func f 8 | line f | exit | btf"

// clang-format off
static const struct {
	const char *name;
	const char *texts[4];
	const char *ext;
} cases[] = {
	{ "one input", { F }, "func .text { 0 f }; line .text { 0 'test.c:f:1' }" },
	{ "records move with their code",
	  { F, "section .text AX | global func g 16 | mov | line g | exit | btf" },
	  "func .text { 0 f, 8 g }; line .text { 0 'test.c:f:1', 16 'test.c:g:1' }" },
	{ "one block a section",
	  { "section xdp AX | global func a 8 | exit | section .text AX | global func b 8 | exit | btf",
	    "section .text AX | global func c 8 | exit | section xdp AX | global func d 8 | exit | btf" },
	  "func xdp { 0 a, 8 d }; func .text { 0 b, 8 c }" },
	{ "CO-RE",
	  { F, "section .text AX | global func g 8 | relo 2 0:0 struct s 4 { x 0 int ; } | exit | btf" },
	  "func .text { 0 f, 8 g }; line .text { 0 'test.c:f:1', 8 '::0' }; core .text { 8 s 0:0 2 }" },
	{ "dead code has none",
	  { "section .text AX | weak func f 8 | line dead | exit | global func g 8 | line g | exit | btf", F },
	  "func .text { 0 g, 8 f }; line .text { 0 'test.c:g:1', 8 'test.c:f:1' }" },
	{ "sections that are gone have none",
	  { "section xdp AX | weak func f 8 | line dead | relo 2 0 int | exit | btf", F },
	  "func .text { 0 f }; line .text { 0 'test.c:f:1' }" },
	{ "needed code keeps them",
	  { "section .text AX | weak func f 8 | line weak | exit | local func g 16 | near -2 | exit | btf", F },
	  "func .text { 0 f, 8 g, 24 f }; line .text { 0 'test.c:weak:1', 24 'test.c:f:1' }" },
	{ "static functions",
	  { "section .text AX | local func s 8 | exit | btf", "section .text AX | local func s 8 | exit | btf" },
	  "func .text { 0 s, 8 s }" },
	{ "one input without", { "section .text AX | exit", F },
	  "func .text { 8 f }; line .text { 8 'test.c:f:1' }" },
	{ "a line like a name that comes later",
	  { "section .text AX | global func f 8 | line g | exit | btf",
	    "section .text AX | global func g 8 | line g | exit | btf" },
	  "func .text { 0 f, 8 g }; line .text { 0 'test.c:g:1', 8 'test.c:g:1' }" },
	{ "lines of one instruction",
	  { "section .text AX | global func f 8 | line f | line two | line f | exit | btf" },
	  "func .text { 0 f }; line .text { 0 'test.c:f:1', 0 'test.c:two:1', 0 'test.c:f:1' }" },
	{ "two FUNCs of one name at one place", { "section .text AX | global func a 8 | global func b 8 | exit | called b a | btf" }, "func .text { 0 a, 0 a }" },
	{ "one of them static", { "section .text AX | global func a 8 | local func b 8 | exit | called b a | btf" }, "func .text { 0 a, 0 a }" },
	{ "two FUNCs of a global function, without func_info",
	  { "section .text AX | global func f 8 | exit | global func g 8 | exit | btf | unplaced | called g f" },
	  "func .text { 0 f }; line .text { 0 '::0' }" },
	{ "functions that change their order",
	  { "section .text.b AX | global func b 8 | exit | section .text AX | global func a 8 | exit | btf" },
	  "func .text { 0 b, 8 a }" },
};
// clang-format on

Test(encode_ext, writes_records_of_live_code)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct world world;

			world_init(&world, big_endian, cases[i].texts);
			// Equal names are for unique_locals() to test.
			world.options.no_unique_locals = true;
			expect_description(&world, encode_types, describe, cases[i].name,
					   cases[i].ext);
			world_deinit(&world);
		}
	}
}

// A line for each function that goes out, also where the input had none, or more.
Test(encode_ext, stripped_lines_leave_one_a_function)
{
	static const struct {
		const char *name;
		const char *texts[4];
		const char *ext;
	} stripped[] = {
		{ "one input", { F }, "func .text { 0 f }; line .text { 0 '::0' }" },
		{ "several lines, and none",
		  { "section .text AX | global func f 16 | line f | mov | line g | exit | btf",
		    "section .text AX | global func g 16 | mov | exit | btf" },
		  "func .text { 0 f, 16 g }; line .text { 0 '::0', 16 '::0' }" },
		{ "dead code",
		  { "section .text AX | weak func f 8 | line dead | exit | btf", F },
		  "func .text { 0 f }; line .text { 0 '::0' }" },
		{ "without records of functions",
		  { F, "section .text AX | global func g 8 | exit" },
		  "func .text { 0 f, 8 g }; line .text { 0 '::0', 8 '::0' }" },
	};

	for (size_t i = 0; i < sizeof(stripped) / sizeof(*stripped); i++) {
		struct world world;

		world_init(&world, false, stripped[i].texts);
		world.options.strip_ext_lines = true;
		expect_description(&world, encode_types, describe, stripped[i].name,
				   stripped[i].ext);
		world_deinit(&world);
	}
}

// Three instructions with the records of their lines in another order.
static struct str make_unsorted(struct arena *arena)
{
	static const uint32_t offsets[] = { 16, 0, 8 };
	struct elf_object object = elf_object_begin(arena, false);
	struct btf_raw btf = btf_raw_begin(arena, false);
	struct btf_ext_raw ext = btf_ext_raw_begin(arena, false);
	uint32_t name = btf_raw_string(&btf, ".text");
	struct str bytes;

	elf_object_section(&object, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
	btf_ext_raw_section(&ext, BTF_EXT_LINE, name);
	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		elf_object_integer(&object, 1, 8, 0x95);
		btf_ext_raw_record(&ext, BTF_EXT_LINE,
				   (struct btf_ext_record){
					   offsets[i], { name, name, (offsets[i] + 1) << 10 } });
	}
	bytes = btf_raw_finish(&btf);
	elf_object_section(&object, ".BTF", SHT_PROGBITS, 0, 4);
	elf_object_bytes(&object, 2, bytes.data, bytes.size);
	bytes = btf_ext_raw_finish(&ext);
	elf_object_section(&object, ".BTF.ext", SHT_PROGBITS, 0, 4);
	elf_object_bytes(&object, 3, bytes.data, bytes.size);
	return elf_object_finish(&object);
}

Test(encode_ext, sorts_records)
{
	struct world world;

	world_begin(&world);
	world_add(&world, make_unsorted(&world.arena));
	cr_assert(world_run(&world, encode_types), "%s", world_messages(&world));
	cr_expect_str_eq(
		describe(&world),
		"line .text { 0 '.text:.text:1', 8 '.text:.text:9', 16 '.text:.text:17' }");
	world_deinit(&world);
}

Test(encode_ext, is_left_out_when_no_input_has_it)
{
	struct world world;

	world_init(&world, false,
		   (const char *[]){ "section .text AX | global func f 8 | exit",
				     "section .text AX | global func g 8 | exit", NULL });
	cr_assert(world_run(&world, encode_types));
	cr_expect_eq(world.linker.btf.size, 0);
	cr_expect_eq(world.linker.btf_ext.size, 0);
	world_deinit(&world);
}

Test(encode_ext, records_must_be_about_code)
{
	static const struct {
		const char *text;
		const char *message;
	} errors[] = {
		{ "section .data WA | line x | quad 0 | btf",
		  "line_info is for section '.data', which is no code here" },
		{ "section .text AX | exit | line x | btf",
		  "line_info is for offset 0x8 of section '.text', where no instruction is" },
		{ "section .text AX | exit | relo 0 0 int | btf",
		  "core_relo is for offset 0x8 of section '.text', where no instruction is" },
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		struct world world;

		world_init(&world, false, (const char *[]){ errors[i].text, NULL });
		cr_expect_not(world_run(&world, read_declarations), "%s", errors[i].text);
		cr_expect(strstr(world_messages(&world), errors[i].message), "%s: %s",
			  errors[i].text, world_messages(&world));
		world_deinit(&world);
	}
}
