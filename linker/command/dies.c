/* SPDX-License-Identifier: BSD-2-Clause */
#include "dies.h"

#include <dwarf.h>

#include "base/bisect.h"
#include "base/dwarf_forms.h"

// More attributes than any compiler gives an entry; what libdw does for an entry grows with them.
#define MOST_ATTRIBUTES 256

// Bytes that are read one after another. Past the end everything is 0.
struct cursor {
	const uint8_t *at, *end;
	bool big_endian;
	bool failed;
};

static uint64_t left(const struct cursor *cursor)
{
	return (uint64_t)(cursor->end - cursor->at);
}

static void skip(struct cursor *cursor, uint64_t size)
{
	cursor->failed |= size > left(cursor);
	cursor->at = cursor->failed ? cursor->end : cursor->at + size;
}

static uint64_t take(struct cursor *cursor, unsigned int size)
{
	const uint8_t *bytes = cursor->at;
	uint64_t value = 0;

	skip(cursor, size);
	for (unsigned int i = 0; i < size && !cursor->failed; i++)
		value = value << 8 | bytes[cursor->big_endian ? i : size - 1 - i];
	return value;
}

// A LEB128; of a signed one only the size counts. Bits beyond 64 are lost.
static uint64_t take_leb(struct cursor *cursor)
{
	uint64_t value = 0;
	unsigned int shift = 0, byte;

	do {
		byte = (unsigned int)take(cursor, 1);
		value |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
		shift += 7;
	} while (byte & 0x80);
	return value;
}

static void skip_string(struct cursor *cursor)
{
	const uint8_t *end = left(cursor) ? memchr(cursor->at, 0, left(cursor)) : NULL;

	skip(cursor, end ? (uint64_t)(end - cursor->at) + 1 : UINT64_MAX);
}

struct unit {
	uint64_t offset; // of the header
	uint64_t end;
	uint64_t first; // offset of its first entry
	uint64_t abbrev_offset;
	struct dwarf_unit_format format;
};

struct abbreviation {
	uint64_t code;
	uint32_t tag;
	bool has_children;
	uint32_t first_form, form_count;
};

struct abbreviations {
	ARRAY_FIELDS(struct abbreviation); // by code
	ARRAY(uint32_t) forms;
};

struct walk {
	const struct dies *dies;
	struct arena *arena;
	struct cursor cursor; // in .debug_info
	struct unit unit;
	struct abbreviations abbreviations; // of `unit`
	die_visit visit;
	void *argument;
};

static bool pay(const struct dies *dies, uint64_t steps)
{
	if (*dies->budget < steps) {
		*dies->budget = 0;
		return false;
	}
	*dies->budget -= steps;
	return true;
}

static struct cursor cursor_at(const struct dies *dies, struct str section, uint64_t offset)
{
	const uint8_t *data = (const uint8_t *)section.data;
	struct cursor cursor = { data, data + section.size, dies->big_endian, false };

	skip(&cursor, offset);
	return cursor;
}

static uint64_t info_offset(const struct walk *walk)
{
	return (uint64_t)(walk->cursor.at - (const uint8_t *)walk->dies->info.data);
}

static bool read_unit_type(struct cursor *cursor, const struct unit *unit, unsigned int type)
{
	switch (type) {
	case DW_UT_compile:
	case DW_UT_partial:
		return true;
	case DW_UT_type:
		skip(cursor, 8 + unit->format.offset_size);
		return true;
	default:
		// The others need another file.
		return false;
	}
}

// Read the header at the cursor.
static bool read_unit(struct walk *walk)
{
	struct cursor *cursor = &walk->cursor;
	struct unit *unit = &walk->unit;
	uint64_t length, type = DW_UT_compile;

	*unit = (struct unit){ .offset = info_offset(walk), .format.offset_size = 4 };
	length = take(cursor, 4);
	if (length == UINT32_MAX) {
		length = take(cursor, 8);
		unit->format.offset_size = 8;
	}
	if (cursor->failed || length > left(cursor))
		return false;
	unit->end = info_offset(walk) + length;
	unit->format.version = (uint16_t)take(cursor, 2);
	if (unit->format.version < 2 || unit->format.version > 5)
		return false;
	if (unit->format.version == 5) {
		type = take(cursor, 1);
		unit->format.address_size = (uint8_t)take(cursor, 1);
	}
	unit->abbrev_offset = take(cursor, unit->format.offset_size);
	if (unit->format.version < 5)
		unit->format.address_size = (uint8_t)take(cursor, 1);
	if (!read_unit_type(cursor, unit, (unsigned int)type))
		return false;
	unit->first = info_offset(walk);
	return !cursor->failed && unit->first < unit->end &&
	       (unit->format.address_size == 4 || unit->format.address_size == 8);
}

// These name files that libdw would open.
static bool needs_file(uint64_t attribute)
{
	return attribute == DW_AT_dwo_name || attribute == DW_AT_GNU_dwo_name ||
	       attribute == DW_AT_GNU_dwo_id;
}

static bool read_forms(struct walk *walk, struct cursor *cursor, struct abbreviation *abbreviation)
{
	uint64_t attribute, form;

	for (;;) {
		attribute = take_leb(cursor);
		form = take_leb(cursor);
		if (form == DW_FORM_IMPLICIT_CONST)
			take_leb(cursor);
		if (cursor->failed || needs_file(attribute))
			return false;
		if (!attribute && !form)
			return true;
		if (form > UINT32_MAX || ++abbreviation->form_count > MOST_ATTRIBUTES)
			return false;
		*array_add(walk->arena, &walk->abbreviations.forms) = (uint32_t)form;
	}
}

