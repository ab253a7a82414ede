/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "expect.h"

static const char *name_of(const struct object *object, const struct section *section)
{
	return section >= object->sections && section < object->sections + object->section_count
		       ? section->text_name
		       : "lost";
}

// Of each section its name and what refers where, then where each symbol is:
// ".text > .data; f .text".
static const char *describe(struct world *world)
{
	const struct object *object = world->linker.objects.items[0];
	const char *text = "", *end = "";

	for (uint32_t i = 1; i < object->section_count; i++) {
		const struct section *section = &object->sections[i];

		text = arena_format(&world->arena, "%s%s%s", text, end, section->text_name);
		array_each(reference, &section->references)
			text = arena_format(&world->arena, "%s > %s", text,
					    !reference->named ? name_of(object, reference->target)
							      : "name");
		end = "; ";
	}
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->section && symbol->type != STT_SECTION)
			text = arena_format(&world->arena, "%s; %s in %s", text,
					    linker_name(&world->linker, symbol->name),
					    name_of(object, symbol->section));
	}
	return text;
}

// clang-format off
static const struct {
	const char *name;
	const char *text;
	const char *kept;
} cases[] = {
	{ "tables and debug sections go",
	  "section .debug_str - | byte 0 | section .text AX | global func f 8 | exit |"
	  "section .debug_info - | quad @.debug_str",
	  ".text; f in .text" },
	{ "references follow",
	  "section .debug_str - | byte 0 | section .text AX | load @.data | load v | exit |"
	  "section .comment - | byte 0 | section .data WA | quad @.text | global object v 8 | quad 1",
	  ".text > .data > name; .data > .text; v in .data" },
	{ "what has a name stays",
	  "section .debug_str - | byte 0 | section .debug_line - | local object d 1 | byte 0 |"
	  "section .text AX | global func f 8 | exit",
	  ".debug_line; .text; d in .debug_line; f in .text" },
	{ "BTF stays", "section .data WA | global object v 4 | word 0 | btf",
	  ".data; .BTF; .BTF.ext; v in .data" },
	{ "all stay where several have one name",
	  "section .data WA | global object v 4 | word 0 | section .debug_str - | byte 0 |"
	  "section .data WA | global object w 4 | word 0",
	  ".data; .debug_str; .data; .symtab; .strtab; v in .data; w in .data" },
};
// clang-format on

Test(keep_sections, keeps_those_that_matter)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, (const char *[]){ cases[i].text, NULL });
		expect_description(&world, keep_sections, describe, cases[i].name, cases[i].kept);
		world_deinit(&world);
	}
}

// Functions of an object without BTF are described before its sections move.
Test(keep_sections, made_up_records_follow)
{
	const struct object *object;
	struct world world;

	world_init(&world, false,
		   (const char *[]){ "section .text AX | global func f 8 | exit | btf",
				     "section .debug_str - | byte 0 |"
				     "section .text AX | global func g 8 | exit",
				     NULL });
	cr_assert(world_run(&world, keep_sections), "%s", world_messages(&world));
	object = world.linker.objects.items[1];
	cr_assert(object->bare);
	cr_expect_eq(object->ext_sections[0], &object->sections[1]);
	cr_expect_str_eq(object->ext_sections[0]->text_name, ".text");
	world_deinit(&world);
}
