/* SPDX-License-Identifier: BSD-2-Clause */
#include "debug_units.h"

// How often bytes of .debug_abbrev may be read: compilers have units share tables, or not, but no
// tables that are parts of others.
#define READS_MAX 4

bool debug_units_fail(struct debug_units *units, uint64_t offset, const char *reason)
{
	units->failed = true;
	return debug_leave_out(units->debug, units->part->section, offset, "%s", reason);
}

struct debug_units debug_units_of(struct debug_object *debug)
{
	struct debug_units units = { .debug = debug };

	for (size_t i = 0; i < debug->part_count; i++) {
		if (debug->parts[i].section->kind == DEBUG_ABBREV)
			units.table_room += debug->parts[i].size * READS_MAX;
	}
	return units;
}

void debug_units_open(struct debug_units *units, struct debug_part *part)
{
	units->part = part;
	units->rest = debug_reader(units->debug, part);
}

// Have the abbreviations at @offset of @part, which units often share.
static bool find_abbrevs(struct debug_units *units, struct debug_part *part, uint64_t offset)
{
	struct abbrevs *abbrevs = &units->abbrevs;
	struct reader reader;

	if (units->table == part && units->table_offset == offset &&
	    !memcmp(&abbrevs->format, &units->format, sizeof(units->format)))
		return true;
	units->table = part;
	units->table_offset = offset;
	abbrevs->format = units->format;
	reader = debug_reader(units->debug, part);
	reader_bytes(&reader, offset);
	if (!abbrevs_read(abbrevs, &reader, units->debug->arena) ||
	    reader_offset(&reader) - offset > units->table_room)
		return false;
	units->table_room -= reader_offset(&reader) - offset;
	return true;
}

// Read what some units have between the fields that all have and the first entry.
static void read_type(struct debug_units *units, uint8_t type)
{
	struct reader *reader = &units->reader;

	units->type_at = 0;
	if (type == DW_UT_SKELETON || type == DW_UT_SPLIT_COMPILE)
		reader_u64(reader); // the number of the .dwo file
	if (type == DW_UT_TYPE || type == DW_UT_SPLIT_TYPE ||
	    units->part->section->kind == DEBUG_TYPES) {
		reader_u64(reader); // the signature
		units->type_at = reader_offset(reader);
		reader_uint(reader, units->format.offset_size);
	}
}

// Read the header behind the length of the unit.
static bool read_header(struct debug_units *units)
{
	struct reader *reader = &units->reader;
	struct dwarf_unit_format *format = &units->format;
	struct debug_part *abbrevs;
	uint64_t offset, value;
	uint8_t type = 0;

	format->version = reader_u16(reader);
	if (format->version >= 5) {
		type = reader_u8(reader);
		format->address_size = reader_u8(reader);
	}
	offset = reader_offset(reader);
	reader_uint(reader, format->offset_size);
	if (format->version < 5)
		format->address_size = reader_u8(reader);
	read_type(units, type);
	if (reader->failed || format->version < 2 || format->version > 5 ||
	    (format->address_size != sizeof(uint32_t) && format->address_size != sizeof(uint64_t)))
		return false;
	abbrevs = debug_part_at(units->debug, units->part, offset, &value);
	return abbrevs && find_abbrevs(units, abbrevs, value);
}

bool debug_units_next(struct debug_units *units)
{
	struct reader *rest = &units->rest;
	uint64_t length;

	if (reader_left(rest) == 0)
		return false;
	units->start = reader_offset(rest);
	length = reader_unit_length(rest, &units->format.offset_size);
	if (rest->failed)
		return debug_units_fail(units, units->start, "a unit ends past the section");
	units->reader = reader_part(rest, 0, length);
	reader_bytes(rest, length);
	return read_header(units) ||
	       debug_units_fail(units, units->start, "a unit is like none of a compiler");
}
