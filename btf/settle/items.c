/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The doubtful types of all units, each distinct one once.
 *
 * Refinement (refine.c) could work on all doubtful types of all units. But most units of a program
 * mean the same by the same tags, so it pays to find equal types first. The references of a type
 * lead to types of its own unit. The strongly connected components of these are compared one by
 * one, each after the components that it refers to. A component is known when there is an item from
 * which a walk meets, reference by reference, the same nodes inside the component and the same
 * items outside. A hash that looks a few steps deep finds candidates for that item. Equal
 * components that the hash misses are joined later by refinement.
 *
 * Components by Tarjan's algorithm: R. Tarjan, "Depth-first search and linear graph algorithms",
 * SIAM J. Comput. 1 (1972).
 */
#include "items.h"

#include <assert.h>

#include "base/hash.h"
#include "base/table.h"
#include "records.h"

// Steps that the hash of a type in a cycle looks ahead, and the most candidates compared with it.
#define ROUNDS     4
#define CANDIDATES 8

// A doubtful type of the current unit.
struct local {
	uint32_t type_id;
	uint32_t node;
	uint32_t first;  // index of its first edge
	uint32_t next;   // index of the next edge to follow
	uint32_t order;  // when the search met it, from 1
	uint32_t lowest; // the lowest order that it leads back to
	uint32_t item;   // its item; NODE_NONE while its component is not known
	uint32_t match;  // while its component is compared: the item that it would be
	uint64_t hash, mixed;
};

struct finder {
	struct settling *settling;
	const struct btf_unit *unit;
	struct table table; // hash of the first type of a component -> its item
	uint32_t *meaning;  // by nominal node: the local that a reference to it means; or NODE_NONE
	uint32_t *last;     // by nominal node: the item found last for it; or NODE_NONE
	struct local *locals;
	uint32_t local_count;
	uint32_t *edges; // by index: the local that a reference leads to, grouped by the local that
			 // refers
	struct words path;      // locals from the start of the search to its current one
	struct words open;      // locals that were met and whose component is not known
	struct words component; // a list of locals
	struct words queue;     // locals still to visit, while components are compared
	uint32_t met;
	// Memory for any unit:
	struct scratch local_room, edge_room, list_room;
};

static uint32_t edge_end(const struct finder *finder, uint32_t local)
{
	return finder->locals[local + 1].first;
}

// A list has at most as many items as the unit has locals; its memory is reserved.
static void add_word(struct words *words, uint32_t word)
{
	words->items[words->count++] = word;
}

static void make_room(struct finder *finder)
{
	struct arena *arena = finder->settling->arena;
	const struct btf_unit *unit = finder->unit;
	struct words *lists[] = { &finder->path, &finder->open, &finder->component,
				  &finder->queue };
	size_t most = (size_t)unit->type_count + 1;
	size_t list_count = sizeof(lists) / sizeof(*lists);
	uint32_t *room = scratch_room(&finder->list_room, arena, most * list_count, sizeof(*room));

	for (size_t i = 0; i < list_count; i++)
		*lists[i] = (struct words){ .items = room + i * most };
	finder->locals = scratch_room(&finder->local_room, arena, most, sizeof(*finder->locals));
	// Every word of a record may be a reference.
	finder->edges =
		scratch_room(&finder->edge_room, arena, unit->word_count, sizeof(*finder->edges));
}

// Find the doubtful types of the unit, its locals.
static void find_locals(struct finder *finder)
{
	const uint8_t *doubtful = finder->settling->doubtful;
	const struct btf_unit *unit = finder->unit;
	uint32_t count = 0;

	for (uint32_t id = 1; id <= unit->type_count; id++) {
		uint32_t node = unit->node[id];

		if (!doubtful[node])
			continue;
		finder->locals[count] =
			(struct local){ .type_id = id, .node = node, .item = NODE_NONE };
		unit->node[id] = ITEM_BIT | count++;
	}
	finder->local_count = count;
}

// Take the edges from the records of the unit's types.
static void find_own_edges(struct finder *finder)
{
	const struct btf_unit *unit = finder->unit;
	uint32_t count = 0;

	for (uint32_t i = 0; i < finder->local_count; i++) {
		struct local *local = &finder->locals[i];
		struct record_ids ids = record_ids(unit->words + unit->offset[local->type_id]);

		local->first = local->next = count;
		for (const uint32_t *child; (child = record_ids_next(&ids));) {
			uint32_t node = unit->node[*child];

			if (node & ITEM_BIT)
				finder->edges[count++] = node ^ ITEM_BIT;
		}
	}
	finder->locals[finder->local_count].first = count;
}

