/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --file-prefix-map in line tables before version 5, which have the names of folders and files in
 * their headers. (Later ones have them in .debug_line_str; see debug_strings.c.)
 *
 * Source: DWARF 4, 6.2.4.
 */
#include "debug_paths.h"

#include "debug_rewrite.h"
#include "source_names.h"

// Copy the string at the position, as the maps want it; return whether it was empty: the last one.
static bool copy_name(struct debug_rewrite *rewrite, struct reader *reader)
{
	struct str name = reader_string(reader);
	const struct bpfld_prefix_map *map = source_name_map(rewrite->debug->linker, name);
	bool last = name.size == 0;

	if (map) {
		name = str_of(source_name_mapped(map, name, rewrite->debug->arena));
		// An empty name would be the last one.
		name = name.size ? name : STR(".");
	}
	text_bytes(&rewrite->text, name.data, name.size);
	text_bytes(&rewrite->text, "", 1);
	return last;
}

// Copy the tables of folders and files.
static void copy_tables(struct debug_rewrite *rewrite, struct reader *reader)
{
	while (!copy_name(rewrite, reader))
		;
	while (!copy_name(rewrite, reader)) {
		uint64_t start = reader_offset(reader);

		for (int i = 0; i < 3; i++)
			reader_uleb(reader); // folder, time, size
		debug_rewrite_copy(rewrite, start, reader_offset(reader));
	}
}

// Skip what is between the length of the header and the tables.
static void skip_fields(struct reader *reader, uint16_t version)
{
	uint8_t opcode_base;

	reader_bytes(reader, version >= 4 ? 5 : 4);
	opcode_base = reader_u8(reader);
	if (opcode_base)
		reader_bytes(reader, opcode_base - 1u);
}

// Copy the unit at @start; @unit begins behind its length.
static bool copy_unit(struct debug_rewrite *rewrite, struct reader unit, uint64_t start,
		      uint8_t offset_size)
{
	uint64_t end = reader_offset(&unit) + reader_left(&unit), length_at, header_end, written;
	uint16_t version = reader_u16(&unit);
	bool big_endian = rewrite->debug->object->big_endian;
	char *field;

	debug_rewrite_unit(rewrite, start);
	if (version < 2 || version >= 5) {
		debug_rewrite_copy(rewrite, start, end);
		return true;
	}
	length_at = reader_offset(&unit) - start;
	header_end = reader_uint(&unit, offset_size);
	if (header_end > reader_left(&unit))
		return false;
	header_end += reader_offset(&unit);
	skip_fields(&unit, version);
	debug_rewrite_copy(rewrite, start, reader_offset(&unit));
	copy_tables(rewrite, &unit);
	if (unit.failed || reader_offset(&unit) > header_end)
		return false;
	debug_rewrite_copy(rewrite, reader_offset(&unit), header_end);
	field = rewrite->text.data + rewrite->unit + length_at;
	written = rewrite->text.size - rewrite->unit - length_at - offset_size;
	if (offset_size == sizeof(uint32_t))
		put32(field, (uint32_t)written, big_endian);
	else
		put64(field, written, big_endian);
	debug_rewrite_copy(rewrite, header_end, end);
	return debug_rewrite_length(rewrite, offset_size);
}

bool debug_map_paths(struct debug_object *debug, struct debug_part *part)
{
	struct debug_rewrite rewrite = { .debug = debug, .part = part, .text.arena = debug->arena };
	struct reader reader = debug_reader(debug, part);

	while (reader_left(&reader)) {
		uint64_t start = reader_offset(&reader), length;
		uint8_t offset_size;
		struct reader unit;

		length = reader_unit_length(&reader, &offset_size);
		unit = reader_part(&reader, 0, length);
		reader_bytes(&reader, length);
		if (reader.failed || !copy_unit(&rewrite, unit, start, offset_size))
			return debug_leave_out(debug, part->section, start,
					       "its line table is like none of a compiler");
	}
	debug_rewrite_finish(&rewrite);
	return true;
}
