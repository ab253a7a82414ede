/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BPFLD_DEBUG_EXPRESSION_H
#define BPFLD_DEBUG_EXPRESSION_H

#include "dwarf_numbers.h"

// How entries of a unit moved in it.
struct entry_shift {
	uint64_t from; // those from this byte of the unit on
	int64_t by;    // by so many bytes; 0: none did
};

/** Where what was at byte @offset of the unit is. */
static inline uint64_t entry_shifted(struct entry_shift shift, uint64_t offset)
{
	return offset < shift.from ? offset : offset + (uint64_t)shift.by;
}

/**
 * Let the expression at the position of @reader, up to its end, have the right offsets of entries
 * of its unit, which has @format. @reader reads @bytes, the section.
 *
 * @return false when it has an operation that is not known, or an offset has no room
 */
bool debug_shift_expression(struct reader reader, uint8_t *bytes, struct dwarf_unit_format format,
			    struct entry_shift shift);

/** Write @value over the integer of @size bytes at @field; false when it is too large. */
bool debug_put_sized(uint8_t *field, size_t size, uint64_t value, bool big_endian);

/** Write @value over the LEB128 of @size bytes at @field, likewise. */
bool debug_put_leb(uint8_t *field, size_t size, uint64_t value);

#endif