static void set_meanings(struct finder *finder, bool known)
{
	for (uint32_t i = 0; i < finder->local_count; i++) {
		uint32_t node = finder->locals[i].node;
		uint32_t tag = settling_tag(finder->settling, node);

		finder->meaning[node] = known ? i : NODE_NONE;
		if (tag != NODE_NONE)
			finder->meaning[tag] = known ? i : NODE_NONE;
	}
}

// Take the edges from the nominal records; enough where each tag has one meaning in the unit.
static void find_nominal_edges(struct finder *finder)
{
	const struct btf_graph *graph = finder->settling->graph;
	uint32_t count = 0;

	set_meanings(finder, true);
	for (uint32_t i = 0; i < finder->local_count; i++) {
		struct local *local = &finder->locals[i];
		struct record_ids ids = record_ids(graph_record(graph, local->node));

		local->first = local->next = count;
		for (const uint32_t *child; (child = record_ids_next(&ids));) {
			if (finder->meaning[*child] != NODE_NONE)
				finder->edges[count++] = finder->meaning[*child];
		}
	}
	finder->locals[finder->local_count].first = count;
	set_meanings(finder, false);
}

// Find the edges of all locals, and add a local that marks the end of the last one's edges.
static void find_edges(struct finder *finder)
{
	if (finder->unit->has_rivals)
		find_own_edges(finder);
	else
		find_nominal_edges(finder);
}

static void hash_component(struct finder *finder)
{
	struct local *locals = finder->locals;
	int rounds = finder->component.count > 1 ? ROUNDS : 0;

	array_each(member, &finder->component) {
		struct local *local = &locals[*member];

		local->hash = hash_mix(0, local->node);
		for (uint32_t i = local->first; i < edge_end(finder, *member); i++) {
			local->hash = hash_mix(local->hash, locals[finder->edges[i]].item);
		}
	}
	for (int round = 0; round < rounds; round++) {
		array_each(member, &finder->component) {
			struct local *local = &locals[*member];

			local->mixed = local->hash;
			for (uint32_t i = local->first; i < edge_end(finder, *member); i++) {
				uint32_t edge = finder->edges[i];

				if (locals[edge].item == NODE_NONE)
					local->mixed = hash_mix(local->mixed, locals[edge].hash);
			}
		}
		array_each(member, &finder->component)
			locals[*member].hash = locals[*member].mixed;
	}
}

// The references of @item. It has the same nominal node as @local, and therefore as many doubtful
// references as @local has edges: whether a reference is doubtful is the same in all units.
static const uint32_t *children_of(const struct settling *settling, uint32_t item,
				   const struct local *local)
{
	const struct words *first = &settling->child_first;

	assert((item + 1 < first->count ? first->items[item + 1] : settling->children.count) -
		       first->items[item] ==
	       local[1].first - local->first);
	(void)local; // without assertions
	return &settling->children.items[first->items[item]];
}

// Whether @local can be @item, given the items assumed for its references.
static bool match_local(struct finder *finder, uint32_t local, uint32_t item)
{
	const struct settling *settling = finder->settling;
	struct local *locals = finder->locals;
	const uint32_t *child;

	if (settling->item_node.items[item] != locals[local].node)
		return false;
	child = children_of(settling, item, &locals[local]);
	for (uint32_t i = locals[local].first; i < edge_end(finder, local); i++, child++) {
		uint32_t edge = finder->edges[i];

		if (locals[edge].item == NODE_NONE && locals[edge].match == NODE_NONE) {
			locals[edge].match = *child;
			add_word(&finder->queue, edge);
		} else if (*child != (locals[edge].item == NODE_NONE ? locals[edge].match
								     : locals[edge].item)) {
			return false;
		}
	}
	return true;
}

static bool match_component(struct finder *finder, uint32_t local, uint32_t item)
{
	struct local *locals = finder->locals;

	array_each(member, &finder->component)
		locals[*member].match = NODE_NONE;
	locals[local].match = item;
	finder->queue.count = 0;
	add_word(&finder->queue, local);
	for (size_t i = 0; i < finder->queue.count; i++) {
		local = finder->queue.items[i];
		if (!match_local(finder, local, locals[local].match))
			return false;
	}
	return true;
}

