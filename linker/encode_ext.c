/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The output's .BTF.ext: the records of live code at their new places, one list a section and kind,
 * ascending, because libbpf looks at the first list of a section and stops at the first record
 * past a program.
 *
 * Records are gathered first and translated in the order in which they go out: strings get their
 * offsets at first use, and linking the output again must meet them in the same order.
 */
#include <stdlib.h>

#include "atoms.h"
#include "describe.h"
#include "output_types.h"

// A record at its new place; fields are still the object's, but for FUNCs.
struct entry {
	struct btf_ext_record record;
	uint32_t object;
};

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

// Where a string of an object went. The records of a function name one file and a few lines over
// and over, so that a handful of strings is worth remembering.
struct moved_string {
	const struct object *object;
	uint32_t from, to;
};

#define MOVED_STRINGS 64

struct ext_writer {
	struct linker *linker;
	struct btf_ext_encoder *encoder;
	struct describer describer;
	struct sources *sources;     // of the kind at hand, by index of output section
	ARRAY(struct entry) entries; // of the section at hand
	struct moved_string moved[MOVED_STRINGS];
};

static uint32_t new_string(struct ext_writer *writer, const struct object *object, uint32_t offset)
{
	struct linker *linker = writer->linker;
	struct moved_string *moved = &writer->moved[offset % MOVED_STRINGS];
	uint32_t name;

	if (moved->object == object && moved->from == offset)
		return moved->to;
	name = strings_intern(&linker->strings, btf_unit_string(object->btf, offset));
	*moved = (struct moved_string){ object, offset, btf_encoder_string(linker->encoder, name) };
	return moved->to;
}

static struct btf_ext_record translate(struct ext_writer *writer, enum btf_ext_kind kind,
				       const struct entry *entry)
{
	const struct object *object = writer->linker->objects.items[entry->object];
	struct btf_ext_record record = entry->record;

	switch (kind) {
	case BTF_EXT_LINE:
		record.field[0] = new_string(writer, object, record.field[0]);
		record.field[1] = new_string(writer, object, record.field[1]);
		break;
	case BTF_EXT_CORE:
		record.field[1] = new_string(writer, object, record.field[1]);
		record.field[0] = output_type_id(writer->linker, object, record.field[0]);
		break;
	case BTF_EXT_FUNC:
	case BTF_EXT_KINDS:
		break;
	}
	return record;
}

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

// @atom is one that was looked at last, or NULL: most records are about the same as the one before.
static void gather_record(struct ext_writer *writer, enum btf_ext_kind kind,
			  const struct source *source, struct btf_ext_record record,
			  const struct atom **atom)
{
	uint64_t offset = record.insn_off;

	if (!*atom || offset - (*atom)->offset >= (*atom)->size)
		*atom = section_atom(source->section, (int64_t)offset);
	// A FUNC whose name is no symbol's does not go out. Folded code is nowhere: that which took
	// its place has its own records.
	if ((*atom && (!(*atom)->live || (*atom)->folded)) ||
	    (kind == BTF_EXT_FUNC && !record.field[0]))
		return;
	if (*atom)
		record.insn_off = (uint32_t)((*atom)->place + offset - (*atom)->offset);
	*array_add(writer->linker->arena, &writer->entries) =
		(struct entry){ record, source->object->index };
}

static void gather_source(struct ext_writer *writer, enum btf_ext_kind kind,
			  const struct source *source)
{
	const struct btf_ext_block *block;
	struct declaration *const *functions;
	const struct atom *atom = NULL;

	if (source->block == SOURCE_MADE_UP) {
		gather_record(writer, kind, source, source->record, &atom);
		return;
	}
	block = &source->object->ext->blocks.items[source->block];
	functions = source->object->functions[source->block];
	for (uint32_t i = 0; i < block->count; i++) {
		struct btf_ext_record record = btf_ext_record(block, i);

		if (functions)
			record.field[0] = functions[i]->output;
		gather_record(writer, kind, source, record, &atom);
	}
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->record.insn_off != y->record.insn_off)
		return x->record.insn_off < y->record.insn_off ? -1 : 1;
	return memcmp(x->record.field, y->record.field, sizeof(x->record.field));
}

static void sort_entries(struct ext_writer *writer)
{
	struct entry *entries = writer->entries.items;

	for (size_t i = 1; i < writer->entries.count; i++) {
		// Compilers write them in order.
		if (entries[i - 1].record.insn_off <= entries[i].record.insn_off)
			continue;
		qsort(entries, writer->entries.count, sizeof(*entries), compare_entries);
		return;
	}
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
		writer->entries.count = 0;
		array_each(source, &writer->sources[i])
			gather_source(writer, kind, source);
		sort_entries(writer);
		btf_ext_encoder_begin(writer->encoder, kind, linker->sections.items[i]->name);
		array_each(entry, &writer->entries) {
			struct btf_ext_record record = translate(writer, kind, entry);

			btf_ext_encoder_add(writer->encoder, &record);
		}
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
