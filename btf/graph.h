/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of the canonical graph, for the files that build it: decode.c, nominal.c, graph.c,
 * prototype.c and settling. Others use btf.h.
 *
 * While units are read, nodes are *nominal*: equal up to the meaning of *tags* (names of structs,
 * unions and enums); see nominal.c. btf_graph_settle() replaces them by the final ones; see
 * settle.c.
 */
#ifndef BPFLD_BTF_GRAPH_H
#define BPFLD_BTF_GRAPH_H

#include "base/table.h"
#include "btf.h"
#include "names.h"

// Not a node.
#define NODE_NONE UINT32_MAX

// A growing list of words.
struct words {
	ARRAY_FIELDS(uint32_t);
};

// The definition of a tag in the last unit that has the tag.
struct meaning {
	uint32_t unit; // number of the unit, from 1 in the order of reading
	uint32_t node;
};

struct btf_graph {
	struct arena *arena;
	struct arena *scratch; // freed when the graph is settled
	struct strings *strings;
	struct words words;  // the records of all nodes, one after another
	struct words offset; // by node: index into words
	struct words tag_of; // by node: the tag that it defines; NODE_NONE for none
	struct table table;  // hash -> node
	ARRAY(struct btf_unit *) units;
	bool settled;
	struct bare_node **bare; // see graph.c
	struct table prototypes; // hash of a FUNC_PROTO's record -> node (see prototype.c)
	uint64_t unit_words;     // words in the type sections of all units

	// For reading one unit:
	struct names names;
	struct scratch offsets;         // by type id: index into the unit's words
	struct scratch declared;        // ids of declarations
	struct scratch kinds;           // by type id: its kind, one byte
	struct scratch references;      // by type id: struct reference of nominal.c
	struct scratch records;         // a batch of the unit's records, with numbers for names
	struct scratch tagged;          // the types that are tags or have one
	ARRAY(struct meaning) meanings; // by node that is a tag
	struct words stack;             // for walks
};

/** Add a node with this @hash: it gets the next number and has no record yet. */
uint32_t graph_reserve(struct btf_graph *graph, uint32_t hash);

/** Reserve @count words for the record of @node and return them. */
uint32_t *graph_make_record(struct btf_graph *graph, uint32_t node, size_t count);

/** Whether @record only declares a tag; @name is its name, 0 for none. */
bool graph_is_forward(const uint32_t *record, uint32_t name);

/**
 * Give every type of the validated @unit its nominal node; see nominal.c. Its names must have their
 * numbers (names_intern()).
 *
 * @return 0, or the id of a type that contains itself without a struct or union in between
 */
uint32_t graph_add_unit(struct btf_graph *graph, struct btf_unit *unit);

/** @node's record. */
static inline const uint32_t *graph_record(const struct btf_graph *graph, uint32_t node)
{
	return graph->words.items + graph->offset.items[node];
}

#endif
