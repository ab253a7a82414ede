/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps as C, with the macros that programs define them by:
 *
 *	struct {
 *		__uint(type, BPF_MAP_TYPE_HASH);
 *		__type(key, struct flow);
 *		__uint(max_entries, 128);
 *	} flows SEC(".maps")
 */
#include "map_values.h"
#include "maps.h"

// The most members that are shown: as many as there are attributes, and some that are none.
#define MEMBERS_SHOWN 16

// Bytes of a type; longer ones (bodies without a tag) are cut.
#define TYPE_LIMIT 200

static const char *type_text(const struct linker *linker, uint32_t node)
{
	char *text = btf_declaration(linker->graph, node, STR(""), linker->arena);

	if (strlen(text) <= TYPE_LIMIT)
		return text;
	return arena_format(linker->arena, "%.*s...", TYPE_LIMIT - 3, text);
}

static const char *array_text(struct linker *linker, uint32_t node);

// A member of a map, or of an inner map, which has no inner maps itself.
static const char *member_text(struct linker *linker, const struct btf_member *member, bool inner)
{
	const struct btf_graph *graph = linker->graph;
	struct str name = strings_get(btf_graph_strings(graph), member->name_off);
	size_t index = map_attribute(name);
	uint32_t bare = btf_graph_strip(graph, member->type);
	uint32_t kind = btf_graph_kind(graph, bare);

	if (index == MAP_ATTRIBUTES || (inner && map_attributes[index].kind == MAP_ARRAY))
		return btf_declaration(graph, member->type, name, linker->arena);
	if (map_attributes[index].kind == MAP_NUMBER)
		return arena_format(linker->arena, "%s(%s, %s)",
				    kind == BTF_KIND_PTR ? "__uint" : "__ulong", name.data,
				    map_value(linker, name.data, map_number(graph, member->type)));
	if (map_attributes[index].kind == MAP_TYPE)
		return arena_format(linker->arena, "__type(%s, %s)", name.data,
				    type_text(linker, map_type(graph, member->type)));
	return arena_format(linker->arena, "__array(%s, %s)", name.data,
			    array_text(linker, map_type(graph, member->type)));
}

// What an array of maps or programs consists of. An inner map usually has no tag.
static const char *array_text(struct linker *linker, uint32_t node)
{
	const struct btf_graph *graph = linker->graph;
	const struct btf_type *type;
	const struct btf_member *members;
	const char *text = "struct {";

	if (btf_graph_kind(graph, node) != BTF_KIND_STRUCT || btf_graph_name(graph, node).size)
		return type_text(linker, node);
	type = btf_graph_type(graph, node);
	members = btf_record_tail(type);
	for (uint32_t i = 0; i < btf_info_vlen(type->info); i++) {
		if (i == MEMBERS_SHOWN)
			return arena_format(linker->arena, "%s ... }", text);
		text = arena_format(linker->arena, "%s %s;", text,
				    member_text(linker, &members[i], true));
	}
	return arena_format(linker->arena, "%s }", text);
}

static void add_members(struct linker *linker, const struct btf_type *type,
			const struct map_difference *difference, struct quote *quote)
{
	const struct btf_member *members = btf_record_tail(type);

	for (uint32_t i = 0; i < btf_info_vlen(type->info); i++) {
		struct str name = strings_get(&linker->strings, members[i].name_off);
		size_t index = map_attribute(name);

		if (i == MEMBERS_SHOWN) {
			quote_add(quote, "\t...\n");
			return;
		}
		quote_add(quote, "\t");
		if (index < MAP_ATTRIBUTES && difference->differs[index])
			quote_mark(quote, member_text(linker, &members[i], false));
		else
			quote_add(quote, member_text(linker, &members[i], false));
		quote_add(quote, ";\n");
	}
}

static const char *shown_name(const struct linker *linker, struct str name)
{
	return printable(name.data, linker->arena);
}

void map_quote(struct linker *linker, const struct declaration *declaration,
	       const struct map_difference *difference, bool there, struct quote *quote)
{
	const struct btf_graph *graph = linker->graph;
	uint32_t node = btf_graph_strip(graph, declaration->node);
	struct str name = strings_get(&linker->strings, declaration->name);
	struct str tag = btf_graph_name(graph, node);
	size_t marks;

	btf_difference_quote_types(graph, &difference->types, there, quote);
	if (btf_graph_kind(graph, node) != BTF_KIND_STRUCT) {
		quote_mark(quote, btf_declaration(graph, declaration->node, name, linker->arena));
		return;
	}
	marks = quote->mark_count;
	quote_add(quote, arena_format(linker->arena, "struct %s%s{\n", shown_name(linker, tag),
				      tag.size ? " " : ""));
	add_members(linker, btf_graph_type(graph, node), difference, quote);
	// What the other side has and this one lacks would be here.
	if (difference->verdict != BTF_COMPATIBLE && quote->mark_count == marks)
		quote_mark(quote, "}");
	else
		quote_add(quote, "}");
	quote_add(quote,
		  arena_format(linker->arena, " %s SEC(\".maps\")", shown_name(linker, name)));
}
