/* SPDX-License-Identifier: BSD-2-Clause */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "elf_text.h"
#include "input.h"
#include "support/check.h"

void world_begin(struct world *world)
{
	*world = (struct world){ 0 };
	arena_init(&world->arena, SIZE_MAX);
	diag_init(&world->diag, &world->arena);
	world->options.inputs = world->inputs;
	world->options.output.kind = BPFLD_OUTPUT_MEMORY;
	world->linker = (struct linker){
		.options = &world->options,
		.arena = &world->arena,
		.diag = &world->diag,
	};
	strings_init(&world->linker.strings, &world->arena);
	world->linker.graph = btf_graph_create(&world->arena, &world->linker.strings);
	world->linker.text_name = strings_intern(&world->linker.strings, STR(".text"));
}

void world_add(struct world *world, struct str image)
{
	static const char *const names[WORLD_OBJECTS] = { "a.o", "b.o", "c.o", "d.o" };
	size_t index = world->options.input_count++;

	world->inputs[index] = (struct bpfld_input){
		.name = names[index],
		.data = image.data,
		.size = image.size,
	};
}

void world_init(struct world *world, bool big_endian, const char *const texts[])
{
	world_begin(world);
	for (size_t i = 0; texts[i]; i++)
		world_add(world, elf_text(&world->arena, big_endian, texts[i]));
}

void world_init_images(struct world *world, const struct str *images, size_t count)
{
	world_begin(world);
	for (size_t i = 0; i < count; i++)
		world_add(world, images[i]);
}

// Every output must be valid, whatever the test looks at, unless its inputs were not.
static void check_image(struct world *world)
{
	struct str image = world_image(world);
	char *problems = check_object(image.data, image.size,
				      CHECK_PARTIAL_BTF | CHECK_CODE_GAPS | CHECK_ANY_INPUT);

	if (*problems)
		diag_error(&world->diag, ERROR_MALFORMED_ELF, (struct place){ 0 },
			   "the checker says:\n%s", problems);
	free(problems);
}

struct btf_unit *world_types(struct world *world)
{
	struct strings *strings = arena_new(&world->arena, struct strings);
	struct str btf = world->linker.btf;
	struct btf_unit *unit;

	if (btf.size == 0)
		return NULL;
	strings_init(strings, &world->arena);
	unit = btf_unit_read(btf_graph_create(&world->arena, strings), btf.data, btf.size,
			     world->linker.big_endian, place_in("out", ".BTF"), &world->diag);
	if (!unit) {
		fprintf(stderr, "world_types: %s\n", world_messages(world));
		abort();
	}
	return unit;
}

bool world_run(struct world *world, void (*last)(struct linker *linker))
{
	for (size_t i = 0; i < pass_count; i++) {
		passes[i].run(&world->linker);
		// The checker does not know extended section numbers.
		if (passes[i].run == write_elf && !world->diag.error_count &&
		    world->linker.sections.count < SHN_LORESERVE)
			check_image(world);
		if (passes[i].run == last)
			return world->diag.error_count == 0;
		if (world->diag.error_count && !passes[i].goes_on)
			return false;
	}
	fprintf(stderr, "world_run: no such pass\n");
	abort();
}

const char *world_messages(struct world *world)
{
	const char *text = "";

	for (const struct diag_message *each = world->diag.first; each; each = each->next) {
		struct diag_message plain = *each;

		plain.code = NO_CODE;
		text = arena_format(&world->arena, "%s%s\n", text,
				    diag_format(&plain, &world->arena));
	}
	return text;
}

// The number of @name, which the linker no longer knows in the end; UINT32_MAX when it has none.
static uint32_t name_of(const struct world *world, const char *name)
{
	const struct strings *strings = &world->linker.strings;

	for (uint32_t i = 0; i < strings->strings.count; i++) {
		if (str_equal(strings_get(strings, i), str_of(name)))
			return i;
	}
	return UINT32_MAX;
}

struct section *world_section(struct world *world, size_t object, const char *name)
{
	struct object *in = world->linker.objects.items[object];

	for (uint32_t i = 1; i < in->section_count; i++) {
		if (strcmp(in->sections[i].text_name, name) == 0)
			return &in->sections[i];
	}
	fprintf(stderr, "world_section: no section '%s' in object %zu\n", name, object);
	abort();
}

struct symbol *world_symbol(struct world *world, size_t object, const char *name)
{
	struct object *in = world->linker.objects.items[object];
	uint32_t number = name_of(world, name);

	for (uint32_t i = 1; i < in->symbol_count; i++) {
		if (in->symbols[i].name == number)
			return &in->symbols[i];
	}
	fprintf(stderr, "world_symbol: no symbol '%s' in object %zu\n", name, object);
	abort();
}

struct global *world_global(struct world *world, const char *name)
{
	return linker_global(&world->linker, name_of(world, name));
}

struct output_section *world_output(struct world *world, const char *name)
{
	return linker_section(&world->linker, name_of(world, name));
}

const uint8_t *world_bytes(struct world *world, const struct output_section *output)
{
	uint8_t *bytes;

	if (output->type == SHT_NOBITS)
		return NULL;
	bytes = arena_alloc(&world->arena, output->size);
	array_each(each, &output->atoms) {
		const struct atom *atom = *each;

		if (atom->section->data)
			memcpy(bytes + atom->place, atom->section->data + atom->offset, atom->size);
	}
	return bytes;
}

struct str world_image(struct world *world)
{
	char *bytes = arena_alloc(&world->arena, world->linker.image_size);

	pieces_copy(&world->linker.image, bytes);
	return (struct str){ bytes, world->linker.image_size };
}

void world_deinit(struct world *world)
{
	array_each(file, &world->linker.files)
		file_close(*file);
	arena_deinit(&world->arena);
}
