/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two sides of a difference as C.
 *
 * A declaration tells little of a struct or a typedef that it names. So where the difference is in
 * one, its definition comes first, or what matters of it:
 *
 *	struct config {
 *		int limit;
 *		char name[16]; // at byte 4
 *		...
 *	};
 *	struct config config
 */
#include <inttypes.h>

#include "difference.h"
#include "elements.h"

// Bytes of a member's declaration; longer ones (bodies without a tag) are cut.
#define MEMBER_LIMIT 200

static const char *keyword(const struct btf_type *type)
{
	switch (type_family(type)) {
	case BTF_KIND_STRUCT:
		return "struct";
	case BTF_KIND_UNION:
		return "union";
	default:
		return "enum";
	}
}

static bool same_element(const struct btf_element *a, const struct btf_element *b)
{
	return a->name == b->name && a->node == b->node && a->value == b->value &&
	       a->width == b->width;
}

// The index of @element in @type; as many as there are when it is in none, or in a member without
// a name.
static uint32_t element_index(const struct btf_type *type, const struct btf_element *element)
{
	uint32_t count = btf_info_vlen(type->info);

	for (uint32_t i = 0; i < count && element->present; i++) {
		struct btf_element each = type_element(type, i);

		if (same_element(&each, element))
			return i;
	}
	return count;
}

static void add_element(const struct btf_graph *graph, const struct btf_element *element,
			bool of_enum, bool marked, struct quote *quote)
{
	struct arena *arena = quote->text.arena;
	struct str name = strings_get(btf_graph_strings(graph), element->name);
	bool bytes = element->value % 8 == 0;
	char *text;

	quote_add(quote, "\t");
	if (of_enum)
		text = arena_format(arena, "%s = %" PRId64, printable(name.data, arena),
				    (int64_t)element->value);
	else
		text = btf_declaration(graph, element->node, name, arena);
	if (strlen(text) > MEMBER_LIMIT)
		text = arena_format(arena, "%.*s...", MEMBER_LIMIT - 3, text);
	if (element->width && !of_enum)
		text = arena_format(arena, "%s : %" PRIu32, text, element->width);
	if (marked && quote->mark_count == 0)
		quote_mark(quote, text);
	else
		quote_add(quote, text);
	quote_add(quote, of_enum ? "," : ";");
	if (marked && !of_enum)
		quote_add(quote,
			  arena_format(arena, " /* %s %" PRIu64 " */", bytes ? "byte" : "bit",
				       bytes ? element->value / 8 : element->value));
	quote_add(quote, "\n");
}

// The elements around @element, or the last one when it is not present.
static void add_elements(const struct btf_graph *graph, const struct btf_type *type,
			 const struct btf_element *element, struct quote *quote)
{
	uint32_t count = btf_info_vlen(type->info), index = element_index(type, element);
	uint32_t first = index ? index - 1 : 0, end = index + 2 < count ? index + 2 : count;
	bool of_enum = type_family(type) == BTF_KIND_ENUM;

	if (element->present && index == count) {
		quote_add(quote, "\t...\n");
		add_element(graph, element, of_enum, true, quote);
		quote_add(quote, "\t...\n");
		return;
	}
	if (first > 0)
		quote_add(quote, "\t...\n");
	for (uint32_t i = first; i < end; i++) {
		struct btf_element each = type_element(type, i);

		add_element(graph, &each, of_enum, i == index, quote);
	}
	if (end < count)
		quote_add(quote, "\t...\n");
}

// The struct, union or enum that @body, which may be a typedef of one, is; and "struct NAME".
static const struct btf_type *begin_body(const struct btf_graph *graph, uint32_t body,
					 struct quote *quote)
{
	const struct btf_type *type = btf_graph_type(graph, btf_graph_strip(graph, body));
	bool is_typedef = btf_graph_kind(graph, body) == BTF_KIND_TYPEDEF;
	struct str name = is_typedef ? STR("") : btf_graph_name(graph, body);
	struct arena *arena = quote->text.arena;

	quote_add(quote, is_typedef ? "typedef " : "");
	quote_add(quote, keyword(type));
	if (name.size)
		quote_add(quote, arena_format(arena, " %s", printable(name.data, arena)));
	return type;
}

// What follows the elements of @body, besides a name that is declared.
static void end_body(const struct btf_graph *graph, uint32_t body, bool marked, struct quote *quote)
{
	struct arena *arena = quote->text.arena;

	if (marked && quote->mark_count == 0)
		quote_mark(quote, "}");
	else
		quote_add(quote, "}");
	if (btf_graph_kind(graph, body) == BTF_KIND_TYPEDEF)
		quote_add(quote, arena_format(arena, " %s",
					      printable(btf_graph_name(graph, body).data, arena)));
}

static void add_body(const struct btf_graph *graph, uint32_t body,
		     const struct btf_element *element, struct quote *quote)
{
	const struct btf_type *type = begin_body(graph, body, quote);

	quote_add(quote, " {\n");
	add_elements(graph, type, element, quote);
	end_body(graph, body, !element->present, quote);
}

