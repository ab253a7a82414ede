/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The link map, for its two formats: link_map.c collects the data, link_map_text.c and
 * link_map_json.c write it. (Maps of BPF are in maps.h.)
 */
#ifndef BPFLD_LINK_MAP_H
#define BPFLD_LINK_MAP_H

#include "base/text.h"
#include "call_trees.h"
#include "duplicates.h"

// What a range of the output contains.
struct map_counts {
	uint64_t instructions;
	uint64_t records[BTF_EXT_KINDS]; // of .BTF.ext
};

// An atom in its place.
struct map_atom {
	const struct atom *atom;
	struct map_counts counts;
};

struct map_section {
	const struct output_section *output;
	struct map_counts counts;
	struct map_atom *atoms; // output->atoms.count of them
};

// An atom, or a whole section, that has no place in the output.
struct map_rest {
	const struct section *section;
	const struct atom *atom;   // NULL: the section
	const struct atom *folded; // the atom that took its place; NULL: it was dropped
	const char *reason;        // why it was dropped; unused when it was folded
};

// Metadata of the output.
struct map_metadata {
	const char *key;
	const char *text; // NULL: it is no text
	const struct declaration *declaration;
};

// A definition of the output that its input calls otherwise, or that is local because of another.
struct map_renaming {
	const struct symbol *symbol;
	const char *name; // in the output
	uint32_t old;
	const struct symbol *rival; // NULL: an option says so
};

struct link_map {
	const struct linker *linker;
	struct map_section *sections; // linker->sections.count of them
	ARRAY(struct map_rest) folded, dropped;
	struct duplicates duplicates;
	struct call_trees *calls;
	ARRAY(struct map_metadata) metadata;
	ARRAY(struct map_renaming) renamed; // in input order
	uint64_t types_before;
	uint64_t types_after;
};

/** The name of the symbol in @atom; "" when there is none. */
const char *map_symbol(const struct link_map *map, const struct atom *atom);

void write_map_text(const struct link_map *map, struct text *text);
void write_map_json(const struct link_map *map, struct text *text);

#endif
