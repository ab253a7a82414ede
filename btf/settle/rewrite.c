/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Write the settled graph: one node for each nominal node that is not doubtful, one for each class
 * of items, none for forward declarations that were resolved.
 */
#include "rewrite.h"

#include "records.h"

struct rewriter {
	struct settling *settling;
	uint32_t *by_node;  // by nominal node: its final node; 0 for none yet
	uint32_t *by_class; // likewise
	struct words words; // of the records of final nodes
	struct words offset;
	struct words first; // of the current unit; see struct btf_unit
};

// The definition of @node if it is a tag that has one, else @node. It must not be doubtful.
static uint32_t meaning(const struct settling *settling, uint32_t node)
{
	uint32_t definition = settling->definition[node];

	return definition == NODE_NONE ? node : definition;
}

// Where the final node of @node, a nominal node or an item, is kept.
static uint32_t *final_node(const struct rewriter *rewriter, uint32_t node)
{
	const struct settling *settling = rewriter->settling;

	if (node & ITEM_BIT)
		return &rewriter->by_class[settling->class_of[node ^ ITEM_BIT]];
	return &rewriter->by_node[meaning(settling, node)];
}

// Add a final node and reserve its record.
static uint32_t add_node(struct rewriter *rewriter, uint32_t node)
{
	const struct settling *settling = rewriter->settling;
	uint32_t nominal =
		node & ITEM_BIT ? settling_class_node(settling, settling->class_of[node ^ ITEM_BIT])
				: meaning(settling, node);
	uint32_t final = (uint32_t)rewriter->offset.count;

	*array_add(settling->arena, &rewriter->offset) = (uint32_t)rewriter->words.count;
	rewriter->words.count += record_words(graph_record(settling->graph, nominal)[RECORD_INFO]);
	return final;
}

static const uint32_t *keep_words(struct rewriter *rewriter, const struct words *words)
{
	uint32_t *kept =
		arena_alloc_array(rewriter->settling->graph->arena, words->count, sizeof(*kept));

	if (words->count)
		memcpy(kept, words->items, words->count * sizeof(*kept));
	return kept;
}

// Give final nodes to the types of @unit.
static void number_unit(struct rewriter *rewriter, struct btf_unit *unit)
{
	struct arena *arena = rewriter->settling->arena;

	rewriter->first.count = 0;
	for (uint32_t id = 1; id <= unit->type_count; id++) {
		uint32_t node = unit->node[id];
		uint32_t *final;

		// A declaration.
		if (node == 0)
			continue;
		final = final_node(rewriter, node);
		if (*final == 0) {
			*final = add_node(rewriter, node);
			*array_add(arena, &rewriter->first) = id;
		}
		unit->node[id] = *final;
	}
	unit->first = keep_words(rewriter, &rewriter->first);
	unit->first_count = (uint32_t)rewriter->first.count;
}

static uint32_t *copy_record(struct rewriter *rewriter, uint32_t final, uint32_t nominal)
{
	const uint32_t *record = graph_record(rewriter->settling->graph, nominal);
	uint32_t *copy = rewriter->words.items + rewriter->offset.items[final];

	return memcpy(copy, record, record_words(record[RECORD_INFO]) * sizeof(*copy));
}

static void write_node(struct rewriter *rewriter, uint32_t nominal)
{
	uint32_t *record = copy_record(rewriter, rewriter->by_node[nominal], nominal);
	struct record_ids ids = record_ids(record);

	for (const uint32_t *word; (word = record_ids_next(&ids));)
		record[word - record] = *final_node(rewriter, *word);
}

static void write_class(struct rewriter *rewriter, uint32_t class_id)
{
	const struct settling *settling = rewriter->settling;
	uint32_t item = settling->representative[class_id];
	const uint32_t *child = settling_children(settling, item);
	uint32_t *record = copy_record(rewriter, rewriter->by_class[class_id],
				       settling_class_node(settling, class_id));
	struct record_ids ids = record_ids(record);

	for (const uint32_t *word; (word = record_ids_next(&ids));)
		record[word - record] = *final_node(
			rewriter, settling->doubtful[*word] ? *child++ | ITEM_BIT : *word);
}

void rewrite_graph(struct settling *settling)
{
	struct btf_graph *graph = settling->graph;
	struct rewriter rewriter = {
		.settling = settling,
		.by_node = arena_new_array(settling->arena, uint32_t, settling->node_count),
		.by_class = arena_new_array(settling->arena, uint32_t, settling->class_count),
	};

	// Node 0 is void.
	*array_add(settling->arena, &rewriter.offset) = 0;
	array_each(unit, &graph->units)
		number_unit(&rewriter, *unit);
	rewriter.words.items =
		arena_alloc_array(graph->arena, rewriter.words.count, sizeof(uint32_t));
	for (uint32_t node = 1; node < settling->node_count; node++) {
		if (rewriter.by_node[node])
			write_node(&rewriter, node);
	}
	for (uint32_t class_id = 0; class_id < settling->class_count; class_id++) {
		if (rewriter.by_class[class_id])
			write_class(&rewriter, class_id);
	}
	rewriter.words.capacity = rewriter.words.count;
	graph->words = rewriter.words;
	graph->offset.items = (uint32_t *)keep_words(&rewriter, &rewriter.offset);
	graph->offset.count = graph->offset.capacity = rewriter.offset.count;
}
