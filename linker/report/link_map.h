/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The link map, for its formats: link_map.c collects the data, link_map_text.c and link_map_json.c
 * write it, and page.c shows the latter to people. (Maps of BPF are in maps.h and map_uses.h.)
 */
#ifndef BPFLD_LINK_MAP_H
#define BPFLD_LINK_MAP_H

#include "base/text.h"
#include "call_trees.h"
#include "duplicates.h"
#include "map_uses.h"

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

// What the output has of an input.
struct map_input {
	const struct object *object;
	uint64_t content;     // bytes of its code and data
	uint64_t content_out; // of these in the output; what folded is of the input that is kept
	uint64_t btf;         // bytes of its .BTF
	uint64_t btf_out;     // of records in the output that it is the first to have; not strings
	uint32_t types;
	uint32_t types_out; // such records
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
	struct linker *linker;
	struct map_section *sections; // linker->sections.count of them
	ARRAY(struct map_rest) folded, dropped;
	struct duplicates duplicates;
	struct call_trees *calls;
	ARRAY(struct map_metadata) metadata;
	ARRAY(struct map_renaming) renamed; // in input order
	struct map_uses uses;               // of JSON alone, as the next one
	struct map_input *inputs;           // linker->objects.count of them
	uint64_t types_before;
	uint64_t types_after;
};

/** The name of the symbol in @atom; "" when there is none. */
const char *map_symbol(const struct link_map *map, const struct atom *atom);

/** Collect the map of the output. */
void link_map_init(struct link_map *map, struct linker *linker, struct call_trees *calls);

/** Collect also what JSON has and the text has not. */
void link_map_detail(struct link_map *map, struct linker *linker);

/** What the output has of each input; needs the sections of @map. */
struct map_input *link_map_inputs(const struct link_map *map);

void write_map_text(const struct link_map *map, struct text *text);
void write_map_json(struct link_map *map, struct text *text);

/**
 * The same data as rows, for a page of HTML (page.c). Of more than @rows_max atoms, not 0, those
 * that are smaller than the first @rows_max in order of size have rows together, for each part of
 * an input section; of what folded or was dropped they have none.
 */
void write_map_rows(struct link_map *map, size_t rows_max, struct text *text);

#endif
