/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The difference of two types in words. "Here" is the declaration that a message is about, "there"
 * the other side.
 */
#include "difference.h"

#include <inttypes.h>

// Bytes of a type in a clause; longer ones (bodies without a tag) are cut.
#define TYPE_TEXT_LIMIT 80

// The most pointers, arrays and qualifiers that a search for a typedef passes.
#define CHAIN_LIMIT 64

const char *difference_type(const struct btf_graph *graph, uint32_t node, struct arena *arena)
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

static bool same_text(const struct btf_graph *graph, uint32_t a, uint32_t b, struct arena *arena)
{
	return strcmp(difference_type(graph, a, arena), difference_type(graph, b, arena)) == 0;
}

bool difference_is_hidden(const struct btf_graph *graph, const struct btf_difference *difference,
			  struct arena *arena)
{
	if (difference->aspect == BTF_ASPECT_MEMBER_TYPE)
		return same_text(graph, difference->a_element.node, difference->b_element.node,
				 arena);
	return same_text(graph, difference->a_shown, difference->b_shown, arena);
}

static uint32_t derived_from(const struct btf_graph *graph, uint32_t node)
{
	const struct btf_type *type = btf_graph_type(graph, node);
	const struct btf_array *array = btf_record_tail(type);

	return btf_info_kind(type->info) == BTF_KIND_ARRAY ? array->type : type->type;
}

// The innermost typedef from @shown to @inner.
static struct meaning find_meaning(const struct btf_graph *graph, uint32_t shown, uint32_t inner)
{
	struct meaning meaning = { 0 };
	bool following = false; // nothing but typedefs and qualifiers since meaning.name

	for (int i = 0; i < CHAIN_LIMIT && shown && shown != inner; i++) {
		uint32_t kind = btf_graph_kind(graph, shown);

		if (kind == BTF_KIND_TYPEDEF) {
			meaning.name = following ? meaning.name : shown;
			meaning.node = derived_from(graph, shown);
			following = true;
		} else if (kind == BTF_KIND_PTR || kind == BTF_KIND_ARRAY) {
			following = false;
		} else if (kind == BTF_KIND_FUNC_PROTO) {
			break;
		}
		shown = derived_from(graph, shown);
	}
	return meaning;
}

struct meaning difference_meaning(const struct btf_graph *graph,
				  const struct btf_difference *difference, bool there)
{
	uint32_t shown = there ? difference->b_shown : difference->a_shown;
	uint32_t inner = there ? difference->b : difference->a;

	if (difference->aspect == BTF_ASPECT_MEMBER_TYPE) {
		shown = there ? difference->b_element.node : difference->a_element.node;
		inner = btf_graph_strip(graph, shown);
	}
	return find_meaning(graph, shown, inner);
}

// What the texts of the two shown types do not tell.
static const char *detail(const struct btf_graph *graph, const struct btf_difference *difference,
			  struct arena *arena)
{
	if (difference->aspect == BTF_ASPECT_SIZE)
		return arena_format(arena, " (%" PRIu64 " and %" PRIu64 " bytes)",
				    difference->a_value, difference->b_value);
	if (!difference_meaning(graph, difference, false).name &&
	    !difference_meaning(graph, difference, true).name)
		return "";
	return arena_format(arena, " ('%s' and '%s')", difference_type(graph, difference->a, arena),
			    difference_type(graph, difference->b, arena));
}

