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

// A member that is not an array of maps.
static const char *member_text(struct linker *linker, const struct btf_member *member)
{
	const struct btf_graph *graph = linker->graph;
	struct str name = strings_get(&linker->strings, member->name_off);
	size_t index = map_attribute(name);
	uint32_t kind = btf_graph_kind(graph, btf_graph_strip(graph, member->type));

	if (index == MAP_ATTRIBUTES)
		return btf_declaration(graph, member->type, name, linker->arena);
	if (map_attributes[index].kind == MAP_NUMBER)
		return arena_format(linker->arena, "%s(%s, %s)",
				    kind == BTF_KIND_PTR ? "__uint" : "__ulong", name.data,
				    map_value(linker, name.data, map_number(graph, member->type)));
	return arena_format(linker->arena, "%s(%s, %s)",
			    map_attributes[index].kind == MAP_TYPE ? "__type" : "__array",
			    name.data, type_text(linker, map_type(graph, member->type)));
}

// The maps that a member is an array of, if these have to be shown: without a tag nothing else
// tells of them, and with one not what differs. 0: none.
static uint32_t inner_map(const struct linker *linker, const struct btf_member *member,
			  bool differs)
{
	const struct btf_graph *graph = linker->graph;
	size_t index = map_attribute(strings_get(&linker->strings, member->name_off));
	uint32_t node;

	if (index == MAP_ATTRIBUTES || map_attributes[index].kind != MAP_ARRAY)
		return 0;
	node = map_type(graph, member->type);
	if (btf_graph_kind(graph, btf_graph_strip(graph, node)) != BTF_KIND_STRUCT ||
	    (!differs && btf_graph_kind(graph, node) != BTF_KIND_STRUCT) ||
	    (!differs && btf_graph_name(graph, node).size))
		return 0;
	return btf_graph_strip(graph, node);
}

static const char *shown_name(const struct linker *linker, struct str name)
{
	return printable(name.data, linker->arena);
}

static void begin_struct(struct linker *linker, const char *before, uint32_t node,
			 struct quote *quote)
{
	struct str tag = btf_graph_name(linker->graph, node);

	quote_add(quote, arena_format(linker->arena, "%sstruct %s%s{\n", before,
				      shown_name(linker, tag), tag.size ? " " : ""));
}

// End a struct with @marks marks before it. What the other side has and this one lacks would be
// here.
static void end_struct(bool differs, size_t marks, struct quote *quote)
{
	if (differs && quote->mark_count == marks)
		quote_mark(quote, "}");
	else
		quote_add(quote, "}");
}

static void add_member(struct linker *linker, const struct btf_member *member, bool differs,
		       struct quote *quote)
{
	if (differs)
		quote_mark(quote, member_text(linker, member));
	else
		quote_add(quote, member_text(linker, member));
	quote_add(quote, ";\n");
}

static bool member_differs(const struct linker *linker, const struct btf_member *member,
			   const bool *differs)
{
	size_t index = map_attribute(strings_get(&linker->strings, member->name_off));

	return index < MAP_ATTRIBUTES && differs[index];
}

// Inner maps have no inner maps themselves.
static void add_inner(struct linker *linker, uint32_t node, const struct map_difference *difference,
		      bool differs, struct quote *quote)
{
	const struct btf_type *type = btf_graph_type(linker->graph, node);
	const struct btf_member *members = btf_record_tail(type);
	size_t marks = quote->mark_count;

	begin_struct(linker, "__array(values, ", node, quote);
	for (uint32_t i = 0; i < btf_info_vlen(type->info); i++) {
		quote_add(quote, "\t\t");
		if (i == MEMBERS_SHOWN) {
			quote_add(quote, "...\n");
			break;
		}
		add_member(linker, &members[i],
			   member_differs(linker, &members[i], difference->inner_differs), quote);
	}
	quote_add(quote, "\t");
	end_struct(differs, marks, quote);
	quote_add(quote, ");\n");
}

static void add_members(struct linker *linker, uint32_t node,
			const struct map_difference *difference, struct quote *quote)
{
	const struct btf_type *type = btf_graph_type(linker->graph, node);
	const struct btf_member *members = btf_record_tail(type);

	for (uint32_t i = 0; i < btf_info_vlen(type->info); i++) {
		bool differs = member_differs(linker, &members[i], difference->differs);
		uint32_t inner = inner_map(linker, &members[i], differs);

		quote_add(quote, "\t");
		if (i == MEMBERS_SHOWN) {
			quote_add(quote, "...\n");
			break;
		}
		if (inner)
			add_inner(linker, inner, difference, differs, quote);
		else
			add_member(linker, &members[i], differs, quote);
	}
}

void map_quote(struct linker *linker, const struct declaration *declaration,
	       const struct map_difference *difference, bool there, struct quote *quote)
{
	const struct btf_graph *graph = linker->graph;
	uint32_t node = btf_graph_strip(graph, declaration->node);
	struct str name = strings_get(&linker->strings, declaration->name);
	size_t marks;

	btf_difference_quote_types(graph, &difference->types, there, quote);
	if (btf_graph_kind(graph, node) != BTF_KIND_STRUCT) {
		quote_mark(quote, btf_declaration(graph, declaration->node, name, linker->arena));
		return;
	}
	marks = quote->mark_count;
	begin_struct(linker, "", node, quote);
	add_members(linker, node, difference, quote);
	end_struct(difference->verdict != BTF_COMPATIBLE, marks, quote);
	quote_add(quote,
		  arena_format(linker->arena, " %s SEC(\".maps\")", shown_name(linker, name)));
}
