/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The canonical graph, second half: what tags mean.
 *
 * Nominal nodes (see nominal.c) are equal up to the meaning of their tags. A tag with one
 * definition in all units means that definition everywhere. For nodes that lead to such tags only,
 * nominal equality is equality; in practice these are nearly all. A tag with several definitions is
 * *conflicted*, and a node that leads to one is *doubtful*: units may mean different types by it.
 * Only for doubtful nodes are the types of the units looked at one by one (doubtful.c).
 *
 * Last, the graph is rewritten with one node per type (rewrite.c).
 */
#include <assert.h>

#include "base/lists.h"
#include "doubtful.h"
#include "records.h"
#include "rewrite.h"

static void find_definitions(struct settling *settling)
{
	size_t count = settling->node_count;

	settling->definition = arena_alloc_array(settling->arena, count, sizeof(uint32_t));
	settling->doubtful = arena_new_array(settling->arena, uint8_t, count);
	memset(settling->definition, 0xff, count * sizeof(uint32_t));
	for (uint32_t node = 1; node < count; node++) {
		uint32_t tag = settling_tag(settling, node);

		if (tag == NODE_NONE)
			continue;
		if (settling->definition[tag] == NODE_NONE) {
			settling->definition[tag] = node;
		} else {
			settling->doubtful[tag] = true;
			settling->any_doubtful = true;
		}
	}
}

static void put_referrers(const struct settling *settling, struct lists *referrers)
{
	for (uint32_t node = 1; node < settling->node_count; node++) {
		struct record_ids ids = record_ids(graph_record(settling->graph, node));
		uint32_t tag = settling_tag(settling, node);

		for (const uint32_t *child; (child = record_ids_next(&ids));)
			lists_put(referrers, *child, node);
		if (tag != NODE_NONE)
			lists_put(referrers, node, tag);
	}
}

// The nodes that refer to each node. A tag counts as referring to its definitions.
static struct lists find_referrers(const struct settling *settling)
{
	struct lists referrers = lists_create(settling->arena, settling->node_count);

	put_referrers(settling, &referrers);
	lists_make_room(&referrers, settling->arena);
	put_referrers(settling, &referrers);
	return referrers;
}

// Mark as doubtful all nodes that lead to a conflicted tag or one of its definitions.
static void spread_doubt(struct settling *settling)
{
	struct lists referrers = find_referrers(settling);
	uint32_t *queue = arena_new_array(settling->arena, uint32_t, settling->node_count);
	uint32_t count = 0;

	for (uint32_t node = 1; node < settling->node_count; node++) {
		uint32_t tag = settling_tag(settling, node);

		if (settling->doubtful[node] || (tag != NODE_NONE && settling->doubtful[tag]))
			queue[count++] = node;
	}
	for (uint32_t i = 0; i < count; i++)
		settling->doubtful[queue[i]] = true;
	while (count) {
		uint32_t node = queue[--count];

		lists_each(referrer, &referrers, node) {
			if (settling->doubtful[*referrer])
				continue;
			settling->doubtful[*referrer] = true;
			queue[count++] = *referrer;
		}
	}
}

static int compare_indices(const void *a, const void *b)
{
	const struct btf_unit *x = *(struct btf_unit *const *)a, *y = *(struct btf_unit *const *)b;

	return x->index < y->index ? -1 : x->index > y->index;
}

void btf_graph_settle(struct btf_graph *graph)
{
	struct settling settling = { .graph = graph, .arena = graph->scratch };

	assert(!graph->settled);
	array_sort(&graph->units, compare_indices);
	settling.node_count = (uint32_t)graph->offset.count;
	find_definitions(&settling);
	if (settling.any_doubtful) {
		spread_doubt(&settling);
		settle_doubtful(&settling);
	}
	rewrite_graph(&settling);
	// A walk pushes each node at most once.
	graph->stack.capacity = graph->offset.count;
	graph->stack.items =
		arena_alloc_array(graph->arena, graph->stack.capacity, sizeof(uint32_t));
	graph->settled = true;
	arena_deinit(graph->scratch);
}
