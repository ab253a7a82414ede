/* SPDX-License-Identifier: BSD-2-Clause */
#include "near_miss.h"

#include <inttypes.h>

#include "base/similar.h"
#include "base/text.h"
#include "plain_text.h"

#define SHOWN_MAX 4    // names that a clause lists
#define DEPTH_MAX 8    // structs within structs that are looked into
#define NAMES_MAX 4096 // names that are looked at
#define WORK_MAX  4096 // members on the way

// A prefix of fewer letters says nothing.
#define PREFIX_MIN 4

struct names {
	const char *wanted;
	const char *shown[SHOWN_MAX]; // those that begin as `wanted` does
	uint32_t shown_count;
	struct similar similar;
	uint32_t left; // of NAMES_MAX
	bool exact;    // one of them is `wanted`
	uint32_t type; // the type of that
};

static bool begins_alike(const char *a, const char *b)
{
	size_t a_size = strlen(a), b_size = strlen(b);
	size_t size = a_size < b_size ? a_size : b_size;

	return size >= PREFIX_MIN && memcmp(a, b, size) == 0;
}

static void try_name(struct names *names, const char *name, uint32_t type)
{
	names->left--;
	if (strcmp(name, names->wanted) == 0) {
		names->exact = true;
		names->type = type;
	} else if (begins_alike(name, names->wanted)) {
		if (names->shown_count < SHOWN_MAX)
			names->shown[names->shown_count++] = name;
	} else {
		similar_try(&names->similar, str_of(name));
	}
}

// Try all members of type @id, also those of anonymous structs in it.
static void try_members(struct names *names, const struct plain_btf *btf, uint32_t id)
{
	struct {
		uint32_t type, next;
	} levels[DEPTH_MAX] = { { id, 0 } };
	uint32_t depth = 1;

	while (depth && names->left) {
		uint32_t at = depth - 1;
		const struct btf_type *type = plain_type(btf, levels[at].type);
		const struct btf_member *member = plain_member(type, levels[at].next);
		uint32_t inner;

		if (levels[at].next++ == btf_info_vlen(type->info)) {
			depth--;
			continue;
		}
		inner = plain_skip(btf, member->type);
		if (*plain_string(btf, member->name_off)) {
			try_name(names, plain_string(btf, member->name_off), member->type);
		} else if (plain_is_composite(plain_type(btf, inner)) && depth < DEPTH_MAX) {
			levels[depth].type = inner;
			levels[depth++].next = 0;
		} else {
			names->left--;
		}
	}
}

static void try_enumerators(struct names *names, const struct plain_btf *btf, uint32_t id)
{
	const struct btf_type *type = plain_type(btf, id);

	for (uint32_t i = 0; i < btf_info_vlen(type->info) && names->left; i++)
		try_name(names, plain_string(btf, plain_enumerator_name(type, i)), 0);
}

static const char *tell_names(const struct names *names, const char *of, struct arena *arena)
{
	struct text text = { .arena = arena };

	if (!names->shown_count && !names->similar.found.data)
		return NULL;
	text_format(&text, "'%s' has", of);
	for (uint32_t i = 0; i < names->shown_count; i++)
		text_format(&text, "%s '%s'", i ? "," : "", names->shown[i]);
	if (!names->shown_count)
		text_format(&text, " '%s'", names->similar.found.data);
	text_bytes(&text, "", 1);
	return text.data;
}

const char *type_in_words(const struct plain_btf *btf, uint32_t id, struct arena *arena)
{
	const struct btf_type *type;

	id = plain_skip(btf, id);
	type = plain_type(btf, id);
	switch (btf_info_kind(type->info)) {
	case BTF_KIND_UNKN:
		return "void";
	case BTF_KIND_PTR:
		return "a pointer";
	case BTF_KIND_ARRAY:
		return "an array";
	case BTF_KIND_FUNC_PROTO:
		return "a function";
	case BTF_KIND_INT:
		return arena_format(arena, "an integer of %" PRIu32 " byte%s", type->size,
				    type->size == 1 ? "" : "s");
	default:
		if (!type->name_off)
			return plain_is_enum(type) ? "an enum" : "a struct or union";
		return arena_format(arena, "'%s'", plain_type_text(btf, id, arena));
	}
}

// The type in which @found ends: that of its last member or element.
static uint32_t end_of(const struct core_spec *found)
{
	const struct core_step *last = &found->steps[found->step_count - 1];

	if (!last->name)
		return plain_skip(found->btf, last->type);
	return plain_skip(found->btf,
			  plain_member(plain_type(found->btf, last->type), last->index)->type);
}

static const char *near_fields(const struct core_spec *local, const struct core_result *result,
			       struct arena *arena)
{
	const struct plain_btf *btf = result->file->btf;
	struct names names = { .left = NAMES_MAX };
	struct core_spec found;
	uint32_t id, work = CORE_WORK_MAX - WORK_MAX;
	const char *of;

	core_match(local, btf, result->type, &found, &work);
	if (!found.step_count || found.step_count == local->step_count)
		return NULL;
	id = end_of(&found);
	names.wanted = local->steps[found.step_count].name;
	if (!names.wanted || !plain_is_composite(plain_type(btf, id)))
		return arena_format(arena, "what '%s' has there is %s",
				    plain_type_text(btf, result->type, arena),
				    type_in_words(btf, id, arena));
	of = *plain_name(btf, id) ? plain_type_text(btf, id, arena)
				  : plain_type_text(btf, result->type, arena);
	similar_begin(&names.similar, str_of(names.wanted));
	try_members(&names, btf, id);
	if (names.exact)
		return arena_format(arena, "'%s' of '%s' is %s", names.wanted, of,
				    type_in_words(btf, names.type, arena));
	return tell_names(&names, of, arena);
}

static const char *near_enumerators(const struct core_spec *local, const struct core_result *result,
				    struct arena *arena)
{
	const struct plain_btf *btf = result->file->btf;
	struct names names = { .wanted = local->steps[0].name, .left = NAMES_MAX };
	uint32_t id = plain_skip(btf, result->type);

	if (!plain_is_enum(plain_type(btf, id)))
		return NULL;
	similar_begin(&names.similar, str_of(names.wanted));
	try_enumerators(&names, btf, id);
	return tell_names(&names, plain_type_text(btf, id, arena), arena);
}

const char *near_miss(const struct core_spec *local, const struct core_result *result,
		      struct arena *arena)
{
	if (!result->candidates)
		return arena_format(arena, "there is no '%s'",
				    plain_type_text(local->btf, local->root, arena));
	switch (core_subject(local->kind)) {
	case CORE_FIELD:
		return near_fields(local, result, arena);
	case CORE_ENUMERATOR:
		return near_enumerators(local, result, arena);
	default:
		return NULL;
	}
}
