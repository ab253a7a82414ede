/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries (DIEs) of an object that was cut: the lengths of functions, blocks and units, and which
 * lists belong to which unit. Entries are read one after another, whatever is within what.
 *
 * Of what is gone the length becomes 0.
 *
 * Source: DWARF 5, 7.5.
 */
#include "debug_units.h"

// What is read.
struct entries {
	struct debug_units units;
	struct debug_lists *lists;
	struct debug_unit *unit;
	struct debug_part *addresses; // .debug_addr; NULL: none
};

// An entry, as far as it matters.
struct entry {
	struct code_place low;
	struct form_value high; // of a form; 0: none
};

static bool fail(struct entries *entries, uint64_t offset, const char *reason)
{
	return debug_units_fail(&entries->units, offset, reason);
}

static bool is_index(uint32_t form)
{
	switch (form) {
	case DW_FORM_ADDRX:
	case DW_FORM_ADDRX1:
	case DW_FORM_ADDRX2:
	case DW_FORM_ADDRX3:
	case DW_FORM_ADDRX4:
	case DW_FORM_GNU_ADDR_INDEX:
		return true;
	}
	return false;
}

static bool is_constant(uint32_t form)
{
	switch (form) {
	case DW_FORM_DATA1:
	case DW_FORM_DATA2:
	case DW_FORM_DATA4:
	case DW_FORM_DATA8:
	case DW_FORM_UDATA:
	case DW_FORM_IMPLICIT_CONST:
		return true;
	}
	return false;
}

// Note the list that @value, an offset or index of it, leads to.
static bool note_list(struct entries *entries, const struct form_value *value)
{
	const struct debug_unit *unit = entries->unit;
	bool locations = value->form == DW_FORM_LOCLISTX;
	struct debug_part *part = locations ? unit->locations : unit->ranges;
	uint64_t base = locations ? unit->location_base : unit->range_base, offset;
	size_t size = unit->format.offset_size;
	struct reader table;

	if (value->form != DW_FORM_LOCLISTX && value->form != DW_FORM_RNGLISTX) {
		part = debug_part_at(entries->units.debug, entries->units.part, value->offset,
				     &offset);
	} else {
		if (!part || base > part->size || value->number > part->size)
			return fail(entries, value->offset, "an index leads to no list");
		table = debug_reader(entries->units.debug, part);
		reader_bytes(&table, base + value->number * size);
		offset = base + reader_uint(&table, size);
		if (table.failed)
			return fail(entries, value->offset, "an index leads to no list");
	}
	if (part && debug_has_lists(part))
		*array_add(entries->units.debug->arena, entries->lists) =
			(struct debug_list){ part, offset, unit };
	return true;
}

// Where @value, of DW_AT_low_pc, is.
static bool find_low(struct entries *entries, const struct form_value *value, struct entry *entry)
{
	if (value->form == DW_FORM_ADDR) {
		entry->low =
			debug_code_at(entries->units.debug, entries->units.part, value->offset);
		return true;
	}
	if (!is_index(value->form) && value->form != DW_FORM_LLVM_ADDRX_OFFSET)
		return fail(entries, value->offset, "an address has an unknown form");
	entry->low = debug_code_of_index(entries->units.debug, entries->unit, value->number);
	entry->low.offset += value->distance;
	return true;
}

// A distance from an address that other attributes share.
static void cut_offset(struct entries *entries, const struct form_value *value)
{
	struct code_place from =
		debug_code_of_index(entries->units.debug, entries->unit, value->number);
	const size_t size = sizeof(uint32_t);

	if (from.map)
		debug_put(entries->units.debug, entries->units.part,
			  value->offset + value->size - size, size,
			  debug_distance(from, value->distance));
}

// Whether an offset in attribute @name may be that of a list.
static bool may_be_list(uint32_t name)
{
	return name != DW_AT_RNGLISTS_BASE && name != DW_AT_LOCLISTS_BASE &&
	       name != DW_AT_GNU_LOCVIEWS;
}

static bool cut_attribute(struct entries *entries, uint32_t name, const struct form_value *value,
			  struct entry *entry)
{
	uint32_t form = value->form;

	switch (name) {
	case DW_AT_LOW_PC:
		if (!find_low(entries, value, entry))
			return false;
		break;
	case DW_AT_HIGH_PC:
		if (is_constant(form))
			entry->high = *value;
		break;
	case DW_AT_DWO_NAME:
	case DW_AT_GNU_DWO_NAME:
		return fail(entries, value->offset,
			    "functions are not in the output that a .dwo file describes, too");
	}
	if (form == DW_FORM_LLVM_ADDRX_OFFSET)
		cut_offset(entries, value);
	if (form == DW_FORM_LOCLISTX || form == DW_FORM_RNGLISTX ||
	    ((form == DW_FORM_SEC_OFFSET || form == DW_FORM_DATA4 || form == DW_FORM_DATA8) &&
	     may_be_list(name)))
		return note_list(entries, value);
	return true;
}

