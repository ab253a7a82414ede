/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files that write the map as JSON share.
 *
 * The same calls write it for programs and, as rows (json.h), for the page. There a string is its
 * number in the list `names`, as most of them come often, and long lists have only the largest of
 * their elements.
 */
#ifndef BPFLD_MAP_WRITER_H
#define BPFLD_MAP_WRITER_H

#include "base/json.h"
#include "link_map.h"

struct map_writer {
	struct link_map *map;
	struct json json;
	struct strings *names; // of rows; NULL: strings are themselves
	struct json_rows rows; // unused without `names`
	size_t rows_max;       // likewise: of atoms, and of what folded or was dropped
};

/** Add @value, a string, under @key; NULL: it is absent. */
void map_name(struct map_writer *writer, const char *key, const char *value);

/** Add the name of @atom in its input as "symbol", and that in the output, if it is another. */
void map_symbol_names(struct map_writer *writer, const struct atom *atom);

/** Begin a list at the top; each begins a line. */
void map_begin_list(struct map_writer *writer, const char *key);

/** Begin an element of one on a new line. */
void map_begin_element(struct map_writer *writer);

// The lists of link_map_code.c:
void map_add_functions(struct map_writer *writer);
void map_add_programs(struct map_writer *writer);
void map_add_maps(struct map_writer *writer);

// Those of link_map_names.c:
void map_add_inputs(struct map_writer *writer);
void map_add_externs(struct map_writer *writer);
void map_add_renamed(struct map_writer *writer);
void map_add_bindings(struct map_writer *writer);

#endif
