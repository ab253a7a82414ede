/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of ranges and of locations of an object that was cut. Both ends of a range are mapped, and
 * written over what was there: as LEB128 with the same number of bytes. So lists stay where they
 * are, and what is gone has an empty range.
 *
 * Lists are read from where entries refer to them, since only the unit of an entry says what
 * offsets count from. In .debug_ranges and .debug_loc two zeros end a list, so that an empty range
 * is written as (1, 1).
 *
 * Source: DWARF 5, 2.6.2, 2.17.3, 7.7.3 and 7.25; DWARF 4, 2.6.2 and 2.17.3.
 */
#include "debug_cut.h"
#include "relocation.h"

// A list that is read.
struct list {
	struct debug_object *debug;
	struct debug_part *part;
	const struct debug_unit *unit;
	struct reader reader;
	struct code_place base;
	bool shifts; // only offsets in expressions change
};

// An unsigned LEB128 in the list.
struct number {
	uint64_t offset, size, value;
};

bool debug_has_lists(const struct debug_part *part)
{
	switch (part->section->kind) {
	case DEBUG_RNGLISTS:
	case DEBUG_LOCLISTS:
	case DEBUG_RANGES:
	case DEBUG_LOC:
		return true;
	default:
		return false;
	}
}

static struct number read_number(struct list *list)
{
	struct number number = { .offset = reader_offset(&list->reader) };

	number.value = reader_uleb(&list->reader);
	number.size = reader_offset(&list->reader) - number.offset;
	return number;
}

static bool put_number(struct list *list, struct number number, uint64_t value)
{
	return !list->reader.failed && value <= number.value &&
	       debug_put_uleb(list->part, number.offset, number.size, value);
}

static struct code_place code_at(const struct list *list, uint64_t offset)
{
	// Without it nothing changes.
	return list->shifts ? (struct code_place){ NULL, 0 }
			    : debug_code_at(list->debug, list->part, offset);
}

static struct code_place read_index(struct list *list)
{
	uint64_t index = reader_uleb(&list->reader);

	return list->shifts ? (struct code_place){ NULL, 0 }
			    : debug_code_of_index(list->debug, list->unit, index);
}

static struct code_place read_address(struct list *list)
{
	uint64_t offset = reader_offset(&list->reader);

	reader_uint(&list->reader, list->unit->format.address_size);
	return code_at(list, offset);
}

static bool cut_length(struct list *list, struct code_place start)
{
	struct number length = read_number(list);

	return !start.map || put_number(list, length, debug_distance(start, length.value));
}

static bool cut_pair(struct list *list)
{
	struct number from = read_number(list), to = read_number(list);

	return !list->base.map || (put_number(list, from, debug_distance(list->base, from.value)) &&
				   put_number(list, to, debug_distance(list->base, to.value)));
}

// The expression of @size bytes at the position; false when it cannot change.
static bool read_expression(struct list *list, uint64_t size)
{
	struct reader expression = reader_part(&list->reader, 0, size);

	reader_bytes(&list->reader, size);
	return !list->shifts || list->reader.failed ||
	       debug_shift_expression(expression, list->part->bytes, list->unit->format,
				      list->unit->shift);
}

// An entry of .debug_rnglists; *@end: the last one.
static bool cut_range(struct list *list, bool *end)
{
	switch ((enum dwarf_range_entry)reader_u8(&list->reader)) {
	case DW_RLE_END_OF_LIST:
		*end = true;
		return true;
	case DW_RLE_BASE_ADDRESSX:
		list->base = read_index(list);
		return true;
	case DW_RLE_STARTX_ENDX:
		read_index(list);
		read_index(list);
		return true;
	case DW_RLE_STARTX_LENGTH:
		return cut_length(list, read_index(list));
	case DW_RLE_OFFSET_PAIR:
		return cut_pair(list);
	case DW_RLE_BASE_ADDRESS:
		list->base = read_address(list);
		return true;
	case DW_RLE_START_END:
		read_address(list);
		read_address(list);
		return true;
	case DW_RLE_START_LENGTH:
		return cut_length(list, read_address(list));
	}
	return false;
}

// An entry of .debug_loclists, likewise.
static bool cut_location(struct list *list, bool *end)
{
	bool valid = true;

	switch ((enum dwarf_location_entry)reader_u8(&list->reader)) {
	case DW_LLE_END_OF_LIST:
		*end = true;
		return true;
	case DW_LLE_BASE_ADDRESSX:
		list->base = read_index(list);
		return true;
	case DW_LLE_BASE_ADDRESS:
		list->base = read_address(list);
		return true;
	case DW_LLE_GNU_VIEW_PAIR:
		reader_uleb(&list->reader);
		reader_uleb(&list->reader);
		return true;
	case DW_LLE_DEFAULT_LOCATION:
		break;
	case DW_LLE_STARTX_ENDX:
		read_index(list);
		read_index(list);
		break;
	case DW_LLE_STARTX_LENGTH:
		valid = cut_length(list, read_index(list));
		break;
	case DW_LLE_OFFSET_PAIR:
		valid = cut_pair(list);
		break;
	case DW_LLE_START_END:
		read_address(list);
		read_address(list);
		break;
	case DW_LLE_START_LENGTH:
		valid = cut_length(list, read_address(list));
		break;
	default:
		return false;
	}
	return read_expression(list, reader_uleb(&list->reader)) && valid;
}