static uint32_t first_member(const struct finder *finder)
{
	const struct local *locals = finder->locals;
	uint32_t first = finder->component.items[0];

	array_each(member, &finder->component) {
		if (locals[*member].hash < locals[first].hash)
			first = *member;
	}
	return first;
}

// The secret hash under which the table has @hash, which has no key.
static uint32_t keyed(const struct finder *finder, uint64_t hash)
{
	return hash_bytes(&finder->settling->graph->strings->key, &hash, sizeof(hash));
}

// Find the item of the component; false when there is none, with the number of candidates in
// *@candidates.
static bool find_component(struct finder *finder, int *candidates)
{
	struct local *locals = finder->locals;
	uint32_t first = first_member(finder);
	struct table_probe probe = table_probe(&finder->table, keyed(finder, locals[first].hash));
	uint32_t item;

	for (*candidates = 0; *candidates < CANDIDATES && table_next(&finder->table, &probe, &item);
	     ++*candidates) {
		if (!match_component(finder, first, item))
			continue;
		array_each(member, &finder->component)
			locals[*member].item = locals[*member].match;
		return true;
	}
	return false;
}

static void add_item(struct finder *finder, struct local *local)
{
	struct settling *settling = finder->settling;

	local->item = (uint32_t)settling->item_node.count;
	*array_add(settling->arena, &settling->item_node) = local->node;
}

static void add_component(struct finder *finder, int candidates)
{
	struct settling *settling = finder->settling;
	struct arena *arena = settling->arena;
	struct local *locals = finder->locals;
	uint32_t first = first_member(finder);

	array_each(member, &finder->component)
		add_item(finder, &locals[*member]);
	// More than CANDIDATES would not be looked at, and adding them would take ever longer.
	if (candidates < CANDIDATES)
		table_add(&finder->table, arena, keyed(finder, locals[first].hash),
			  locals[first].item);
	array_each(member, &finder->component) {
		*array_add(arena, &settling->child_first) = (uint32_t)settling->children.count;
		for (uint32_t i = locals[*member].first; i < edge_end(finder, *member); i++) {
			*array_add(arena, &settling->children) = locals[finder->edges[i]].item;
		}
	}
}

// Take the component that @local was met first of, which is now complete.
static void take_component(struct finder *finder, uint32_t local)
{
	uint32_t member;
	int candidates;

	finder->component.count = 0;
	do {
		member = finder->open.items[--finder->open.count];
		add_word(&finder->component, member);
	} while (member != local);
	hash_component(finder);
	if (!find_component(finder, &candidates))
		add_component(finder, candidates);
}

// Whether the component of local @number is that local alone, without a reference to itself.
static bool is_single(const struct finder *finder, uint32_t number)
{
	if (finder->open.items[finder->open.count - 1] != number)
		return false;
	for (uint32_t i = finder->locals[number].first; i < edge_end(finder, number); i++) {
		if (finder->edges[i] == number)
			return false;
	}
	return true;
}

// Replace the edges of local @number by the items that they lead to, which are known.
static void close_edges(struct finder *finder, uint32_t number)
{
	for (uint32_t i = finder->locals[number].first; i < edge_end(finder, number); i++)
		finder->edges[i] = finder->locals[finder->edges[i]].item;
}

// Whether @item, which has the node of @local, refers to the items that are @local's edges.
static bool has_edges(const struct finder *finder, uint32_t item, const struct local *local)
{
	const uint32_t *child = children_of(finder->settling, item, local);

	for (uint32_t i = local->first; i < local[1].first; i++) {
		if (finder->edges[i] != *child++)
			return false;
	}
	return true;
}

