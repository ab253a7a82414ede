/* SPDX-License-Identifier: BSD-2-Clause */
#include "option_object.h"

static void make_sections(struct linker *linker, struct object *object, const char *name,
			  struct str content)
{
	struct section *sections = arena_new_array(linker->arena, struct section, 2);
	uint32_t number = strings_intern(&linker->strings, str_of(name));

	sections[0].object = object;
	sections[1] = (struct section){
		.object = object,
		.text_name = name,
		.name = number,
		.output_name = number,
		.shndx = 1,
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC,
		.align = 1,
		.role = ROLE_DATA,
		.size = content.size,
		.data = (const uint8_t *)content.data,
	};
	object->sections = sections;
	object->section_count = 2;
}

struct object *add_option_object(struct linker *linker, const char *name, const char *section,
				 struct str content, uint32_t count)
{
	struct file *file = arena_new(linker->arena, struct file);
	struct object *object = arena_new(linker->arena, struct object);

	// There are no bytes that a message could be about.
	*file = (struct file){ .name = name, .fd = -1, .again_failed = true };
	*object = (struct object){
		.name = name,
		.file = file,
		.source = file,
		.index = (uint32_t)linker->objects.count,
		.size = content.size,
		.big_endian = linker->big_endian,
		.flags = linker->flags,
		.made = true,
		.symbols = arena_new_array(linker->arena, struct symbol, count + 1),
		.symbol_count = count + 1,
	};
	object->symbols[0].object = object;
	make_sections(linker, object, section, content);
	*array_add(linker->arena, &linker->objects) = object;
	return object;
}
