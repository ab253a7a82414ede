/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the steps of btf_graph_settle() pass on to each other; see settle.c.
 */
#ifndef BPFLD_BTF_SETTLE_H
#define BPFLD_BTF_SETTLE_H

#include "graph.h"
#include "records.h"
#include "refine.h"

// While the graph is settled: what units have in place of nodes that are doubtful is an item.
#define ITEM_BIT (1u << 31)

struct settling {
	struct btf_graph *graph;
	struct arena *arena;
	uint32_t node_count; // nominal nodes

	// Set by find_definitions():
	uint32_t *definition; // by node that is a tag: one of its definitions; NODE_NONE for none
	bool any_doubtful;

	// Set by spread_doubt():
	uint8_t *doubtful; // by node: leads to a tag with several definitions

	// Set by find_items(). An item is what one or more types whose node is doubtful are.
	struct words item_node; // by item: its nominal node
	uint32_t item_count;
	struct words child_first; // by item: index into children; one more at the end
	struct words children; // the items that each refers to, in order; see settling_children()

	// Set by settle_doubtful():
	uint32_t *substitute; // by item: the item that stands for it
	uint32_t *first;      // by item: index into referrers; one more at the end
	struct referrer *referrers;
	uint32_t *class_of;       // by item
	uint32_t *representative; // by class: an item of it
	uint32_t class_count;

	// What was spent, of what is bounded:
	uint64_t compared; // words, by compare_contents()
	uint64_t joined;   // references and classes, by join_classes()
	uint64_t paired;   // pairs and what these rely on, by resolve_forwards()
};

/** Find the types of units whose nodes are doubtful. */
void find_items(struct settling *settling);

/** Tell them apart: sets items and classes. */
void settle_doubtful(struct settling *settling);

/**
 * Let forward declarations, and what is incomplete for the sake of one, be substituted by what is
 * complete.
 *
 * @return whether anything was: classes must be found again then
 */
bool resolve_forwards(struct settling *settling);

/** Mark the classes that lead to a forward declaration: a byte a class, in @arena. */
uint8_t *find_open_classes(const struct settling *settling, struct arena *arena);

/**
 * Let classes that do not contradict each other be substituted by what both say.
 *
 * @return whether any were: classes must be found again then
 */
bool join_classes(struct settling *settling);

struct comparison;

struct comparison *comparison_create(struct settling *settling, struct arena *arena);

/** Whether comparisons have taken too long: their order is another one from then on. */
bool comparison_has_given_up(const struct comparison *comparison);

/** Like strcmp(), for the contents of two classes; 0 only when they are one, or by chance. */
int compare_contents(struct comparison *comparison, uint32_t a, uint32_t b);

/** Write a graph with one node a type, and give it to the units. */
void rewrite_graph(struct settling *settling);

/**
 * The items that @item refers to: one for each reference of its nominal record to a node that is
 * doubtful. What is beyond doubt is what the record says.
 */
static inline uint32_t *settling_children(const struct settling *settling, uint32_t item)
{
	return &settling->children.items[settling->child_first.items[item]];
}

/** How many they are; known when all items are. */
static inline uint32_t settling_child_count(const struct settling *settling, uint32_t item)
{
	return settling->child_first.items[item + 1] - settling->child_first.items[item];
}

/** The nominal node of the items of @class_id. */
static inline uint32_t settling_class_node(const struct settling *settling, uint32_t class_id)
{
	return settling->item_node.items[settling->representative[class_id]];
}

/** The nominal record of @class_id. */
static inline const uint32_t *settling_class_record(const struct settling *settling,
						    uint32_t class_id)
{
	return graph_record(settling->graph, settling_class_node(settling, class_id));
}

/** Whether @class_id only declares a tag. */
static inline bool settling_is_forward(const struct settling *settling, uint32_t class_id)
{
	const uint32_t *record = settling_class_record(settling, class_id);

	return graph_is_forward(record, record[RECORD_NAME]);
}

/**
 * Whether @class_id is of a kind whose likeness says what a forward declaration in it means
 * (libbpf's choice). Others become one where these need it.
 */
static inline bool settling_is_whole(const struct settling *settling, uint32_t class_id)
{
	switch (btf_info_kind(settling_class_record(settling, class_id)[RECORD_INFO])) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_TYPEDEF:
		return true;
	default:
		return false;
	}
}

/** The tag that @node defines; NODE_NONE for none. */
static inline uint32_t settling_tag(const struct settling *settling, uint32_t node)
{
	return settling->graph->tag_of.items[node];
}

#endif