// Make the pair at @offset an empty range, and no end of a list.
static void put_empty(struct list *list, uint64_t offset)
{
	size_t size = list->unit->format.address_size;

	for (int i = 0; i < 2; i++) {
		Elf64_Rel *relocation = debug_relocation(list->part, offset + (uint64_t)i * size);

		if (relocation)
			relocation->r_info =
				ELF64_R_INFO(ELF64_R_SYM(relocation->r_info), R_BPF_NONE);
		debug_put(list->debug, list->part, offset + (uint64_t)i * size, size, 1);
	}
}

// A pair of addresses that have relocations.
static void cut_addresses(struct list *list, uint64_t offset, struct code_place from)
{
	struct code_place to =
		debug_code_at(list->debug, list->part, offset + list->unit->format.address_size);

	if (from.map && from.map == to.map && to.offset > from.offset &&
	    !debug_distance(from, to.offset - from.offset))
		put_empty(list, offset);
}

// A pair of offsets.
static void cut_offsets(struct list *list, uint64_t offset, uint64_t from, uint64_t to)
{
	size_t size = list->unit->format.address_size;
	uint64_t start = list->base.map ? debug_distance(list->base, from) : from;
	uint64_t end = list->base.map ? debug_distance(list->base, to) : to;

	if (start == end && from != to) {
		put_empty(list, offset);
		return;
	}
	debug_put(list->debug, list->part, offset, size, start);
	debug_put(list->debug, list->part, offset + size, size, end);
}

// An entry of .debug_ranges, or of .debug_loc up to its expression, likewise.
static bool cut_old(struct list *list, bool *end)
{
	size_t size = list->unit->format.address_size;
	uint64_t offset = reader_offset(&list->reader), largest = UINT64_MAX >> (64 - 8 * size);
	uint64_t from = reader_uint(&list->reader, size), to = reader_uint(&list->reader, size);

	if (list->reader.failed)
		return false;
	if (debug_relocation(list->part, offset)) {
		cut_addresses(list, offset, code_at(list, offset));
	} else if (from == largest) {
		list->base = code_at(list, offset + size);
		return true;
	} else if (from == 0 && to == 0 && !debug_relocation(list->part, offset + size)) {
		*end = true;
		return true;
	} else {
		cut_offsets(list, offset, from, to);
	}
	return list->part->section->kind != DEBUG_LOC ||
	       read_expression(list, reader_u16(&list->reader));
}

static bool cut_list_entry(struct list *list, bool *end)
{
	switch (list->part->section->kind) {
	case DEBUG_RNGLISTS:
		return cut_range(list, end);
	case DEBUG_LOCLISTS:
		return cut_location(list, end);
	default:
		return cut_old(list, end);
	}
}

// Change the list, and return where it ends; 0 when it was told what is wrong with it.
static uint64_t cut_list(struct debug_object *debug, const struct debug_list *from, bool shifts)
{
	struct list list = {
		.debug = debug,
		.part = from->part,
		.unit = from->unit,
		.reader = debug_reader(debug, from->part),
		.base = from->unit->base,
		.shifts = shifts,
	};
	bool end = false;

	reader_bytes(&list.reader, from->offset);
	while (!end) {
		uint64_t at = reader_offset(&list.reader);

		if (cut_list_entry(&list, &end) && !list.reader.failed)
			continue;
		debug_leave_out(debug, from->part->section, at,
				"a list is like none of a compiler");
		return 0;
	}
	return reader_offset(&list.reader);
}

static int compare_lists(const void *a, const void *b)
{
	const struct debug_list *x = a, *y = b;

	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static bool cut_lists(struct debug_object *debug, struct debug_lists *lists, bool shifts)
{
	const struct debug_part *part = NULL;
	uint64_t done = 0;

	array_sort(lists, compare_lists);
	array_each(list, lists) {
		if (list->part != part)
			done = 0;
		part = list->part;
		// Entries may share a list, which is changed once.
		if (list->offset < done)
			continue;
		done = cut_list(debug, list, shifts);
		if (!done)
			return false;
	}
	return true;
}

bool debug_cut_lists(struct debug_object *debug, struct debug_lists *lists)
{
	return cut_lists(debug, lists, false);
}

bool debug_shift_lists(struct debug_object *debug, struct debug_lists *lists)
{
	return cut_lists(debug, lists, true);
}
