/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The nodes of the canonical graph, and queries of the settled graph. See nominal.c for how types
 * get their nodes, and settle.c for what settling does.
 */
#include "graph.h"

#include <assert.h>

#include "records.h"

// As many nodes as two ordinary objects have.
#define COUNT_MIN 1024

// More typedefs and qualifiers of one type than honest types have. Longer chains are walked once,
// and the result is remembered. Likewise the most nested arrays.
#define MODIFIERS_MAX  32
#define DIMENSIONS_MAX 64

struct btf_graph *btf_graph_create(struct arena *arena, struct strings *strings)
{
	struct btf_graph *graph = arena_new(arena, struct btf_graph);

	graph->arena = arena;
	graph->scratch = arena_nest(arena);
	graph->strings = strings;
	graph->bare = arena_new(arena, struct bare_node *);
	table_reserve(&graph->table, graph->scratch, COUNT_MIN);
	// Node 0 is void and has no record.
	*array_add(graph->scratch, &graph->offset) = 0;
	*array_add(graph->scratch, &graph->tag_of) = NODE_NONE;
	return graph;
}

uint32_t graph_reserve(struct btf_graph *graph, uint32_t hash)
{
	uint32_t node = (uint32_t)graph->offset.count;

	table_add(&graph->table, graph->scratch, hash, node);
	*array_add(graph->scratch, &graph->offset) = 0;
	*array_add(graph->scratch, &graph->tag_of) = NODE_NONE;
	return node;
}

uint32_t *graph_make_record(struct btf_graph *graph, uint32_t node, size_t count)
{
	uint32_t *record = array_room(graph->scratch, &graph->words, count);

	graph->offset.items[node] = (uint32_t)graph->words.count;
	graph->words.count += count;
	return record;
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

static bool is_modifier(uint32_t kind)
{
	switch (kind) {
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_TYPE_TAG:
		return true;
	default:
		return false;
	}
}

// What a chain of modifiers leads to.
struct bare_node {
	uint32_t node;
	uint32_t last_typedef; // 0: none
	bool known;
};

// Walk at most @most modifiers from @node; return where the walk ended and the last typedef. Walks
// end: btf_unit_read() rejects cycles of modifiers.
static struct bare_node walk_modifiers(const struct btf_graph *graph, uint32_t node, uint32_t most)
{
	struct bare_node bare = { .node = node };

	while (most--) {
		uint32_t kind = btf_graph_kind(graph, bare.node);

		if (!is_modifier(kind)) {
			bare.known = true;
			return bare;
		}
		if (kind == BTF_KIND_TYPEDEF)
			bare.last_typedef = bare.node;
		bare.node = btf_graph_type(graph, bare.node)->type;
	}
	return bare;
}

// The same for a long chain: each node of it remembers the end.
static struct bare_node walk_long_chain(const struct btf_graph *graph, uint32_t node)
{
	struct bare_node *known = *graph->bare, end = { .node = node, .known = true };
	uint32_t from = node;

	if (!known)
		known = *graph->bare = arena_new_array(graph->arena, struct bare_node,
						       btf_graph_node_count(graph));
	for (;; node = btf_graph_type(graph, node)->type) {
		uint32_t kind = btf_graph_kind(graph, node);

		if (kind == BTF_KIND_TYPEDEF)
			end.last_typedef = node;
		if (is_modifier(kind) && !known[node].known)
			continue;
		end.node = node;
		break;
	}
	if (known[node].known) {
		end.node = known[node].node;
		if (known[node].last_typedef)
			end.last_typedef = known[node].last_typedef;
	}
	// Nodes behind the last typedef have none.
	for (struct bare_node each = end; from != node; from = btf_graph_type(graph, from)->type) {
		known[from] = each;
		if (from == end.last_typedef)
			each.last_typedef = 0;
	}
	return end;
}

static struct bare_node find_bare(const struct btf_graph *graph, uint32_t node)
{
	struct bare_node bare = walk_modifiers(graph, node, MODIFIERS_MAX), rest;

	if (bare.known)
		return bare;
	rest = walk_long_chain(graph, bare.node);
	if (!rest.last_typedef)
		rest.last_typedef = bare.last_typedef;
	return rest;
}

uint32_t btf_graph_strip(const struct btf_graph *graph, uint32_t node)
{
	// Most have nothing around them.
	if (!is_modifier(btf_graph_kind(graph, node)))
		return node;
	return find_bare(graph, node).node;
}

uint32_t btf_graph_typedef(const struct btf_graph *graph, uint32_t node)
{
	if (!is_modifier(btf_graph_kind(graph, node)))
		return 0;
	return find_bare(graph, node).last_typedef;
}

bool btf_graph_sizeof(const struct btf_graph *graph, uint32_t node, uint32_t *size)
{
	uint32_t count = 1;

	for (int i = 0; i < DIMENSIONS_MAX; i++) {
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
	return false;
}

struct btf_node_list btf_graph_reach(const struct btf_graph *graph, uint32_t node, uint8_t *reached)
{
	// A node is listed at most once: settling made room for all.
	uint32_t *list = graph->stack.items;
	size_t count = 0;

	if (node && !reached[node]) {
		reached[node] = 1;
		list[count++] = node;
	}
	for (size_t i = 0; i < count; i++) {
		const uint32_t *record = graph_record(graph, list[i]);
		uint32_t ids = record_id_count(record[RECORD_INFO]);

		for (uint32_t n = 0; n < ids; n++) {
			uint32_t child = record[record_id_word(record[RECORD_INFO], n)];

			if (child == 0 || reached[child])
				continue;
			reached[child] = 1;
			list[count++] = child;
		}
	}
	return (struct btf_node_list){ list, count };
}
