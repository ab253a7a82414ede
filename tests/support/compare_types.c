/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types are the same when no walk through both graphs tells them apart: a bisimulation. A pair of
 * types is taken to be the same while what they refer to is compared; when that fails, so do all
 * the pairs that were taken on its account.
 */
#define _GNU_SOURCE // qsort_r(), tdestroy()
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "comparison.h"

static int compare_pairs(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct type_pair));
}

static void assume(struct comparison *comparison, uint32_t input, uint32_t linked)
{
	struct type_pair *pair = malloc(sizeof(*pair));

	*pair = (struct type_pair){ input, linked };
	if (*(struct type_pair **)tsearch(pair, &comparison->pair_tree, compare_pairs) != pair) {
		free(pair); // known already
		return;
	}
	if (comparison->pair_count == comparison->pair_capacity) {
		comparison->pair_capacity = 2 * comparison->pair_capacity + 64;
		comparison->pairs = realloc(comparison->pairs,
					    comparison->pair_capacity * sizeof(*comparison->pairs));
	}
	comparison->pairs[comparison->pair_count++] = pair;
}

static void forget_from(struct comparison *comparison, size_t start)
{
	while (comparison->pair_count > start) {
		struct type_pair *pair = comparison->pairs[--comparison->pair_count];

		tdelete(pair, &comparison->pair_tree, compare_pairs);
		free(pair);
	}
}

void forget_pairs(struct comparison *comparison)
{
	forget_from(comparison, 0);
}

// ---------------------------------------------------------------------------------------------
// One step

// A forward declaration of an enum has a size only in some compilers.
static bool has_size(const struct btf_type *type)
{
	if (btf_is_any_enum(type) && !btf_vlen(type))
		return false;
	return btf_is_int(type) || btf_is_float(type) || btf_is_composite(type) ||
	       btf_is_any_enum(type);
}

static bool is_definition_of(const struct btf_type *linked, const struct btf_type *fwd)
{
	return btf_is_fwd(fwd) && (btf_kflag(fwd) ? btf_is_union(linked) : btf_is_struct(linked));
}

static bool same_string(const struct comparison *comparison, uint32_t input, uint32_t linked)
{
	return !strcmp(btf__str_by_offset(comparison->input->subject.btf, input),
		       btf__str_by_offset(comparison->linked.subject.btf, linked));
}

static bool same_members(struct comparison *comparison, const struct btf_type *input,
			 const struct btf_type *linked)
{
	const struct btf_member *a = btf_members(input), *b = btf_members(linked);

	for (uint32_t i = 0; i < btf_vlen(input); i++) {
		if (!same_string(comparison, a[i].name_off, b[i].name_off) ||
		    a[i].offset != b[i].offset)
			return false;
		assume(comparison, a[i].type, b[i].type);
	}
	return true;
}

static bool same_params(struct comparison *comparison, const struct btf_type *input,
			const struct btf_type *linked)
{
	const struct btf_param *a = btf_params(input), *b = btf_params(linked);

	for (uint32_t i = 0; i < btf_vlen(input); i++) {
		if (!same_string(comparison, a[i].name_off, b[i].name_off))
			return false;
		assume(comparison, a[i].type, b[i].type);
	}
	return true;
}

static bool same_enumerators(const struct comparison *comparison, const struct btf_type *input,
			     const struct btf_type *linked)
{
	for (uint32_t i = 0; i < btf_vlen(input); i++) {
		const struct btf_enum *a = &btf_enum(input)[i], *b = &btf_enum(linked)[i];

		if (!same_string(comparison, a->name_off, b->name_off) || a->val != b->val)
			return false;
	}
	return true;
}

static bool same_enumerators64(const struct comparison *comparison, const struct btf_type *input,
			       const struct btf_type *linked)
{
	for (uint32_t i = 0; i < btf_vlen(input); i++) {
		const struct btf_enum64 *a = &btf_enum64(input)[i], *b = &btf_enum64(linked)[i];

		if (!same_string(comparison, a->name_off, b->name_off) ||
		    a->val_lo32 != b->val_lo32 || a->val_hi32 != b->val_hi32)
			return false;
	}
	return true;
}

static bool same_contents(struct comparison *comparison, const struct btf_type *input,
			  const struct btf_type *linked)
{
	switch (btf_kind(input)) {
	case BTF_KIND_INT:
		return *(uint32_t *)(input + 1) == *(uint32_t *)(linked + 1);
	case BTF_KIND_ARRAY:
		assume(comparison, btf_array(input)->type, btf_array(linked)->type);
		assume(comparison, btf_array(input)->index_type, btf_array(linked)->index_type);
		return btf_array(input)->nelems == btf_array(linked)->nelems;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return same_members(comparison, input, linked);
	case BTF_KIND_ENUM:
		return same_enumerators(comparison, input, linked);
	case BTF_KIND_ENUM64:
		return same_enumerators64(comparison, input, linked);
	case BTF_KIND_FUNC_PROTO:
		assume(comparison, input->type, linked->type);
		return same_params(comparison, input, linked);
	case BTF_KIND_FWD:
	case BTF_KIND_FLOAT:
		return true;
	default:
		assume(comparison, input->type, linked->type);
		return true;
	}
}

