/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the steps of btf_graph_settle() pass on to each other; see settle.c.
 */
#ifndef BPFLD_BTF_SETTLE_H
#define BPFLD_BTF_SETTLE_H

#include "graph.h"
#include "refine.h"

// A type of a unit whose node is doubtful.
struct item {
	const struct btf_unit *unit;
	uint32_t type_id;
};

struct settling {
	struct btf_graph *graph;
	struct arena *arena;
	uint32_t node_count; // nominal nodes

	// Set by find_definitions():
	uint32_t *tag;        // by node: the tag that it defines; NODE_NONE for none
	uint32_t *definition; // by node that is a tag: one of its definitions; NODE_NONE for none
	bool any_doubtful;

	// Set by spread_doubt():
	uint8_t *doubtful; // by node: leads to a tag with several definitions

	// Set by settle_doubtful():
	struct item *items;
	uint32_t item_count;
	uint32_t *child_first; // by item: index into children; one more at the end
	uint32_t *
		children; // what each item refers to, in order: items, NODE_NONE where not doubtful
	uint32_t **item_of;   // by number of the unit, then type id: item, where doubtful
	uint32_t *substitute; // by item: the item that stands for it
	uint32_t *first;      // by item: index into referrers; one more at the end
	struct referrer *referrers;
	uint32_t *class_of;       // by item
	uint32_t *representative; // by class: an item of it
	uint32_t class_count;
};

/** Tell apart the types of units whose nodes are doubtful: sets items and classes. */
void settle_doubtful(struct settling *settling);

/**
 * Let forward declarations, and what is incomplete for the sake of one, be substituted by what is
 * complete.
 *
 * @return whether anything was: classes must be found again then
 */
bool resolve_forwards(struct settling *settling);

struct comparison;

struct comparison *comparison_create(const struct settling *settling);

/** Like strcmp(), for the contents of two classes; 0 only when they are one. */
int compare_contents(struct comparison *comparison, uint32_t a, uint32_t b);

/** Write a graph with one node a type, and give it to the units. */
void rewrite_graph(struct settling *settling);

/** The item that type @type_id of @unit is; NODE_NONE when its node is not doubtful. */
static inline uint32_t settling_item(const struct settling *settling, const struct btf_unit *unit,
				     uint32_t type_id)
{
	if (!settling->doubtful[unit->node[type_id]])
		return NODE_NONE;
	return settling->item_of[unit->number][type_id];
}

#endif
