/* SPDX-License-Identifier: BSD-2-Clause */
#include "core_match.h"

#define LEVELS_MAX 32 // prototypes within prototypes, structs within structs

// What a comparison of prototypes looks at, at the most.
#define WORK_MAX (1 << 16)

bool core_kinds_fit(const struct plain_btf *a, uint32_t a_id, const struct plain_btf *b,
		    uint32_t b_id)
{
	const struct btf_type *a_type = plain_type(a, a_id), *b_type = plain_type(b, b_id);

	return btf_info_kind(a_type->info) == btf_info_kind(b_type->info) ||
	       (plain_is_enum(a_type) && plain_is_enum(b_type));
}

// ---------------------------------------------------------------------------------------------
// Fields

static bool is_plain_int(const struct btf_type *type)
{
	return BTF_INT_OFFSET(plain_int_word(type)) == 0;
}

static bool names_fit(const char *a, const char *b)
{
	return !*a || !*b || essential_equal(a, b);
}

static bool fields_compatible(const struct plain_btf *a, uint32_t a_id, const struct plain_btf *b,
			      uint32_t b_id)
{
	for (int step = 0; step < PLAIN_DEPTH_MAX; step++) {
		const struct btf_type *a_type, *b_type;

		a_id = plain_skip(a, a_id);
		b_id = plain_skip(b, b_id);
		a_type = plain_type(a, a_id);
		b_type = plain_type(b, b_id);
		if (plain_is_composite(a_type) && plain_is_composite(b_type))
			return true;
		if (!core_kinds_fit(a, a_id, b, b_id))
			return false;
		switch (btf_info_kind(a_type->info)) {
		case BTF_KIND_PTR:
		case BTF_KIND_FLOAT:
			return true;
		case BTF_KIND_FWD:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
			return names_fit(plain_name(a, a_id), plain_name(b, b_id));
		case BTF_KIND_INT:
			return is_plain_int(a_type) && is_plain_int(b_type);
		case BTF_KIND_ARRAY:
			a_id = plain_array(a_type)->type;
			b_id = plain_array(b_type)->type;
			continue;
		default:
			return false;
		}
	}
	return false;
}

// A struct or union in which a member is looked for.
struct level {
	uint32_t type;
	uint32_t next;       // the member to look at
	uint32_t bit_offset; // of the type
};

// The way from a struct down to one that is within it, without names.
struct search {
	struct level levels[CORE_STEPS_MAX];
	uint32_t count;
};

static void enter(struct search *search, const struct plain_btf *btf, uint32_t id,
		  uint32_t bit_offset)
{
	id = plain_skip(btf, id);
	if (plain_is_composite(plain_type(btf, id)))
		search->levels[search->count++] = (struct level){ id, 0, bit_offset };
}

// Take the member of @level before the next one as the step of @found; *@id becomes its type.
static enum core_answer take_member(struct core_spec *found, const struct level *level,
				    const struct core_spec *local, const struct core_step *step,
				    uint32_t *id)
{
	const struct btf_type *type = plain_type(found->btf, level->type);
	const struct btf_type *wanted = plain_type(local->btf, step->type);
	uint32_t index = level->next - 1;

	if (!fields_compatible(local->btf, plain_member(wanted, step->index)->type, found->btf,
			       plain_member(type, index)->type))
		return CORE_NO;
	found->steps[found->step_count++] = (struct core_step){ level->type, index, step->name };
	found->bit_offset = level->bit_offset + plain_member_offset(type, index);
	*id = plain_member(type, index)->type;
	return CORE_YES;
}

static void add_way(struct core_spec *found, const struct search *search)
{
	for (uint32_t i = 0; i < search->count; i++)
		found->way[found->way_count++] = (struct core_way){
			search->levels[i].type,
			search->levels[i].next - 1,
		};
}

// Find the member of type *@id that @step is called; *@id becomes its type.
static enum core_answer find_member(struct core_spec *found, const struct core_spec *local,
				    const struct core_step *step, uint32_t *id, uint32_t *work)
{
	struct search search = { .count = 0 };

	enter(&search, found->btf, *id, found->bit_offset);
	while (search.count) {
		struct level *level = &search.levels[search.count - 1];
		const struct btf_type *type = plain_type(found->btf, level->type);
		const struct btf_member *member = plain_member(type, level->next);
		const char *name;

		if (level->next == btf_info_vlen(type->info)) {
			search.count--;
			continue;
		}
		if (found->depth + search.count > CORE_STEPS_MAX || (*work)++ >= CORE_WORK_MAX)
			return CORE_FAULT;
		name = plain_string(found->btf, member->name_off);
		level->next++;
		if (!*name) {
			enter(&search, found->btf, member->type,
			      level->bit_offset + plain_member_offset(type, level->next - 1));
		} else if (strcmp(name, step->name) == 0) {
			if (take_member(found, level, local, step, id) == CORE_YES) {
				add_way(found, &search);
				found->depth += search.count;
				return CORE_YES;
			}
			// Another one of the name can only be in what is around.
			search.count--;
		}
	}
	return CORE_NO;
}