// Change the length of @entry.
static bool cut_entry(struct entries *entries, const struct entry *entry)
{
	const struct form_value *high = &entry->high;
	uint64_t length;

	if (!high->form || !entry->low.map)
		return true;
	length = debug_distance(entry->low, high->number);
	if (length == high->number)
		return true;
	if (length > high->number || high->form == DW_FORM_IMPLICIT_CONST)
		return fail(entries, high->offset, "a length cannot be changed");
	if (high->form == DW_FORM_UDATA)
		return debug_put_uleb(entries->units.part, high->offset, high->size, length);
	debug_put(entries->units.debug, entries->units.part, high->offset, high->size, length);
	return true;
}

// What entries of the unit count from, in its first entry.
static void note_base(struct entries *entries, uint32_t name, const struct form_value *value)
{
	struct debug_unit *unit = entries->unit;
	uint64_t offset = 0;
	struct debug_part *part =
		debug_part_at(entries->units.debug, entries->units.part, value->offset, &offset);

	switch (name) {
	case DW_AT_ADDR_BASE:
	case DW_AT_GNU_ADDR_BASE:
		unit->addresses = part;
		unit->address_base = offset;
		break;
	case DW_AT_RNGLISTS_BASE:
		unit->ranges = part;
		unit->range_base = offset;
		break;
	case DW_AT_LOCLISTS_BASE:
		unit->locations = part;
		unit->location_base = offset;
		break;
	}
}

// Read the entry of @abbrev at the position: its bases, or what has to be changed.
static bool read_entry(struct entries *entries, const struct abbrev *abbrev, bool bases,
		       struct entry *entry)
{
	const struct abbrev_attribute *attributes = entries->units.abbrevs.attributes.items;

	for (uint32_t i = 0; i < abbrev->count; i++) {
		const struct abbrev_attribute *attribute = &attributes[abbrev->first + i];
		struct form_value value;

		if (!abbrevs_read_form(&entries->units.abbrevs, attribute, &entries->units.reader,
				       &value))
			return fail(entries, value.offset, "an attribute has an unknown form");
		if (entries->units.reader.failed)
			return fail(entries, value.offset, "an entry ends past its unit");
		if (bases)
			note_base(entries, attribute->name, &value);
		else if (!cut_attribute(entries, attribute->name, &value, entry))
			return false;
	}
	return true;
}

// Read the first entry, that of the unit, for what other entries count from. The position stays.
static bool read_bases(struct entries *entries)
{
	struct reader before = entries->units.reader;
	const struct abbrev *abbrev =
		abbrevs_find(&entries->units.abbrevs, reader_uleb(&entries->units.reader));
	bool valid = !abbrev || read_entry(entries, abbrev, true, NULL);

	entries->units.reader = before;
	return valid;
}

static bool cut_all(struct entries *entries)
{
	struct reader *reader = &entries->units.reader;
	bool first = true;

	while (reader_left(reader)) {
		uint64_t at = reader_offset(reader), code = reader_uleb(reader);
		const struct abbrev *abbrev =
			code ? abbrevs_find(&entries->units.abbrevs, code) : NULL;
		struct entry entry = { 0 };

		if (!code)
			continue;
		if (!abbrev)
			return fail(entries, at, "an entry has an unknown abbreviation");
		if (abbrev->plain) {
			reader_bytes(reader, abbrev->size);
		} else if (!read_entry(entries, abbrev, false, &entry) ||
			   !cut_entry(entries, &entry)) {
			return false;
		}
		if (first)
			entries->unit->base = entry.low;
		first = false;
	}
	return !reader->failed ||
	       fail(entries, reader_offset(reader), "a unit ends within an entry");
}

// Where addresses by index count from, unless a unit says something else.
static void set_addresses(struct debug_unit *unit, struct debug_part *addresses)
{
	unit->addresses = addresses;
	// Behind the header of the table.
	unit->address_base = unit->format.offset_size == sizeof(uint32_t) ? 8 : 16;
}

static bool cut_units(struct entries *entries, struct debug_part *part)
{
	struct debug_units *units = &entries->units;

	debug_units_open(units, part);
	while (debug_units_next(units)) {
		entries->unit = arena_new(units->debug->arena, struct debug_unit);
		entries->unit->format = units->format;
		set_addresses(entries->unit, entries->addresses);
		if (!read_bases(entries) || !cut_all(entries))
			return false;
	}
	return !units->failed;
}

bool debug_cut_entries(struct debug_object *debug, struct debug_lists *lists)
{
	struct entries entries = { .units = debug_units_of(debug), .lists = lists };

	for (size_t i = 0; i < debug->part_count && !entries.addresses; i++) {
		if (debug->parts[i].section->kind == DEBUG_ADDR)
			entries.addresses = &debug->parts[i];
	}
	for (size_t i = 0; i < debug->part_count; i++) {
		enum debug_kind kind = debug->parts[i].section->kind;

		if ((kind == DEBUG_INFO || kind == DEBUG_TYPES) &&
		    !cut_units(&entries, &debug->parts[i]))
			return false;
	}
	return true;
}
