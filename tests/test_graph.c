/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Properties of the settled graph on random units, which are variants of one another: types with
 * one name in several versions, forward declarations, cycles.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "btf.h"
#include "btf_raw.h"

#define TYPES_MAX 24
#define UNITS_MAX 4

// A type of a unit in the making. References are indices into the unit's types; -1 is void.
struct plan {
	uint32_t kind;
	const char *name;
	uint32_t value; // size, length or offset: whatever may vary
	int reference[2];
	int count; // of references
};

struct unit_plan {
	struct plan types[TYPES_MAX];
	int count;
	uint32_t id[TYPES_MAX]; // by index: the type id it is given
};

static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random_state >> 33) % limit;
}

static const char *random_name(void)
{
	static const char *const names[] = { "a", "b", "c", "d" };

	return names[random_below(4)];
}

// A type that may refer to earlier ones, and to structs with a name anywhere.
static struct plan random_plan(const struct unit_plan *unit, int index, bool forwards)
{
	static const uint32_t kinds[] = {
		BTF_KIND_INT,    BTF_KIND_PTR,    BTF_KIND_PTR,   BTF_KIND_STRUCT,
		BTF_KIND_STRUCT, BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_TYPEDEF,
		BTF_KIND_ARRAY,  BTF_KIND_CONST,  BTF_KIND_ENUM,  BTF_KIND_FUNC_PROTO,
		BTF_KIND_FWD,
	};
	struct plan plan = {
		.kind = kinds[random_below(sizeof(kinds) / sizeof(*kinds) - !forwards)],
		.name = "",
		.value = 4 << random_below(2),
	};

	(void)unit;
	switch (plan.kind) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		plan.name = random_below(4) ? random_name() : "";
		plan.count = (int)random_below(3);
		break;
	case BTF_KIND_FUNC_PROTO:
		plan.count = 1 + (int)random_below(2);
		break;
	case BTF_KIND_INT:
	case BTF_KIND_FWD:
		plan.name = random_name();
		break;
	case BTF_KIND_ENUM:
		plan.name = random_name();
		// Number of values; none makes it a forward declaration.
		plan.value = random_below(forwards ? 3 : 2) + !forwards;
		break;
	case BTF_KIND_TYPEDEF:
		plan.name = random_name();
		plan.count = 1;
		break;
	default:
		plan.count = 1;
	}
	for (int i = 0; i < plan.count; i++)
		plan.reference[i] = (int)random_below((uint32_t)index + 1) - 1;
	return plan;
}

static bool is_named_struct(const struct plan *plan)
{
	return (plan->kind == BTF_KIND_STRUCT || plan->kind == BTF_KIND_UNION) && *plan->name;
}

static struct unit_plan random_unit(bool forwards)
{
	struct unit_plan unit = { .count = 4 + (int)random_below(TYPES_MAX - 4) };

	for (int i = 0; i < unit.count; i++)
		unit.types[i] = random_plan(&unit, i, forwards);
	// Make cycles: some references go to a named struct anywhere.
	for (int i = 0; i < unit.count; i++) {
		for (int n = 0; n < unit.types[i].count; n++) {
			int target = (int)random_below((uint32_t)unit.count);

			if (is_named_struct(&unit.types[target]) && random_below(2))
				unit.types[i].reference[n] = target;
		}
	}
	return unit;
}

static void mutate_unit(struct unit_plan *unit, bool forwards)
{
	for (uint32_t changes = random_below(3); changes; changes--) {
		struct plan *plan = &unit->types[random_below((uint32_t)unit->count)];

		if (forwards && is_named_struct(plan) && random_below(2)) {
			plan->value = plan->kind == BTF_KIND_UNION;
			plan->kind = BTF_KIND_FWD;
			plan->count = 0;
		} else if (plan->kind != BTF_KIND_FWD) {
			plan->value ^= 12;
		}
	}
}

static void shuffle_ids(struct unit_plan *unit)
{
	for (int i = 0; i < unit->count; i++)
		unit->id[i] = (uint32_t)i + 1;
	for (int i = unit->count - 1; i > 0; i--) {
		int j = (int)random_below((uint32_t)i + 1);
		uint32_t id = unit->id[i];

		unit->id[i] = unit->id[j];
		unit->id[j] = id;
	}
}

