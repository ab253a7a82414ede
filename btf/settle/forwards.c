/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides which definition a forward declaration means when its tag has several.
 *
 * A class that leads to such a forward declaration may be the same as another class with a
 * definition in its place. The relation *below* between classes of one node is defined so: a class
 * is below another when each of its references leads to the same class as the other's, to one below
 * it, or to a forward declaration where the other has a definition. The largest such relation is
 * found (libbpf's notion of equivalence, but for all pairs at once, not in the order of the input).
 * Then:
 *
 * - A forward declaration that stands for a definition where a struct, union or typedef is below
 *   another means that definition elsewhere, too. One whose tag has a single definition left means
 *   that one. Enums are always resolved, because only their size matters. All others stay forward
 *   declarations: a guess would invent a type.
 * - A class that is below others, and whose forward declarations have a meaning, becomes one of the
 *   largest of these.
 *
 * Where there is a choice, contents decide, not the order of units (contents.c).
 */
#include "forwards.h"

#include <assert.h>

#include "base/hash.h"
#include "base/lists.h"
#include "base/table.h"
#include "contents.h"
#include "records.h"

#define CLASS_NONE UINT32_MAX
#define INDEX_NONE UINT32_MAX

// The most pairs, and dependencies between them, that are looked at. Types that stay unresolved
// beyond that are still correct.
#define PAIRS_MAX (1u << 22)

// The assumption that `low` is below `high`.
struct pair {
	uint32_t low;
	uint32_t high;
	uint32_t users; // first of the pairs that rely on this one: index into uses
	bool failed;    // low is not below high
	bool crooked;   // low is below high, but only if a forward declaration meant something else
			// than it does
	bool evident;   // a struct, union or typedef relies on the pair
};

struct use {
	uint32_t pair;
	uint32_t next; // INDEX_NONE at the end
};

struct forwards {
	struct settling *settling;
	struct arena *arena;
	ARRAY(struct pair) pairs; // the first root_count are roots: no other pair needed them
	uint32_t root_count;
	ARRAY(struct use) uses;
	struct table table; // -> index into pairs
	struct comparison *comparison;
	struct words stack;    // of indices of pairs
	uint32_t *replacement; // by class: what it becomes; CLASS_NONE when it stays
	uint8_t *is_below;     // by class: it is below another class
};

// How many classes @class_id refers to: the same for all classes of one node.
static uint32_t reference_count(const struct settling *settling, uint32_t class_id)
{
	return settling_child_count(settling, settling->representative[class_id]);
}

static uint32_t class_reference(const struct settling *settling, uint32_t class_id, uint32_t n)
{
	uint32_t item = settling->representative[class_id];

	return settling->class_of[settling_children(settling, item)[n]];
}

// The index of a pair, added when it is new.
static uint32_t add_pair(struct forwards *forwards, uint32_t low, uint32_t high)
{
	const uint32_t key[] = { low, high };
	const struct hash_key *secret = &forwards->settling->graph->strings->key;
	uint32_t hash = hash_bytes(secret, key, sizeof(key));
	struct table_probe probe = table_probe(&forwards->table, hash);
	uint32_t index;

	while (table_next(&forwards->table, &probe, &index)) {
		const struct pair *pair = &forwards->pairs.items[index];

		if (pair->low == low && pair->high == high)
			return index;
	}
	index = (uint32_t)forwards->pairs.count;
	*array_add(forwards->arena, &forwards->pairs) = (struct pair){
		.low = low,
		.high = high,
		.users = INDEX_NONE,
	};
	table_add(&forwards->table, forwards->arena, hash, index);
	return index;
}

// Add the pairs that pair @index relies on; false when the pair fails by itself.
static bool expand_pair(struct forwards *forwards, uint32_t index)
{
	const struct settling *settling = forwards->settling;
	struct pair pair = forwards->pairs.items[index];
	uint32_t low_node = settling_class_node(settling, pair.low);
	uint32_t high_node = settling_class_node(settling, pair.high);

	if (settling_is_forward(settling, pair.low))
		return settling_tag(settling, high_node) == low_node;
	if (low_node != high_node)
		return false;
	forwards->settling->paired += reference_count(settling, pair.low);
	for (uint32_t n = 0; n < reference_count(settling, pair.low); n++) {
		uint32_t low = class_reference(settling, pair.low, n);
		uint32_t high = class_reference(settling, pair.high, n);
		uint32_t used;

		if (low == high)
			continue;
		used = add_pair(forwards, low, high);
		*array_add(forwards->arena, &forwards->uses) = (struct use){
			.pair = index,
			.next = forwards->pairs.items[used].users,
		};
		forwards->pairs.items[used].users = (uint32_t)forwards->uses.count - 1;
	}
	return true;
}

// Set a flag of pair @index, and remember to set it for its users.
static void flag_pair(struct forwards *forwards, uint32_t index, bool *flag)
{
	if (*flag)
		return;
	*flag = true;
	*array_add(forwards->arena, &forwards->stack) = index;
}

static void fail_pair(struct forwards *forwards, uint32_t index)
{
	flag_pair(forwards, index, &forwards->pairs.items[index].failed);
}

static void bend_pair(struct forwards *forwards, uint32_t index)
{
	flag_pair(forwards, index, &forwards->pairs.items[index].crooked);
}

// Spread a flag from pairs to all that rely on them.
static void spread_to_users(struct forwards *forwards,
			    void (*flag)(struct forwards *forwards, uint32_t index))
{
	while (forwards->stack.count) {
		uint32_t index = forwards->stack.items[--forwards->stack.count];
		uint32_t use = forwards->pairs.items[index].users;

		for (; use != INDEX_NONE; use = forwards->uses.items[use].next)
			flag(forwards, forwards->uses.items[use].pair);
	}
}

static bool has_too_many(const struct forwards *forwards)
{
	return forwards->pairs.count + forwards->settling->paired > PAIRS_MAX;
}

// Find all pairs that the roots rely on, and which of them hold; false when there are too many.
static bool relate_classes(struct forwards *forwards)
{
	for (uint32_t i = 0; i < forwards->pairs.count; i++) {
		if (has_too_many(forwards))
			return false;
		if (!expand_pair(forwards, i))
			fail_pair(forwards, i);
	}
	spread_to_users(forwards, fail_pair);
	return true;
}

uint8_t *find_open_classes(const struct settling *settling, struct arena *arena)
{
	uint8_t *open = arena_new_array(arena, uint8_t, settling->class_count);
	uint8_t *seen = arena_new_array(arena, uint8_t, settling->item_count);
	struct words stack = { 0 };

	for (uint32_t item = 0; item < settling->item_count; item++) {
		if (!settling_is_forward(settling, settling->class_of[item]))
			continue;
		seen[item] = 1;
		*array_add(arena, &stack) = item;
	}
	while (stack.count) {
		uint32_t item = stack.items[--stack.count];

		open[settling->class_of[item]] = 1;
		for (uint32_t i = settling->first[item]; i < settling->first[item + 1]; i++) {
			uint32_t referrer = settling->referrers[i].item;

			if (seen[referrer])
				continue;
			seen[referrer] = 1;
			*array_add(arena, &stack) = referrer;
		}
	}
	return open;
}

static void put_classes(const struct settling *settling, struct lists *classes)
{
	for (uint32_t class_id = 0; class_id < settling->class_count; class_id++)
		lists_put(classes, settling_class_node(settling, class_id), class_id);
}

// The classes of each node.
static struct lists list_classes(const struct forwards *forwards)
{
	struct lists classes = lists_create(forwards->arena, forwards->settling->node_count);

	put_classes(forwards->settling, &classes);
	lists_make_room(&classes, forwards->arena);
	put_classes(forwards->settling, &classes);
	return classes;
}

static void add_roots(struct forwards *forwards)
{
	const struct settling *settling = forwards->settling;
	struct lists classes = list_classes(forwards);
	const uint8_t *open = find_open_classes(forwards->settling, forwards->arena);

	for (uint32_t low = 0; low < settling->class_count; low++) {
		uint32_t node = settling_class_node(settling, low);

		if (!open[low])
			continue;
		lists_each(high, &classes, node) {
			if (has_too_many(forwards))
				return;
			if (*high != low)
				add_pair(forwards, low, *high);
		}
	}
	forwards->root_count = (uint32_t)forwards->pairs.count;
}

// Let @class_id become @candidate, unless it already becomes a class that comes before it by
// contents.
static void propose(struct forwards *forwards, uint32_t class_id, uint32_t candidate)
{
	uint32_t *best = &forwards->replacement[class_id];

	if (*best == CLASS_NONE || compare_contents(forwards->comparison, candidate, *best) < 0)
		*best = candidate;
}

static void mark_below(struct forwards *forwards)
{
	memset(forwards->is_below, 0, forwards->settling->class_count);
	for (uint32_t i = 0; i < forwards->root_count; i++) {
		const struct pair *pair = &forwards->pairs.items[i];

		if (!pair->failed)
			forwards->is_below[pair->low] = true;
	}
}

static void mark_evident(struct forwards *forwards, uint32_t index)
{
	if (forwards->pairs.items[index].evident)
		return;
	forwards->pairs.items[index].evident = true;
	*array_add(forwards->arena, &forwards->stack) = index;
}

// Let forward declarations mean what they stand for in pairs that hold and are evident.
static void replace_evident(struct forwards *forwards)
{
	const struct settling *settling = forwards->settling;

	for (uint32_t i = 0; i < forwards->root_count; i++) {
		const struct pair *pair = &forwards->pairs.items[i];

		if (!pair->failed && settling_is_whole(settling, pair->low))
			mark_evident(forwards, i);
	}
	while (forwards->stack.count) {
		uint32_t index = forwards->stack.items[--forwards->stack.count];
		struct pair pair = forwards->pairs.items[index];

		if (settling_is_forward(settling, pair.low)) {
			propose(forwards, pair.low, pair.high);
			continue;
		}
		for (uint32_t n = 0; n < reference_count(settling, pair.low); n++) {
			uint32_t low = class_reference(settling, pair.low, n);
			uint32_t high = class_reference(settling, pair.high, n);

			if (low != high)
				mark_evident(forwards, add_pair(forwards, low, high));
		}
	}
}

// Let forward declarations mean the only definition that is left; those of enums the first one by
// contents.
static void replace_unique(struct forwards *forwards)
{
	const struct settling *settling = forwards->settling;
	uint32_t *forward = arena_new_array(forwards->arena, uint32_t, settling->node_count);
	uint32_t *count = arena_new_array(forwards->arena, uint32_t, settling->node_count);

	memset(forward, 0xff, settling->node_count * sizeof(*forward));
	for (uint32_t class_id = 0; class_id < settling->class_count; class_id++) {
		uint32_t tag = settling_tag(settling, settling_class_node(settling, class_id));

		if (settling_is_forward(settling, class_id))
			forward[settling_class_node(settling, class_id)] = class_id;
		else if (tag != NODE_NONE && !forwards->is_below[class_id])
			count[tag]++;
	}
	for (uint32_t class_id = 0; class_id < settling->class_count; class_id++) {
		uint32_t tag = settling_tag(settling, settling_class_node(settling, class_id));
		bool is_enum;

		if (tag == NODE_NONE || forward[tag] == CLASS_NONE || forwards->is_below[class_id])
			continue;
		is_enum = btf_info_kind(graph_record(settling->graph, tag)[RECORD_INFO]) ==
			  BTF_KIND_ENUM;
		if (count[tag] == 1)
			forwards->replacement[forward[tag]] = class_id;
		else if (is_enum)
			propose(forwards, forward[tag], class_id);
	}
}

// Fail pairs that rely on an unresolved forward declaration; mark as crooked those that rely on one
// resolved to another definition.
static void judge_pairs(struct forwards *forwards)
{
	for (uint32_t i = 0; i < forwards->pairs.count; i++) {
		const struct pair *pair = &forwards->pairs.items[i];

		if (settling_is_forward(forwards->settling, pair->low) &&
		    forwards->replacement[pair->low] == CLASS_NONE)
			fail_pair(forwards, i);
	}
	spread_to_users(forwards, fail_pair);
	for (uint32_t i = 0; i < forwards->pairs.count; i++) {
		const struct pair *pair = &forwards->pairs.items[i];

		if (settling_is_forward(forwards->settling, pair->low) &&
		    forwards->replacement[pair->low] != pair->high)
			bend_pair(forwards, i);
	}
	spread_to_users(forwards, bend_pair);
}

static void replace_below(struct forwards *forwards)
{
	uint32_t count = forwards->settling->class_count;
	uint8_t *straight = arena_new_array(forwards->arena, uint8_t, count);

	mark_below(forwards);
	// The relation is transitive: a class that is below another is also below a largest one.
	for (int crooked = 0; crooked < 2; crooked++) {
		for (uint32_t i = 0; i < forwards->root_count; i++) {
			const struct pair *pair = &forwards->pairs.items[i];

			if (pair->failed || pair->crooked != crooked ||
			    forwards->is_below[pair->high] || (crooked && straight[pair->low]))
				continue;
			propose(forwards, pair->low, pair->high);
			straight[pair->low] |= !crooked;
		}
	}
}

// Substitute the items of replaced classes by what these become; return whether there are any.
static bool keep_replacements(struct settling *settling, const uint32_t *replacement)
{
	bool any = false;

	for (uint32_t item = 0; item < settling->item_count; item++) {
		uint32_t class_id = settling->class_of[item];

		// At most two steps: from a forward declaration to its meaning, and to what that
		// became.
		for (int step = 0; step < 2 && replacement[class_id] != CLASS_NONE; step++)
			class_id = replacement[class_id];
		any |= class_id != settling->class_of[item];
		settling->substitute[item] = settling->representative[class_id];
	}
	return any;
}

bool resolve_forwards(struct settling *settling)
{
	struct arena *arena = arena_nest(settling->arena);
	struct forwards forwards = {
		.settling = settling,
		.arena = arena,
		.comparison = comparison_create(settling, arena),
		.replacement = arena_new_array(arena, uint32_t, settling->class_count),
		.is_below = arena_new_array(arena, uint8_t, settling->class_count),
	};
	bool any;

	memset(forwards.replacement, 0xff, settling->class_count * sizeof(uint32_t));
	add_roots(&forwards);
	if (relate_classes(&forwards)) {
		mark_below(&forwards);
		replace_evident(&forwards);
		replace_unique(&forwards);
		judge_pairs(&forwards);
		replace_below(&forwards);
	} else {
		replace_unique(&forwards);
	}
	any = keep_replacements(settling, forwards.replacement);
	settling->paired += forwards.pairs.count;
	arena_deinit(arena);
	return any;
}
