/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Separate types that look equal only because a tag has several definitions.
 *
 * Doubtful types of units are *items* (items.c). Two items are equal when their nodes are equal and
 * so are, reference by reference, the items that they refer to in their own units; refine.c finds
 * these classes. Then forward declarations may turn out to mean one of the definitions (join.c,
 * forwards.c), so that more items are equal.
 */
#include "doubtful.h"

#include "base/lists.h"
#include "forwards.h"
#include "items.h"
#include "join.h"

#define NUMBER_NONE UINT32_MAX

// The most rounds of joining. Honest types need two or three.
#define ROUNDS_MAX 32

// Without @referrers, count the references to each item in @first; with it, fill them in from the
// end of each range.
static void visit_items(const struct settling *settling, uint32_t *first,
			struct referrer *referrers)
{
	for (uint32_t i = 0; i < settling->item_count; i++) {
		uint32_t begin = settling->child_first.items[i];

		for (uint32_t n = begin; n < settling->child_first.items[i + 1]; n++) {
			uint32_t child = settling->children.items[n];

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

	memset(settling->first, 0, ((size_t)count + 1) * sizeof(*settling->first));
	visit_items(settling, settling->first, NULL);
	lists_find_ends(settling->first, count);
	visit_items(settling, settling->first, settling->referrers);
}

// Number the classes of the substitutes. A class whose items were all substituted by others gets no
// number.
static void number_classes(struct settling *settling, const struct refinement *refinement,
			   struct arena *arena)
{
	uint32_t *number = arena_new_array(arena, uint32_t, refinement->class_count);

	settling->class_count = 0;
	memset(number, 0xff, refinement->class_count * sizeof(*number));
	for (uint32_t i = 0; i < settling->item_count; i++) {
		uint32_t item = settling->substitute[i];
		uint32_t *class_id = &number[refinement->class_of[item]];

		if (*class_id == NUMBER_NONE) {
			*class_id = settling->class_count++;
			settling->representative[*class_id] = item;
		}
		settling->class_of[i] = *class_id;
	}
}

// Find the classes of items, given `substitute`.
static void classify_items(struct settling *settling, const uint32_t *key, const uint32_t *group)
{
	struct refinement refinement = {
		.item_count = settling->item_count,
		.key_count = settling->node_count,
		.key = key,
		.group = group,
	};
	struct arena *arena = arena_nest(settling->arena);

	find_item_referrers(settling);
	refinement.first = settling->first;
	refinement.referrers = settling->referrers;
	refine(&refinement, arena);
	number_classes(settling, &refinement, arena);
	arena_deinit(arena);
}

// Allocate what classify_items() sets each time.
static void make_room(struct settling *settling)
{
	struct arena *arena = settling->arena;
	size_t count = settling->item_count;

	settling->first = arena_new_array(arena, uint32_t, count + 1);
	settling->referrers = arena_new_array(arena, struct referrer, settling->children.count);
	settling->class_of = arena_new_array(arena, uint32_t, count);
	settling->representative = arena_new_array(arena, uint32_t, count);
}

void settle_doubtful(struct settling *settling)
{
	uint32_t *group = arena_new_array(settling->arena, uint32_t, settling->node_count);
	uint32_t class_count, rounds = 0;
	uint32_t *key;

	find_items(settling);
	make_room(settling);
	key = arena_new_array(settling->arena, uint32_t, settling->item_count);
	settling->substitute = arena_new_array(settling->arena, uint32_t, settling->item_count);
	for (uint32_t i = 0; i < settling->item_count; i++) {
		key[i] = settling->item_node.items[i];
		settling->substitute[i] = i;
	}
	for (uint32_t node = 0; node < settling->node_count; node++) {
		uint32_t tag = settling_tag(settling, node);

		group[node] = tag == NODE_NONE ? node : tag;
	}
	classify_items(settling, key, group);
	// Classes that were joined may allow others to be joined, or leave a tag with one
	// definition. Both steps only join classes, so when the number of classes stays, nothing
	// has changed.
	do {
		class_count = settling->class_count;
		if (join_classes(settling))
			classify_items(settling, key, group);
		if (resolve_forwards(settling))
			classify_items(settling, key, group);
	} while (settling->class_count < class_count && ++rounds < ROUNDS_MAX);
}