static uint32_t plan_id(const struct unit_plan *unit, int reference)
{
	return reference < 0 ? 0 : unit->id[reference];
}

static void write_plan(struct btf_raw *raw, const struct unit_plan *unit, const struct plan *plan)
{
	uint32_t first = plan_id(unit, plan->reference[0]);

	switch (plan->kind) {
	case BTF_KIND_INT:
		btf_raw_int(raw, plan->name, plan->value, BTF_INT_SIGNED);
		break;
	case BTF_KIND_FWD:
		btf_raw_fwd(raw, plan->name, plan->value == 1);
		break;
	case BTF_KIND_ENUM:
		btf_raw_enum(raw, BTF_KIND_ENUM, plan->name, 4);
		for (uint32_t i = 0; i < plan->value; i++)
			btf_raw_value(raw, i ? "one" : "zero", i);
		break;
	case BTF_KIND_ARRAY:
		btf_raw_array(raw, first, 0, plan->value);
		break;
	case BTF_KIND_FUNC_PROTO:
		btf_raw_proto(raw, first);
		if (plan->count > 1)
			btf_raw_param(raw, "x", plan_id(unit, plan->reference[1]));
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		btf_raw_struct(raw, plan->kind, plan->name, plan->value);
		for (int i = 0; i < plan->count; i++)
			btf_raw_member(raw, i ? "n" : "m", plan_id(unit, plan->reference[i]), 0);
		break;
	default:
		btf_raw_reference(raw, plan->kind, plan->name, first);
	}
}

static struct str write_unit(struct arena *arena, const struct unit_plan *unit)
{
	struct btf_raw raw = btf_raw_begin(arena, false);

	for (uint32_t id = 1; id <= (uint32_t)unit->count; id++) {
		for (int i = 0; i < unit->count; i++) {
			if (unit->id[i] == id)
				write_plan(&raw, unit, &unit->types[i]);
		}
	}
	return btf_raw_finish(&raw);
}

// Node of each type of each unit, by unit and index, whatever the order and ids were.
struct outcome {
	uint32_t node[UNITS_MAX][TYPES_MAX];
	uint32_t count; // of nodes
	uint32_t again; // of nodes once all of them were written and read again
};

// How many types are left of the whole graph when it is the only input.
static uint32_t count_again(struct arena *arena, const struct btf_graph *graph, struct diag *diag)
{
	struct btf_encoder *encoder = btf_encoder_create(graph, arena);
	struct btf_graph *next;
	struct strings strings;
	struct str section;

	for (uint32_t node = 1; node < btf_graph_node_count(graph); node++)
		btf_encoder_add(encoder, node);
	cr_assert(btf_encoder_finish(encoder, false, place_in("again", ".BTF"), diag, &section));
	strings_init(&strings, arena);
	next = btf_graph_create(arena, &strings);
	cr_assert(btf_unit_read(next, section.data, section.size, false, place_in("again", ".BTF"),
				diag));
	btf_graph_settle(next);
	return btf_graph_node_count(next) - 1;
}

static struct outcome settle(struct arena *arena, const struct unit_plan *units, int count,
			     bool backwards)
{
	struct outcome outcome = { 0 };
	struct btf_unit *read[UNITS_MAX];
	struct strings strings;
	struct diag diag;
	struct btf_graph *graph;

	strings_init(&strings, arena);
	diag_init(&diag, arena);
	graph = btf_graph_create(arena, &strings);
	for (int i = 0; i < count; i++) {
		int n = backwards ? count - 1 - i : i;
		struct str section = write_unit(arena, &units[n]);

		read[n] = btf_unit_read(graph, section.data, section.size, false,
					place_in("random", ".BTF"), &diag);
		cr_assert(read[n], "%s", diag.first ? diag.first->text : "no message");
	}
	btf_graph_settle(graph);
	for (int n = 0; n < count; n++) {
		for (int i = 0; i < units[n].count; i++)
			outcome.node[n][i] = btf_unit_node(read[n], units[n].id[i]);
	}
	outcome.count = btf_graph_node_count(graph) - 1;
	outcome.again = count_again(arena, graph, &diag);
	return outcome;
}

