/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Abbreviations: which attributes the entries (DIEs) of a unit have, and how many bytes each has.
 *
 * Source: DWARF 5, 7.5.3 and 7.5.6.
 */
#ifndef BPFLD_DEBUG_ABBREVS_H
#define BPFLD_DEBUG_ABBREVS_H

#include "base/array.h"
#include "dwarf_numbers.h"

struct abbrev_attribute {
	uint32_t name, form; // UINT32_MAX: a larger number
	uint64_t constant;   // of DW_FORM_IMPLICIT_CONST
	uint64_t offset;     // of the form in the section
};

struct abbrev {
	uint64_t code;
	uint32_t first, count; // in abbrevs.attributes
	bool plain;            // nothing of its entries changes in an object that was cut, and
	uint32_t size;         // all have so many bytes behind the code
};

// The abbreviations of a unit.
struct abbrevs {
	ARRAY(struct abbrev) items; // by code
	ARRAY(struct abbrev_attribute) attributes;
	struct dwarf_unit_format format; // of the unit
};

// What is read of a form.
struct form_value {
	uint32_t form;
	uint64_t offset;   // of the bytes in the section
	uint64_t size;     // of them
	uint64_t number;   // of a form that is a constant, an index or DW_FORM_IMPLICIT_CONST; of
			   // one that is a block its length
	uint64_t distance; // of DW_FORM_LLVM_ADDRX_OFFSET, whose last four bytes it is
};

/**
 * Read the table at the position of @reader up to its end, for units of the format that *@abbrevs
 * has; its arrays are emptied before.
 *
 * @return false when it is no such table
 */
bool abbrevs_read(struct abbrevs *abbrevs, struct reader *reader, struct arena *arena);

/** abbrevs_find() where codes are not 1, 2, 3 and so on. */
const struct abbrev *abbrevs_search(const struct abbrevs *abbrevs, uint64_t code);

/** The abbreviation @code; NULL when there is none. */
static inline const struct abbrev *abbrevs_find(const struct abbrevs *abbrevs, uint64_t code)
{
	const struct abbrev *items = abbrevs->items.items;

	if (code <= abbrevs->items.count && code && items[code - 1].code == code)
		return &items[code - 1];
	return abbrevs_search(abbrevs, code);
}

/**
 * Read what @attribute has in an entry at the position of @reader.
 *
 * @return false when the form is not known; when bytes are missing @reader has failed
 */
bool abbrevs_read_form(const struct abbrevs *abbrevs, const struct abbrev_attribute *attribute,
		       struct reader *reader, struct form_value *value);

#endif
