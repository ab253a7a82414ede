/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug information of an object of which some code is not in the output.
 *
 * Other linkers only meet sections that are there or not. Here functions are cut out of sections,
 * and compilers describe neighbouring functions by one start and many distances: a range, a table
 * of lines, a list of places. Relocations do not tell of distances. So these are looked for, and
 * both ends of each are mapped (collapse.h). All are changed in place, which is why nothing else
 * moves; but for lines, which are written anew.
 *
 * What is not understood leaves the debug information of the object out: wrong lines are worse than
 * none.
 */
#ifndef BPFLD_DEBUG_CUT_H
#define BPFLD_DEBUG_CUT_H

#include "debug_expression.h"
#include "debug_object.h"
#include "dwarf_numbers.h"

// A byte of code of the object.
struct code_place {
	const struct collapse *map; // NULL: it is not known which byte is meant
	uint64_t offset;
};

// A unit of .debug_info.
struct debug_unit {
	struct dwarf_unit_format format;
	struct code_place base;       // what offsets in lists count from
	struct debug_part *addresses; // .debug_addr; NULL: none
	struct debug_part *ranges;    // .debug_rnglists, by index; NULL: none
	struct debug_part *locations; // .debug_loclists, likewise
	uint64_t address_base;        // in `addresses`
	uint64_t range_base;          // in `ranges`
	uint64_t location_base;       // in `locations`
	struct entry_shift shift;     // how its entries moved
};

// A list that an entry of @unit refers to.
struct debug_list {
	struct debug_part *part;
	uint64_t offset;
	const struct debug_unit *unit;
};

struct debug_lists {
	ARRAY_FIELDS(struct debug_list);
};

/**
 * Change the parts of the object so that relocation makes them true; they have no places yet.
 *
 * @return false when they cannot be, which was told
 */
bool debug_cut(struct debug_object *debug);

// The steps of debug_cut().
bool debug_cut_lines(struct debug_object *debug, struct debug_part *part);
bool debug_cut_entries(struct debug_object *debug, struct debug_lists *lists);
bool debug_cut_lists(struct debug_object *debug, struct debug_lists *lists);
bool debug_cut_aranges(struct debug_object *debug, struct debug_part *part);
bool debug_cut_frames(struct debug_object *debug, struct debug_part *part);

/**
 * Let expressions in @lists have the right offsets of entries that moved.
 *
 * @return false when it cannot be done, which was told
 */
bool debug_shift_lists(struct debug_object *debug, struct debug_lists *lists);

/** The relocation of the field at @offset of @part; NULL when it has none. */
Elf64_Rel *debug_relocation(const struct debug_part *part, uint64_t offset);

/** The code that the field at @offset of @part leads to. */
struct code_place debug_code_at(const struct debug_object *debug, const struct debug_part *part,
				uint64_t offset);

/** The code that address @index of @unit leads to. */
struct code_place debug_code_of_index(const struct debug_object *debug,
				      const struct debug_unit *unit, uint64_t index);

/**
 * The debug section that the field at @offset of @part leads into, and *@value, where in it; NULL
 * for none.
 */
struct debug_part *debug_part_at(const struct debug_object *debug, const struct debug_part *part,
				 uint64_t offset, uint64_t *value);

/** How far from each other two bytes of code are in the output that were @distance apart. */
uint64_t debug_distance(struct code_place from, uint64_t distance);

/** Whether @part has lists of ranges or locations. */
bool debug_has_lists(const struct debug_part *part);

/** A reader of @part. */
struct reader debug_reader(const struct debug_object *debug, const struct debug_part *part);

/** Write @value over the integer of @size bytes at @offset of @part: 1, 2, 4 or 8. */
void debug_put(const struct debug_object *debug, const struct debug_part *part, uint64_t offset,
	       size_t size, uint64_t value);

/**
 * Write @value over the LEB128 at @offset of @part, which has @size bytes and keeps them; false
 * when it has too few.
 */
bool debug_put_uleb(const struct debug_part *part, uint64_t offset, size_t size, uint64_t value);

#endif
