/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where in two types a difference is: every pair knows which one led to it.
 */
#include <stdio.h>

#include "relation_walk.h"

// The most steps from member to member that a difference names.
#define MEMBERS_SHOWN 8

static struct str member_name(const struct walk *walk, const struct pair *pair)
{
	const struct pair *parent = &walk->pairs.items[pair->parent];
	const struct btf_member *members =
		btf_record_tail(btf_graph_type(walk->graph, parent->key.a));

	return strings_get(btf_graph_strings(walk->graph), members[pair->index].name_off);
}

// The member that @pair, a member, is in, where C can name both together: "slots[].mode" or
// "next->mode". NULL for none.
static const struct pair *outer_member(const struct walk *walk, const struct pair *pair)
{
	const struct pair *outer = &walk->pairs.items[pair->parent];

	if (outer->key.step == STEP_TARGET)
		outer = &walk->pairs.items[outer->parent];
	while (outer->key.step == STEP_ELEMENT)
		outer = &walk->pairs.items[outer->parent];
	return outer->key.step == STEP_MEMBER ? outer : NULL;
}

// The pair that the outermost of the members that lead to @pair is in; @pair when that is none.
static const struct pair *skip_members(const struct walk *walk, const struct pair *pair)
{
	const struct pair *outer;

	if (pair->key.step != STEP_MEMBER)
		return pair;
	while ((outer = outer_member(walk, pair)))
		pair = outer;
	return &walk->pairs.items[pair->parent];
}

// The members that lead to @pair from @outer, as C: "slots[].mode". "" when they have no names.
static const char *member_path(const struct walk *walk, const struct pair *pair,
			       const struct pair *outer)
{
	const char *path = "";

	for (int depth = 0; pair != outer; pair = &walk->pairs.items[pair->parent]) {
		struct str name = STR("[]");

		if (depth++ == MEMBERS_SHOWN)
			return arena_format(walk->arena, "...%s", path);
		if (pair->key.step == STEP_TARGET)
			path = arena_format(walk->arena, "->%s", path);
		else if (pair->key.step == STEP_MEMBER)
			name = member_name(walk, pair);
		if (pair->key.step != STEP_TARGET && name.size)
			path = arena_format(walk->arena, "%.*s%s%s", STR_ARGS(name),
					    *path && !strchr("[-", *path) ? "." : "", path);
	}
	return path;
}

static void add_step(const struct walk *walk, const struct pair *pair, char *path, size_t size)
{
	struct str name;

	switch (pair->key.step) {
	case STEP_RETURN:
		snprintf(path, size, "the return value");
		break;
	case STEP_PARAM:
		snprintf(path, size, "parameter %u", pair->index + 1);
		break;
	case STEP_MEMBER:
		name = member_name(walk, pair);
		if (name.size)
			snprintf(path, size, "member '%.*s'", STR_ARGS(name));
		else
			snprintf(path, size, "member %u", pair->index + 1);
		break;
	case STEP_ELEMENT:
		snprintf(path, size, "an element");
		break;
	case STEP_TARGET:
		snprintf(path, size, "the target");
		break;
	}
}

static void describe_path(const struct walk *walk, const struct pair *pair, char *path, size_t size)
{
	size_t used = 0;

	for (; pair->key.step != STEP_TOP; pair = &walk->pairs.items[pair->parent]) {
		if (used) {
			snprintf(path + used, size - used, " of ");
			used += strlen(path + used);
		}
		add_step(walk, pair, path + used, size - used);
		used += strlen(path + used);
		if (used + 1 == size) {
			strcpy(path + size - sizeof("..."), "...");
			return;
		}
	}
}

void walk_describe_place(const struct walk *walk, const struct pair *pair,
			 struct btf_difference *difference)
{
	const struct pair *outer = skip_members(walk, pair), *part = pair;
	const char *members = member_path(walk, pair, outer);

	snprintf(difference->members, sizeof(difference->members), "%s", members);
	if (strlen(members) >= sizeof(difference->members))
		strcpy(difference->members + sizeof(difference->members) - sizeof("..."), "...");
	describe_path(walk, *members ? outer : pair, difference->path, sizeof(difference->path));
	while (part->key.step != STEP_TOP && walk->pairs.items[part->parent].key.step != STEP_TOP)
		part = &walk->pairs.items[part->parent];
	if (part->key.step == STEP_PARAM || part->key.step == STEP_RETURN) {
		difference->part =
			part->key.step == STEP_PARAM ? BTF_PART_PARAMETER : BTF_PART_TYPE;
		difference->part_index = part->index;
	}
}

const char *walk_join(const struct walk *walk, const struct pair *shown, const struct pair *pair)
{
	if (shown->key.a == pair->key.a)
		return ".";
	if (shown != &walk->pairs.items[pair->parent])
		return NULL;
	return pair->key.step == STEP_ELEMENT ? "[]." : "->";
}
