/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The difference of two types in words. "Here" is the declaration that a message is about, "there"
 * the other side.
 */
#include "btf.h"

#include <inttypes.h>

#include "elements.h"

// Bytes of a type in a clause; longer ones (bodies without a tag) are cut.
#define TYPE_TEXT_LIMIT 80

// The most pointers, arrays and qualifiers that a search for a typedef passes.
#define CHAIN_LIMIT 64

static const char *type_text(const struct btf_graph *graph, uint32_t node, struct arena *arena)
{
	char *text = btf_declaration(graph, node, STR(""), arena);

	if (strlen(text) <= TYPE_TEXT_LIMIT)
		return text;
	return arena_format(arena, "%.*s...", TYPE_TEXT_LIMIT - 3, text);
}

static bool has_body(const struct btf_graph *graph, uint32_t node)
{
	uint32_t kind = btf_graph_kind(graph, btf_graph_strip(graph, node));

	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

static bool is_enum(const struct btf_graph *graph, uint32_t node)
{
	uint32_t kind = btf_graph_kind(graph, btf_graph_strip(graph, node));

	return kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64;
}

static struct str element_name(const struct btf_graph *graph, const struct btf_element *element)
{
	return strings_get(btf_graph_strings(graph), element->name);
}

// The typedef on the way from @shown to @inner, the type that differs; 0 for none.
static uint32_t hiding_typedef(const struct btf_graph *graph, uint32_t shown, uint32_t inner)
{
	for (int i = 0; i < CHAIN_LIMIT && shown != inner; i++) {
		const struct btf_type *type = btf_graph_type(graph, shown);
		const struct btf_array *array = btf_record_tail(type);

		if (btf_info_kind(type->info) == BTF_KIND_TYPEDEF)
			return shown;
		shown = btf_info_kind(type->info) == BTF_KIND_ARRAY ? array->type : type->type;
	}
	return 0;
}

// The detail that the texts of the two shown types do not contain.
static const char *detail(const struct btf_graph *graph, const struct btf_difference *difference,
			  struct arena *arena)
{
	uint64_t a_value = difference->a_value, b_value = difference->b_value;

	switch (difference->aspect) {
	case BTF_ASPECT_SIZE:
		return arena_format(arena, " (%" PRIu64 " and %" PRIu64 " bytes)", a_value,
				    b_value);
	case BTF_ASPECT_INCOMPLETE:
		return a_value ? " (incomplete there)" : " (incomplete here)";
	case BTF_ASPECT_PARAM_COUNT:
		if (a_value == b_value)
			return "";
		return arena_format(arena, " (%" PRIu64 " and %" PRIu64 " parameters)", a_value,
				    b_value);
	default:
		if (!hiding_typedef(graph, difference->a_shown, difference->a) &&
		    !hiding_typedef(graph, difference->b_shown, difference->b))
			return "";
		return arena_format(arena, " ('%s' and '%s')",
				    type_text(graph, difference->a, arena),
				    type_text(graph, difference->b, arena));
	}
}

static char *whole_text(const struct btf_graph *graph, const struct btf_difference *difference,
			struct arena *arena)
{
	return arena_format(arena, "%s is '%s' here, '%s' there%s",
			    difference->path[0] ? difference->path : "it",
			    type_text(graph, difference->a_shown, arena),
			    type_text(graph, difference->b_shown, arena),
			    detail(graph, difference, arena));
}

static char *width_text(const char *owner, uint32_t a_width, uint32_t b_width, struct arena *arena)
{
	if (a_width == 0 || b_width == 0)
		return arena_format(arena, "%s is a bitfield %s only", owner,
				    a_width ? "here" : "there");
	return arena_format(arena, "%s is %u bits wide here, %u there", owner, a_width, b_width);
}

// The clause about a struct, union or enum as a whole.
static char *body_text(const struct btf_graph *graph, const struct btf_difference *difference,
		       struct arena *arena)
{
	const char *unit = difference->aspect == BTF_ASPECT_SIZE ? "byte"
			   : is_enum(graph, difference->a)       ? "value"
								 : "member";

	return arena_format(arena, "'%s' has %" PRIu64 " %s%s here, %" PRIu64 " there",
			    type_text(graph, difference->a, arena), difference->a_value, unit,
			    difference->a_value == 1 ? "" : "s", difference->b_value);
}

static char *place_text(const char *owner, const struct btf_difference *difference,
			struct arena *arena)
{
	uint64_t a_bit = difference->a_element.value, b_bit = difference->b_element.value;
	bool bytes = a_bit % 8 == 0 && b_bit % 8 == 0;

	return arena_format(arena, "%s is at %s %" PRIu64 " here, %" PRIu64 " there", owner,
			    bytes ? "byte" : "bit", bytes ? a_bit / 8 : a_bit,
			    bytes ? b_bit / 8 : b_bit);
}

static char *types_text(const struct btf_graph *graph, const char *owner,
			const struct btf_difference *difference, struct arena *arena)
{
	uint32_t a = difference->a_element.node, b = difference->b_element.node;
	const char *a_text = type_text(graph, a, arena), *b_text = type_text(graph, b, arena);
	const char *more = "";

	if (strcmp(a_text, b_text) == 0)
		more = arena_format(arena, " ('%s' and '%s')",
				    type_text(graph, btf_graph_strip(graph, a), arena),
				    type_text(graph, btf_graph_strip(graph, b), arena));
	return arena_format(arena, "%s is '%s' here, '%s' there%s", owner, a_text, b_text, more);
}

// The clause about one member or enumerator.
static char *element_text(const struct btf_graph *graph, const struct btf_difference *difference,
			  struct arena *arena)
{
	const char *what = is_enum(graph, difference->a) ? "value" : "member";
	const char *type = type_text(graph, difference->a, arena);
	const struct btf_element *a = &difference->a_element, *b = &difference->b_element;
	struct str a_name = element_name(graph, a), b_name = element_name(graph, b);
	const char *owner;

	if (difference->aspect == BTF_ASPECT_MEMBERS)
		return arena_format(arena, "'%s' has %s '%.*s' here only, '%.*s' there only", type,
				    what, STR_ARGS(a_name), STR_ARGS(b_name));
	if (difference->aspect == BTF_ASPECT_MEMBER_NAME)
		return arena_format(arena, "%s %u of '%s' is '%.*s' here, '%.*s' there", what,
				    difference->index + 1, type, STR_ARGS(a_name),
				    STR_ARGS(b_name));
	if (a_name.size)
		owner = arena_format(arena, "%s '%.*s' of '%s'", what, STR_ARGS(a_name), type);
	else
		owner = arena_format(arena, "%s %u of '%s'", what, difference->index + 1, type);
	if (difference->aspect == BTF_ASPECT_MEMBER_WIDTH)
		return width_text(owner, a->width, b->width, arena);
	if (difference->aspect == BTF_ASPECT_MEMBER_PLACE)
		return place_text(owner, difference, arena);
	if (difference->aspect == BTF_ASPECT_MEMBER_TYPE)
		return types_text(graph, owner, difference, arena);
	return arena_format(arena, "%s is %" PRId64 " here, %" PRId64 " there", owner,
			    (int64_t)a->value, (int64_t)b->value);
}

char *btf_difference_text(const struct btf_graph *graph, const struct btf_difference *difference,
			  struct arena *arena)
{
	char *text;

	switch (difference->aspect) {
	case BTF_ASPECT_NONE:
		return arena_format(arena, "there is no difference");
	case BTF_ASPECT_SIZE:
		if (!has_body(graph, difference->a))
			return whole_text(graph, difference, arena);
		text = body_text(graph, difference, arena);
		break;
	case BTF_ASPECT_MEMBER_COUNT:
		text = body_text(graph, difference, arena);
		break;
	case BTF_ASPECT_MEMBER_NAME:
	case BTF_ASPECT_MEMBER_PLACE:
	case BTF_ASPECT_MEMBER_WIDTH:
	case BTF_ASPECT_MEMBER_TYPE:
	case BTF_ASPECT_MEMBER_VALUE:
	case BTF_ASPECT_MEMBERS:
		text = element_text(graph, difference, arena);
		break;
	default:
		return whole_text(graph, difference, arena);
	}
	if (difference->path[0])
		text = arena_format(arena, "in %s, %s", difference->path, text);
	return text;
}

// ---------------------------------------------------------------------------------------------
// Notes

// ", with 'int flags' at byte 4 of 'struct config'"
static char *element_note(const struct btf_graph *graph, const struct btf_element *element,
			  const char *type, bool of_enum, struct arena *arena)
{
	struct str name = element_name(graph, element);
	const char *width = element->width ? arena_format(arena, " : %u", element->width) : "";
	bool bytes = element->value % 8 == 0;

	if (!element->present)
		return arena_format(arena, ", with no more %s in '%s'",
				    of_enum ? "values" : "members", type);
	if (of_enum)
		return arena_format(arena, ", with '%.*s = %" PRId64 "' in '%s'", STR_ARGS(name),
				    (int64_t)element->value, type);
	return arena_format(arena, ", with '%s%s' at %s %" PRIu64 " of '%s'",
			    btf_declaration(graph, element->node, name, arena), width,
			    bytes ? "byte" : "bit", bytes ? element->value / 8 : element->value,
			    type);
}

// ", where 'u32' is 'long'"
static char *typedef_note(const struct btf_graph *graph, uint32_t shown, uint32_t inner,
			  struct arena *arena)
{
	uint32_t node = hiding_typedef(graph, shown, inner);

	if (!node)
		return "";
	return arena_format(arena, ", where '%s' is '%s'", type_text(graph, node, arena),
			    type_text(graph, btf_graph_type(graph, node)->type, arena));
}

char *btf_difference_note(const struct btf_graph *graph, const struct btf_difference *difference,
			  bool there, struct arena *arena)
{
	uint32_t node = there ? difference->b : difference->a;
	uint32_t shown = there ? difference->b_shown : difference->a_shown;
	uint64_t value = there ? difference->b_value : difference->a_value;

	if (difference->aspect == BTF_ASPECT_NONE)
		return "";
	if (difference->aspect >= BTF_ASPECT_MEMBER_COUNT)
		return element_note(graph, there ? &difference->b_element : &difference->a_element,
				    type_text(graph, node, arena), is_enum(graph, node), arena);
	if (difference->aspect == BTF_ASPECT_SIZE && has_body(graph, node))
		return arena_format(arena, ", with %" PRIu64 " bytes in '%s'", value,
				    type_text(graph, node, arena));
	if (difference->aspect == BTF_ASPECT_INCOMPLETE)
		return arena_format(arena, ", where '%s' is %s", type_text(graph, node, arena),
				    value ? "defined" : "only declared");
	return typedef_note(graph, shown, node, arena);
}
