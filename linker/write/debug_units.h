/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the units of .debug_info, one after another, up to their first entries (DIEs).
 *
 *	struct debug_units units = debug_units_of(debug);
 *
 *	debug_units_open(&units, part);
 *	while (debug_units_next(&units))
 *		... units.reader ...
 *	return !units.failed;
 *
 * Source: DWARF 5, 7.5.
 */
#ifndef BPFLD_DEBUG_UNITS_H
#define BPFLD_DEBUG_UNITS_H

#include "debug_abbrevs.h"
#include "debug_cut.h"

struct debug_units {
	struct debug_object *debug;
	struct debug_part *part;
	struct reader rest; // behind the unit
	bool failed;        // it was told what is wrong

	// The unit:
	uint64_t start;       // of its header
	struct reader reader; // at its first entry, up to its end
	struct dwarf_unit_format format;
	uint64_t type_at; // where the header has the offset of a type; 0: it has none
	struct abbrevs abbrevs;

	struct debug_part *table; // that these are from; NULL: none yet
	uint64_t table_offset;    // in that
	uint64_t table_room;      // bytes of tables that may still be read
};

/** A reader of units of @debug. */
struct debug_units debug_units_of(struct debug_object *debug);

/** Go to the start of @part. */
void debug_units_open(struct debug_units *units, struct debug_part *part);

/** Go to the next unit; false at the end, or when debug_units_fail() told why not. */
bool debug_units_next(struct debug_units *units);

/** Tell what is wrong at @offset of the section: the object is left out. Return false. */
bool debug_units_fail(struct debug_units *units, uint64_t offset, const char *reason);

#endif
