/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the steps of btf_graph_settle() (settle.c) pass on to each other, and what they ask of it.
 * The header of a step says what it does.
 *
 * A *node* is a nominal one here: a type up to what its tags mean. It is *doubtful* where it leads
 * to a tag with several definitions. An *item* is what one or more types of units with a doubtful
 * node are, a *class* the items that are equal as far as is known. All are numbered from 0. Their
 * numbers depend on the order of units, so no choice may go by them (contents.h).
 */
#ifndef BPFLD_BTF_SETTLING_H
#define BPFLD_BTF_SETTLING_H

#include "base/refine.h"
#include "graph.h"
#include "records.h"

// While the graph is settled, a unit's `node` with this bit is an item.
#define ITEM_BIT (1u << 31)

struct settling {
	struct btf_graph *graph;
	struct arena *arena;
	uint32_t node_count; // nominal nodes

	// Set by settle.c:
	uint32_t *definition; // by node that is a tag: one of its definitions; NODE_NONE for none
	bool any_doubtful;
	uint8_t *doubtful; // by node: leads to a tag with several definitions

	// Set by find_items():
	struct words item_node; // by item: its nominal node
	uint32_t item_count;
	struct words child_first; // by item: index into children; one more at the end
	struct words children;    // see settling_children()

	// Set by settle_doubtful():
	uint32_t *substitute; // by item: the item that substitutes it; itself for none
	uint32_t *first;      // by item: index into referrers; one more at the end
	struct referrer *referrers;
	uint32_t *class_of;       // by item
	uint32_t *representative; // by class: an item of it
	uint32_t class_count;

	// Work done so far, where it is bounded:
	uint64_t compared; // words, by compare_contents()
	uint64_t joined;   // references and classes, by join_classes()
	uint64_t paired;   // pairs and what these rely on, by resolve_forwards()
};

/**
 * The items that @item refers to: one for each reference of its nominal record to a doubtful node,
 * in the order of the record. Other references are as in the record.
 */
static inline uint32_t *settling_children(const struct settling *settling, uint32_t item)
{
	return &settling->children.items[settling->child_first.items[item]];
}

/** How many settling_children() there are. Needs all items to be known. */
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
 * Whether two alike classes of this kind are evidence for what a forward declaration inside them
 * means. As in libbpf, only structs, unions and typedefs are; other kinds merge only as a
 * consequence.
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
