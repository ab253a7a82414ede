/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "atoms.h"
#include "world.h"

#define LICENSE_ADVICE "use one in all files, or choose the output's with --license=TEXT\n"

static const struct {
	const char *name;
	const char *texts[4];
	const char *message; // no error: all are folded into the one to keep
	size_t kept;
} cases[] = {
	{ "equal",
	  { "section license WA | string GPL", "section license WA | string GPL" },
	  "",
	  0 },
	{ "const and not",
	  { "section license A | string GPL", "section license WA | string GPL" },
	  "",
	  0 },
	{ "padded array",
	  { "section license WA | string GPL", "section license WA | string GPL | zero 9" },
	  "",
	  0 },
	{ "padded array first",
	  { "section license WA | string GPL | zero 9", "section license WA | string GPL",
	    "section license WA | string GPL" },
	  "",
	  1 },
	{ "all are padded, one the least",
	  { "section license WA | string GPL | zero 9", "section license WA | string GPL | zero 2",
	    "section license WA | string GPL | zero 2" },
	  "",
	  1 },
	{ "no NUL at the end, first",
	  { "section license WA | byte 71 | byte 80 | byte 76", "section license WA | string GPL",
	    "section license WA | string GPL | byte 0" },
	  "",
	  1 },
	{ "nor at the end of any",
	  { "section license WA | byte 71 | byte 80 | byte 76",
	    "section license WA | byte 71 | byte 80 | byte 76" },
	  "",
	  0 },
	{ "two strings, and one",
	  { "section license WA | string GPL | string MIT", "section license WA | string GPL" },
	  "",
	  1 },
	{ "two strings",
	  { "section license WA | string GPL | string GPL" },
	  "a.o:(license): warning: license goes on after \"GPL\": libbpf stops there, cilium/ebpf "
	  "and aya refuse it; define one string\n",
	  0 },
	{ "an empty string first",
	  { "section license WA | string GPL", "section license WA | byte 0 | string GPL" },
	  "b.o:(license): error: license \"\" differs from \"GPL\" in 'a.o'; " LICENSE_ADVICE,
	  0 },
	{ "no NUL at the end",
	  { "section license WA | string GPL", "section license WA | byte 71 | byte 80 | byte 76" },
	  "",
	  0 },
	{ "three",
	  { "section license WA | string GPL", "section license WA | string GPL",
	    "section license WA | string GPL" },
	  "",
	  0 },
	{ "an empty section", { "section license WA | string GPL", "section license WA" }, "", 0 },
	{ "different",
	  { "section license WA | string GPL", "section license WA | string MIT" },
	  "b.o:(license): error: license \"MIT\" differs from \"GPL\" in 'a.o'; " LICENSE_ADVICE,
	  0 },
	{ "prefix",
	  { "section license WA | string GPLv2", "section license WA | string GPL" },
	  "b.o:(license): error: license \"GPL\" differs from \"GPLv2\" in 'a.o'; " LICENSE_ADVICE,
	  0 },
	{ "each different one is told",
	  { "section license WA | string A", "section license WA | string B",
	    "section license WA | string C" },
	  "b.o:(license): error: license \"B\" differs from \"A\" in 'a.o'; " LICENSE_ADVICE
	  "c.o:(license): error: license \"C\" differs from \"A\" in 'a.o'; " LICENSE_ADVICE,
	  0 },
	{ "versions", { "section version WA | word 9", "section version A | word 9" }, "", 0 },
	{ "versions differ",
	  { "section version WA | word 9", "section version WA | word 8" },
	  "b.o:(version): error: version differs from the one in 'a.o'; use one in "
	  "all files\n",
	  0 },
	{ "version of another size",
	  { "section version WA | word 0", "section version WA | quad 0" },
	  "b.o:(version): error: version differs from the one in 'a.o'; use one in "
	  "all files\n",
	  0 },
};

Test(singletons, fold_when_they_say_the_same)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		struct atom *kept;

		world_init(&world, false, cases[i].texts);
		world_run(&world, fold_singletons);
		cr_expect_str_eq(world_messages(&world), cases[i].message, "%s: %s", cases[i].name,
				 world_messages(&world));
		kept = &world.linker.objects.items[cases[i].kept]->sections[1].atoms.items[0];
		cr_expect_null(kept->folded, "%s", cases[i].name);
		for (size_t j = 0; world.diag.error_count == 0 && j < world.linker.objects.count;
		     j++) {
			struct section *section = &world.linker.objects.items[j]->sections[1];

			array_each(atom, &section->atoms)
				cr_expect_eq(atom_survivor(atom), kept, "%s", cases[i].name);
		}
		world_deinit(&world);
	}
}

// Where there is none, that of --license is the output's; an empty section is none.
Test(singletons, make_the_license_of_the_user)
{
	static const char *const texts[][3] = {
		{ "section xdp AX | global func f 8 | exit", "section .text AX | exit" },
		{ "section license WA", "section xdp AX | exit" },
		{ "section .text AX | exit", "section license A | string MIT" },
		{ "section license WA | string MIT", "section license WA | string BSD" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct world world;
		struct output_section *output;

		world_init(&world, i % 2, texts[i]);
		world.options.license = "GPL";
		cr_assert(world_run(&world, relocate), "%zu: %s", i, world_messages(&world));
		output = world_output(&world, "license");
		cr_assert_not_null(output, "%zu", i);
		cr_expect_eq(output->size, 4, "%zu", i);
		cr_expect_str_eq((const char *)world_bytes(&world, output), "GPL", "%zu", i);
		world_deinit(&world);
	}
}

// References to a licence's symbol find it only where there is one.
Test(singletons, keep_one_with_a_symbol)
{
	static const char *const texts[] = {
		"section license WA | string GPL",
		"section license WA | global object l 5 | string GPL | byte 0",
		NULL,
	};
	struct world world;

	world_init(&world, false, texts);
	world_run(&world, fold_singletons);
	cr_expect_eq(world.linker.objects.items[0]->sections[1].atoms.items[0].folded,
		     &world.linker.objects.items[1]->sections[1].atoms.items[0]);
	world_deinit(&world);
}
