/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forms of DWARF 2 to 5: how many bytes the value of an attribute has.
 *
 * Source: DWARF 5, 7.5.6; include/dwarf2.def of binutils and llvm/BinaryFormat/Dwarf.def for what
 * GNU and LLVM added.
 */
#ifndef BPFLD_BASE_DWARF_FORMS_H
#define BPFLD_BASE_DWARF_FORMS_H

#include <stdint.h>

enum dwarf_form {
	DW_FORM_ADDR = 0x01,
	DW_FORM_BLOCK2 = 0x03,
	DW_FORM_BLOCK4 = 0x04,
	DW_FORM_DATA2 = 0x05,
	DW_FORM_DATA4 = 0x06,
	DW_FORM_DATA8 = 0x07,
	DW_FORM_STRING = 0x08,
	DW_FORM_BLOCK = 0x09,
	DW_FORM_BLOCK1 = 0x0a,
	DW_FORM_DATA1 = 0x0b,
	DW_FORM_FLAG = 0x0c,
	DW_FORM_SDATA = 0x0d,
	DW_FORM_STRP = 0x0e,
	DW_FORM_UDATA = 0x0f,
	DW_FORM_REF_ADDR = 0x10,
	DW_FORM_REF1 = 0x11,
	DW_FORM_REF2 = 0x12,
	DW_FORM_REF4 = 0x13,
	DW_FORM_REF8 = 0x14,
	DW_FORM_REF_UDATA = 0x15,
	DW_FORM_INDIRECT = 0x16,
	DW_FORM_SEC_OFFSET = 0x17,
	DW_FORM_EXPRLOC = 0x18,
	DW_FORM_FLAG_PRESENT = 0x19,
	DW_FORM_STRX = 0x1a,
	DW_FORM_ADDRX = 0x1b,
	DW_FORM_REF_SUP4 = 0x1c,
	DW_FORM_STRP_SUP = 0x1d,
	DW_FORM_DATA16 = 0x1e,
	DW_FORM_LINE_STRP = 0x1f,
	DW_FORM_REF_SIG8 = 0x20,
	DW_FORM_IMPLICIT_CONST = 0x21,
	DW_FORM_LOCLISTX = 0x22,
	DW_FORM_RNGLISTX = 0x23,
	DW_FORM_REF_SUP8 = 0x24,
	DW_FORM_STRX1 = 0x25,
	DW_FORM_STRX2 = 0x26,
	DW_FORM_STRX3 = 0x27,
	DW_FORM_STRX4 = 0x28,
	DW_FORM_ADDRX1 = 0x29,
	DW_FORM_ADDRX2 = 0x2a,
	DW_FORM_ADDRX3 = 0x2b,
	DW_FORM_ADDRX4 = 0x2c,
	DW_FORM_GNU_ADDR_INDEX = 0x1f01,
	DW_FORM_GNU_STR_INDEX = 0x1f02,
	DW_FORM_GNU_REF_ALT = 0x1f20,
	DW_FORM_GNU_STRP_ALT = 0x1f21,
	DW_FORM_LLVM_ADDRX_OFFSET = 0x2001,
};

/** What the bytes of a form depend on: the unit that it is in. */
struct dwarf_unit_format {
	uint16_t version;
	uint8_t address_size, offset_size;
};

/** Instead of a number of bytes, which is at most 16: how to read them. */
enum dwarf_layout {
	DWARF_ULEB = 0xf0, // a LEB128
	DWARF_STRING,      // up to a NUL
	DWARF_BLOCK,       // behind their number: a LEB128,
	DWARF_BLOCK1,      // or an integer
	DWARF_BLOCK2,
	DWARF_BLOCK4,
	DWARF_ADDRX_OFFSET, // a LEB128 and four bytes
	DWARF_INDIRECT,     // a LEB128, which is another form, and what that has
	DWARF_UNKNOWN,
};

/** The number of bytes of @form in a unit of @format, or a dwarf_layout. */
uint8_t dwarf_form_size(uint32_t form, struct dwarf_unit_format format);

#endif
