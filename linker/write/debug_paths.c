/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --file-prefix-map in line tables, which have names of folders and files in their headers; those
 * of version 5 only where a compiler has not put them into .debug_line_str (see debug_strings.c).
 *
 * Source: DWARF 5, 6.2.4; DWARF 4, 6.2.4.
 */
#include "debug_paths.h"

#include "debug_abbrevs.h"
#include "debug_rewrite.h"
#include "debug_strings.h"
#include "debug_unit_names.h"
#include "source_names.h"

// What is read and written.
struct line_names {
	struct debug_rewrite *rewrite;
	struct reader reader; // up to the end of the unit
	struct abbrevs sizes; // of forms
};

// Copy the string at the position, as the maps want it; return whether it was empty: before version
// 5 the last one.
static bool copy_name(struct line_names *names)
{
	struct debug_rewrite *rewrite = names->rewrite;
	struct str name = reader_string(&names->reader);
	const struct bpfld_prefix_map *map = source_name_map(rewrite->debug->linker, name);
	bool last = name.size == 0;

	if (map) {
		name = str_of(source_name_mapped(map, name, rewrite->debug->arena));
		// An empty name would be the last one.
		name = name.size ? name : STR(".");
		rewrite->debug->maps_names = true;
	}
	text_bytes(&rewrite->text, name.data, name.size);
	text_bytes(&rewrite->text, "", 1);
	return last;
}

// Copy the tables of folders and files.
static void copy_tables(struct line_names *names)
{
	while (!copy_name(names))
		;
	while (!copy_name(names)) {
		uint64_t start = reader_offset(&names->reader);

		for (int i = 0; i < 3; i++)
			reader_uleb(&names->reader); // folder, time, size
		debug_rewrite_copy(names->rewrite, start, reader_offset(&names->reader));
	}
}

// Copy an entry of a table of version 5, of which @format reads the description; false when one of
// its forms is not known.
static bool copy_entry(struct line_names *names, struct reader format, uint8_t count)
{
	for (uint8_t i = 0; i < count; i++) {
		struct abbrev_attribute field = { .name = (uint32_t)reader_uleb(&format) };
		uint64_t start = reader_offset(&names->reader);
		struct form_value value;

		field.form = (uint32_t)reader_uleb(&format);
		if (field.name == DW_LNCT_PATH && field.form == DW_FORM_STRING) {
			copy_name(names);
			continue;
		}
		if (!abbrevs_read_form(&names->sizes, &field, &names->reader, &value))
			return false;
		debug_rewrite_copy(names->rewrite, start, reader_offset(&names->reader));
	}
	return true;
}

// Copy a table of version 5, of folders or of files.
static bool copy_table(struct line_names *names)
{
	struct reader *reader = &names->reader, format;
	uint64_t start = reader_offset(reader), entries;
	uint8_t count = reader_u8(reader);

	format = *reader;
	for (unsigned int i = 0; i < 2u * count; i++)
		reader_uleb(reader);
	entries = reader_uleb(reader);
	debug_rewrite_copy(names->rewrite, start, reader_offset(reader));
	for (; entries && !reader->failed; entries--) {
		uint64_t at = reader_offset(reader);

		// One without bytes could be there without end.
		if (!copy_entry(names, format, count) || reader_offset(reader) == at)
			return false;
	}
	return true;
}

// Copy both tables of version 5.
static bool copy_described(struct line_names *names)
{
	bool folders = copy_table(names);

	return folders && copy_table(names);
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

static void put_header_size(struct line_names *names, uint64_t length_at)
{
	struct debug_rewrite *rewrite = names->rewrite;
	uint8_t offset_size = names->sizes.format.offset_size;
	uint64_t written = rewrite->text.size - rewrite->unit - length_at - offset_size;
	char *field = rewrite->text.data + rewrite->unit + length_at;
	bool big_endian = rewrite->debug->object->big_endian;

	if (offset_size == sizeof(uint32_t))
		put32(field, (uint32_t)written, big_endian);
	else
		put64(field, written, big_endian);
}

// Copy the unit at @start, which ends at @end.
static bool copy_unit(struct line_names *names, uint64_t start, uint64_t end)
{
	struct debug_rewrite *rewrite = names->rewrite;
	struct reader *reader = &names->reader;
	struct dwarf_unit_format *format = &names->sizes.format;
	uint64_t length_at, header_end;

	debug_rewrite_unit(rewrite, start);
	format->version = reader_u16(reader);
	if (format->version < 2 || format->version > 5) {
		debug_rewrite_copy(rewrite, start, end);
		return true;
	}
	if (format->version == 5) {
		format->address_size = reader_u8(reader);
		reader_u8(reader); // segment_selector_size
	}
	length_at = reader_offset(reader) - start;
	header_end = reader_uint(reader, format->offset_size);
	if (header_end > reader_left(reader))
		return false;
	header_end += reader_offset(reader);
	skip_fields(reader, format->version);
	if (reader->failed)
		return false;
	debug_rewrite_copy(rewrite, start, reader_offset(reader));
	if (format->version < 5)
		copy_tables(names);
	else if (!copy_described(names))
		return false;
	if (reader->failed || reader_offset(reader) > header_end)
		return false;
	debug_rewrite_copy(rewrite, reader_offset(reader), header_end);
	put_header_size(names, length_at);
	debug_rewrite_copy(rewrite, header_end, end);
	return debug_rewrite_length(rewrite, format->offset_size);
}

static bool map_lines(struct debug_object *debug, struct debug_part *part)
{
	struct debug_rewrite rewrite = { .debug = debug, .part = part, .text.arena = debug->arena };
	struct line_names names = { .rewrite = &rewrite };
	struct reader reader = debug_reader(debug, part);

	while (reader_left(&reader)) {
		uint64_t start = reader_offset(&reader), length;

		length = reader_unit_length(&reader, &names.sizes.format.offset_size);
		names.reader = reader_part(&reader, 0, length);
		reader_bytes(&reader, length);
		if (reader.failed || !copy_unit(&names, start, reader_offset(&reader)))
			return debug_leave_out(debug, part->section, start,
					       "its line table is like none of a compiler");
	}
	debug_rewrite_finish(&rewrite);
	return true;
}

bool debug_map_paths(struct debug_object *debug)
{
	if (!debug_map_unit_names(debug))
		return false;
	for (size_t i = 0; i < debug->part_count; i++) {
		struct debug_part *part = &debug->parts[i];

		if (part->section->kind == DEBUG_LINE && !map_lines(debug, part))
			return false;
		if (part->section->kind == DEBUG_STRINGS && !debug->maps_names)
			debug->maps_names = debug_strings_change(debug, part);
	}
	return true;
}
