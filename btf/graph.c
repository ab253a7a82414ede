/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The canonical graph, first half: nominal nodes, and questions to the finished graph.
 *
 * Equal types are found by hash-consing: a record whose references are already nodes is looked up
 * by its words. That needs the types a record refers to first, which a cycle has not. But in C
 * every cycle passes a struct or union with a name. So a reference to one is not followed: it
 * becomes a reference to the *tag*, the node of the forward declaration with that name, and a type
 * gets its node in one walk without cycles. Enums with a name are cut likewise, for they too may
 * be declared in one unit and defined in another. A FWD's own node is its tag.
 *
 * Nodes are therefore equal *nominally*: up to what the tags mean. btf_graph_settle() gives each
 * tag its definition, and tells apart what the tags made look equal.
 *
 * Types made by other means than C may be cyclic with nameless structs only. When a unit has such,
 * references to nameless structs and unions are cut as well, in all units; all share one nameless
 * tag, which has many definitions, so settling tells them apart. What earlier walks made is then
 * more than is needed, but does no harm.
 */
#include "graph.h"

#include <assert.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "records.h"

// States of a type while its unit is added, beside nodes.
#define TYPE_NEW  NODE_NONE
#define TYPE_OPEN (NODE_NONE - 1) // what it refers to is being given nodes

#define REFERENCE_FOLLOWED NODE_NONE

uint32_t *scratch_room(struct scratch *scratch, struct arena *arena, size_t count)
{
	if (count > scratch->capacity) {
		size_t doubled = scratch->capacity * 2;

		scratch->capacity = count > doubled ? count : doubled;
		scratch->words = arena_new_array(arena, uint32_t, scratch->capacity);
	}
	return scratch->words;
}

struct btf_graph *btf_graph_create(struct arena *arena, struct strings *strings)
{
	struct btf_graph *graph = arena_new(arena, struct btf_graph);

	graph->arena = arena;
	graph->strings = strings;
	// Node 0 is void and has no record.
	*array_add(arena, &graph->offset) = 0;
	return graph;
}

static uint64_t record_hash(const uint32_t *record)
{
	return XXH3_64bits(record, record_words(record[RECORD_INFO]) * sizeof(*record));
}

static uint32_t find_hashed(const struct btf_graph *graph, const uint32_t *record, uint64_t hash)
{
	struct table_probe probe = table_probe(&graph->table, hash);
	size_t size = record_words(record[RECORD_INFO]) * sizeof(*record);
	uint32_t node;

	while (table_next(&graph->table, &probe, &node)) {
		const uint32_t *other = graph_record(graph, node);

		if (other[RECORD_INFO] == record[RECORD_INFO] && memcmp(other, record, size) == 0)
			return node;
	}
	return NODE_NONE;
}

uint32_t graph_find(const struct btf_graph *graph, const uint32_t *record)
{
	return find_hashed(graph, record, record_hash(record));
}

uint32_t graph_intern(struct btf_graph *graph, const uint32_t *record)
{
	uint64_t hash = record_hash(record);
	size_t words = record_words(record[RECORD_INFO]);
	uint32_t node = find_hashed(graph, record, hash);

	if (node != NODE_NONE)
		return node;
	node = (uint32_t)graph->offset.count;
	*array_add(graph->arena, &graph->offset) = (uint32_t)graph->words.count;
	for (size_t i = 0; i < words; i++)
		*array_add(graph->arena, &graph->words) = record[i];
	table_add(&graph->table, graph->arena, hash, node);
	return node;
}

bool graph_is_forward(const uint32_t *record, uint32_t name)
{
	switch (btf_info_kind(record[RECORD_INFO])) {
	case BTF_KIND_FWD:
		return true;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return name && btf_info_vlen(record[RECORD_INFO]) == 0;
	default:
		return false;
	}
}

bool graph_tag(uint32_t tag[3], const uint32_t *record, uint32_t name, bool cut_anonymous)
{
	uint32_t kind = btf_info_kind(record[RECORD_INFO]);
	bool is_union = kind == BTF_KIND_UNION;

	tag[RECORD_NAME] = name;
	tag[RECORD_SIZE] = 0;
	switch (kind) {
	case BTF_KIND_FWD:
		is_union = btf_info_kflag(record[RECORD_INFO]);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		if (!name && !cut_anonymous)
			return false;
		// No FWD of an input has a size: its node cannot be the nameless tag.
		tag[RECORD_SIZE] = !name;
		break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		if (!name)
			return false;
		// The size of an enum that is only declared differs between compilers; kernels
		// demand a possible one.
		tag[RECORD_INFO] = btf_make_info(BTF_KIND_ENUM, 0, false);
		tag[RECORD_SIZE] = sizeof(int32_t);
		return true;
	default:
		return false;
	}
	tag[RECORD_INFO] = btf_make_info(BTF_KIND_FWD, 0, is_union);
	return true;
}

