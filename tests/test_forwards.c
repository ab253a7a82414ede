/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What only btf/settle/forwards.c resolves: a declaration that stands for two definitions in one
 * type, which nothing unifies (btf/settle/join.c), and how it gives up where there is too much to
 * look at.
 */
#include <criterion/criterion.h>

#include "btf_world.h"
#include "exact.h"

static struct btf_raw begin(struct arena *arena)
{
	struct btf_raw raw = btf_raw_begin(arena, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);

	btf_raw_int(&raw, "int", 4, BTF_INT_SIGNED);
	return raw;
}

// struct NAME { int x; }, which differs by where x is.
static uint32_t add_version(struct btf_raw *raw, const char *name, uint32_t version)
{
	uint32_t id = btf_raw_struct(raw, BTF_KIND_STRUCT, name, 8);

	btf_raw_member(raw, "x", 1, version);
	return id;
}

static uint32_t add_pointer(struct btf_raw *raw, uint32_t type)
{
	return btf_raw_reference(raw, BTF_KIND_PTR, "", type);
}

// struct user { struct s *a, *b, *c; }
static uint32_t add_user(struct btf_raw *raw, uint32_t a, uint32_t b)
{
	uint32_t id = btf_raw_struct(raw, BTF_KIND_STRUCT, "user", 24);

	btf_raw_member(raw, "a", a, 0);
	btf_raw_member(raw, "b", b, 64);
	btf_raw_member(raw, "c", a, 128);
	return id;
}

static uint32_t add_declaring_user(struct btf_raw *raw)
{
	uint32_t pointer = add_pointer(raw, btf_raw_fwd(raw, "s", false));

	return add_user(raw, pointer, pointer);
}

// No unit of C has two versions of a tag; the BTF of kernels does.
static uint32_t add_defining_user(struct btf_raw *raw)
{
	uint32_t first = add_pointer(raw, add_version(raw, "s", 0));
	uint32_t second = add_pointer(raw, add_version(raw, "s", 32));

	return add_user(raw, first, second);
}

static uint32_t add_enum(struct btf_raw *raw, const char *value)
{
	uint32_t id = btf_raw_enum(raw, BTF_KIND_ENUM, "e", 4);

	if (value)
		btf_raw_value(raw, value, 0);
	return id;
}

// @count pointers to different versions of a tag, which all lead to a declaration that stays: each
// may be below each other.
static void add_crowd(struct btf_raw *raw, uint32_t count)
{
	uint32_t open = btf_raw_fwd(raw, "open", false);

	add_version(raw, "open", 0);
	add_version(raw, "open", 32);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t member = btf_raw_struct(raw, BTF_KIND_STRUCT, "crowd", 8);

		btf_raw_member(raw, "x", open, i);
		add_pointer(raw, member);
	}
}

Test(forwards, stand_for_two_definitions)
{
	struct btf_raw raws[3];
	struct str sections[3];
	struct exact exact = { .sections = sections, .count = 3, .orders = 6 };
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < 3; i++)
		raws[i] = begin(&arena);
	add_declaring_user(&raws[0]);
	add_defining_user(&raws[1]);
	// By itself this says nothing.
	btf_raw_reference(&raws[2], BTF_KIND_CONST, "", btf_raw_fwd(&raws[2], "s", false));
	for (size_t i = 0; i < 3; i++)
		sections[i] = btf_raw_finish(&raws[i]);
	cr_expect(exact_check(&exact), "%s", exact.text);
	// int, two versions, pointers to them, their user; const of one.
	cr_expect_eq(exact.left, 7, "%u", exact.left);
	arena_deinit(&arena);
}

// Pairs of these pointers are looked at, and then those of what they point to.
static const struct crowd {
	uint32_t count;
	bool given_up;
} crowds[] = {
	{ 10, false },
	{ 1500, true }, // while pairs are added for others
	{ 2100, true }, // at once
};

static void check_crowd(const struct crowd *crowd)
{
	uint32_t declaring, defining, declared, values[2];
	struct btf_world world;
	struct btf_unit *unit;
	struct btf_raw raw;

	btf_world_init(&world);
	raw = begin(&world.arena);
	declaring = add_declaring_user(&raw);
	defining = add_defining_user(&raw);
	declared = add_enum(&raw, NULL);
	values[0] = add_enum(&raw, "A");
	values[1] = add_enum(&raw, "B");
	add_crowd(&raw, crowd->count);
	unit = btf_world_read_raw(&world, &raw);
	btf_graph_settle(world.graph);
	cr_expect_eq(btf_unit_node(unit, declaring) != btf_unit_node(unit, defining),
		     crowd->given_up, "%u", crowd->count);
	// What needs no pairs is resolved in any case.
	declared = btf_unit_node(unit, declared);
	cr_expect(declared == btf_unit_node(unit, values[0]) ||
			  declared == btf_unit_node(unit, values[1]),
		  "%u", crowd->count);
	btf_world_deinit(&world);
}

Test(forwards, give_up_where_pairs_are_too_many)
{
	for (size_t i = 0; i < sizeof(crowds) / sizeof(*crowds); i++)
		check_crowd(&crowds[i]);
}
