/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the entries (DIEs) of .debug_info are. What entries say is libdw's to read; but to go from
 * one to the next, libdw skips entries within entries, for a time that whoever wrote the object can
 * choose: references to siblings may lead in circles, and each unit may have a table of
 * abbreviations as long as the section. So here is a walk that goes over each byte once, and whose
 * work is paid from a budget. Objects that would make libdw open other files are refused.
 *
 * Source: DWARF 5, chapter 7; versions 2 to 5 in both widths of offsets.
 */
#ifndef BPFLD_DIES_H
#define BPFLD_DIES_H

#include "base/array.h"
#include "base/str.h"

// The sections, and what a walk may cost.
struct dies {
	struct str info, abbrev; // .debug_info, .debug_abbrev
	bool big_endian;
	uint64_t *budget;    // steps that are left; each is some nanoseconds
	struct arena *arena; // for tables, which are freed after each walk
};

struct die {
	uint64_t unit;   // of its unit's header, bytes from the start of .debug_info
	uint64_t offset; // of itself, likewise
	uint32_t tag;    // DW_TAG_*
};

typedef void (*die_visit)(const struct die *die, void *argument);

/**
 * Call @visit for the first entry of each unit, and for each of its children.
 *
 * @return false when something is malformed, is not known, or costs too much: then libdw is not to
 *         see the object. @visit was called for some entries all the same.
 */
bool dies_walk(const struct dies *dies, die_visit visit, void *argument);

/** Call @visit for the children of @parent, of sections that dies_walk() went through. */
bool die_walk(const struct dies *dies, const struct die *parent, die_visit visit, void *argument);

#endif