// All types of all units in one row.
struct row {
	const struct plan *plan[UNITS_MAX * TYPES_MAX];
	int unit[UNITS_MAX * TYPES_MAX];
	int base[UNITS_MAX];
	int count;
};

static struct row make_row(const struct unit_plan *units, int count)
{
	struct row row = { 0 };

	for (int n = 0; n < count; n++) {
		row.base[n] = row.count;
		for (int i = 0; i < units[n].count; i++) {
			row.unit[row.count] = n;
			row.plan[row.count++] = &units[n].types[i];
		}
	}
	return row;
}

static int row_reference(const struct row *row, int index, int n)
{
	int reference = row->plan[index]->reference[n];

	return reference < 0 ? -1 : row->base[row->unit[index]] + reference;
}

static bool plans_equal(const struct plan *a, const struct plan *b)
{
	bool has_value = a->kind == BTF_KIND_INT || a->kind == BTF_KIND_FWD ||
			 a->kind == BTF_KIND_ENUM || a->kind == BTF_KIND_ARRAY ||
			 a->kind == BTF_KIND_STRUCT || a->kind == BTF_KIND_UNION;

	if (a->kind == BTF_KIND_FWD && b->kind == BTF_KIND_FWD)
		return !strcmp(a->name, b->name) && (a->value == 1) == (b->value == 1);
	return a->kind == b->kind && !strcmp(a->name, b->name) && a->count == b->count &&
	       (!has_value || a->value == b->value);
}

static bool declares(const struct plan *a, const struct plan *b)
{
	if (strcmp(a->name, b->name))
		return false;
	if (a->kind == BTF_KIND_FWD)
		return b->kind == (a->value == 1 ? BTF_KIND_UNION : BTF_KIND_STRUCT);
	return a->kind == BTF_KIND_ENUM && a->value == 0 && b->kind == BTF_KIND_ENUM;
}

typedef bool relation[UNITS_MAX * TYPES_MAX][UNITS_MAX * TYPES_MAX];

// The largest relation of types that look equal and refer to related ones, from the definition:
// take out what does not fit until all fits. @loose: forward declarations fit definitions.
static void relate(const struct row *row, bool loose, relation related)
{
	bool changed = true;

	for (int a = 0; a < row->count; a++) {
		for (int b = 0; b < row->count; b++)
			related[a][b] = plans_equal(row->plan[a], row->plan[b]) ||
					(loose && (declares(row->plan[a], row->plan[b]) ||
						   declares(row->plan[b], row->plan[a])));
	}
	while (changed) {
		changed = false;
		for (int a = 0; a < row->count; a++) {
			for (int b = 0; b < row->count; b++) {
				if (!related[a][b] || row->plan[a]->count != row->plan[b]->count)
					continue;
				for (int n = 0; n < row->plan[a]->count && related[a][b]; n++) {
					int x = row_reference(row, a, n);
					int y = row_reference(row, b, n);

					if (x < 0 || y < 0 ? x != y : !related[x][y])
						related[a][b] = false;
				}
				changed |= !related[a][b];
			}
		}
	}
}

static void make_units(struct unit_plan *units, int count, bool forwards)
{
	units[0] = random_unit(forwards);
	for (int i = 1; i < count; i++) {
		units[i] = units[0];
		mutate_unit(&units[i], forwards);
	}
	for (int i = 0; i < count; i++)
		shuffle_ids(&units[i]);
}

static uint32_t node_of(const struct outcome *outcome, const struct row *row, int index)
{
	int unit = row->unit[index];

	return outcome->node[unit][index - row->base[unit]];
}

Test(graph, nodes_are_the_coarsest_stable_partition)
{
	static relation related;

	for (uint32_t seed = 0; seed < 1500; seed++) {
		struct unit_plan units[UNITS_MAX];
		struct outcome outcome;
		struct arena arena;
		struct row row;

		arena_init(&arena, SIZE_MAX);
		random_state = seed;
		make_units(units, UNITS_MAX, false);
		outcome = settle(&arena, units, UNITS_MAX, false);
		row = make_row(units, UNITS_MAX);
		relate(&row, false, related);
		for (int a = 0; a < row.count; a++) {
			for (int b = 0; b < row.count; b++)
				cr_assert_eq(related[a][b],
					     node_of(&outcome, &row, a) ==
						     node_of(&outcome, &row, b),
					     "seed %u: %d and %d", seed, a, b);
		}
		arena_deinit(&arena);
	}
}

