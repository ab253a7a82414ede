/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tell apart what tags with several definitions made look equal.
 *
 * Every type of every unit whose node is doubtful is an *item*. Two items are equal when their
 * nodes are and, reference by reference, what they refer to in their own units: refine.c finds the
 * largest such classes. Then forward declarations may turn out to mean one of the definitions, so
 * that more items are equal.
 */
#include "settle.h"

#include "records.h"

static void find_items(struct settling *settling)
{
	struct btf_graph *graph = settling->graph;
	ARRAY(struct item) items = { 0 };

	settling->item_of = arena_new_array(settling->arena, uint32_t *, graph->units.count);
	array_each(unit, &graph->units) {
		uint32_t *item_of =
			arena_new_array(settling->arena, uint32_t, (size_t)(*unit)->type_count + 1);

		for (uint32_t id = 1; id <= (*unit)->type_count; id++) {
			if (!settling->doubtful[(*unit)->node[id]])
				continue;
			item_of[id] = (uint32_t)items.count;
			*array_add(settling->arena, &items) = (struct item){ *unit, id };
		}
		settling->item_of[(*unit)->number] = item_of;
	}
	settling->items = items.items;
	settling->item_count = (uint32_t)items.count;
}

// Rounds walk the references of all items again and again: once is enough to find where they lead.
static void find_children(struct settling *settling)
{
	uint32_t count = 0;

	settling->child_first =
		arena_new_array(settling->arena, uint32_t, (size_t)settling->item_count + 1);
	for (uint32_t i = 0; i < settling->item_count; i++) {
		const struct item *item = &settling->items[i];

		settling->child_first[i] = count;
		count += record_id_count(btf_unit_type(item->unit, item->type_id)->info);
	}
	settling->child_first[settling->item_count] = count;
	settling->children = arena_new_array(settling->arena, uint32_t, count);
	for (uint32_t i = 0; i < settling->item_count; i++) {
		const struct item *item = &settling->items[i];
		const struct btf_type *type = btf_unit_type(item->unit, item->type_id);
		const uint32_t *record = (const uint32_t *)type;
		uint32_t *child = &settling->children[settling->child_first[i]];

		for (uint32_t n = 0; n < record_id_count(type->info); n++)
			*child++ = settling_item(settling, item->unit,
						 record[record_id_word(type->info, n)]);
	}
}

// Count the references to each item in @first, or fill them in from the ends of its ranges.
static void visit_items(const struct settling *settling, uint32_t *first,
			struct referrer *referrers)
{
	for (uint32_t i = 0; i < settling->item_count; i++) {
		uint32_t begin = settling->child_first[i];

		for (uint32_t n = begin; n < settling->child_first[i + 1]; n++) {
			uint32_t child = settling->children[n];

			if (child == NODE_NONE)
				continue;
			child = settling->substitute[child];
			if (referrers)
				referrers[--first[child]] = (struct referrer){ i, n - begin };
			else
				first[child]++;
		}
	}
}

static void find_item_referrers(struct settling *settling)
{
	uint32_t count = settling->item_count;

	settling->first = arena_new_array(settling->arena, uint32_t, (size_t)count + 1);
	visit_items(settling, settling->first, NULL);
	for (uint32_t i = 1; i <= count; i++)
		settling->first[i] += settling->first[i - 1];
	settling->referrers =
		arena_new_array(settling->arena, struct referrer, settling->first[count]);
	visit_items(settling, settling->first, settling->referrers);
}

// Find the classes of items, given what substitutes them.
static void classify_items(struct settling *settling, const uint32_t *key, const uint32_t *group)
{
	struct refinement refinement = {
		.item_count = settling->item_count,
		.key_count = settling->node_count,
		.key = key,
		.group = group,
	};

	find_item_referrers(settling);
	refinement.first = settling->first;
	refinement.referrers = settling->referrers;
	refine(&refinement, settling->arena);
	settling->class_count = refinement.class_count;
	settling->class_of = arena_new_array(settling->arena, uint32_t, settling->item_count);
	settling->representative =
		arena_new_array(settling->arena, uint32_t, settling->class_count);
	for (uint32_t i = 0; i < settling->item_count; i++) {
		uint32_t class = refinement.class_of[settling->substitute[i]];

		settling->class_of[i] = class;
		settling->representative[class] = settling->substitute[i];
	}
}

void settle_doubtful(struct settling *settling)
{
	uint32_t *group = arena_new_array(settling->arena, uint32_t, settling->node_count);
	uint32_t class_count;
	uint32_t *key;

	find_items(settling);
	find_children(settling);
	key = arena_new_array(settling->arena, uint32_t, settling->item_count);
	settling->substitute = arena_new_array(settling->arena, uint32_t, settling->item_count);
	for (uint32_t i = 0; i < settling->item_count; i++) {
		key[i] = settling->items[i].unit->node[settling->items[i].type_id];
		settling->substitute[i] = i;
	}
	for (uint32_t node = 0; node < settling->node_count; node++)
		group[node] = settling->tag[node] == NODE_NONE ? node : settling->tag[node];
	classify_items(settling, key, group);
	// Classes that became one may leave a tag with one definition, and so on. A round only ever
	// joins classes, so one that leaves as many as there were has changed nothing.
	do {
		class_count = settling->class_count;
		if (!resolve_forwards(settling))
			break;
		classify_items(settling, key, group);
	} while (settling->class_count < class_count);
}