// Read the table of the unit. Codes grow in what compilers write.
static bool read_abbreviations(struct walk *walk)
{
	struct cursor cursor = cursor_at(walk->dies, walk->dies->abbrev, walk->unit.abbrev_offset);
	struct abbreviations *all = &walk->abbreviations;
	const uint8_t *start = cursor.at;
	uint64_t code, last = 0;

	all->count = all->forms.count = 0;
	while ((code = take_leb(&cursor))) {
		struct abbreviation *abbreviation = array_add(walk->arena, all);

		abbreviation->code = code;
		abbreviation->tag = (uint32_t)take_leb(&cursor);
		abbreviation->has_children = take(&cursor, 1);
		abbreviation->first_form = (uint32_t)all->forms.count;
		if (code <= last || !read_forms(walk, &cursor, abbreviation))
			return false;
		last = code;
	}
	// libdw keeps a record of each, for each unit.
	return !cursor.failed && pay(walk->dies, 64 * (uint64_t)(cursor.at - start));
}

static const struct abbreviation *find_abbreviation(const struct abbreviations *all, uint64_t code)
{
	size_t at;

	if (code - 1 < all->count && all->items[code - 1].code == code)
		return &all->items[code - 1];
	at = bisect(all->count, i, all->items[i].code < code);
	return at < all->count && all->items[at].code == code ? &all->items[at] : NULL;
}

// Whether the value of @form is in another file, which libdw would open.
static bool needs_other_file(uint32_t form)
{
	switch (form) {
	case DW_FORM_REF_SUP4:
	case DW_FORM_REF_SUP8:
	case DW_FORM_STRP_SUP:
	case DW_FORM_GNU_REF_ALT:
	case DW_FORM_GNU_STRP_ALT:
	case DW_FORM_GNU_ADDR_INDEX:
	case DW_FORM_GNU_STR_INDEX:
		return true;
	}
	return false;
}

static bool skip_form(struct walk *walk, uint32_t form)
{
	struct cursor *cursor = &walk->cursor;
	uint8_t size =
		needs_other_file(form) ? DWARF_UNKNOWN : dwarf_form_size(form, walk->unit.format);

	switch (size) {
	case DWARF_ULEB:
		take_leb(cursor);
		return true;
	case DWARF_ADDRX_OFFSET:
		take_leb(cursor);
		skip(cursor, 4);
		return true;
	case DWARF_BLOCK:
		skip(cursor, take_leb(cursor));
		return true;
	case DWARF_BLOCK1:
		skip(cursor, take(cursor, 1));
		return true;
	case DWARF_BLOCK2:
		skip(cursor, take(cursor, 2));
		return true;
	case DWARF_BLOCK4:
		skip(cursor, take(cursor, 4));
		return true;
	case DWARF_STRING:
		skip_string(cursor);
		return true;
	case DWARF_INDIRECT:
	case DWARF_UNKNOWN:
		return false;
	}
	skip(cursor, size);
	return true;
}

// Read the entry at the cursor, and go behind it. NULL: malformed.
static const struct abbreviation *read_entry(struct walk *walk, uint64_t code)
{
	const struct abbreviation *abbreviation = find_abbreviation(&walk->abbreviations, code);

	if (!abbreviation || !pay(walk->dies, 2 + abbreviation->form_count))
		return NULL;
	for (uint32_t i = 0; i < abbreviation->form_count; i++) {
		if (!skip_form(walk, walk->abbreviations.forms.items[abbreviation->first_form + i]))
			return NULL;
	}
	return walk->cursor.failed ? NULL : abbreviation;
}

// Go over the entries from the cursor to the end of the first one's children, or of the unit; visit
// those of depth 0, if @first, and 1.
static bool walk_entries(struct walk *walk, bool first)
{
	uint64_t depth = 0;

	do {
		struct die die = { .unit = walk->unit.offset, .offset = info_offset(walk) };
		uint64_t code = take_leb(&walk->cursor);
		const struct abbreviation *abbreviation;

		if (code == 0) {
			if (depth-- == 0)
				return false;
			continue;
		}
		abbreviation = read_entry(walk, code);
		if (!abbreviation)
			return false;
		die.tag = abbreviation->tag;
		if (depth == 1 || (depth == 0 && first))
			walk->visit(&die, walk->argument);
		depth += abbreviation->has_children;
	} while (depth && info_offset(walk) < walk->unit.end);
	// Some compilers leave out the ends of the last lists.
	return !walk->cursor.failed && info_offset(walk) <= walk->unit.end;
}

static struct walk walk_begin(const struct dies *dies, uint64_t offset, die_visit visit,
			      void *argument)
{
	return (struct walk){
		.dies = dies,
		.arena = arena_nest(dies->arena),
		.cursor = cursor_at(dies, dies->info, offset),
		.visit = visit,
		.argument = argument,
	};
}

bool dies_walk(const struct dies *dies, die_visit visit, void *argument)
{
	struct walk walk = walk_begin(dies, 0, visit, argument);
	bool good = true;

	while (good && left(&walk.cursor)) {
		good = read_unit(&walk) && read_abbreviations(&walk) && walk_entries(&walk, true);
		walk.cursor = cursor_at(dies, dies->info, walk.unit.end);
	}
	arena_deinit(walk.arena);
	return good;
}

bool die_walk(const struct dies *dies, const struct die *parent, die_visit visit, void *argument)
{
	struct walk walk = walk_begin(dies, parent->unit, visit, argument);
	bool good = read_unit(&walk) && read_abbreviations(&walk) &&
		    parent->offset >= walk.unit.first && parent->offset < walk.unit.end;

	if (good) {
		walk.cursor = cursor_at(dies, dies->info, parent->offset);
		good = walk_entries(&walk, false);
	}
	arena_deinit(walk.arena);
	return good;
}
