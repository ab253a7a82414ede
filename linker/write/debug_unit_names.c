/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --file-prefix-map in entries (DIEs) of units that have the names of their folder and file inline:
 * from GCC if they are shorter than an offset ("/w"), from assemblers always.
 *
 * Such a name moves to .debug_str, and its form in the abbreviation becomes DW_FORM_strp, as GCC
 * has it for longer names. So where a name was does not depend on its length, which is that of a
 * folder. The first entry of a unit gets another size; offsets of the entries after it, which are
 * all that others can refer to, become larger or smaller by the same.
 *
 * Source: DWARF 5, 7.5.
 */
#include "debug_unit_names.h"

#include <stdlib.h>

#include "debug_expression.h"
#include "debug_rewrite.h"
#include "debug_units.h"
#include "relocation.h"
#include "source_names.h"

// A form in .debug_abbrev that changes.
struct form_place {
	struct debug_part *part;
	uint64_t offset;
};

struct unit_names {
	struct debug_object *debug;
	struct debug_units units;
	ARRAY(struct form_place) forms; // by part and offset
	struct debug_rewrite rewrite;
	struct debug_lists lists; // that have offsets of entries that moved
	struct entry_shift shift; // of the unit
};

static bool is_path(uint32_t name)
{
	return name == DW_AT_NAME || name == DW_AT_COMP_DIR || name == DW_AT_DWO_NAME ||
	       name == DW_AT_GNU_DWO_NAME;
}

static struct form_place form_place(const struct unit_names *names,
				    const struct abbrev_attribute *attribute)
{
	return (struct form_place){ names->units.table, attribute->offset };
}

