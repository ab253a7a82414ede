/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides whether one of two bodies of one name describes the other in part.
 *
 * A CO-RE program describes only those members of a kernel type that it uses, in any order, and
 * loaders look up their offsets by name. So one body may have some of the other's members, at other
 * offsets. Reported are: a common member whose types contradict each other; bodies that each lack a
 * member of the other; bodies that differ in offsets alone. The last two are not reported when
 * CO-RE relocations refer to one of the bodies: both may then be parts of a third type, or come
 * from the headers of two kernels. Without such relocations, a variable of the kernel is read at
 * the offset that the program's file has, so all files must agree on it.
 *
 * Members of a member without a name count as members of the outer type, as in C and in loaders.
 */
#include "elements.h"

#include <stdlib.h>

#include "records.h"

// The most fields of a body that is compared.
#define FIELDS_MAX (1 << 16)

// The most nesting of bodies without a name.
#define NESTING_MAX 64

struct field {
	struct btf_element element;
	bool matched; // the other body has it as well
};

// The named members of a body, or enumerators, in the order of declaration.
struct fields {
	ARRAY_FIELDS(struct field);
};

uint32_t type_family(const struct btf_type *type)
{
	uint32_t kind = btf_info_kind(type->info);

	if (kind == BTF_KIND_FWD)
		return btf_info_kflag(type->info) ? BTF_KIND_UNION : BTF_KIND_STRUCT;
	return kind == BTF_KIND_ENUM64 ? BTF_KIND_ENUM : kind;
}

bool type_is_forward(const struct btf_type *type)
{
	return btf_info_kind(type->info) == BTF_KIND_FWD ||
	       (type_family(type) == BTF_KIND_ENUM && !btf_info_vlen(type->info));
}

static struct btf_element enumerator(const struct btf_type *type, uint32_t index)
{
	const struct btf_enum *values = btf_record_tail(type);
	const struct btf_enum64 *values64 = btf_record_tail(type);

	if (btf_info_kind(type->info) == BTF_KIND_ENUM64)
		return (struct btf_element){
			.present = true,
			.name = values64[index].name_off,
			.width = 64,
			.value =
				(uint64_t)values64[index].val_hi32 << 32 | values64[index].val_lo32,
		};
	return (struct btf_element){
		.present = true,
		.name = values[index].name_off,
		.width = 32,
		.value = btf_info_kflag(type->info) ? (uint64_t)(int64_t)values[index].val
						    : (uint32_t)values[index].val,
	};
}

struct btf_element type_element(const struct btf_type *type, uint32_t index)
{
	const struct btf_member *member = (const struct btf_member *)btf_record_tail(type) + index;
	bool kflag = btf_info_kflag(type->info);

	if (type_family(type) == BTF_KIND_ENUM)
		return enumerator(type, index);
	return (struct btf_element){
		.present = true,
		.name = member->name_off,
		.node = member->type,
		.width = kflag ? BTF_MEMBER_BITFIELD_SIZE(member->offset) : 0,
		.value = kflag ? BTF_MEMBER_BIT_OFFSET(member->offset) : member->offset,
	};
}

// Older compilers truncate values to 32 bits and do not record signedness, so only these bits are
// compared with theirs.
static bool same_value(const struct btf_element *a, const struct btf_element *b)
{
	if (a->width == 64 && b->width == 64)
		return a->value == b->value;
	return (uint32_t)a->value == (uint32_t)b->value;
}

// The first aspect in which two elements differ, apart from types of members.
static enum btf_aspect compare_elements(const struct btf_element *a, const struct btf_element *b)
{
	bool is_enumerator = !a->node && !b->node;

	if (a->name != b->name)
		return BTF_ASPECT_MEMBER_NAME;
	if (is_enumerator)
		return same_value(a, b) ? BTF_ASPECT_NONE : BTF_ASPECT_MEMBER_VALUE;
	if (a->value != b->value)
		return BTF_ASPECT_MEMBER_PLACE;
	return a->width == b->width ? BTF_ASPECT_NONE : BTF_ASPECT_MEMBER_WIDTH;
}

bool find_different_element(const struct btf_type *a, const struct btf_type *b,
			    struct btf_difference *found)
{
	uint32_t a_count = btf_info_vlen(a->info), b_count = btf_info_vlen(b->info);

	for (uint32_t i = 0; i < a_count || i < b_count; i++) {
		found->index = i;
		found->a_element = i < a_count ? type_element(a, i) : (struct btf_element){ 0 };
		found->b_element = i < b_count ? type_element(b, i) : (struct btf_element){ 0 };
		if (!found->a_element.present || !found->b_element.present)
			return true;
		found->aspect = compare_elements(&found->a_element, &found->b_element);
		if (found->aspect != BTF_ASPECT_NONE)
			return true;
	}
	return false;
}