Test(graph, merges_only_what_forward_declarations_allow)
{
	static relation related;

	for (uint32_t seed = 0; seed < 1500; seed++) {
		struct unit_plan units[UNITS_MAX];
		struct outcome outcome;
		struct arena arena;
		struct row row;

		arena_init(&arena, SIZE_MAX);
		random_state = seed;
		make_units(units, UNITS_MAX, true);
		outcome = settle(&arena, units, UNITS_MAX, false);
		row = make_row(units, UNITS_MAX);
		relate(&row, true, related);
		for (int a = 0; a < row.count; a++) {
			for (int b = 0; b < row.count; b++)
				cr_assert(related[a][b] || node_of(&outcome, &row, a) !=
								   node_of(&outcome, &row, b),
					  "seed %u: %d and %d", seed, a, b);
		}
		arena_deinit(&arena);
	}
}

Test(graph, does_not_depend_on_order_or_ids)
{
	for (uint32_t seed = 0; seed < 1500; seed++) {
		struct unit_plan units[UNITS_MAX];
		struct outcome one, other;
		struct arena arena;
		struct row row;

		arena_init(&arena, SIZE_MAX);
		random_state = seed;
		make_units(units, UNITS_MAX, true);
		row = make_row(units, UNITS_MAX);
		one = settle(&arena, units, UNITS_MAX, false);
		for (int i = 0; i < UNITS_MAX; i++)
			shuffle_ids(&units[i]);
		other = settle(&arena, units, UNITS_MAX, true);
		cr_assert_eq(one.count, other.count, "seed %u", seed);
		for (int a = 0; a < row.count; a++) {
			for (int b = 0; b < row.count; b++)
				cr_assert_eq(node_of(&one, &row, a) == node_of(&one, &row, b),
					     node_of(&other, &row, a) == node_of(&other, &row, b),
					     "seed %u: %d and %d", seed, a, b);
		}
		arena_deinit(&arena);
	}
}

Test(graph, settling_again_changes_nothing)
{
	for (uint32_t seed = 0; seed < 3000; seed++) {
		struct unit_plan units[UNITS_MAX];
		struct outcome outcome;
		struct arena arena;

		arena_init(&arena, SIZE_MAX);
		random_state = seed;
		make_units(units, UNITS_MAX, true);
		outcome = settle(&arena, units, UNITS_MAX, false);
		cr_expect_eq(outcome.count, outcome.again, "seed %u: %u, then %u", seed,
			     outcome.count, outcome.again);
		arena_deinit(&arena);
	}
}

static int silent(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

// How many types libbpf leaves; 0 when it fails.
static uint32_t libbpf_count(struct arena *arena, const struct unit_plan *units, int count)
{
	struct btf *all = btf__new_empty();
	uint32_t left = 0;

	for (int i = 0; i < count; i++) {
		struct str section = write_unit(arena, &units[i]);
		struct btf *one = btf__new(section.data, (uint32_t)section.size);

		if (one)
			btf__add_btf(all, one);
		btf__free(one);
	}
	if (btf__dedup(all, NULL) == 0)
		left = btf__type_cnt(all) - 1;
	btf__free(all);
	return left;
}

Test(graph, never_leaves_more_types_than_libbpf)
{
	uint32_t compared = 0;

	libbpf_set_print(silent);
	for (uint32_t seed = 0; seed < 1500; seed++) {
		struct unit_plan units[UNITS_MAX];
		struct outcome outcome;
		struct arena arena;
		uint32_t theirs;

		arena_init(&arena, SIZE_MAX);
		random_state = seed;
		make_units(units, UNITS_MAX, true);
		outcome = settle(&arena, units, UNITS_MAX, false);
		theirs = libbpf_count(&arena, units, UNITS_MAX);
		if (theirs) {
			compared++;
			cr_expect_leq(outcome.count, theirs, "seed %u: %u, libbpf %u", seed,
				      outcome.count, theirs);
		}
		arena_deinit(&arena);
	}
	cr_expect_gt(compared, 1000, "only %u compared", compared);
}
