/* SPDX-License-Identifier: BSD-2-Clause */
#include "dwarf_forms.h"

// Sizes that the unit says.
enum {
	ADDRESS = 0x80,
	OFFSET,
	REFERENCE, // of an address in version 2, else of an offset
};

static const uint8_t sizes[] = {
	[DW_FORM_ADDR] = ADDRESS,
	[DW_FORM_BLOCK2] = DWARF_BLOCK2,
	[DW_FORM_BLOCK4] = DWARF_BLOCK4,
	[DW_FORM_DATA2] = 2,
	[DW_FORM_DATA4] = 4,
	[DW_FORM_DATA8] = 8,
	[DW_FORM_STRING] = DWARF_STRING,
	[DW_FORM_BLOCK] = DWARF_BLOCK,
	[DW_FORM_BLOCK1] = DWARF_BLOCK1,
	[DW_FORM_DATA1] = 1,
	[DW_FORM_FLAG] = 1,
	[DW_FORM_SDATA] = DWARF_ULEB,
	[DW_FORM_STRP] = OFFSET,
	[DW_FORM_UDATA] = DWARF_ULEB,
	[DW_FORM_REF_ADDR] = REFERENCE,
	[DW_FORM_REF1] = 1,
	[DW_FORM_REF2] = 2,
	[DW_FORM_REF4] = 4,
	[DW_FORM_REF8] = 8,
	[DW_FORM_REF_UDATA] = DWARF_ULEB,
	[DW_FORM_INDIRECT] = DWARF_INDIRECT,
	[DW_FORM_SEC_OFFSET] = OFFSET,
	[DW_FORM_EXPRLOC] = DWARF_BLOCK,
	[DW_FORM_FLAG_PRESENT] = 0,
	[DW_FORM_STRX] = DWARF_ULEB,
	[DW_FORM_ADDRX] = DWARF_ULEB,
	[DW_FORM_REF_SUP4] = 4,
	[DW_FORM_STRP_SUP] = OFFSET,
	[DW_FORM_DATA16] = 16,
	[DW_FORM_LINE_STRP] = OFFSET,
	[DW_FORM_REF_SIG8] = 8,
	[DW_FORM_IMPLICIT_CONST] = 0,
	[DW_FORM_LOCLISTX] = DWARF_ULEB,
	[DW_FORM_RNGLISTX] = DWARF_ULEB,
	[DW_FORM_REF_SUP8] = 8,
	[DW_FORM_STRX1] = 1,
	[DW_FORM_STRX2] = 2,
	[DW_FORM_STRX3] = 3,
	[DW_FORM_STRX4] = 4,
	[DW_FORM_ADDRX1] = 1,
	[DW_FORM_ADDRX2] = 2,
	[DW_FORM_ADDRX3] = 3,
	[DW_FORM_ADDRX4] = 4,
};

static uint8_t resolve_size(uint8_t size, struct dwarf_unit_format format)
{
	switch (size) {
	case ADDRESS:
		return format.address_size;
	case OFFSET:
		return format.offset_size;
	case REFERENCE:
		return format.version <= 2 ? format.address_size : format.offset_size;
	}
	return size;
}

uint8_t dwarf_form_size(uint32_t form, struct dwarf_unit_format format)
{
	switch (form) {
	case DW_FORM_GNU_ADDR_INDEX:
	case DW_FORM_GNU_STR_INDEX:
		return DWARF_ULEB;
	case DW_FORM_GNU_REF_ALT:
	case DW_FORM_GNU_STRP_ALT:
		return format.offset_size;
	case DW_FORM_LLVM_ADDRX_OFFSET:
		return DWARF_ADDRX_OFFSET;
	}
	// 2 is no form.
	if (form < DW_FORM_ADDR || form == 2 || form >= sizeof(sizes))
		return DWARF_UNKNOWN;
	return resolve_size(sizes[form], format);
}
