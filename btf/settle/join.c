/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Joining classes that differ only in what one of them declares and the other defines.
 *
 * Compilers define the types that a unit uses and only declare the others, so each of two units may
 * define what the other declares, without any contradiction. Classes are therefore *unified*, as
 * terms are: a reference to a forward declaration becomes one to the definition that the other
 * class has in its place, all the way down. When anything else differs, nothing is changed. A
 * forward declaration then means the same definition elsewhere.
 *
 * Unifying one pair may rule out another, so the order is that of contents, not that of units. A
 * failed attempt is undone from a log.
 */
#define _GNU_SOURCE // qsort_r()
#include "join.h"

#include <stdlib.h>

#include "base/lists.h"
#include "contents.h"
#include "forwards.h"
#include "records.h"

#define CLASS_NONE UINT32_MAX

// The most references that are looked at. Beyond it types stay apart, which is correct, too.
#define STEPS_MAX (1u << 24)

// A changed word of the joiner's arrays, and its value before.
struct change {
	uint32_t *word;
	uint32_t value;
};

struct joiner {
	struct settling *settling;
	struct arena *arena;
	uint32_t *parent;    // by class: a class that it was unified with, or itself
	struct lists edges;  // by class: the classes that it refers to, in order
	const uint8_t *open; // by class: leads to a forward declaration
	ARRAY(struct change) log;
	struct words stack; // pairs of classes to unify
	struct words candidates;
	uint32_t *next; // by class: the next candidate of its node, or CLASS_NONE
	struct comparison *comparison;
};

static void find_edges(struct joiner *joiner)
{
	const struct settling *settling = joiner->settling;
	uint32_t count = 0;

	for (uint32_t class_id = 0; class_id < settling->class_count; class_id++) {
		uint32_t item = settling->representative[class_id];
		const uint32_t *children = settling_children(settling, item);

		joiner->parent[class_id] = class_id;
		joiner->edges.first[class_id] = count;
		for (uint32_t i = 0; i < settling_child_count(settling, item); i++)
			joiner->edges.items[count++] = settling->class_of[children[i]];
	}
	joiner->edges.first[settling->class_count] = count;
}

static uint32_t find_root(struct joiner *joiner, uint32_t class_id)
{
	while (joiner->parent[class_id] != class_id) {
		class_id = joiner->parent[class_id];
		joiner->settling->joined++;
	}
	return class_id;
}

// Like find_root(), when nothing will be undone any more: shortens the path.
static uint32_t find_root_for_good(struct joiner *joiner, uint32_t class_id)
{
	uint32_t *parent = joiner->parent;

	while (parent[class_id] != class_id)
		class_id = parent[class_id] = parent[parent[class_id]];
	return class_id;
}

static void set_word(struct joiner *joiner, uint32_t *word, uint32_t value)
{
	*array_add(joiner->arena, &joiner->log) = (struct change){ word, *word };
	*word = value;
}

static void push_pair(struct joiner *joiner, uint32_t a, uint32_t b)
{
	*array_add(joiner->arena, &joiner->stack) = a;
	*array_add(joiner->arena, &joiner->stack) = b;
}

// Whether @forward declares what @class_id defines.
static bool declares(const struct joiner *joiner, uint32_t forward, uint32_t class_id)
{
	const struct settling *settling = joiner->settling;

	return settling_is_forward(joiner->settling, forward) &&
	       settling_tag(settling, settling_class_node(settling, class_id)) ==
		       settling_class_node(settling, forward);
}

// Unify two references; where one is to a forward declaration, let it be the other.
static void unify_edges(struct joiner *joiner, uint32_t *edge, uint32_t *other)
{
	uint32_t a = find_root(joiner, *edge);
	uint32_t b = find_root(joiner, *other);

	if (a == b)
		return;
	if (declares(joiner, a, b))
		set_word(joiner, edge, b);
	else if (declares(joiner, b, a))
		set_word(joiner, other, a);
	else
		push_pair(joiner, a, b);
}

static bool unify_roots(struct joiner *joiner, uint32_t a, uint32_t b)
{
	struct settling *settling = joiner->settling;
	uint32_t count = lists_size(&joiner->edges, a);

	if (settling_class_node(settling, a) != settling_class_node(settling, b))
		return false;
	settling->joined += count;
	set_word(joiner, &joiner->parent[b], a);
	for (uint32_t n = 0; n < count; n++)
		unify_edges(joiner, &lists_items(&joiner->edges, a)[n],
			    &lists_items(&joiner->edges, b)[n]);
	return true;
}

static void undo(struct joiner *joiner)
{
	while (joiner->log.count) {
		struct change change = joiner->log.items[--joiner->log.count];

		*change.word = change.value;
	}
}

// Unify @a and @b and all that they refer to; false, with everything as before, when they
// contradict each other.
static bool unify(struct joiner *joiner, uint32_t a, uint32_t b)
{
	joiner->log.count = 0;
	joiner->stack.count = 0;
	push_pair(joiner, a, b);
	while (joiner->stack.count) {
		b = find_root(joiner, joiner->stack.items[--joiner->stack.count]);
		a = find_root(joiner, joiner->stack.items[--joiner->stack.count]);
		if (a != b && !unify_roots(joiner, a, b)) {
			undo(joiner);
			return false;
		}
	}
	return true;
}