// The clause about types that read the same: "it is 'u32', which is 'int' here, 'long' there".
static char *hidden_text(const struct btf_graph *graph, const struct btf_difference *difference,
			 const char *owner, struct arena *arena)
{
	bool by_member = difference->aspect == BTF_ASPECT_MEMBER_TYPE;
	uint32_t shown = by_member ? difference->a_element.node : difference->a_shown;
	struct meaning a = difference_meaning(graph, difference, false),
		       b = difference_meaning(graph, difference, true);
	const char *type = difference_type(graph, shown, arena);
	const char *size = "";

	if (difference->aspect == BTF_ASPECT_INCOMPLETE)
		return arena_format(arena, "%s is '%s', which is only declared %s, not defined",
				    owner, type, difference->a_value ? "there" : "here");
	if (difference->aspect == BTF_ASPECT_SIZE)
		size = detail(graph, difference, arena);
	if (!a.name || !b.name)
		return arena_format(arena, "%s is '%s' here, '%s' there%s", owner, type, type,
				    size);
	return arena_format(arena, "%s is '%s', %s%s%s is '%s' here, '%s' there%s", owner, type,
			    a.name == shown ? "which" : "where '",
			    a.name == shown ? "" : difference_type(graph, a.name, arena),
			    a.name == shown ? "" : "'", difference_type(graph, a.node, arena),
			    difference_type(graph, b.node, arena), size);
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

// The clause about what two functions take.
static char *parameters_text(const struct btf_graph *graph, const struct btf_difference *difference,
			     struct arena *arena)
{
	uint64_t a = difference->a_value, b = difference->b_value;
	bool a_longer = btf_info_vlen(btf_graph_type(graph, difference->a)->info) > a;

	if (a == b)
		return arena_format(arena, "it takes variable arguments %s only",
				    a_longer ? "here" : "there");
	return arena_format(arena, "it takes %" PRIu64 " argument%s here, %" PRIu64 " there", a,
			    plural(a), b);
}

// How the shown types are reached in what is called @whole; "" at the top of what has no name.
static const char *way(const struct btf_difference *difference, bool with_members,
		       const char *whole, struct arena *arena)
{
	const char *path = difference->path;
	bool members = with_members && difference->members[0];

	if (*whole)
		path = arena_format(arena, "%s%s%s", path, *path ? " of " : "", whole);
	if (!members)
		return path;
	return arena_format(arena, "member '%s'%s%s", difference->members, *path ? " of " : "",
			    path);
}

static char *whole_text(const struct btf_graph *graph, const struct btf_difference *difference,
			const char *whole, struct arena *arena)
{
	const char *owner = way(difference, true, whole, arena);

	if (difference->aspect == BTF_ASPECT_PARAM_COUNT && !*owner &&
	    btf_graph_kind(graph, difference->a_shown) == BTF_KIND_FUNC_PROTO)
		return parameters_text(graph, difference, arena);
	if (!*owner)
		owner = "it";
	if (difference_is_hidden(graph, difference, arena))
		return hidden_text(graph, difference, owner, arena);
	return arena_format(arena, "%s is '%s' here, '%s' there%s", owner,
			    difference_type(graph, difference->a_shown, arena),
			    difference_type(graph, difference->b_shown, arena),
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
			    difference_type(graph, difference->a, arena), difference->a_value, unit,
			    plural(difference->a_value), difference->b_value);
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
	if (difference_is_hidden(graph, difference, arena))
		return hidden_text(graph, difference, owner, arena);
	return arena_format(arena, "%s is '%s' here, '%s' there", owner,
			    difference_type(graph, difference->a_element.node, arena),
			    difference_type(graph, difference->b_element.node, arena));
}

// Whether the path to a member can be written with the member at its end: "slots[].mode".
static bool is_joined(const struct btf_graph *graph, const struct btf_difference *difference)
{
	return difference->members[0] && difference->join && difference->a_element.name &&
	       difference->aspect != BTF_ASPECT_MEMBERS &&
	       difference->aspect != BTF_ASPECT_MEMBER_NAME &&
	       difference->aspect != BTF_ASPECT_MEMBER_COUNT &&
	       difference->aspect != BTF_ASPECT_SIZE && !is_enum(graph, difference->a);
}

// The clause about one member or enumerator.
static char *element_text(const struct btf_graph *graph, const struct btf_difference *difference,
			  struct arena *arena)
{
	const char *what = is_enum(graph, difference->a) ? "value" : "member";
	const char *type = difference_type(graph, difference->a, arena);
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
	if (is_joined(graph, difference))
		owner = arena_format(arena, "member '%s%s%.*s'", difference->members,
				     difference->join, STR_ARGS(a_name));
	else if (a_name.size)
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
			  const char *whole, struct arena *arena)
{
	const char *where;
	char *text;

	switch (difference->aspect) {
	case BTF_ASPECT_NONE:
		return arena_format(arena, "there is no difference");
	case BTF_ASPECT_SIZE:
		if (!has_body(graph, difference->a))
			return whole_text(graph, difference, whole, arena);
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
		return whole_text(graph, difference, whole, arena);
	}
	where = way(difference, !is_joined(graph, difference), whole, arena);
	if (*where)
		text = arena_format(arena, "in %s, %s", where, text);
	return text;
}
