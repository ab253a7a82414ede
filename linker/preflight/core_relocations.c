/* SPDX-License-Identifier: BSD-2-Clause */
#include "core_relocations.h"

#include <inttypes.h>

#include "base/bisect.h"
#include "base/text.h"
#include "plain_text.h"

// Where a header of .BTF.ext has the offset of the CO-RE relocations, and the length of what it
// has at least.
#define EXT_HDR_LEN_AT  4
#define EXT_CORE_OFF_AT 24
#define EXT_HEADER_SIZE 32

// The atom of @section that has the byte at @offset.
static const struct atom *find_atom(const struct output_section *section, uint32_t offset)
{
	struct atom *const *atoms = section->atoms.items;
	size_t after = bisect(section->atoms.count, i, atoms[i]->place <= offset);
	const struct atom *atom = after ? atoms[after - 1] : NULL;

	return atom && offset - atom->place < atom->size ? atom : NULL;
}

struct ext_reader {
	const struct linker *linker;
	const struct plain_btf *btf;
	struct arena *arena;
	size_t section; // the one of the last block: blocks are in the order of sections
	struct core_relocations relocations;
};

static const struct output_section *find_section(struct ext_reader *reader, const char *name)
{
	const struct linker *linker = reader->linker;

	for (size_t i = reader->section; i < linker->sections.count; i++) {
		if (strcmp(linker_name(linker, linker->sections.items[i]->name), name) == 0) {
			reader->section = i;
			return linker->sections.items[i];
		}
	}
	return NULL;
}

static void read_record(struct ext_reader *reader, const struct output_section *section,
			struct reader *records)
{
	uint32_t offset = reader_u32(records), type = reader_u32(records);
	uint32_t access = reader_u32(records), kind = reader_u32(records);
	const struct atom *atom = section ? find_atom(section, offset) : NULL;

	if (atom)
		*array_add(reader->arena, &reader->relocations) = (struct core_relocation){
			.section = section,
			.atom = atom,
			.at = offset - atom->place,
			.kind = (enum bpf_core_relo_kind)kind,
			.type = type,
			.access = plain_string(reader->btf, access),
		};
}

static void read_blocks(struct ext_reader *reader, struct reader blocks)
{
	// The size of a record is that of the encoder.
	reader_u32(&blocks);
	while (reader_left(&blocks)) {
		uint32_t name = reader_u32(&blocks), count = reader_u32(&blocks);
		const struct output_section *section =
			find_section(reader, plain_string(reader->btf, name));

		for (; count; count--)
			read_record(reader, section, &blocks);
	}
}

struct core_relocations core_relocations_read(const struct linker *linker,
					      const struct plain_btf *btf, struct arena *arena)
{
	struct ext_reader reader = { .linker = linker, .btf = btf, .arena = arena };
	bool big_endian = linker->big_endian;
	const char *bytes = linker->btf_ext.data;
	struct reader section = reader_of(bytes, linker->btf_ext.size, big_endian,
					  place_in(NULL, ".BTF.ext"), linker->diag);
	uint32_t header;

	if (linker->btf_ext.size < EXT_HEADER_SIZE)
		return reader.relocations;
	header = get32(bytes + EXT_HDR_LEN_AT, big_endian);
	read_blocks(&reader,
		    reader_part(&section, header + get32(bytes + EXT_CORE_OFF_AT, big_endian),
				get32(bytes + EXT_CORE_OFF_AT + 4, big_endian)));
	return reader.relocations;
}

const char *core_spec_text(const struct core_spec *spec, struct arena *arena)
{
	struct text text = { .arena = arena };

	if (core_subject(spec->kind) == CORE_ENUMERATOR)
		return arena_format(arena, "%s", spec->steps[0].name);
	text_string(&text, plain_type_text(spec->btf, spec->root, arena));
	for (uint32_t i = 0; i < spec->step_count; i++) {
		const struct core_step *step = &spec->steps[i];

		if (step->name)
			text_format(&text, ".%s", step->name);
		else if (i || step->index)
			text_format(&text, "[%" PRIu32 "]", step->index);
	}
	text_bytes(&text, "", 1);
	return text.data;
}