// What adding one unit works on.
struct adder {
	struct btf_graph *graph;
	struct btf_unit *unit;
	uint32_t *string_ids; // by string offset: number + 1; 0 when not asked yet
	uint32_t *references; // by type id: the tag node, or REFERENCE_FOLLOWED
};

static uint32_t name_number(struct adder *adder, uint32_t offset)
{
	uint32_t *id = &adder->string_ids[offset];

	if (*id == 0)
		*id = strings_intern(adder->graph->strings, btf_unit_string(adder->unit, offset)) +
		      1;
	return *id - 1;
}

static bool is_declaration(const struct btf_unit *unit, uint32_t id)
{
	return btf_kind_info(btf_info_kind(btf_unit_type(unit, id)->info))->is_declaration;
}

// Decide for every type what references to it become, and forget its node.
static void cut_references(struct adder *adder)
{
	struct btf_unit *unit = adder->unit;

	unit->node[0] = 0;
	adder->references[0] = REFERENCE_FOLLOWED;
	for (uint32_t id = 1; id <= unit->type_count; id++) {
		const uint32_t *record = (const uint32_t *)btf_unit_type(unit, id);
		uint32_t name = name_number(adder, record[RECORD_NAME]);
		uint32_t tag[3];

		adder->references[id] = REFERENCE_FOLLOWED;
		if (graph_tag(tag, record, name, adder->graph->cuts_anonymous))
			adder->references[id] = graph_intern(adder->graph, tag);
		unit->node[id] = is_declaration(unit, id) ? 0 : TYPE_NEW;
		if (graph_is_forward(record, name))
			unit->node[id] = adder->references[id];
	}
}

// Push what @id refers to and has no node yet; false when that is a type that is open.
static bool open_type(struct adder *adder, uint32_t id)
{
	struct btf_unit *unit = adder->unit;
	const uint32_t *record = (const uint32_t *)btf_unit_type(unit, id);
	uint32_t count = record_id_count(record[RECORD_INFO]);

	unit->node[id] = TYPE_OPEN;
	for (uint32_t n = 0; n < count; n++) {
		uint32_t child = record[record_id_word(record[RECORD_INFO], n)];

		if (adder->references[child] != REFERENCE_FOLLOWED)
			continue;
		if (unit->node[child] == TYPE_OPEN)
			return false;
		if (unit->node[child] == TYPE_NEW)
			*array_add(adder->graph->arena, &adder->graph->stack) = child;
	}
	return true;
}

// GCC marks characters beside whether they are signed; kernels want one or the other, and clang
// does without the mark.
static void forget_characters(uint32_t *record)
{
	if (btf_info_kind(record[RECORD_INFO]) == BTF_KIND_INT)
		record[RECORD_TAIL] &= ~((uint32_t)BTF_INT_CHAR << 24);
}

// Make the record of @id, all of whose references have nodes, and give it its node.
static void close_type(struct adder *adder, uint32_t id)
{
	struct btf_graph *graph = adder->graph;
	struct btf_unit *unit = adder->unit;
	const uint32_t *record = (const uint32_t *)btf_unit_type(unit, id);
	uint32_t info = record[RECORD_INFO];
	size_t words = record_words(info);
	uint32_t *made = scratch_room(&graph->record, graph->arena, words);

	memcpy(made, record, words * sizeof(*made));
	forget_characters(made);
	for (uint32_t n = 0; n < record_name_count(info); n++) {
		uint32_t *word = &made[record_name_word(info, n)];

		*word = name_number(adder, *word);
	}
	for (uint32_t n = 0; n < record_id_count(info); n++) {
		uint32_t *word = &made[record_id_word(info, n)];
		uint32_t tag = adder->references[*word];

		*word = tag == REFERENCE_FOLLOWED ? unit->node[*word] : tag;
	}
	unit->node[id] = graph_intern(graph, made);
}

// Depth first with an explicit stack: types that are open are the path to the one on top.
static uint32_t add_type(struct adder *adder, uint32_t id)
{
	struct btf_graph *graph = adder->graph;
	uint32_t *node = adder->unit->node;

	graph->stack.count = 0;
	*array_add(graph->arena, &graph->stack) = id;
	while (graph->stack.count) {
		uint32_t top = graph->stack.items[graph->stack.count - 1];

		if (node[top] == TYPE_NEW) {
			if (!open_type(adder, top))
				return top;
			continue;
		}
		if (node[top] == TYPE_OPEN)
			close_type(adder, top);
		graph->stack.count--;
	}
	return 0;
}