// Whether two types look the same; assumes that what they refer to is.
static bool same_here(struct comparison *comparison, const struct type_pair *pair)
{
	const struct btf_type *input = btf__type_by_id(comparison->input->subject.btf, pair->input);
	const struct btf_type *linked =
		btf__type_by_id(comparison->linked.subject.btf, pair->linked);

	if (!pair->input || !pair->linked)
		return pair->input == pair->linked;
	if (!input || !linked || !same_string(comparison, input->name_off, linked->name_off))
		return false;
	if (is_definition_of(linked, input))
		return true;
	return input->info == linked->info && (!has_size(input) || input->size == linked->size) &&
	       same_contents(comparison, input, linked);
}

bool same_type(struct comparison *comparison, uint32_t input, uint32_t linked)
{
	size_t start = comparison->pair_count;

	assume(comparison, input, linked);
	for (size_t i = start; i < comparison->pair_count; i++)
		if (!same_here(comparison, comparison->pairs[i])) {
			forget_from(comparison, start);
			return false;
		}
	return true;
}

// ---------------------------------------------------------------------------------------------
// Declaration tags

static size_t count_tags(const struct subject *subject, uint32_t target, int32_t component,
			 const char *value)
{
	size_t count = 0;

	for (uint32_t id = 1; id < btf__type_cnt(subject->btf); id++) {
		const struct btf_type *tag = btf__type_by_id(subject->btf, id);

		if (btf_is_decl_tag(tag) && tag->type == target &&
		    (!value || (btf_decl_tag(tag)->component_idx == component &&
				!strcmp(subject_type_name(subject, id), value))))
			count++;
	}
	return count;
}

bool same_tags(struct comparison *comparison, uint32_t input, uint32_t linked)
{
	const struct subject *from = &comparison->input->subject;
	const struct subject *to = &comparison->linked.subject;

	for (uint32_t id = 1; id < btf__type_cnt(from->btf); id++) {
		const struct btf_type *tag = btf__type_by_id(from->btf, id);

		if (btf_is_decl_tag(tag) && tag->type == input &&
		    !count_tags(to, linked, btf_decl_tag(tag)->component_idx,
				subject_type_name(from, id)))
			return false;
	}
	return count_tags(from, input, 0, NULL) == count_tags(to, linked, 0, NULL);
}

// ---------------------------------------------------------------------------------------------
// Types with a name: user space looks them up, whether code refers to them or not.

static bool has_tag_name(const struct btf_type *type)
{
	return type->name_off && (btf_is_composite(type) || btf_is_any_enum(type) ||
				  btf_is_fwd(type) || btf_is_typedef(type));
}

static int compare_names(const void *a, const void *b, void *context)
{
	const struct subject *subject = context;

	return strcmp(subject_type_name(subject, *(const uint32_t *)a),
		      subject_type_name(subject, *(const uint32_t *)b));
}

void index_types(struct side *side)
{
	uint32_t count = side->subject.btf ? btf__type_cnt(side->subject.btf) : 0;

	side->types_by_name = calloc(count + 1, sizeof(*side->types_by_name));
	for (uint32_t id = 1; id < count; id++)
		if (has_tag_name(btf__type_by_id(side->subject.btf, id)))
			side->types_by_name[side->named_count++] = id;
	qsort_r(side->types_by_name, side->named_count, sizeof(*side->types_by_name), compare_names,
		&side->subject);
}

// The place of the first type of that name.
static size_t find_name(const struct side *side, const char *name)
{
	size_t low = 0, high = side->named_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(subject_type_name(&side->subject, side->types_by_name[middle]), name) <
		    0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool has_same_type(struct comparison *comparison, uint32_t id, const char *name)
{
	const struct side *linked = &comparison->linked;

	for (size_t i = find_name(linked, name); i < linked->named_count; i++) {
		uint32_t candidate = linked->types_by_name[i];

		if (strcmp(subject_type_name(&linked->subject, candidate), name))
			break;
		if (same_type(comparison, id, candidate) && same_tags(comparison, id, candidate))
			return true;
	}
	return false;
}

void compare_named_types(struct comparison *comparison)
{
	const struct side *input = comparison->input;

	for (size_t i = 0; i < input->named_count; i++) {
		uint32_t id = input->types_by_name[i];
		const char *name = subject_type_name(&input->subject, id);

		if (!has_same_type(comparison, id, name))
			differ(comparison, "type %u, %s, is not in the output", id, name);
	}
}
