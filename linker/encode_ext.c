/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The output's .BTF.ext: the records of live code at their new places, one list a section and kind,
 * ascending, because libbpf looks at the first list of a section and stops at the first record
 * past a program.
 */
#include "atoms.h"
#include "describe.h"
#include "output_types.h"

// Records of one object for one output section: of a block, or one that was made up.
struct source {
	const struct object *object;
	uint32_t block; // SOURCE_MADE_UP
	const struct section *section;
	struct btf_ext_record record;
};

#define SOURCE_MADE_UP UINT32_MAX

struct sources {
	struct source *items;
	size_t count, capacity;
};

struct ext_writer {
	struct linker *linker;
	struct btf_ext_encoder *encoder;
	struct describer describer;
	struct sources *sources; // of the kind at hand, by index of output section
};

static void add_source(struct ext_writer *writer, struct source source)
{
	const struct output_section *output = source.section->output;

	if (output)
		*array_add(writer->linker->arena, &writer->sources[output->shndx - 1]) = source;
}

static void find_sources(struct ext_writer *writer, enum btf_ext_kind kind,
			 const struct object *object)
{
	for (uint32_t i = 0; object->ext && i < object->ext->blocks.count; i++) {
		if (object->ext->blocks.items[i].kind == kind && object->ext_sections[i])
			add_source(writer, (struct source){ .object = object,
							    .block = i,
							    .section = object->ext_sections[i] });
	}
	if (object->btf && kind != BTF_EXT_CORE) {
		struct descriptions made = describe_functions(&writer->describer, object, kind);

		array_each(description, &made)
			add_source(writer, (struct source){ .object = object,
							    .block = SOURCE_MADE_UP,
							    .section = description->section,
							    .record = description->record });
	}
}

// Write a record, of which its object knows where it is. @atom is one that was looked at last, or
// NULL: most records are about the same as the one before.
static void write_record(struct ext_writer *writer, const struct source *source,
			 struct btf_ext_record record, const struct atom **atom)
{
	uint64_t offset = record.insn_off;

	if (!*atom || offset - (*atom)->offset >= (*atom)->size)
		*atom = section_atom(source->section, (int64_t)offset);
	// Folded code is nowhere: that which took its place has its own records.
	if (*atom && (!(*atom)->live || (*atom)->folded))
		return;
	if (*atom)
		record.insn_off = (uint32_t)((*atom)->place + offset - (*atom)->offset);
	btf_ext_encoder_add(writer->encoder, &record);
}

static void write_block(struct ext_writer *writer, enum btf_ext_kind kind,
			const struct source *source)
{
	const struct object *object = source->object;
	const struct btf_ext_block *block = &object->ext->blocks.items[source->block];
	struct declaration *const *functions = object->functions[source->block];
	const struct atom *atom = NULL;

	for (uint32_t i = 0; i < block->count; i++) {
		struct btf_ext_record record = btf_ext_record(block, i);

		if (kind == BTF_EXT_FUNC)
			record.field[0] = functions[i]->output;
		else if (kind == BTF_EXT_CORE)
			record.field[0] = output_type_id(writer->linker, object, record.field[0]);
		// A FUNC whose name is no symbol's does not go out.
		if (kind != BTF_EXT_FUNC || record.field[0])
			write_record(writer, source, record, &atom);
	}
}

static void write_source(struct ext_writer *writer, enum btf_ext_kind kind,
			 const struct source *source)
{
	const struct atom *atom = NULL;

	if (source->block != SOURCE_MADE_UP)
		write_block(writer, kind, source);
	else if (kind != BTF_EXT_FUNC || source->record.field[0])
		write_record(writer, source, source->record, &atom);
}

static void write_kind(struct ext_writer *writer, enum btf_ext_kind kind)
{
	struct linker *linker = writer->linker;

	if (kind == BTF_EXT_LINE && linker->options->strip_ext_lines)
		return;
	writer->sources = arena_new_array(linker->arena, struct sources, linker->sections.count);
	array_each(object, &linker->objects)
		find_sources(writer, kind, *object);
	for (size_t i = 0; i < linker->sections.count; i++) {
		btf_ext_encoder_begin(writer->encoder, kind, linker->sections.items[i]->name);
		array_each(source, &writer->sources[i])
			write_source(writer, kind, source);
		array_release(linker->arena, &writer->sources[i]);
	}
}

static size_t count_records(const struct linker *linker)
{
	size_t count = 0;

	array_each(object, &linker->objects) {
		for (size_t i = 0; (*object)->ext && i < (*object)->ext->blocks.count; i++)
			count += (*object)->ext->blocks.items[i].count;
	}
	return count;
}

void encode_ext(struct linker *linker)
{
	struct ext_writer writer = {
		.linker = linker,
		.describer.linker = linker,
		.encoder = btf_ext_encoder_create(linker->encoder, count_records(linker)),
	};

	for (int kind = 0; kind < BTF_EXT_KINDS; kind++)
		write_kind(&writer, (enum btf_ext_kind)kind);
	btf_ext_encoder_finish(writer.encoder, linker->big_endian, place_in(NULL, ".BTF.ext"),
			       linker->diag, &linker->btf_ext);
}