static uint32_t add_types(struct adder *adder)
{
	cut_references(adder);
	for (uint32_t id = 1; id <= adder->unit->type_count; id++) {
		uint32_t culprit;

		if (adder->unit->node[id] != TYPE_NEW)
			continue;
		culprit = add_type(adder, id);
		if (culprit)
			return culprit;
	}
	return 0;
}

static uint32_t walk_unit(struct btf_graph *graph, struct btf_unit *unit)
{
	struct adder adder = {
		.graph = graph,
		.unit = unit,
		.string_ids = scratch_room(&graph->string_ids, graph->arena, unit->strings.size),
		.references = scratch_room(&graph->references, graph->arena,
					   (size_t)unit->type_count + 1),
	};

	memset(adder.string_ids, 0, unit->strings.size * sizeof(*adder.string_ids));
	return add_types(&adder);
}

uint32_t graph_add_unit(struct btf_graph *graph, struct btf_unit *unit)
{
	uint32_t culprit;

	assert(!graph->settled);
	unit->node = arena_new_array(graph->arena, uint32_t, (size_t)unit->type_count + 1);
	culprit = walk_unit(graph, unit);
	if (culprit && !graph->cuts_anonymous) {
		graph->cuts_anonymous = true;
		culprit = walk_unit(graph, unit);
	}
	if (culprit)
		return culprit;
	unit->number = (uint32_t)graph->units.count;
	*array_add(graph->arena, &graph->units) = unit;
	return 0;
}

void graph_even_units(struct btf_graph *graph)
{
	if (!graph->cuts_anonymous)
		return;
	array_each(unit, &graph->units)
		walk_unit(graph, *unit);
}

uint32_t btf_graph_node_count(const struct btf_graph *graph)
{
	return (uint32_t)graph->offset.count;
}

const struct btf_type *btf_graph_type(const struct btf_graph *graph, uint32_t node)
{
	assert(node && node < graph->offset.count);
	return (const struct btf_type *)graph_record(graph, node);
}

struct str btf_graph_name(const struct btf_graph *graph, uint32_t node)
{
	return node ? strings_get(graph->strings, btf_graph_type(graph, node)->name_off) : STR("");
}

struct strings *btf_graph_strings(const struct btf_graph *graph)
{
	return graph->strings;
}

// No cycle consists of modifiers alone: btf_unit_read() rejects it. So walks along them end.
uint32_t btf_graph_strip(const struct btf_graph *graph, uint32_t node)
{
	for (;;) {
		switch (btf_graph_kind(graph, node)) {
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_TYPE_TAG:
			node = btf_graph_type(graph, node)->type;
			break;
		default:
			return node;
		}
	}
}

bool btf_graph_sizeof(const struct btf_graph *graph, uint32_t node, uint32_t *size)
{
	uint32_t count = 1;

	for (;;) {
		const uint32_t *record;

		node = btf_graph_strip(graph, node);
		record = node ? graph_record(graph, node) : NULL;
		switch (btf_graph_kind(graph, node)) {
		case BTF_KIND_ARRAY:
			if (__builtin_mul_overflow(count, record[RECORD_TAIL + 2], &count))
				return false;
			node = record[RECORD_TAIL];
			break;
		case BTF_KIND_PTR:
			return !__builtin_mul_overflow(count, 8u, size);
		case BTF_KIND_INT:
		case BTF_KIND_FLOAT:
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
			return !__builtin_mul_overflow(count, record[RECORD_SIZE], size);
		default:
			return false;
		}
	}
}

void btf_graph_reach(const struct btf_graph *graph, uint32_t node, uint8_t *reached)
{
	// A node is pushed once at most: settling has made room for all.
	uint32_t *stack = graph->stack.items;
	size_t count = 0;

	if (node == 0 || reached[node])
		return;
	reached[node] = 1;
	stack[count++] = node;
	while (count) {
		const uint32_t *record = graph_record(graph, stack[--count]);
		uint32_t ids = record_id_count(record[RECORD_INFO]);

		for (uint32_t n = 0; n < ids; n++) {
			uint32_t child = record[record_id_word(record[RECORD_INFO], n)];

			if (child == 0 || reached[child])
				continue;
			reached[child] = 1;
			stack[count++] = child;
		}
	}
}