// Go from type *@id, an array unless this is the first step, to element @index.
static enum core_answer find_element(struct core_spec *found, uint32_t index, uint32_t *id)
{
	uint32_t size;

	*id = plain_skip(found->btf, *id);
	if (found->step_count) {
		const struct btf_type *type = plain_type(found->btf, *id);
		const struct btf_array *array = plain_array(type);

		if (btf_info_kind(type->info) != BTF_KIND_ARRAY)
			return CORE_NO;
		if (!core_is_flexible(found->btf, &found->steps[found->step_count - 1], array) &&
		    index >= array->nelems)
			return CORE_NO;
		*id = plain_skip(found->btf, array->type);
	}
	if (found->depth == CORE_STEPS_MAX || !plain_size(found->btf, *id, &size))
		return CORE_FAULT;
	found->steps[found->step_count++] = (struct core_step){ *id, index, NULL };
	found->depth++;
	found->bit_offset += index * size * 8;
	return CORE_YES;
}

static enum core_answer match_field(const struct core_spec *local, uint32_t id,
				    struct core_spec *found, uint32_t *work)
{
	for (uint32_t i = 0; i < local->step_count; i++) {
		const struct core_step *step = &local->steps[i];
		enum core_answer answer = step->name ? find_member(found, local, step, &id, work)
						     : find_element(found, step->index, &id);

		if (answer != CORE_YES)
			return answer;
	}
	return CORE_YES;
}

// ---------------------------------------------------------------------------------------------
// Enumerators

static enum core_answer match_enumerator(const struct core_spec *local, uint32_t id,
					 struct core_spec *found, uint32_t *work)
{
	const struct btf_type *type;

	id = plain_skip(found->btf, id);
	type = plain_type(found->btf, id);
	if (!plain_is_enum(type))
		return CORE_NO;
	for (uint32_t i = 0; i < btf_info_vlen(type->info); i++) {
		const char *name = plain_string(found->btf, plain_enumerator_name(type, i));

		if ((*work)++ >= CORE_WORK_MAX)
			return CORE_FAULT;
		if (essential_equal(name, local->steps[0].name)) {
			found->steps[found->step_count++] = (struct core_step){ id, i, name };
			found->depth = 1;
			return CORE_YES;
		}
	}
	return CORE_NO;
}

// ---------------------------------------------------------------------------------------------
// Types as a whole

// Two types to compare.
struct pair {
	uint32_t a, b;
	int level; // how many prototypes may still be within each other
};

struct comparison {
	const struct plain_btf *a, *b;
	struct pair pairs[256]; // that are still to be compared
	uint32_t count;
	uint32_t *work;
};

static bool add_pair(struct comparison *comparison, uint32_t a, uint32_t b, int level)
{
	if (comparison->count == sizeof(comparison->pairs) / sizeof(*comparison->pairs) ||
	    level < 0)
		return false;
	comparison->pairs[comparison->count++] = (struct pair){ a, b, level };
	return true;
}

static const struct btf_param *parameters(const struct btf_type *type)
{
	return btf_record_tail(type);
}

// Add the parameters of two prototypes.
static enum core_answer add_parameters(struct comparison *comparison, const struct btf_type *a,
				       const struct btf_type *b, int level)
{
	uint32_t count = btf_info_vlen(a->info);

	if (count != btf_info_vlen(b->info))
		return CORE_NO;
	for (uint32_t i = count; i-- > 0;) {
		if (!add_pair(comparison, parameters(a)[i].type, parameters(b)[i].type, level - 1))
			return CORE_FAULT;
	}
	return CORE_YES;
}

