/* SPDX-License-Identifier: BSD-2-Clause */
#include "debug_abbrevs.h"

#include "base/bisect.h"

// Whether an object that was cut has to look at such attributes. Forms of offsets may lead to
// lists; before version 4 data has the same forms.
static bool matters(const struct abbrevs *abbrevs, const struct abbrev_attribute *attribute)
{
	switch (attribute->name) {
	case DW_AT_LOW_PC:
	case DW_AT_HIGH_PC:
	case DW_AT_DWO_NAME:
	case DW_AT_GNU_DWO_NAME:
		return true;
	}
	switch (attribute->form) {
	case DW_FORM_SEC_OFFSET:
	case DW_FORM_LOCLISTX:
	case DW_FORM_RNGLISTX:
	case DW_FORM_LLVM_ADDRX_OFFSET:
		return true;
	case DW_FORM_DATA4:
	case DW_FORM_DATA8:
		return abbrevs->format.version < 4;
	}
	return false;
}

static uint32_t read_number(struct reader *reader)
{
	uint64_t number = reader_uleb(reader);

	return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

static void read_attributes(struct abbrevs *abbrevs, struct abbrev *abbrev, struct reader *reader,
			    struct arena *arena)
{
	abbrev->first = (uint32_t)abbrevs->attributes.count;
	abbrev->plain = true;
	for (;;) {
		struct abbrev_attribute attribute = { .name = read_number(reader) };
		uint8_t size;

		attribute.offset = reader_offset(reader);
		attribute.form = read_number(reader);
		if (attribute.form == DW_FORM_IMPLICIT_CONST)
			attribute.constant = (uint64_t)reader_sleb(reader);
		if (reader->failed || (attribute.name == 0 && attribute.form == 0))
			break;
		*array_add(arena, &abbrevs->attributes) = attribute;
		size = dwarf_form_size(attribute.form, abbrevs->format);
		abbrev->plain &= size <= sizeof(uint64_t) * 2 && !matters(abbrevs, &attribute);
		abbrev->size += size;
	}
	abbrev->count = (uint32_t)abbrevs->attributes.count - abbrev->first;
}

static int compare_abbrevs(const void *a, const void *b)
{
	const struct abbrev *x = a, *y = b;

	return x->code < y->code ? -1 : x->code > y->code;
}

bool abbrevs_read(struct abbrevs *abbrevs, struct reader *reader, struct arena *arena)
{
	abbrevs->items.count = abbrevs->attributes.count = 0;
	for (;;) {
		struct abbrev abbrev = { .code = reader_uleb(reader) };

		if (abbrev.code == 0)
			break;
		reader_uleb(reader); // the tag
		reader_u8(reader);   // DW_CHILDREN_*: entries are read one after another
		read_attributes(abbrevs, &abbrev, reader, arena);
		if (reader->failed)
			break;
		*array_add(arena, &abbrevs->items) = abbrev;
	}
	array_sort(&abbrevs->items, compare_abbrevs);
	return !reader->failed;
}

const struct abbrev *abbrevs_search(const struct abbrevs *abbrevs, uint64_t code)
{
	const struct abbrev *items = abbrevs->items.items;
	size_t index = bisect(abbrevs->items.count, i, items[i].code < code);

	return index < abbrevs->items.count && items[index].code == code ? &items[index] : NULL;
}

static void read_integer(struct reader *reader, size_t size, struct form_value *value)
{
	const uint8_t *bytes = reader_bytes(reader, size);

	for (size_t i = 0; bytes && size <= sizeof(uint64_t) && i < size; i++)
		value->number = value->number << 8 | bytes[reader->big_endian ? i : size - 1 - i];
}

static uint64_t read_block(struct reader *reader, uint8_t size)
{
	uint64_t length = size == DWARF_BLOCK1   ? reader_u8(reader)
			  : size == DWARF_BLOCK2 ? reader_u16(reader)
			  : size == DWARF_BLOCK4 ? reader_u32(reader)
						 : reader_uleb(reader);

	reader_bytes(reader, length);
	return length;
}

static bool read_sized(struct reader *reader, uint8_t size, struct form_value *value)
{
	switch (size) {
	case DWARF_ULEB:
		value->number = reader_uleb(reader);
		return true;
	case DWARF_STRING:
		reader_string(reader);
		return true;
	case DWARF_BLOCK:
	case DWARF_BLOCK1:
	case DWARF_BLOCK2:
	case DWARF_BLOCK4:
		value->number = read_block(reader, size);
		return true;
	case DWARF_ADDRX_OFFSET:
		value->number = reader_uleb(reader);
		value->distance = reader_u32(reader);
		return true;
	case DWARF_INDIRECT: // one that follows another
	case DWARF_UNKNOWN:
		return false;
	}
	read_integer(reader, size, value);
	return true;
}

bool abbrevs_read_form(const struct abbrevs *abbrevs, const struct abbrev_attribute *attribute,
		       struct reader *reader, struct form_value *value)
{
	bool known;

	*value = (struct form_value){ .form = attribute->form };
	if (value->form == DW_FORM_INDIRECT) {
		value->form = read_number(reader);
		if (value->form == DW_FORM_IMPLICIT_CONST)
			return false;
	}
	value->offset = reader_offset(reader);
	known = read_sized(reader, dwarf_form_size(value->form, abbrevs->format), value);
	value->size = reader_offset(reader) - value->offset;
	if (value->form == DW_FORM_IMPLICIT_CONST)
		value->number = attribute->constant;
	return known;
}
