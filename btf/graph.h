/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of the canonical graph; for its makers (graph.c, settle.c and what they call) only.
 */
#ifndef BPFLD_BTF_GRAPH_H
#define BPFLD_BTF_GRAPH_H

#include "btf.h"

// Not a node.
#define NODE_NONE UINT32_MAX

// Memory that is used again and again, so that reading the next unit needs no more.
struct scratch {
	uint32_t *words;
	size_t capacity;
};

// A growing list of words.
struct words {
	uint32_t *items;
	size_t count, capacity;
};

struct btf_graph {
	struct arena *arena;
	struct strings *strings;
	struct words words;  // the records of all nodes, one after another
	struct words offset; // by node: index into words
	struct table table;  // XXH3 hash of a record -> node
	ARRAY(struct btf_unit *) units;
	bool settled;
	bool cuts_anonymous;       // references to nameless structs too; see graph.c
	uint64_t unit_words;       // in the type sections of all units
	struct words stack;        // of walks
	struct scratch string_ids; // unit's string offset -> number + 1
	struct scratch references; // unit's type id -> what a reference to it becomes
	struct scratch record;     // the record being made
};

/** @count words of any content, good until the next call with the same @scratch. */
uint32_t *scratch_room(struct scratch *scratch, struct arena *arena, size_t count);

/** The node with this @record, which is added when there is none. */
uint32_t graph_intern(struct btf_graph *graph, const uint32_t *record);

/** The node with this @record; NODE_NONE when there is none. */
uint32_t graph_find(const struct btf_graph *graph, const uint32_t *record);

/**
 * Write the record of the tag that references to @record become; see graph.c. @name is the number
 * of its name.
 *
 * @return false when references to it are not cut
 */
bool graph_tag(uint32_t tag[3], const uint32_t *record, uint32_t name, bool cut_anonymous);

/** Whether @record only declares a tag. */
bool graph_is_forward(const uint32_t *record, uint32_t name);

/**
 * Give every type of the validated @unit its nominal node; see graph.c.
 *
 * @return 0, or the id of a type that contains itself without a struct or union in between
 */
uint32_t graph_add_unit(struct btf_graph *graph, struct btf_unit *unit);

/** Before settling: give all units their nodes again if a later unit changed the rules. */
void graph_even_units(struct btf_graph *graph);

/** The words of @node's record. */
static inline const uint32_t *graph_record(const struct btf_graph *graph, uint32_t node)
{
	return graph->words.items + graph->offset.items[node];
}

#endif
