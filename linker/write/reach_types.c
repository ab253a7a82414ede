/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides which types go out. By default all do, except prototypes that only dropped functions had.
 * With --gc-sections only those do that declarations, CO-RE records, or tags that name a struct
 * need.
 */
#include "atoms.h"
#include "core_records.h"
#include "destination.h"
#include "output_types.h"
#include "type_tags.h"

struct reach {
	struct linker *linker;
	uint8_t *reached; // by node: whether it goes out
	struct type_tags tags;
	ARRAY(uint32_t) pending; // nodes that tags need
};

static void add_named(struct reach *reach, uint32_t node)
{
	const struct type_tags *tags = &reach->tags;
	uint32_t first = tags->first[node];

	for (uint32_t i = first ? first - 1 : (uint32_t)tags->count;
	     i < tags->count && tags->items[i].target == node; i++)
		*array_add(reach->linker->arena, &reach->pending) = tags->items[i].node;
}

static void reach_node(struct reach *reach, uint32_t node)
{
	const struct btf_graph *graph = reach->linker->graph;
	struct btf_node_list nodes;

	if (reach->reached[node])
		return;
	nodes = btf_graph_reach(graph, node, reach->reached);
	if (reach->tags.count == 0)
		return;
	for (;;) {
		array_each(each, &nodes)
			add_named(reach, *each);
		if (reach->pending.count == 0)
			return;
		nodes = btf_graph_reach(graph, reach->pending.items[--reach->pending.count],
					reach->reached);
	}
}

// Reach the types of CO-RE records of live code.
static void reach_records(struct reach *reach, const struct object *object)
{
	struct core_records records = { .object = object };

	while (core_records_next(&records)) {
		uint32_t offset = records.record.insn_off;
		const struct atom *atom = section_atom(records.section, offset);

		if (record_destination(records.section, atom, offset).section)
			reach_node(reach, btf_unit_node(object->btf, records.record.field[0]));
	}
}

static void reach_all(struct reach *reach)
{
	const struct btf_graph *graph = reach->linker->graph;

	for (uint32_t node = 1; node < btf_graph_node_count(graph); node++) {
		if (btf_graph_kind(graph, node) != BTF_KIND_FUNC_PROTO)
			reach_node(reach, node);
	}
}

static void reach_declarations(struct reach *reach, const struct object *object)
{
	array_each(first, &object->declarations) {
		// All functions of one FUNC have one type.
		for (const struct declaration *each = *first; each; each = each->next) {
			if (each->fate != FATE_DROPPED)
				reach_node(reach, each->node);
		}
	}
}

// Reach the types of tags on declarations. Tags on types were followed with the types.
static void reach_tags(struct reach *reach)
{
	array_each(tag, &reach->tags) {
		if (!tag->target && type_tag_goes_out(tag))
			reach_node(reach, tag->node);
	}
}

void reach_types(struct linker *linker, uint8_t *reached)
{
	struct reach reach = {
		.linker = linker,
		.reached = reached,
		.tags = type_tags_read(linker),
	};

	if (!linker->options->gc_sections)
		reach_all(&reach);
	array_each(object, &linker->objects) {
		reach_declarations(&reach, *object);
		reach_records(&reach, *object);
	}
	reach_tags(&reach);
	type_tags_check(linker, &reach.tags, reached);
	array_release(linker->arena, &reach.pending);
}