static bool is_composite(const struct btf_graph *graph, uint32_t node)
{
	uint32_t kind = btf_graph_kind(graph, node);

	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

// Where the reading of a body is.
struct cursor {
	const struct btf_type *type;
	uint32_t next; // element
	uint64_t bit;  // bit offset in the outermost body
};

// List the fields of the body of @node; false when it is too large.
static bool read_fields(const struct btf_graph *graph, uint32_t node, struct btf_usage *usage,
			struct arena *scratch, struct fields *fields)
{
	struct cursor stack[NESTING_MAX] = { { .type = btf_graph_type(graph, node) } };
	size_t depth = 1;

	while (depth) {
		struct cursor *cursor = &stack[depth - 1];
		struct btf_element element;
		uint32_t bare;

		if (cursor->next == btf_info_vlen(cursor->type->info)) {
			depth--;
			continue;
		}
		if (++usage->seen > BTF_SEEN_MAX || fields->count == FIELDS_MAX)
			return false;
		element = type_element(cursor->type, cursor->next++);
		bare = btf_graph_strip(graph, element.node);
		if (element.name) {
			if (type_family(cursor->type) != BTF_KIND_ENUM)
				element.value += cursor->bit;
			array_add(scratch, fields)->element = element;
		} else if (is_composite(graph, bare) && depth < NESTING_MAX) {
			stack[depth++] = (struct cursor){
				.type = btf_graph_type(graph, bare),
				.bit = cursor->bit + element.value,
			};
		}
	}
	return true;
}

// ---------------------------------------------------------------------------------------------
// One member

static bool names_differ(const struct btf_type *a, const struct btf_type *b)
{
	return a->name_off && b->name_off && a->name_off != b->name_off;
}

// Compare two types, except for what they point to or consist of. Returns true when they differ;
// else sets @a and @b to the types to compare next, or to 0 when there are none.
static bool step_differs(const struct btf_graph *graph, uint32_t *a, uint32_t *b)
{
	const struct btf_type *x = btf_graph_type(graph, *a), *y = btf_graph_type(graph, *b);
	const struct btf_array *x_array = btf_record_tail(x), *y_array = btf_record_tail(y);
	uint32_t family = type_family(x);

	*a = *b = 0;
	if (family != type_family(y))
		// An enum may be declared as an integer of its size.
		return family + type_family(y) != BTF_KIND_ENUM + BTF_KIND_INT ||
		       x->size != y->size;
	switch (family) {
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
		return x->size != y->size;
	case BTF_KIND_ENUM:
		return names_differ(x, y) ||
		       (!type_is_forward(x) && !type_is_forward(y) && x->size != y->size);
	case BTF_KIND_ARRAY:
		*a = x_array->type;
		*b = y_array->type;
		return x_array->nelems && y_array->nelems && x_array->nelems != y_array->nelems;
	case BTF_KIND_PTR:
		*a = x->type;
		*b = y->type;
		return false;
	default:
		return names_differ(x, y);
	}
}

// Whether two types clearly differ: bodies of structs are not compared, and 'void *' equals any
// pointer.
static bool types_differ(const struct btf_graph *graph, uint32_t a, uint32_t b,
			 struct btf_usage *usage)
{
	for (; usage->seen < BTF_SEEN_MAX; usage->seen++) {
		a = btf_graph_strip(graph, a);
		b = btf_graph_strip(graph, b);
		if (a == b || !a || !b)
			return false;
		if (step_differs(graph, &a, &b))
			return true;
	}
	return false;
}

static enum btf_aspect compare_fields(const struct btf_graph *graph, const struct btf_element *a,
				      const struct btf_element *b, struct btf_usage *usage)
{
	if (!a->node && !b->node)
		return same_value(a, b) ? BTF_ASPECT_NONE : BTF_ASPECT_MEMBER_VALUE;
	if (a->width != b->width)
		return BTF_ASPECT_MEMBER_WIDTH;
	return types_differ(graph, a->node, b->node, usage) ? BTF_ASPECT_MEMBER_TYPE
							    : BTF_ASPECT_NONE;
}

// ---------------------------------------------------------------------------------------------
// Two bodies

static int compare_names(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int order_by_name(const void *a, const void *b)
{
	const struct field *x = *(struct field *const *)a, *y = *(struct field *const *)b;

	return compare_names(x->element.name, y->element.name);
}

static int find_name(const void *key, const void *item)
{
	const struct field *field = *(struct field *const *)item;

	return compare_names(*(const uint32_t *)key, field->element.name);
}

static struct field **sort_fields(const struct fields *fields, struct arena *scratch)
{
	struct field **sorted = arena_new_array(scratch, struct field *, fields->count);

	for (size_t i = 0; i < fields->count; i++)
		sorted[i] = &fields->items[i];
	sort_items(sorted, fields->count, sizeof(*sorted), order_by_name);
	return sorted;
}

static enum btf_aspect differ(struct btf_difference *difference, enum btf_aspect aspect,
			      const struct field *a, const struct field *b)
{
	difference->a_element = a->element;
	difference->b_element = b->element;
	return aspect;
}

// Find the fields that both bodies have, and compare them.
static enum btf_aspect match_fields(const struct btf_graph *graph, struct fields *a,
				    struct fields *b, struct field *const *sorted,
				    struct btf_usage *usage, struct btf_difference *difference)
{
	array_each(field, a) {
		struct field *const *other = b->count
						     ? bsearch(&field->element.name, sorted,
							       b->count, sizeof(*sorted), find_name)
						     : NULL;
		enum btf_aspect aspect;

		if (!other)
			continue;
		field->matched = (*other)->matched = true;
		aspect = compare_fields(graph, &field->element, &(*other)->element, usage);
		if (aspect != BTF_ASPECT_NONE)
			return differ(difference, aspect, field, *other);
	}
	return BTF_ASPECT_NONE;
}

static struct field *first_unmatched(const struct fields *fields)
{
	array_each(field, fields) {
		if (!field->matched)
			return field;
	}
	return NULL;
}

// Compare the offsets of common members, then the sizes of the bodies.
static enum btf_aspect compare_places(const struct fields *a, const struct fields *b,
				      struct field *const *sorted,
				      struct btf_difference *difference)
{
	array_each(field, a) {
		struct field *const *other =
			bsearch(&field->element.name, sorted, b->count, sizeof(*sorted), find_name);

		if (other && field->element.value != (*other)->element.value)
			return differ(difference, BTF_ASPECT_MEMBER_PLACE, field, *other);
	}
	return BTF_ASPECT_SIZE;
}

static enum btf_aspect compare_members(const struct btf_graph *graph, uint32_t a, uint32_t b,
				       struct fields *a_fields, struct fields *b_fields,
				       struct field *const *sorted, struct btf_usage *usage,
				       struct btf_difference *difference)
{
	const struct btf_type *x = btf_graph_type(graph, a), *y = btf_graph_type(graph, b);
	enum btf_aspect aspect = match_fields(graph, a_fields, b_fields, sorted, usage, difference);
	const struct field *only_a = first_unmatched(a_fields);
	const struct field *only_b = first_unmatched(b_fields);

	if (aspect != BTF_ASPECT_NONE)
		return aspect;
	if (usage->relocated && (usage->relocated[a] || usage->relocated[b]))
		return BTF_ASPECT_NONE;
	if (only_a && only_b)
		return differ(difference, BTF_ASPECT_MEMBERS, only_a, only_b);
	if (type_family(x) == BTF_KIND_ENUM)
		return BTF_ASPECT_NONE;
	aspect = compare_places(a_fields, b_fields, sorted, difference);
	if (only_a || only_b)
		// A program reads a variable's members at the offsets that its own file has.
		return usage->by_address && aspect == BTF_ASPECT_MEMBER_PLACE ? aspect
									      : BTF_ASPECT_NONE;
	return aspect == BTF_ASPECT_SIZE && x->size == y->size ? BTF_ASPECT_NONE : aspect;
}

enum btf_aspect compare_in_part(const struct btf_graph *graph, uint32_t a, uint32_t b,
				struct btf_usage *usage, struct arena *scratch,
				struct btf_difference *difference)
{
	struct fields a_fields = { 0 }, b_fields = { 0 };
	enum btf_aspect aspect = BTF_ASPECT_NONE;

	if (read_fields(graph, a, usage, scratch, &a_fields) &&
	    read_fields(graph, b, usage, scratch, &b_fields)) {
		struct field **sorted = sort_fields(&b_fields, scratch);

		aspect = compare_members(graph, a, b, &a_fields, &b_fields, sorted, usage,
					 difference);
		arena_release(scratch, sorted, b_fields.count * sizeof(*sorted));
	}
	array_release(scratch, &a_fields);
	array_release(scratch, &b_fields);
	return aspect;
}
