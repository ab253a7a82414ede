/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the output's .BTF.ext: the records of live code at their new places, in one sorted list
 * per section and kind, because libbpf looks at the first list of a section and stops at the first
 * record past a program.
 */
#include "atoms.h"
#include "describe.h"
#include "destination.h"
#include "output_types.h"

// Records of one object for one output section: those of a block, or made-up ones.
struct source {
	const struct object *object;
	uint32_t block; // SOURCE_MADE_UP
	const struct section *section;
	struct btf_ext_record record;
};

#define SOURCE_MADE_UP UINT32_MAX

struct sources {
	ARRAY_FIELDS(struct source);
};

struct ext_writer {
	struct linker *linker;
	struct btf_ext_encoder *encoder;
	struct describer describer;
	bool maps_files;         // --file-prefix-map
	struct sources *sources; // of the current kind, by index of the output section
};

static void add_source(struct ext_writer *writer, struct source source)
{
	const struct output_section *output = source.section->output;

	if (output)
		*array_add(writer->linker->arena, &writer->sources[output->shndx - 1]) = source;
}

// Add block @index of @object, about @section or a copy of it.
static void add_block(struct ext_writer *writer, const struct object *object, uint32_t index,
		      const struct section *section)
{
	add_source(writer, (struct source){ object, index, section, { 0 } });
	array_each(copy, &object->bound) {
		if ((*copy)->shndx == section->shndx)
			add_source(writer, (struct source){ object, index, *copy, { 0 } });
	}
}

static void find_sources(struct ext_writer *writer, enum btf_ext_kind kind,
			 const struct object *object)
{
	for (uint32_t i = 0; object->ext && i < object->ext->blocks.count; i++) {
		if (object->ext->blocks.items[i].kind == kind && object->ext_sections[i])
			add_block(writer, object, i, object->ext_sections[i]);
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
// Write a record that has offsets and ids of its object.
static void write_record(struct ext_writer *writer, const struct section *section,
			 struct btf_ext_record record)
{
	const struct atom *atom = section_atom(section, record.insn_off);
	struct destination to = record_destination(section, atom, record.insn_off);

	if (to.section != section->output)
		return;
	record.insn_off = (uint32_t)to.offset;
	btf_ext_encoder_add(writer->encoder, &record);
}

// How many records from @first on are about the same atom.
static uint32_t count_records(const struct btf_ext_block *block, uint32_t first,
			      const struct atom *atom)
{
	uint32_t next = first + 1;

	while (atom && next < block->count &&
	       btf_ext_record(block, next).insn_off - atom->offset < atom->size)
		next++;
	return next - first;
}

// The name that goes out for the source file @name.
static uint32_t output_file(const struct linker *linker, uint32_t name)
{
	return linker->mapped_files[!!(name & TEXT_BIT)].items[name & ~TEXT_BIT];
}

static void write_run(struct ext_writer *writer, const struct source *source, uint32_t first,
		      uint32_t count, uint32_t shift)
{
	const struct object *object = source->object;
	const struct btf_ext_block *block = &object->ext->blocks.items[source->block];
	uint32_t *words = btf_ext_encoder_add_block(writer->encoder, block, first, count);

	for (; count; count--, words += btf_ext_record_words(block->kind)) {
		words[0] += shift;
		if (block->kind == BTF_EXT_CORE)
			words[1] = output_type_id(writer->linker, object, words[1]);
		else if (writer->maps_files)
			words[1] = output_file(writer->linker, words[1]);
	}
}

// Most records are about the same atom as the one before, and move as far.
static void write_runs(struct ext_writer *writer, const struct source *source)
{
	const struct btf_ext_block *block = &source->object->ext->blocks.items[source->block];

	for (uint32_t i = 0, count; i < block->count; i += count) {
		uint32_t offset = btf_ext_record(block, i).insn_off;
		const struct atom *atom = section_atom(source->section, offset);
		struct destination to = record_destination(source->section, atom, offset);

		count = count_records(block, i, atom);
		if (to.section == source->section->output)
			write_run(writer, source, i, count, (uint32_t)to.offset - offset);
	}
}

static void write_functions(struct ext_writer *writer, const struct source *source)
{
	const struct object *object = source->object;
	const struct btf_ext_block *block = &object->ext->blocks.items[source->block];

	for (uint32_t i = 0; i < block->count; i++) {
		struct btf_ext_record record = btf_ext_record(block, i);

		record.field[0] = output_function_id(object->functions[source->block][i]);
		if (record.field[0])
			write_record(writer, source->section, record);
	}
}

// Write one line without text for each function of @source, for --strip-btf-ext-lines.
static void write_bare_lines(struct ext_writer *writer, const struct source *source)
{
	const struct object *object = source->object;
	const struct btf_ext_block *block;

	if (source->block == SOURCE_MADE_UP) {
		struct btf_ext_record record = { .insn_off = source->record.insn_off };

		if (source->record.field[0])
			write_record(writer, source->section, record);
		return;
	}
	block = &object->ext->blocks.items[source->block];
	for (uint32_t i = 0; i < block->count; i++) {
		struct btf_ext_record record = { .insn_off = btf_ext_record(block, i).insn_off };

		if (output_function_id(object->functions[source->block][i]))
			write_record(writer, source->section, record);
	}
}

static void write_source(struct ext_writer *writer, enum btf_ext_kind kind,
			 const struct source *source)
{
	if (source->block != SOURCE_MADE_UP && kind == BTF_EXT_FUNC)
		write_functions(writer, source);
	else if (source->block != SOURCE_MADE_UP)
		write_runs(writer, source);
	else if (kind != BTF_EXT_FUNC || source->record.field[0])
		write_record(writer, source->section, source->record);
}

static void write_kind(struct ext_writer *writer, enum btf_ext_kind kind)
{
	struct linker *linker = writer->linker;
	bool bare = kind == BTF_EXT_LINE && linker->options->strip_ext_lines;

	writer->sources = arena_new_array(linker->arena, struct sources, linker->sections.count);
	array_each(object, &linker->objects)
		find_sources(writer, bare ? BTF_EXT_FUNC : kind, *object);
	for (size_t i = 0; i < linker->sections.count; i++) {
		btf_ext_encoder_begin(writer->encoder, kind, linker->sections.items[i]->name);
		array_each(source, &writer->sources[i])
			bare ? write_bare_lines(writer, source)
			     : write_source(writer, kind, source);
		array_release(linker->arena, &writer->sources[i]);
	}
}

static size_t count_all_records(const struct linker *linker)
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
		.describer = describer_create(linker),
		.maps_files = linker->options->prefix_map_count != 0,
		.encoder = btf_ext_encoder_create(linker->encoder, count_all_records(linker)),
	};

	for (int kind = 0; kind < BTF_EXT_KINDS; kind++)
		write_kind(&writer, (enum btf_ext_kind)kind);
	btf_ext_encoder_finish(writer.encoder, linker->big_endian, place_in(NULL, ".BTF.ext"),
			       linker->diag, &linker->btf_ext);
}
