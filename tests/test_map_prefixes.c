/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "world.h"

static const char *const texts[] = {
	"local file /build/test.c | section .text AX | global func f 8 | line f | exit | btf",
	"section .text AX | local func g 8 | line test.c | exit | btf",
	NULL,
};

// Lines are in "test.c"; the second source line is equal to that name.
static const struct {
	const char *name;
	struct bpfld_prefix_map maps[3];
	const char *line; // their source file
	const char *file; // the first FILE symbol
} cases[] = {
	{ "none fits", { { "/other", "x" } }, "test.c", "/build/test.c" },
	{ "a folder", { { "/build", "." } }, "test.c", "./test.c" },
	{ "a part of a name", { { "te", "be" }, { "/bu", "/gu" } }, "best.c", "/guild/test.c" },
	{ "all of a name", { { "test.c", "" } }, "", "/build/test.c" },
	{ "what is longer", { { "test.c.c", "x" } }, "test.c", "/build/test.c" },
	{ "the last counts",
	  { { "/", "a" }, { "/build/", "b" }, { "", "c" } },
	  "ctest.c",
	  "c/build/test.c" },
	{ "none is mapped twice",
	  { { "/build/", "test" }, { "test", "/build/" } },
	  "/build/.c",
	  "testtest.c" },
};

static void set_maps(struct bpfld_options *options, const struct bpfld_prefix_map *maps)
{
	options->prefix_maps = maps;
	while (options->prefix_map_count < 3 && maps[options->prefix_map_count].from)
		options->prefix_map_count++;
}

// The file of each line in the output, when it is the same.
static const char *line_file(struct world *world)
{
	const struct btf_unit *unit = world_types(world);
	struct btf_ext *ext =
		btf_ext_read(unit, world->linker.btf_ext.data, world->linker.btf_ext.size, false,
			     place_in("out", ".BTF.ext"), &world->arena, &world->diag);
	const char *file = NULL;

	cr_assert(ext);
	array_each(block, &ext->blocks) {
		for (uint32_t i = 0; block->kind == BTF_EXT_LINE && i < block->count; i++) {
			const char *each = strings_get(btf_graph_strings(unit->graph),
						       btf_ext_record(block, i).field[0])
						   .data;

			cr_assert(!file || strcmp(file, each) == 0, "%s and %s", file, each);
			file = each;
		}
	}
	return file;
}

Test(map_prefixes, changes_names_of_files)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		const struct output_symbol *symbols;

		world_init(&world, false, texts);
		set_maps(&world.options, cases[i].maps);
		cr_assert(world_run(&world, encode_types), "%s: %s", cases[i].name,
			  world_messages(&world));
		symbols = world.linker.symbols.items;
		cr_expect_str_eq(line_file(&world), cases[i].line, "%s: %s", cases[i].name,
				 line_file(&world));
		cr_expect_str_eq(linker_name(&world.linker, symbols[1].elf.st_name), cases[i].file,
				 "%s: %s", cases[i].name,
				 linker_name(&world.linker, symbols[1].elf.st_name));
		world_deinit(&world);
	}
}
