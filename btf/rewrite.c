/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Write the settled graph: one node for each nominal node that is beyond doubt, one for each class
 * of items where it is not, none for forward declarations that have their definition.
 */
#include "settle.h"

#include "records.h"

struct rewriter {
	struct settling *settling;
	uint32_t *by_node;  // by nominal node: its final node; 0 when it has none yet
	uint32_t *by_class; // likewise
	struct words words;
	struct words offset;
};

// The nominal node that @node means, which is not doubtful.
static uint32_t meaning(const struct settling *settling, uint32_t node)
{
	uint32_t definition = settling->definition[node];

	return definition == NODE_NONE ? node : definition;
}

static uint32_t *final_node(struct rewriter *rewriter, const struct btf_unit *unit, uint32_t id)
{
	struct settling *settling = rewriter->settling;
	uint32_t item = settling_item(settling, unit, id);

	if (item != NODE_NONE)
		return &rewriter->by_class[settling->class_of[item]];
	return &rewriter->by_node[meaning(settling, unit->node[id])];
}

// Give final numbers to whatever a unit has a type of.
static uint32_t number_nodes(struct rewriter *rewriter)
{
	uint32_t count = 1;

	array_each(unit, &rewriter->settling->graph->units) {
		for (uint32_t id = 1; id <= (*unit)->type_count; id++) {
			uint32_t *node;

			if ((*unit)->node[id] == 0)
				continue;
			node = final_node(rewriter, *unit, id);
			if (*node == 0)
				*node = count++;
		}
	}
	return count;
}

static void begin_record(struct rewriter *rewriter, uint32_t final, uint32_t nominal)
{
	struct arena *arena = rewriter->settling->graph->arena;
	const uint32_t *record = graph_record(rewriter->settling->graph, nominal);
	size_t words = record_words(record[RECORD_INFO]);

	rewriter->offset.items[final] = (uint32_t)rewriter->words.count;
	for (size_t i = 0; i < words; i++)
		*array_add(arena, &rewriter->words) = record[i];
}

static void write_node(struct rewriter *rewriter, uint32_t nominal)
{
	struct settling *settling = rewriter->settling;
	size_t begin = rewriter->words.count;
	uint32_t *record;

	begin_record(rewriter, rewriter->by_node[nominal], nominal);
	record = rewriter->words.items + begin;
	for (uint32_t n = 0; n < record_id_count(record[RECORD_INFO]); n++) {
		uint32_t *word = &record[record_id_word(record[RECORD_INFO], n)];

		*word = rewriter->by_node[meaning(settling, *word)];
	}
}

static void write_class(struct rewriter *rewriter, uint32_t class)
{
	struct settling *settling = rewriter->settling;
	const struct item *item = &settling->items[settling->representative[class]];
	const uint32_t *original = (const uint32_t *)btf_unit_type(item->unit, item->type_id);
	size_t begin = rewriter->words.count;
	uint32_t *record;

	begin_record(rewriter, rewriter->by_class[class], item->unit->node[item->type_id]);
	record = rewriter->words.items + begin;
	for (uint32_t n = 0; n < record_id_count(record[RECORD_INFO]); n++) {
		size_t word = record_id_word(record[RECORD_INFO], n);

		record[word] = *final_node(rewriter, item->unit, original[word]);
	}
}

void rewrite_graph(struct settling *settling)
{
	struct btf_graph *graph = settling->graph;
	struct rewriter rewriter = {
		.settling = settling,
		.by_node = arena_new_array(settling->arena, uint32_t, settling->node_count),
		.by_class = arena_new_array(settling->arena, uint32_t, settling->class_count),
	};
	uint32_t count = number_nodes(&rewriter);

	rewriter.offset.items = arena_new_array(graph->arena, uint32_t, count);
	rewriter.offset.count = count;
	rewriter.offset.capacity = count;
	for (uint32_t node = 1; node < settling->node_count; node++) {
		if (rewriter.by_node[node])
			write_node(&rewriter, node);
	}
	for (uint32_t class = 0; class < settling->class_count; class ++) {
		if (rewriter.by_class[class])
			write_class(&rewriter, class);
	}
	array_each(unit, &graph->units) {
		for (uint32_t id = 1; id <= (*unit)->type_count; id++) {
			// Declarations have node 0, which means itself.
			if ((*unit)->node[id])
				(*unit)->node[id] = *final_node(&rewriter, *unit, id);
		}
	}
	graph->words = rewriter.words;
	graph->offset = rewriter.offset;
}
