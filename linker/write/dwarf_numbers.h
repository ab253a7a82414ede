/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of DWARF 2 to 5 that a link has to know, and its variable-length integers.
 *
 * Source: DWARF 5, chapter 7; DWARF 4 for .debug_loc and .debug_ranges; include/dwarf2.def of
 * binutils for what GNU and LLVM added.
 */
#ifndef BPFLD_DWARF_NUMBERS_H
#define BPFLD_DWARF_NUMBERS_H

#include "base/dwarf_forms.h"
#include "base/reader.h"

// Begins the length of a unit with 64-bit offsets.
#define DWARF_64 UINT32_MAX
// Lengths of units with 32-bit offsets are less.
#define DWARF_LENGTH_MAX 0xfffffff0

enum dwarf_unit_type {
	DW_UT_TYPE = 2,
	DW_UT_SKELETON = 4,
	DW_UT_SPLIT_COMPILE = 5,
	DW_UT_SPLIT_TYPE = 6,
};

enum dwarf_attribute {
	DW_AT_NAME = 0x03,
	DW_AT_LOW_PC = 0x11,
	DW_AT_HIGH_PC = 0x12,
	DW_AT_COMP_DIR = 0x1b,
	DW_AT_CONST_VALUE = 0x1c,
	DW_AT_DISCR_LIST = 0x3d,
	DW_AT_ADDR_BASE = 0x73,
	DW_AT_RNGLISTS_BASE = 0x74,
	DW_AT_DWO_NAME = 0x76,
	DW_AT_LOCLISTS_BASE = 0x8c,
	DW_AT_GNU_DWO_NAME = 0x2130,
	DW_AT_GNU_ADDR_BASE = 0x2133,
	DW_AT_GNU_LOCVIEWS = 0x2137, // leads to what is beside a list
};

enum dwarf_range_entry {
	DW_RLE_END_OF_LIST,
	DW_RLE_BASE_ADDRESSX,
	DW_RLE_STARTX_ENDX,
	DW_RLE_STARTX_LENGTH,
	DW_RLE_OFFSET_PAIR,
	DW_RLE_BASE_ADDRESS,
	DW_RLE_START_END,
	DW_RLE_START_LENGTH,
};

enum dwarf_location_entry {
	DW_LLE_END_OF_LIST,
	DW_LLE_BASE_ADDRESSX,
	DW_LLE_STARTX_ENDX,
	DW_LLE_STARTX_LENGTH,
	DW_LLE_OFFSET_PAIR,
	DW_LLE_DEFAULT_LOCATION,
	DW_LLE_BASE_ADDRESS,
	DW_LLE_START_END,
	DW_LLE_START_LENGTH,
	DW_LLE_GNU_VIEW_PAIR,
};

enum dwarf_line_opcode {
	DW_LNS_EXTENDED,
	DW_LNS_COPY,
	DW_LNS_ADVANCE_PC,
	DW_LNS_ADVANCE_LINE,
	DW_LNS_SET_FILE,
	DW_LNS_SET_COLUMN,
	DW_LNS_NEGATE_STMT,
	DW_LNS_SET_BASIC_BLOCK,
	DW_LNS_CONST_ADD_PC,
	DW_LNS_FIXED_ADVANCE_PC,
	DW_LNS_SET_PROLOGUE_END,
	DW_LNS_SET_EPILOGUE_BEGIN,
	DW_LNS_SET_ISA,
};

enum dwarf_line_extended {
	DW_LNE_END_SEQUENCE = 1,
	DW_LNE_SET_ADDRESS,
	DW_LNE_DEFINE_FILE,
	DW_LNE_SET_DISCRIMINATOR,
};

// What a field of a table of folders or files is.
enum dwarf_line_content {
	DW_LNCT_PATH = 1,
};

static inline uint64_t reader_leb(struct reader *reader, bool is_signed)
{
	uint64_t value = 0;
	unsigned int shift = 0;
	uint8_t byte;

	do {
		byte = reader_u8(reader);
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (is_signed && byte & 0x40 && shift < 64)
		value |= UINT64_MAX << shift;
	return value;
}

/** The next unsigned LEB128, modulo 2^64. */
static inline uint64_t reader_uleb(struct reader *reader)
{
	return reader_leb(reader, false);
}

/** The next signed LEB128, modulo 2^64. */
static inline int64_t reader_sleb(struct reader *reader)
{
	return (int64_t)reader_leb(reader, true);
}

/**
 * The length that begins a unit, and *@offset_size, 4 or 8; fails the reader when there are fewer
 * bytes.
 */
static inline uint64_t reader_unit_length(struct reader *reader, uint8_t *offset_size)
{
	uint64_t length = reader_u32(reader);

	*offset_size = sizeof(uint32_t);
	if (length == DWARF_64) {
		*offset_size = sizeof(uint64_t);
		length = reader_u64(reader);
	}
	if (length > reader_left(reader))
		reader_fail(reader);
	return length;
}

#endif
