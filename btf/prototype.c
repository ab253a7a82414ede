/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prototypes with names. Compilers leave out the names of parameters of functions that are only
 * declared; kernels refuse a defined function like that. The copy with names is an ordinary node:
 * when the graph has an equal one, it is that one. So linking an output again adds no second copy.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"
#include "graph.h"
#include "records.h"

static bool is_nameless(const uint32_t *parameter)
{
	// The parameter that stands for "..." has no name and no type.
	return parameter[0] == 0 && parameter[1] != 0;
}

static bool has_nameless(const uint32_t *record)
{
	for (uint32_t i = 0; i < btf_info_vlen(record[RECORD_INFO]); i++) {
		if (is_nameless(record + RECORD_TAIL + 2 * (size_t)i))
			return true;
	}
	return false;
}

// A copy of the record of @node, @size words, with a name for each parameter.
static uint32_t *make_named(struct btf_graph *graph, uint32_t node, size_t size)
{
	uint32_t *record = arena_alloc_array(graph->arena, size, sizeof(*record));

	memcpy(record, graph_record(graph, node), size * sizeof(*record));
	for (uint32_t i = 0; i < btf_info_vlen(record[RECORD_INFO]); i++) {
		uint32_t *parameter = record + RECORD_TAIL + 2 * (size_t)i;
		char name[sizeof("arg4294967295")];

		snprintf(name, sizeof(name), "arg%" PRIu32, i);
		if (is_nameless(parameter))
			parameter[0] = strings_intern(graph->strings, str_of(name));
	}
	return record;
}

static uint32_t hash_record(const struct btf_graph *graph, const uint32_t *record)
{
	return hash_bytes(&graph->strings->key, record,
			  record_words(record[RECORD_INFO]) * sizeof(*record));
}

static void add_prototype(struct btf_graph *graph, uint32_t node)
{
	table_add(&graph->prototypes, graph->arena, hash_record(graph, graph_record(graph, node)),
		  node);
}

// Done on first use: few links need it.
static void find_prototypes(struct btf_graph *graph)
{
	if (graph->prototypes.count)
		return;
	for (uint32_t node = 1; node < graph->offset.count; node++) {
		if (btf_graph_kind(graph, node) == BTF_KIND_FUNC_PROTO)
			add_prototype(graph, node);
	}
}

static uint32_t append_record(struct btf_graph *graph, const uint32_t *record, size_t size)
{
	uint32_t node = (uint32_t)graph->offset.count;
	uint32_t *room = array_room(graph->arena, &graph->words, size);

	memcpy(room, record, size * sizeof(*record));
	*array_add(graph->arena, &graph->offset) = (uint32_t)graph->words.count;
	graph->words.count += size;
	// A walk pushes each node at most once.
	(void)array_room(graph->arena, &graph->stack, graph->offset.count);
	add_prototype(graph, node);
	return node;
}

uint32_t btf_graph_name_parameters(struct btf_graph *graph, uint32_t proto)
{
	size_t size = record_words(graph_record(graph, proto)[RECORD_INFO]);
	struct table_probe probe;
	uint32_t *record, node;

	if (!has_nameless(graph_record(graph, proto)))
		return proto;
	find_prototypes(graph);
	record = make_named(graph, proto, size);
	probe = table_probe(&graph->prototypes, hash_record(graph, record));
	while (table_next(&graph->prototypes, &probe, &node)) {
		const uint32_t *known = graph_record(graph, node);

		if (known[RECORD_INFO] == record[RECORD_INFO] &&
		    memcmp(known, record, size * sizeof(*record)) == 0)
			return node;
	}
	return append_record(graph, record, size);
}
