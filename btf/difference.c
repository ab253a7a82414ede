/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The difference of two types in words. "Here" is the side of the declaration that is looked at,
 * "there" the other one.
 */
#include "btf.h"

#include <inttypes.h>

#include "records.h"

// Longer types (bodies without a tag) are cut: the clause must stay a clause.
#define TYPE_TEXT_LIMIT 80

static const char *type_text(const struct btf_graph *graph, uint32_t node, struct arena *arena)
{
	char *text = btf_declaration(graph, node, STR(""), arena);

	if (strlen(text) <= TYPE_TEXT_LIMIT)
		return text;
	return arena_format(arena, "%.*s...", TYPE_TEXT_LIMIT - 3, text);
}

static bool has_body(const struct btf_graph *graph, uint32_t node)
{
	uint32_t kind = btf_graph_kind(graph, node);

	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

static bool is_enum(const struct btf_graph *graph, uint32_t node)
{
	uint32_t kind = btf_graph_kind(graph, node);

	return kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64;
}

// The name of member or enumerator @index of @node.
static struct str element_name(const struct btf_graph *graph, uint32_t node, uint32_t index)
{
	const struct btf_type *type = btf_graph_type(graph, node);

	return strings_get(btf_graph_strings(graph),
			   ((const uint32_t *)type)[record_name_word(type->info, index + 1)]);
}

// Whether a typedef stands between @shown and what is different about it, @inner.
static bool is_hidden(const struct btf_graph *graph, uint32_t shown, uint32_t inner)
{
	while (shown != inner && btf_graph_kind(graph, shown) != BTF_KIND_TYPEDEF) {
		const struct btf_type *type = btf_graph_type(graph, shown);
		const struct btf_array *array = btf_record_tail(type);

		shown = btf_info_kind(type->info) == BTF_KIND_ARRAY ? array->type : type->type;
	}
	return shown != inner;
}

// What the two shown types do not tell by themselves.
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
		if (!is_hidden(graph, difference->a_shown, difference->a) &&
		    !is_hidden(graph, difference->b_shown, difference->b))
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

static char *width_text(const char *owner, const struct btf_difference *difference,
			struct arena *arena)
{
	if (difference->a_value == 0 || difference->b_value == 0)
		return arena_format(arena, "%s is a bitfield %s only", owner,
				    difference->a_value ? "here" : "there");
	return arena_format(arena, "%s is %" PRIu64 " bits wide here, %" PRIu64 " there", owner,
			    difference->a_value, difference->b_value);
}

// About a struct, union or enum as a whole.
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

// About one member or value of it.
static char *element_text(const struct btf_graph *graph, const struct btf_difference *difference,
			  struct arena *arena)
{
	const char *what = is_enum(graph, difference->a) ? "value" : "member";
	const char *type = type_text(graph, difference->a, arena);
	struct str a_name = element_name(graph, difference->a, difference->index);
	struct str b_name = element_name(graph, difference->b, difference->index);
	uint64_t a_value = difference->a_value, b_value = difference->b_value;
	bool bytes = a_value % 8 == 0 && b_value % 8 == 0;
	char *owner;

	if (difference->aspect == BTF_ASPECT_MEMBER_NAME)
		return arena_format(arena, "%s %u of '%s' is '%.*s' here, '%.*s' there", what,
				    difference->index + 1, type, STR_ARGS(a_name),
				    STR_ARGS(b_name));
	if (a_name.size)
		owner = arena_format(arena, "%s '%.*s' of '%s'", what, STR_ARGS(a_name), type);
	else
		owner = arena_format(arena, "%s %u of '%s'", what, difference->index + 1, type);
	if (difference->aspect == BTF_ASPECT_MEMBER_WIDTH)
		return width_text(owner, difference, arena);
	if (difference->aspect == BTF_ASPECT_MEMBER_PLACE)
		return arena_format(arena, "%s is at %s %" PRIu64 " here, %" PRIu64 " there", owner,
				    bytes ? "byte" : "bit", bytes ? a_value / 8 : a_value,
				    bytes ? b_value / 8 : b_value);
	return arena_format(arena, "%s is %" PRId64 " here, %" PRId64 " there", owner,
			    (int64_t)a_value, (int64_t)b_value);
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
	case BTF_ASPECT_MEMBER_VALUE:
		text = element_text(graph, difference, arena);
		break;
	default:
		return whole_text(graph, difference, arena);
	}
	if (difference->path[0])
		text = arena_format(arena, "in %s, %s", difference->path, text);
	return text;
}