// Chain the candidates of each node, in their order.
static void chain_candidates(struct joiner *joiner)
{
	uint32_t *last = arena_new_array(joiner->arena, uint32_t, joiner->settling->node_count);

	memset(last, 0xff, joiner->settling->node_count * sizeof(*last));
	array_each(class_id, &joiner->candidates) {
		uint32_t node = settling_class_node(joiner->settling, *class_id);

		joiner->next[*class_id] = CLASS_NONE;
		if (last[node] != CLASS_NONE)
			joiner->next[last[node]] = *class_id;
		last[node] = *class_id;
	}
}

static bool may_join(struct joiner *joiner, uint32_t class_id, uint32_t other)
{
	return (joiner->open[class_id] || joiner->open[other]) &&
	       find_root(joiner, class_id) != find_root(joiner, other);
}

static int compare_candidates(const void *a, const void *b, void *joiner)
{
	return compare_contents(((struct joiner *)joiner)->comparison, *(const uint32_t *)a,
				*(const uint32_t *)b);
}

// Sort again if comparisons gave up while sorting.
static void sort_candidates(struct joiner *joiner)
{
	bool by_walks;

	do {
		by_walks = !comparison_has_given_up(joiner->comparison);
		if (joiner->candidates.count)
			qsort_r(joiner->candidates.items, joiner->candidates.count,
				sizeof(uint32_t), compare_candidates, joiner);
	} while (by_walks && comparison_has_given_up(joiner->comparison));
}

// Find the classes that may be unified with another one: there must be another class of the same
// node, and one of them must lead to a forward declaration.
static void find_candidates(struct joiner *joiner)
{
	const struct settling *settling = joiner->settling;
	uint32_t *count = arena_new_array(joiner->arena, uint32_t, settling->node_count);
	uint32_t *open_count = arena_new_array(joiner->arena, uint32_t, settling->node_count);

	for (uint32_t class_id = 0; class_id < settling->class_count; class_id++) {
		count[settling_class_node(settling, class_id)]++;
		open_count[settling_class_node(settling, class_id)] += joiner->open[class_id];
	}
	for (uint32_t class_id = 0; class_id < settling->class_count; class_id++) {
		uint32_t node = settling_class_node(settling, class_id);

		if (count[node] > 1 && open_count[node] && settling_is_whole(settling, class_id))
			*array_add(joiner->arena, &joiner->candidates) = class_id;
	}
	sort_candidates(joiner);
	chain_candidates(joiner);
}

// Unify each candidate with all later ones that do not contradict it; return whether there were
// any.
static bool unify_candidates(struct joiner *joiner)
{
	bool any = false;

	array_each(class_id, &joiner->candidates) {
		for (uint32_t other = joiner->next[*class_id]; other != CLASS_NONE;
		     other = joiner->next[other]) {
			if (++joiner->settling->joined > STEPS_MAX)
				return any;
			any |= may_join(joiner, *class_id, other) &&
			       unify(joiner, *class_id, other);
		}
	}
	return any;
}

// Propose that @forward, which was unified with @class_id, means it everywhere. Of several
// proposals the first by contents is kept.
static void propose(struct joiner *joiner, uint32_t forward, uint32_t class_id)
{
	uint32_t *best = &joiner->parent[forward];

	if (*best == forward || compare_contents(joiner->comparison, class_id, *best) < 0)
		*best = class_id;
}

// Let forward declarations mean everywhere what they were unified with.
static void keep_meanings(struct joiner *joiner)
{
	const struct settling *settling = joiner->settling;

	for (uint32_t class_id = 0; class_id < settling->class_count; class_id++) {
		uint32_t item = settling->representative[class_id];
		const uint32_t *child = settling_children(settling, item);

		lists_each(edge, &joiner->edges, class_id) {
			uint32_t before = settling->class_of[*child++];

			if (*edge != before)
				propose(joiner, before, *edge);
		}
	}
}

// Write the unified references to the representatives, and substitute the others by these.
static void keep_unified(struct joiner *joiner)
{
	struct settling *settling = joiner->settling;

	for (uint32_t class_id = 0; class_id < settling->class_count; class_id++) {
		uint32_t item = settling->representative[class_id];
		uint32_t *child = settling_children(settling, item);

		lists_each(edge, &joiner->edges, class_id) {
			if (!settling_is_forward(settling, *edge))
				*child =
					settling->representative[find_root_for_good(joiner, *edge)];
			child++;
		}
	}
	for (uint32_t item = 0; item < settling->item_count; item++) {
		uint32_t root = find_root_for_good(joiner, settling->class_of[item]);

		settling->substitute[item] = settling->representative[root];
	}
}

static bool join_in(struct settling *settling, struct arena *arena)
{
	size_t count = settling->class_count;
	struct joiner joiner = {
		.settling = settling,
		.arena = arena,
		.parent = arena_new_array(arena, uint32_t, count),
		.edges = lists_create(arena, settling->class_count),
		.next = arena_new_array(arena, uint32_t, count),
		.open = find_open_classes(settling, arena),
		.comparison = comparison_create(settling, arena),
	};

	joiner.edges.items = arena_new_array(arena, uint32_t, settling->children.count);
	find_edges(&joiner);
	find_candidates(&joiner);
	if (!unify_candidates(&joiner))
		return false;
	keep_meanings(&joiner);
	keep_unified(&joiner);
	return true;
}

bool join_classes(struct settling *settling)
{
	struct arena *arena = arena_nest(settling->arena);
	bool any = join_in(settling, arena);

	arena_deinit(arena);
	return any;
}
