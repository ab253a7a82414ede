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

struct entries {
	struct entry *items;
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
	struct describer describer;
	struct entries *entries; // of the kind at hand, by index of output section
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

static void gather_record(struct ext_writer *writer, enum btf_ext_kind kind,
			  const struct object *object, const struct section *section,
			  struct btf_ext_record record)
{
	struct entry entry = { record, object->index };
	struct destination to = record_destination(section, record.insn_off);

	// A FUNC whose name is no symbol's does not go out.
	if (!to.section || (kind == BTF_EXT_FUNC && !record.field[0]))
		return;
	entry.record.insn_off = (uint32_t)to.offset;
	*array_add(writer->linker->arena, &writer->entries[to.section->shndx - 1]) = entry;
}

static void gather_block(struct ext_writer *writer, const struct object *object, size_t index)
{
	const struct btf_ext_block *block = &object->ext->blocks.items[index];
	const struct section *section = object->ext_sections[index];
	struct declaration *const *functions = object->functions[index];

	for (uint32_t i = 0; section->output && i < block->count; i++) {
		struct btf_ext_record record = btf_ext_record(block, i);

		if (functions)
			record.field[0] = functions[i]->output;
		gather_record(writer, block->kind, object, section, record);
	}
}

static void gather_blocks(struct ext_writer *writer, enum btf_ext_kind kind,
			  const struct object *object)
{
	for (size_t i = 0; object->ext && i < object->ext->blocks.count; i++) {
		if (object->ext->blocks.items[i].kind == kind && object->ext_sections[i])
			gather_block(writer, object, i);
	}
}

static void gather_descriptions(struct ext_writer *writer, enum btf_ext_kind kind,
				const struct object *object)
{
	struct descriptions made = describe_functions(&writer->describer, object, kind);

	array_each(description, &made)
		gather_record(writer, kind, object, description->section, description->record);
}

static void gather_kind(struct ext_writer *writer, enum btf_ext_kind kind)
{
	struct linker *linker = writer->linker;

	writer->entries = arena_new_array(linker->arena, struct entries, linker->sections.count);
	if (kind == BTF_EXT_LINE && linker->options->strip_ext_lines)
		return;
	array_each(object, &linker->objects) {
		gather_blocks(writer, kind, *object);
		if ((*object)->btf && kind != BTF_EXT_CORE)
			gather_descriptions(writer, kind, *object);
	}
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->record.insn_off != y->record.insn_off)
		return x->record.insn_off < y->record.insn_off ? -1 : 1;
	return memcmp(x->record.field, y->record.field, sizeof(x->record.field));
}

static void sort_entries(struct entries *entries)
{
	for (size_t i = 1; i < entries->count; i++) {
		// Compilers write them in order.
		if (entries->items[i - 1].record.insn_off <= entries->items[i].record.insn_off)
			continue;
		qsort(entries->items, entries->count, sizeof(*entries->items), compare_entries);
		return;
	}
}

static struct btf_ext_output *write_kind(struct ext_writer *writer, enum btf_ext_kind kind)
{
	struct linker *linker = writer->linker;
	size_t count = linker->sections.count;
	struct btf_ext_output *outputs =
		arena_new_array(linker->arena, struct btf_ext_output, count);

	gather_kind(writer, kind);
	for (size_t i = 0; i < count; i++) {
		struct entries *entries = &writer->entries[i];
		struct btf_ext_record *records =
			arena_new_array(linker->arena, struct btf_ext_record, entries->count);

		sort_entries(entries);
		for (size_t j = 0; j < entries->count; j++)
			records[j] = translate(writer, kind, &entries->items[j]);
		outputs[i] = (struct btf_ext_output){
			.section = linker->sections.items[i]->name,
			.records = records,
			.count = (uint32_t)entries->count,
		};
	}
	return outputs;
}

void encode_ext(struct linker *linker)
{
	struct ext_writer writer = { .linker = linker, .describer.linker = linker };
	const struct btf_ext_output *outputs[BTF_EXT_KINDS];
	size_t counts[BTF_EXT_KINDS];

	for (int kind = 0; kind < BTF_EXT_KINDS; kind++) {
		outputs[kind] = write_kind(&writer, (enum btf_ext_kind)kind);
		counts[kind] = linker->sections.count;
	}
	btf_ext_encode(linker->encoder, outputs, counts, linker->big_endian,
		       place_in(NULL, ".BTF.ext"), linker->diag, &linker->btf_ext);
}