static enum core_answer compare_pair(struct comparison *comparison, struct pair pair)
{
	for (int step = 0; step < PLAIN_DEPTH_MAX && (*comparison->work)++ < CORE_WORK_MAX;
	     step++) {
		const struct btf_type *a, *b;
		enum core_answer answer;

		pair.a = plain_skip(comparison->a, pair.a);
		pair.b = plain_skip(comparison->b, pair.b);
		if (!core_kinds_fit(comparison->a, pair.a, comparison->b, pair.b))
			return CORE_NO;
		a = plain_type(comparison->a, pair.a);
		b = plain_type(comparison->b, pair.b);
		switch (btf_info_kind(a->info)) {
		case BTF_KIND_UNKN:
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
		case BTF_KIND_FWD:
			return CORE_YES;
		case BTF_KIND_INT:
			return is_plain_int(a) && is_plain_int(b) ? CORE_YES : CORE_NO;
		case BTF_KIND_PTR:
			pair.a = a->type;
			pair.b = b->type;
			continue;
		case BTF_KIND_ARRAY:
			pair.a = plain_array(a)->type;
			pair.b = plain_array(b)->type;
			continue;
		case BTF_KIND_FUNC_PROTO:
			answer = add_parameters(comparison, a, b, pair.level);
			if (answer != CORE_YES)
				return answer;
			pair.a = a->type;
			pair.b = b->type;
			continue;
		default:
			return CORE_NO;
		}
	}
	return CORE_FAULT;
}

static enum core_answer types_compatible(const struct plain_btf *a, uint32_t a_id,
					 const struct plain_btf *b, uint32_t b_id, uint32_t *work)
{
	struct comparison comparison = { .a = a, .b = b };
	enum core_answer answer = CORE_YES;

	comparison.work = work;
	if (!core_kinds_fit(a, a_id, b, b_id))
		return CORE_NO;
	add_pair(&comparison, a_id, b_id, LEVELS_MAX);
	while (comparison.count && answer == CORE_YES)
		answer = compare_pair(&comparison, comparison.pairs[--comparison.count]);
	return answer;
}

enum core_answer core_types_compatible(const struct plain_btf *a, uint32_t a_id,
				       const struct plain_btf *b, uint32_t b_id)
{
	uint32_t work = CORE_WORK_MAX - WORK_MAX;

	return types_compatible(a, a_id, b, b_id, &work);
}

// ---------------------------------------------------------------------------------------------
// TYPE_MATCHES

struct matching {
	const struct plain_btf *a, *b;
	uint32_t *work;
};

static enum core_answer types_match(struct matching *matching, struct pair pair, bool behind);

static bool names_match(const struct matching *matching, uint32_t a, uint32_t b)
{
	return essential_equal(plain_string(matching->a, a), plain_string(matching->b, b));
}

// Whether each enumerator of @a is one of @b, whatever its value.
static enum core_answer enums_match(struct matching *matching, const struct btf_type *a,
				    const struct btf_type *b)
{
	uint32_t a_count = btf_info_vlen(a->info), b_count = btf_info_vlen(b->info);

	if (!plain_is_enum(b) || a->size != b->size || a_count > b_count)
		return CORE_NO;
	for (uint32_t i = 0, j; i < a_count; i++) {
		for (j = 0; j < b_count; j++) {
			if ((*matching->work)++ >= CORE_WORK_MAX)
				return CORE_FAULT;
			if (names_match(matching, plain_enumerator_name(a, i),
					plain_enumerator_name(b, j)))
				break;
		}
		if (j == b_count)
			return CORE_NO;
	}
	return CORE_YES;
}

// Whether @b has a member that matches @member.
static enum core_answer has_member(struct matching *matching, // NOLINT(misc-no-recursion)
				   const struct btf_member *member, const struct btf_type *b,
				   int level, bool behind)
{
	for (uint32_t i = 0; i < btf_info_vlen(b->info); i++) {
		const struct btf_member *other = plain_member(b, i);
		struct pair pair = { member->type, other->type, level - 1 };
		enum core_answer answer;

		if ((*matching->work)++ >= CORE_WORK_MAX)
			return CORE_FAULT;
		if (!names_match(matching, member->name_off, other->name_off))
			continue;
		answer = types_match(matching, pair, behind);
		if (answer != CORE_NO)
			return answer;
	}
	return CORE_NO;
}

static enum core_answer composites_match(struct matching *matching, // NOLINT(misc-no-recursion)
					 const struct btf_type *a, const struct btf_type *b,
					 int level, bool behind)
{
	uint32_t a_kind = btf_info_kind(a->info), b_kind = btf_info_kind(b->info);

	if (behind && b_kind == BTF_KIND_FWD)
		return (a_kind == BTF_KIND_UNION) == btf_info_kflag(b->info) ? CORE_YES : CORE_NO;
	if (behind || a_kind != b_kind)
		return a_kind == b_kind ? CORE_YES : CORE_NO;
	if (btf_info_vlen(a->info) > btf_info_vlen(b->info))
		return CORE_NO;
	for (uint32_t i = 0; i < btf_info_vlen(a->info); i++) {
		enum core_answer answer =
			has_member(matching, plain_member(a, i), b, level, behind);

		if (answer != CORE_YES)
			return answer;
	}
	return CORE_YES;
}

