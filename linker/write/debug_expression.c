/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Expressions, which say where a variable is, may have offsets of entries of types and of other
 * expressions.
 *
 * Source: DWARF 5, 2.5 and 7.7.1; include/dwarf2.def of binutils for what GNU added.
 */
#include "debug_expression.h"

// What follows an operation: up to two of these, the first in the lower four bits.
enum {
	NONE,
	INTEGER_1,
	INTEGER_2,
	INTEGER_4,
	INTEGER_8,
	LEB,
	ADDRESS,
	OFFSET,  // in another unit: it has a relocation
	ENTRY_2, // an offset in the unit
	ENTRY_4,
	ENTRY_LEB,
	BLOCK, // behind its length, a LEB128
	BLOCK_1,
	UNKNOWN,
};

#define TWO(first, second) ((first) | (second) << 4)

static const uint8_t operands[] = {
	[0x00 ... 0x02] = UNKNOWN,
	[0x03] = ADDRESS,
	[0x04 ... 0x05] = UNKNOWN,
	[0x07] = UNKNOWN,
	[0x08 ... 0x09] = INTEGER_1, // DW_OP_const1u
	[0x0a ... 0x0b] = INTEGER_2,
	[0x0c ... 0x0d] = INTEGER_4,
	[0x0e ... 0x0f] = INTEGER_8,
	[0x10 ... 0x11] = LEB,
	[0x15] = INTEGER_1,    // DW_OP_pick
	[0x23] = LEB,          // DW_OP_plus_uconst
	[0x28] = INTEGER_2,    // DW_OP_bra
	[0x2f] = INTEGER_2,    // DW_OP_skip
	[0x70 ... 0x91] = LEB, // DW_OP_breg0 to DW_OP_fbreg
	[0x92] = TWO(LEB, LEB),
	[0x93] = LEB,                     // DW_OP_piece
	[0x94 ... 0x95] = INTEGER_1,      // DW_OP_deref_size
	[0x98] = ENTRY_2,                 // DW_OP_call2
	[0x99] = ENTRY_4,                 // DW_OP_call4
	[0x9a] = OFFSET,                  // DW_OP_call_ref
	[0x9d] = TWO(LEB, LEB),           // DW_OP_bit_piece
	[0x9e] = BLOCK,                   // DW_OP_implicit_value
	[0xa0] = TWO(OFFSET, LEB),        // DW_OP_implicit_pointer
	[0xa1 ... 0xa2] = LEB,            // DW_OP_addrx
	[0xa3] = LEB,                     // DW_OP_entry_value: the length of operations that follow
	[0xa4] = TWO(ENTRY_LEB, BLOCK_1), // DW_OP_const_type
	[0xa5] = TWO(LEB, ENTRY_LEB),     // DW_OP_regval_type
	[0xa6 ... 0xa7] = TWO(INTEGER_1, ENTRY_LEB), // DW_OP_deref_type
	[0xa8 ... 0xa9] = ENTRY_LEB,                 // DW_OP_convert
	[0xaa ... 0xef] = UNKNOWN,
	[0xf1] = UNKNOWN,
	[0xf2] = TWO(OFFSET, LEB), // those of GNU, which became the ones above
	[0xf3] = LEB,
	[0xf4] = TWO(ENTRY_LEB, BLOCK_1),
	[0xf5] = TWO(LEB, ENTRY_LEB),
	[0xf6] = TWO(INTEGER_1, ENTRY_LEB),
	[0xf7] = ENTRY_LEB,
	[0xf8] = UNKNOWN,
	[0xf9] = ENTRY_LEB,
	[0xfa] = ENTRY_4, // DW_OP_GNU_parameter_ref
	[0xfb ... 0xfc] = LEB,
	[0xfd] = OFFSET, // DW_OP_GNU_variable_value
	[0xfe ... 0xff] = UNKNOWN,
};

bool debug_put_leb(uint8_t *field, size_t size, uint64_t value)
{
	for (size_t i = 0; i < size; i++) {
		field[i] = (uint8_t)((value & 0x7f) | (i + 1 < size ? 0x80 : 0));
		value >>= 7;
	}
	return value == 0;
}

bool debug_put_sized(uint8_t *field, size_t size, uint64_t value, bool big_endian)
{
	for (size_t i = 0; i < size; i++) {
		field[big_endian ? size - 1 - i : i] = (uint8_t)value;
		value >>= 8;
	}
	return value == 0;
}

// What an expression is read with.
struct expression {
	struct reader reader;
	uint8_t *bytes;
	struct dwarf_unit_format format;
	struct entry_shift shift;
};

static bool shift_integer(struct expression *expression, size_t size)
{
	struct reader *reader = &expression->reader;
	uint8_t *field = expression->bytes + reader_offset(reader);
	uint64_t value = size == sizeof(uint16_t) ? reader_u16(reader) : reader_u32(reader);

	return !reader->failed &&
	       debug_put_sized(field, size, entry_shifted(expression->shift, value),
			       reader->big_endian);
}

static bool shift_leb(struct expression *expression)
{
	struct reader *reader = &expression->reader;
	uint64_t start = reader_offset(reader), value = reader_uleb(reader);

	return !reader->failed &&
	       debug_put_leb(expression->bytes + start, reader_offset(reader) - start,
			     entry_shifted(expression->shift, value));
}

static bool shift_operand(struct expression *expression, uint8_t operand)
{
	struct reader *reader = &expression->reader;
	struct dwarf_unit_format format = expression->format;

	switch (operand) {
	case INTEGER_1:
	case INTEGER_2:
	case INTEGER_4:
	case INTEGER_8:
		reader_bytes(reader, UINT64_C(1) << (operand - INTEGER_1));
		break;
	case LEB:
		reader_uleb(reader);
		break;
	case ADDRESS:
		reader_bytes(reader, format.address_size);
		break;
	case OFFSET:
		reader_bytes(reader, dwarf_form_size(DW_FORM_REF_ADDR, format));
		break;
	case ENTRY_2:
		return shift_integer(expression, sizeof(uint16_t));
	case ENTRY_4:
		return shift_integer(expression, sizeof(uint32_t));
	case ENTRY_LEB:
		return shift_leb(expression);
	case BLOCK:
		reader_bytes(reader, reader_uleb(reader));
		break;
	case BLOCK_1:
		reader_bytes(reader, reader_u8(reader));
		break;
	case UNKNOWN:
		return false;
	}
	return !reader->failed;
}

bool debug_shift_expression(struct reader reader, uint8_t *bytes, struct dwarf_unit_format format,
			    struct entry_shift shift)
{
	struct expression expression = {
		.reader = reader,
		.format = format,
		.shift = shift,
	};

	expression.bytes = bytes;

	while (reader_left(&expression.reader)) {
		uint8_t both = operands[reader_u8(&expression.reader)];

		if (!shift_operand(&expression, both & 0xf) ||
		    !shift_operand(&expression, both >> 4))
			return false;
	}
	return true;
}