static int compare_places(const void *a, const void *b)
{
	const struct form_place *x = a, *y = b;

	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

// Whether the form of @attribute changes.
static bool moves(const struct unit_names *names, const struct abbrev_attribute *attribute)
{
	struct form_place place = form_place(names, attribute);

	return attribute->form == DW_FORM_STRING && is_path(attribute->name) &&
	       bsearch(&place, names->forms.items, names->forms.count, sizeof(place),
		       compare_places);
}

// The abbreviation of the entry at the position of @reader, which it goes behind; NULL: none.
static const struct abbrev *read_code(struct unit_names *names, struct reader *reader)
{
	uint64_t code = reader_uleb(reader);

	return code ? abbrevs_find(&names->units.abbrevs, code) : NULL;
}

static const struct abbrev_attribute *attributes_of(const struct unit_names *names,
						    const struct abbrev *abbrev)
{
	return &names->units.abbrevs.attributes.items[abbrev->first];
}

static bool read_value(struct unit_names *names, const struct abbrev_attribute *attribute,
		       struct reader *reader, struct form_value *value)
{
	if (abbrevs_read_form(&names->units.abbrevs, attribute, reader, value) && !reader->failed)
		return true;
	return debug_units_fail(&names->units, value->offset,
				"an attribute has an unknown form, or ends past its unit");
}

// Note which forms of the first entry of the unit have a name that the maps change.
static bool note_unit(struct unit_names *names)
{
	struct reader reader = names->units.reader;
	const struct abbrev *abbrev = read_code(names, &reader);

	for (uint32_t i = 0; abbrev && i < abbrev->count; i++) {
		const struct abbrev_attribute *attribute = &attributes_of(names, abbrev)[i];
		struct form_value value;
		struct str name;

		if (!read_value(names, attribute, &reader, &value))
			return false;
		if (attribute->form != DW_FORM_STRING || !is_path(attribute->name))
			continue;
		name = str_of((const char *)names->units.part->bytes + value.offset);
		if (source_name_map(names->debug->linker, name))
			*array_add(names->debug->arena, &names->forms) =
				form_place(names, attribute);
	}
	return true;
}

// Let a string be where an offset to it is enough.
static void put_name(struct unit_names *names, struct str name)
{
	struct debug_object *debug = names->debug;
	struct debug_rewrite *rewrite = &names->rewrite;
	const struct bpfld_prefix_map *map = source_name_map(debug->linker, name);
	uint8_t size = names->units.format.offset_size;
	uint32_t type = size == sizeof(uint32_t) ? R_BPF_64_ABS32 : R_BPF_64_ABS64;
	// The strings of the object are numbered behind its symbols.
	uint64_t number = debug->object->symbol_count + debug->names.count;

	*array_add(debug->arena, &debug->names) =
		str_of(map ? source_name_mapped(map, name, debug->arena)
			   : arena_strndup(debug->arena, name.data, name.size));
	*array_add(debug->arena, &rewrite->relocations) = (Elf64_Rel){
		.r_offset = rewrite->text.size,
		.r_info = ELF64_R_INFO(number, type),
	};
	text_bytes(&rewrite->text, (const uint8_t[sizeof(uint64_t)]){ 0 }, size);
}

// Write the first entry, of @abbrev, at the position of @reader.
static bool write_first(struct unit_names *names, const struct abbrev *abbrev,
			struct reader *reader)
{
	const uint8_t *bytes = names->units.part->bytes;

	for (uint32_t i = 0; abbrev && i < abbrev->count; i++) {
		const struct abbrev_attribute *attribute = &attributes_of(names, abbrev)[i];
		uint64_t start = reader_offset(reader);
		struct form_value value;

		if (!read_value(names, attribute, reader, &value))
			return false;
		if (moves(names, attribute))
			put_name(names, str_of((const char *)bytes + value.offset));
		else
			debug_rewrite_copy(&names->rewrite, start, reader_offset(reader));
	}
	return true;
}

// What was at byte @offset of the section, behind the first entry.
static uint8_t *written(const struct unit_names *names, uint64_t offset)
{
	const struct debug_rewrite *rewrite = &names->rewrite;

	return (uint8_t *)rewrite->text.data + rewrite->unit +
	       entry_shifted(names->shift, offset - names->units.start);
}

static bool shift_reference(struct unit_names *names, const struct form_value *value)
{
	uint8_t *field = written(names, value->offset);
	uint64_t shifted = entry_shifted(names->shift, value->number);
	bool fits = value->form == DW_FORM_REF_UDATA
			    ? debug_put_leb(field, value->size, shifted)
			    : debug_put_sized(field, value->size, shifted,
					      names->debug->object->big_endian);

	return fits ||
	       debug_units_fail(&names->units, value->offset, "a reference has no room to change");
}

// The expression in the block @value.
static bool shift_block(struct unit_names *names, const struct form_value *value)
{
	struct debug_rewrite *rewrite = &names->rewrite;
	uint64_t end = rewrite->unit + entry_shifted(names->shift, value->offset + value->size -
									   names->units.start);
	struct reader reader =
		reader_of(rewrite->text.data, end, names->debug->object->big_endian,
			  place_in(names->debug->object->name, NULL), names->debug->linker->diag);

	reader_bytes(&reader, end - value->number);
	return debug_shift_expression(reader, (uint8_t *)rewrite->text.data, names->units.format,
				      names->shift) ||
	       debug_units_fail(&names->units, value->offset,
				"an expression is like none of a compiler");
}

static void note_list(struct unit_names *names, const struct form_value *value)
{
	struct debug_unit *unit;
	uint64_t offset;
	struct debug_part *part =
		debug_part_at(names->debug, names->units.part, value->offset, &offset);

	if (!part || !debug_has_lists(part))
		return;
	unit = arena_new(names->debug->arena, struct debug_unit);
	unit->format = names->units.format;
	unit->shift = names->shift;
	*array_add(names->debug->arena, &names->lists) = (struct debug_list){ part, offset, unit };
}

static bool shift_attribute(struct unit_names *names, uint32_t name, const struct form_value *value)
{
	bool is_old = names->units.format.version < 4;

	switch (value->form) {
	case DW_FORM_REF1:
	case DW_FORM_REF2:
	case DW_FORM_REF4:
	case DW_FORM_REF8:
	case DW_FORM_REF_UDATA:
		return shift_reference(names, value);
	case DW_FORM_EXPRLOC:
		return shift_block(names, value);
	case DW_FORM_BLOCK:
	case DW_FORM_BLOCK1:
	case DW_FORM_BLOCK2:
	case DW_FORM_BLOCK4:
		// Other blocks are bytes of values.
		return !is_old || name == DW_AT_CONST_VALUE || name == DW_AT_DISCR_LIST ||
		       shift_block(names, value);
	case DW_FORM_LOCLISTX:
		return debug_units_fail(&names->units, value->offset,
					"a list by its index would have to change");
	case DW_FORM_DATA4:
	case DW_FORM_DATA8:
	case DW_FORM_SEC_OFFSET:
		if (is_old || value->form == DW_FORM_SEC_OFFSET)
			note_list(names, value);
	}
	return true;
}

// Let the entries at the position of @reader have the right offsets of others.
static bool shift_entries(struct unit_names *names, struct reader reader)
{
	while (reader_left(&reader)) {
		uint64_t at = reader_offset(&reader), code = reader_uleb(&reader);
		const struct abbrev *abbrev =
			code ? abbrevs_find(&names->units.abbrevs, code) : NULL;

		if (!code)
			continue;
		if (!abbrev)
			return debug_units_fail(&names->units, at,
						"an entry has an unknown abbreviation");
		for (uint32_t i = 0; i < abbrev->count; i++) {
			const struct abbrev_attribute *attribute = &attributes_of(names, abbrev)[i];
			struct form_value value;

			if (!read_value(names, attribute, &reader, &value) ||
			    !shift_attribute(names, attribute->name, &value))
				return false;
		}
	}
	return true;
}

// The offset of the type that the unit is about.
static bool shift_type(struct unit_names *names)
{
	struct debug_units *units = &names->units;
	struct form_value type = { .offset = units->type_at, .size = units->format.offset_size };
	struct reader reader = debug_reader(names->debug, units->part);

	if (units->type_at == 0)
		return true;
	reader_bytes(&reader, type.offset);
	type.number = reader_uint(&reader, type.size);
	return shift_reference(names, &type);
}

// Write the unit at hand anew.
static bool write_unit(struct unit_names *names)
{
	struct debug_units *units = &names->units;
	struct debug_rewrite *rewrite = &names->rewrite;
	struct reader reader = units->reader;
	const struct abbrev *abbrev = read_code(names, &reader);
	uint64_t end = reader_offset(&reader) + reader_left(&reader), rest;

	debug_rewrite_unit(rewrite, units->start);
	debug_rewrite_copy(rewrite, units->start, reader_offset(&reader));
	if (!write_first(names, abbrev, &reader))
		return false;
	rest = reader_offset(&reader);
	names->shift = (struct entry_shift){
		.from = rest - units->start,
		.by = (int64_t)(rewrite->text.size - rewrite->unit - (rest - units->start)),
	};
	debug_rewrite_mark(rewrite, rest);
	debug_rewrite_copy(rewrite, rest, end);
	if (!debug_rewrite_length(rewrite, units->format.offset_size))
		return debug_units_fail(units, units->start, "a unit becomes too large");
	return names->shift.by == 0 || (shift_type(names) && shift_entries(names, reader));
}

// An index has offsets of entries that no relocation tells.
static bool check_indices(struct unit_names *names)
{
	static const char *const indices[] = { ".debug_names", ".debug_pub", ".debug_gnu_pub" };
	struct debug_object *debug = names->debug;

	for (size_t i = 0; i < debug->part_count; i++) {
		const char *name = linker_name(debug->linker, debug->parts[i].section->name);

		for (size_t k = 0; k < sizeof(indices) / sizeof(*indices); k++) {
			if (!strncmp(name, indices[k], strlen(indices[k])))
				return debug_leave_out(debug, debug->parts[i].section, NO_OFFSET,
						       "it is an index of what --file-prefix-map "
						       "moves; compile without -gpubnames");
		}
	}
	return true;
}

static bool is_info(const struct debug_part *part)
{
	return part->section->kind == DEBUG_INFO || part->section->kind == DEBUG_TYPES;
}

static bool note_forms(struct unit_names *names)
{
	struct debug_object *debug = names->debug;

	for (size_t i = 0; i < debug->part_count; i++) {
		if (!is_info(&debug->parts[i]))
			continue;
		debug_units_open(&names->units, &debug->parts[i]);
		while (debug_units_next(&names->units)) {
			if (!note_unit(names))
				return false;
		}
		if (names->units.failed)
			return false;
	}
	array_sort(&names->forms, compare_places);
	return true;
}

// Write the units of @part anew, if one has names that move.
static bool write_units(struct unit_names *names, struct debug_part *part)
{
	size_t count = names->debug->names.count;

	names->rewrite = (struct debug_rewrite){
		.debug = names->debug,
		.part = part,
		.text.arena = names->debug->arena,
	};
	debug_units_open(&names->units, part);
	while (debug_units_next(&names->units)) {
		if (!write_unit(names))
			return false;
	}
	if (names->units.failed)
		return false;
	if (names->debug->names.count == count)
		part->moves.count = 0;
	else
		debug_rewrite_finish(&names->rewrite);
	return true;
}

bool debug_map_unit_names(struct debug_object *debug)
{
	struct unit_names names = { .debug = debug, .units = debug_units_of(debug) };

	if (!note_forms(&names))
		return false;
	if (names.forms.count == 0)
		return true;
	debug->maps_names = true;
	if (!check_indices(&names))
		return false;
	names.units = debug_units_of(debug);
	for (size_t i = 0; i < debug->part_count; i++) {
		if (is_info(&debug->parts[i]) && !write_units(&names, &debug->parts[i]))
			return false;
	}
	if (!debug_shift_lists(debug, &names.lists))
		return false;
	array_each(form, &names.forms) {
		uint8_t *byte = form->part->bytes + form->offset;

		*byte = (uint8_t)((*byte & 0x80) | DW_FORM_STRP);
	}
	return true;
}
