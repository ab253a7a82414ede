/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of an object that was cut whose records are an address and a length: which unit has which
 * code (.debug_aranges), and how frames look (.debug_frame).
 *
 * Source: DWARF 5, 6.1.2, 6.4.1 and 7.24.
 */
#include "base/integers.h"
#include "debug_cut.h"
#include "relocation.h"

// The record at the position of @reader; *@end: the last one.
static void cut_tuple(struct debug_object *debug, struct debug_part *part, struct reader *reader,
		      size_t size, bool *end)
{
	uint64_t offset = reader_offset(reader);
	uint64_t address = reader_uint(reader, size), length = reader_uint(reader, size);
	Elf64_Rel *relocation = debug_relocation(part, offset);
	struct code_place start = debug_code_at(debug, part, offset);
	uint64_t left;

	*end = address == 0 && length == 0 && !relocation;
	if (reader->failed || !start.map)
		return;
	left = debug_distance(start, length);
	debug_put(debug, part, offset + size, size, left < length ? left : length);
	if (left)
		return;
	// 0 and 0 would be the end.
	relocation->r_info = ELF64_R_INFO(ELF64_R_SYM(relocation->r_info), R_BPF_NONE);
	debug_put(debug, part, offset, size, UINT64_MAX);
}

static bool cut_unit(struct debug_object *debug, struct debug_part *part, struct reader *reader,
		     uint64_t start, uint8_t offset_size)
{
	uint16_t version = reader_u16(reader);
	uint8_t address_size;
	bool end = false;

	reader_uint(reader, offset_size); // of the unit of .debug_info
	address_size = reader_u8(reader);
	reader_u8(reader); // segment_selector_size
	if (reader->failed || version != 2 ||
	    (address_size != sizeof(uint32_t) && address_size != sizeof(uint64_t)))
		return false;
	reader_bytes(reader, (start - reader_offset(reader)) % (2u * address_size));
	while (!end && reader_left(reader))
		cut_tuple(debug, part, reader, address_size, &end);
	return !reader->failed;
}

bool debug_cut_aranges(struct debug_object *debug, struct debug_part *part)
{
	struct reader reader = debug_reader(debug, part);

	while (reader_left(&reader)) {
		uint64_t start = reader_offset(&reader), length;
		struct reader unit;
		uint8_t offset_size;

		length = reader_unit_length(&reader, &offset_size);
		unit = reader_part(&reader, 0, length);
		reader_bytes(&reader, length);
		if (reader.failed || !cut_unit(debug, part, &unit, start, offset_size))
			return debug_leave_out(debug, part->section, start,
					       "a table of addresses is like none of a compiler");
	}
	return true;
}

// Change the length of code in @entry, at the position of @reader, unless it is a CIE.
static void cut_frame(struct debug_object *debug, struct debug_part *part, struct reader *entry,
		      uint8_t offset_size)
{
	uint64_t length, left, offset;
	struct code_place start;
	size_t size;

	reader_uint(entry, offset_size); // of the CIE
	offset = reader_offset(entry);
	start = debug_code_at(debug, part, offset);
	// A CIE, which is for all code, has no address.
	if (!start.map)
		return;
	size = ELF64_R_TYPE(debug_relocation(part, offset)->r_info) == R_BPF_64_ABS32
		       ? sizeof(uint32_t)
		       : sizeof(uint64_t);
	reader_uint(entry, size);
	length = reader_uint(entry, size);
	left = debug_distance(start, length);
	if (!entry->failed && left < length)
		debug_put(debug, part, offset + size, size, left);
}

bool debug_cut_frames(struct debug_object *debug, struct debug_part *part)
{
	struct reader reader = debug_reader(debug, part);

	while (reader_left(&reader)) {
		uint64_t start = reader_offset(&reader), length;
		struct reader entry;
		uint8_t offset_size;

		length = reader_unit_length(&reader, &offset_size);
		entry = reader_part(&reader, 0, length);
		reader_bytes(&reader, length);
		if (!reader.failed)
			cut_frame(debug, part, &entry, offset_size);
		if (reader.failed || entry.failed)
			return debug_leave_out(debug, part->section, start,
					       "a frame is like none of a compiler");
	}
	return true;
}