// A body whose size matters.
static void add_size(const struct btf_graph *graph, uint32_t body, uint64_t size,
		     struct quote *quote)
{
	begin_body(graph, body, quote);
	quote_add(quote, " { ... ");
	end_body(graph, body, false, quote);
	quote_add(quote, "; ");
	quote_mark(quote, arena_format(quote->text.arena, "/* %" PRIu64 " bytes */", size));
	quote_add(quote, "\n");
}

static void add_completeness(const struct btf_graph *graph, uint32_t body, bool complete,
			     struct quote *quote)
{
	const char *name = difference_type(graph, body, quote->text.arena);

	quote_mark(quote,
		   arena_format(quote->text.arena, "%s%s", name, complete ? " { ... }" : ""));
	quote_add(quote, ";\n");
}

static void add_typedef(const struct btf_graph *graph, struct meaning meaning, struct quote *quote)
{
	struct btf_mark mark = { .part = BTF_PART_TYPE };
	char *text = btf_declaration_marked(
		graph, meaning.node, btf_graph_name(graph, meaning.name), &mark, quote->text.arena);

	quote_add(quote, "typedef ");
	quote_add_marked(quote, text, mark.start, mark.end);
	quote_add(quote, ";\n");
}

// Whether both sides read the same because of a typedef, not because bodies are not shown.
static bool typedef_hides(const struct btf_graph *graph, const struct btf_difference *difference,
			  bool there, struct arena *arena)
{
	bool of_bodies =
		difference->a_body == difference->a && difference->aspect != BTF_ASPECT_MEMBER_TYPE;

	return !(difference->a_body && of_bodies) &&
	       difference_is_hidden(graph, difference, arena) &&
	       difference_meaning(graph, difference, there).name;
}

// Whether @node is a body without a tag, which the declaration has to show.
static bool is_own_body(const struct btf_graph *graph, uint32_t body, uint32_t node)
{
	return body && node == body && btf_graph_kind(graph, body) != BTF_KIND_TYPEDEF &&
	       btf_graph_name(graph, body).size == 0;
}

void btf_difference_quote_types(const struct btf_graph *graph,
				const struct btf_difference *difference, bool there,
				struct quote *quote)
{
	const struct btf_element *element = there ? &difference->b_element : &difference->a_element;
	uint32_t body = there ? difference->b_body : difference->a_body;
	uint32_t node = there ? difference->b : difference->a;
	uint64_t value = there ? difference->b_value : difference->a_value;

	if (difference->aspect == BTF_ASPECT_NONE)
		return;
	if (difference->aspect == BTF_ASPECT_SIZE && body == node && body) {
		add_size(graph, body, value, quote);
		return;
	}
	if (difference->aspect == BTF_ASPECT_INCOMPLETE)
		add_completeness(graph, node, value, quote);
	else if (typedef_hides(graph, difference, there, quote->text.arena))
		add_typedef(graph, difference_meaning(graph, difference, there), quote);
	if (!body)
		return;
	add_body(graph, body, element, quote);
	quote_add(quote, ";\n");
}

// What of the declaration as a whole is to be marked.
static struct btf_mark part_of(const struct btf_difference *difference)
{
	bool fewer = difference->a_value < difference->b_value;

	if (difference->aspect != BTF_ASPECT_NONE && difference->part != BTF_PART_NONE)
		return (struct btf_mark){ difference->part, difference->part_index, 0, 0 };
	switch (difference->aspect) {
	case BTF_ASPECT_NONE:
		return (struct btf_mark){ .part = BTF_PART_NONE };
	case BTF_ASPECT_LENGTH:
		return (struct btf_mark){ .part = BTF_PART_SUFFIX };
	case BTF_ASPECT_PARAM_COUNT:
		return (struct btf_mark){
			.part = BTF_PART_PARAMETER,
			.index = (uint32_t)(fewer ? difference->a_value : difference->b_value),
		};
	default:
		return (struct btf_mark){ .part = BTF_PART_TYPE };
	}
}

static void add_declaration(const struct btf_graph *graph, const struct btf_difference *difference,
			    uint32_t node, struct str name, struct quote *quote)
{
	struct btf_mark mark = part_of(difference);
	char *text = btf_declaration_marked(graph, node, name, &mark, quote->text.arena);

	if (quote->mark_count || mark.part == BTF_PART_NONE)
		quote_add(quote, text);
	else
		quote_add_marked(quote, text, mark.start, mark.end);
}

void btf_difference_quote(const struct btf_graph *graph, const struct btf_difference *difference,
			  bool there, uint32_t node, struct str name, struct quote *quote)
{
	bool differs = difference->aspect != BTF_ASPECT_NONE;
	bool of_size = difference->aspect == BTF_ASPECT_SIZE;
	uint32_t body = there ? difference->b_body : difference->a_body;
	struct arena *arena = quote->text.arena;

	if (differs && !of_size && is_own_body(graph, body, node)) {
		add_body(graph, body, there ? &difference->b_element : &difference->a_element,
			 quote);
		quote_add(quote, arena_format(arena, " %s", printable(name.data, arena)));
		return;
	}
	btf_difference_quote_types(graph, difference, there, quote);
	add_declaration(graph, difference, node, name, quote);
	if (of_size && !body && difference_is_hidden(graph, difference, arena) &&
	    !difference_meaning(graph, difference, there).name)
		quote_add(quote, arena_format(arena, "; /* %" PRIu64 " bytes */",
					      there ? difference->b_value : difference->a_value));
}