static enum core_answer forward_matches(const struct btf_type *a, const struct btf_type *b,
					bool behind)
{
	uint32_t kind = btf_info_kind(b->info);
	bool is_union = btf_info_kflag(a->info);

	if (kind == BTF_KIND_FWD)
		return is_union == btf_info_kflag(b->info) ? CORE_YES : CORE_NO;
	return behind && kind == (is_union ? BTF_KIND_UNION : BTF_KIND_STRUCT) ? CORE_YES : CORE_NO;
}

static enum core_answer integers_match(const struct btf_type *a, const struct btf_type *b)
{
	uint32_t a_encoding = BTF_INT_ENCODING(plain_int_word(a));
	uint32_t b_encoding = BTF_INT_ENCODING(plain_int_word(b));

	return a->size == b->size && !((a_encoding ^ b_encoding) & BTF_INT_SIGNED) ? CORE_YES
										   : CORE_NO;
}

static enum core_answer parameters_match(struct matching *matching, // NOLINT(misc-no-recursion)
					 const struct btf_type *a, const struct btf_type *b,
					 int level, bool behind)
{
	if (btf_info_vlen(a->info) != btf_info_vlen(b->info))
		return CORE_NO;
	for (uint32_t i = 0; i < btf_info_vlen(a->info); i++) {
		struct pair pair = { parameters(a)[i].type, parameters(b)[i].type, level - 1 };
		enum core_answer answer = types_match(matching, pair, behind);

		if (answer != CORE_YES)
			return answer;
	}
	return CORE_YES;
}

// As deep as pair.level at the most, which begins with LEVELS_MAX.
static enum core_answer types_match(struct matching *matching, // NOLINT(misc-no-recursion)
				    struct pair pair, bool behind)
{
	if (pair.level <= 0)
		return CORE_FAULT;
	for (int step = 0; step < PLAIN_DEPTH_MAX && (*matching->work)++ < CORE_WORK_MAX; step++) {
		const struct btf_type *a, *b;
		uint32_t kind;

		pair.a = plain_skip(matching->a, pair.a);
		pair.b = plain_skip(matching->b, pair.b);
		a = plain_type(matching->a, pair.a);
		b = plain_type(matching->b, pair.b);
		if (!names_match(matching, a->name_off, b->name_off))
			return CORE_NO;
		kind = btf_info_kind(a->info);
		if (kind == BTF_KIND_FWD)
			return forward_matches(a, b, behind);
		if (plain_is_enum(a))
			return enums_match(matching, a, b);
		if (plain_is_composite(a))
			return composites_match(matching, a, b, pair.level, behind);
		if (kind != btf_info_kind(b->info))
			return CORE_NO;
		switch (kind) {
		case BTF_KIND_UNKN:
			return CORE_YES;
		case BTF_KIND_INT:
			return integers_match(a, b);
		case BTF_KIND_PTR:
			behind = true;
			break;
		case BTF_KIND_ARRAY:
			if (plain_array(a)->nelems != plain_array(b)->nelems)
				return CORE_NO;
			pair.a = plain_array(a)->type;
			pair.b = plain_array(b)->type;
			continue;
		case BTF_KIND_FUNC_PROTO: {
			enum core_answer answer =
				parameters_match(matching, a, b, pair.level, behind);

			if (answer != CORE_YES)
				return answer;
			break;
		}
		default:
			return CORE_NO;
		}
		pair.a = a->type;
		pair.b = b->type;
	}
	return CORE_FAULT;
}

enum core_answer core_match(const struct core_spec *local, const struct plain_btf *btf, uint32_t id,
			    struct core_spec *found, uint32_t *work)
{
	struct matching matching = { local->btf, btf, work };

	found->btf = btf;
	found->kind = local->kind;
	found->root = id;
	found->step_count = found->depth = found->bit_offset = found->way_count = 0;
	switch (core_subject(local->kind)) {
	case CORE_FIELD:
		return match_field(local, id, found, work);
	case CORE_ENUMERATOR:
		return match_enumerator(local, id, found, work);
	case CORE_TYPE:
		if (local->kind == BPF_CORE_TYPE_MATCHES)
			return types_match(&matching, (struct pair){ local->root, id, LEVELS_MAX },
					   false);
		return types_compatible(local->btf, local->root, btf, id, work);
	case CORE_UNKNOWN:
		break;
	}
	return CORE_FAULT;
}