// The item with the node of @local that refers to the items that are its edges; made if it is new.
static uint32_t single_item(struct finder *finder, struct local *local)
{
	struct settling *settling = finder->settling;
	const uint32_t *edges = &finder->edges[local->first];
	uint32_t count = local[1].first - local->first, item;
	uint64_t hash = hash_mix(0, local->node);
	struct table_probe probe;
	int candidates;

	for (uint32_t i = 0; i < count; i++)
		hash = hash_mix(hash, edges[i]);
	probe = table_probe(&finder->table, keyed(finder, hash));
	for (candidates = 0; candidates < CANDIDATES && table_next(&finder->table, &probe, &item);
	     candidates++) {
		if (settling->item_node.items[item] == local->node &&
		    has_edges(finder, item, local))
			return item;
	}
	add_item(finder, local);
	if (candidates < CANDIDATES)
		table_add(&finder->table, settling->arena, keyed(finder, hash), local->item);
	*array_add(settling->arena, &settling->child_first) = (uint32_t)settling->children.count;
	for (uint32_t i = 0; i < count; i++)
		*array_add(settling->arena, &settling->children) = edges[i];
	return local->item;
}

// Take a component of one type that does not refer to itself, as nearly all are. Most are the item
// that the previous unit had.
static void take_single(struct finder *finder, uint32_t number)
{
	struct local *local = &finder->locals[number];
	uint32_t *last = &finder->last[local->node];

	close_edges(finder, number);
	if (*last == NODE_NONE || !has_edges(finder, *last, local))
		*last = single_item(finder, local);
	local->item = *last;
}

static void meet(struct finder *finder, uint32_t number)
{
	struct local *local = &finder->locals[number];

	local->order = local->lowest = ++finder->met;
	add_word(&finder->path, number);
	add_word(&finder->open, number);
}

static void follow(struct finder *finder, struct local *local, uint32_t edge)
{
	const struct local *child = &finder->locals[edge];

	if (child->order == 0)
		meet(finder, edge);
	else if (child->item == NODE_NONE && child->order < local->lowest)
		local->lowest = child->order;
}

static void search_from(struct finder *finder, uint32_t start)
{
	struct local *locals = finder->locals;

	meet(finder, start);
	while (finder->path.count) {
		uint32_t number = finder->path.items[finder->path.count - 1];
		struct local *local = &locals[number];

		if (local->next < edge_end(finder, number)) {
			uint32_t edge = finder->edges[local->next++];

			follow(finder, local, edge);
			continue;
		}
		finder->path.count--;
		if (local->lowest == local->order) {
			if (is_single(finder, number)) {
				finder->open.count--;
				take_single(finder, number);
			} else {
				take_component(finder, number);
			}
		} else {
			struct local *parent = &locals[finder->path.items[finder->path.count - 1]];

			if (local->lowest < parent->lowest)
				parent->lowest = local->lowest;
		}
	}
}

static bool knows_references(const struct finder *finder, uint32_t number)
{
	for (uint32_t i = finder->locals[number].first; i < edge_end(finder, number); i++) {
		uint32_t edge = finder->edges[i];

		if (finder->locals[edge].item == NODE_NONE)
			return false;
	}
	return true;
}

// Take locals whose references are known. Compilers write most types before those that they refer
// to, so from the last to the first most need no search.
static void take_known(struct finder *finder)
{
	for (uint32_t i = finder->local_count; i; i--) {
		if (!knows_references(finder, i - 1))
			continue;
		finder->locals[i - 1].order = ++finder->met;
		take_single(finder, i - 1);
	}
}

static void find_unit_items(struct finder *finder)
{
	make_room(finder);
	find_locals(finder);
	find_edges(finder);
	finder->met = 0;
	take_known(finder);
	for (uint32_t i = 0; i < finder->local_count; i++) {
		if (finder->locals[i].order == 0)
			search_from(finder, i);
	}
	for (uint32_t i = 0; i < finder->local_count; i++)
		finder->unit->node[finder->locals[i].type_id] = ITEM_BIT | finder->locals[i].item;
}

void find_items(struct settling *settling)
{
	struct finder finder = {
		.settling = settling,
		.meaning = arena_alloc_array(settling->arena, settling->node_count,
					     sizeof(*finder.meaning)),
		.last = arena_alloc_array(settling->arena, settling->node_count,
					  sizeof(*finder.last)),
	};

	memset(finder.meaning, 0xff, settling->node_count * sizeof(*finder.meaning));
	memset(finder.last, 0xff, settling->node_count * sizeof(*finder.last));
	array_each(unit, &settling->graph->units) {
		finder.unit = *unit;
		find_unit_items(&finder);
	}
	*array_add(settling->arena, &settling->child_first) = (uint32_t)settling->children.count;
	settling->item_count = (uint32_t)settling->item_node.count;
}
