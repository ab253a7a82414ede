/* SPDX-License-Identifier: BSD-2-Clause */
#include "exact.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/param.h>

#include "btf_shuffle.h"
#include "btf_world.h"
#include "libbpf_dedup.h"
#include "type_space.h"

#define NONE UINT32_MAX

// The sections in one order, and what became of them.
struct outcome {
	struct str *sections; // shuffled
	uint32_t *sequence;   // of sections
	uint32_t **new_id;    // by section, then type id: the id in the shuffled one
	uint32_t **result;    // by section, then type id: the type in what is left; 0 for none
	struct str left;      // a .BTF of all types that are left
	uint32_t left_count;
	uint32_t base; // of `left` in the space
};

struct trial {
	struct exact *exact;
	struct arena arena;
	struct random random;
	struct type_space space;
	uint32_t *base;       // by section
	uint32_t *type_count; // likewise
	struct outcome *outcomes;
	uint32_t *class_of; // by vertex
	uint32_t class_count;
};

__attribute__((format(printf, 2, 3))) static bool wrong(struct trial *trial, const char *format,
							...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(trial->exact->text, sizeof(trial->exact->text), format, arguments);
	va_end(arguments);
	return false;
}

static void shuffle(struct trial *trial, struct outcome *outcome, bool as_given)
{
	uint32_t count = trial->exact->count;

	outcome->sections = arena_new_array(&trial->arena, struct str, count);
	outcome->sequence = arena_new_array(&trial->arena, uint32_t, count);
	outcome->new_id = arena_new_array(&trial->arena, uint32_t *, count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t *new_id =
			arena_new_array(&trial->arena, uint32_t, (size_t)trial->type_count[i] + 1);

		outcome->sequence[i] = i;
		outcome->new_id[i] = new_id;
		outcome->sections[i] = trial->exact->sections[i];
		for (uint32_t id = 0; id <= trial->type_count[i]; id++)
			new_id[id] = id;
		if (!as_given)
			outcome->sections[i] = btf_shuffle(trial->exact->sections[i],
							   &trial->random, &trial->arena, new_id);
	}
	if (!as_given)
		random_shuffle(&trial->random, outcome->sequence, count);
}

static struct str encode(struct trial *trial, struct btf_world *world)
{
	struct btf_encoder *encoder = btf_encoder_create(world->graph, 0, &trial->arena);
	struct str section = { 0 };

	for (uint32_t node = 1; node < btf_graph_node_count(world->graph); node++)
		btf_encoder_add(encoder, node);
	if (!btf_encoder_finish(encoder, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
				place_in("left", ".BTF"), &world->diag, &section))
		wrong(trial, "cannot be written: %s", btf_world_message(world));
	return section;
}

static struct btf_unit *read_section(struct trial *trial, struct btf_world *world,
				     struct str section)
{
	struct btf_unit *unit =
		btf_world_read(world, section, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);

	if (!unit)
		wrong(trial, "cannot be read: %s", btf_world_message(world));
	return unit;
}

// Read @section such that every later use of its bytes is found.
static struct btf_unit *read_section_once(struct trial *trial, struct btf_world *world,
					  struct str section)
{
	char *copy = malloc(section.size);
	struct btf_unit *unit;

	if (!copy)
		abort();
	memcpy(copy, section.data, section.size);
	unit = btf_unit_read_once(world->graph, copy, section.size,
				  __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__, place_in("once", ".BTF"),
				  &world->diag);
	if (!unit)
		wrong(trial, "cannot be read: %s", btf_world_message(world));
	free(copy);
	return unit;
}

// Deduplicate what is left once more, alone.
static bool check_again(struct trial *trial, const struct outcome *outcome)
{
	struct btf_world world;
	struct str again = { 0 };

	btf_world_init(&world);
	if (read_section(trial, &world, outcome->left)) {
		btf_graph_settle(world.graph);
		again = encode(trial, &world);
		if (!str_equal(again, outcome->left))
			wrong(trial, "%u types are other %u when they are alone",
			      outcome->left_count, btf_section_types(again));
	}
	btf_world_deinit(&world);
	return !*trial->exact->text;
}

static void take_results(struct trial *trial, struct outcome *outcome, struct btf_unit **units)
{
	outcome->result = arena_new_array(&trial->arena, uint32_t *, trial->exact->count);
	for (uint32_t i = 0; i < trial->exact->count; i++) {
		uint32_t *result =
			arena_new_array(&trial->arena, uint32_t, (size_t)trial->type_count[i] + 1);

		// All nodes are written in their order: their numbers are their ids.
		for (uint32_t id = 1; id <= trial->type_count[i]; id++)
			result[id] = btf_unit_node(units[i], outcome->new_id[i][id]);
		outcome->result[i] = result;
	}
}

static bool deduplicate(struct trial *trial, struct outcome *outcome)
{
	struct btf_unit **units =
		arena_new_array(&trial->arena, struct btf_unit *, trial->exact->count);
	struct btf_world world;

	btf_world_init(&world);
	for (uint32_t i = 0; i < trial->exact->count && !*trial->exact->text; i++) {
		uint32_t section = outcome->sequence[i];

		units[section] = read_section_once(trial, &world, outcome->sections[section]);
	}
	if (!*trial->exact->text) {
		btf_graph_settle(world.graph);
		outcome->left = encode(trial, &world);
		outcome->left_count = btf_graph_node_count(world.graph) - 1;
		take_results(trial, outcome, units);
	}
	btf_world_deinit(&world);
	return !*trial->exact->text && check_again(trial, outcome);
}

static bool is_type(const struct trial *trial, uint32_t section, uint32_t id)
{
	return !trial->space.vertices.items[trial->base[section] + id].is_declaration;
}

static bool check_expansions(struct trial *trial)
{
	const struct outcome *outcome = &trial->outcomes[0];

	for (uint32_t i = 0; i < trial->exact->count; i++) {
		for (uint32_t id = 1; id <= trial->type_count[i]; id++) {
			uint32_t result = outcome->result[i][id];

			if (!is_type(trial, i, id))
				continue;
			trial->exact->types++;
			if (!type_space_fits(&trial->space, trial->base[i] + id,
					     type_space_vertex(outcome->base, result)))
				return wrong(trial,
					     "section %u: [%u] is not the [%u] that it became", i,
					     id, result);
		}
	}
	return true;
}

// Equal types became the same, in each order.
static bool check_equals(struct trial *trial)
{
	uint32_t *became = arena_new_array(&trial->arena, uint32_t, trial->class_count);

	for (uint32_t i = 0; i < trial->exact->count; i++) {
		for (uint32_t id = 1; id <= trial->type_count[i]; id++) {
			uint32_t class_id = trial->class_of[trial->base[i] + id];
			uint32_t result = trial->outcomes[0].result[i][id];

			if (!is_type(trial, i, id))
				continue;
			if (became[class_id] && became[class_id] != result)
				return wrong(trial, "section %u: [%u] became [%u], its equal [%u]",
					     i, id, result, became[class_id]);
			became[class_id] = result;
		}
	}
	return true;
}

static bool check_orders(struct trial *trial)
{
	const struct outcome *first = &trial->outcomes[0];

	for (uint32_t n = 1; n < trial->exact->orders; n++) {
		const struct outcome *other = &trial->outcomes[n];

		if (first->left_count != other->left_count)
			return wrong(trial, "%u types are left, in another order %u",
				     first->left_count, other->left_count);
		for (uint32_t i = 0; i < trial->exact->count; i++) {
			for (uint32_t id = 1; id <= trial->type_count[i]; id++) {
				if (is_type(trial, i, id) &&
				    trial->class_of[first->base + first->result[i][id]] !=
					    trial->class_of[other->base + other->result[i][id]])
					return wrong(trial,
						     "section %u: [%u] became [%u], in another "
						     "order something else",
						     i, id, first->result[i][id]);
			}
		}
	}
	return true;
}

// No two that are left are equal.
static bool check_left(struct trial *trial)
{
	const struct outcome *outcome = &trial->outcomes[0];
	uint32_t *seen = arena_new_array(&trial->arena, uint32_t, trial->class_count);

	for (uint32_t id = 1; id <= outcome->left_count; id++) {
		uint32_t class_id = trial->class_of[outcome->base + id];

		if (seen[class_id])
			return wrong(trial, "[%u] and [%u] are left and equal", seen[class_id], id);
		seen[class_id] = id;
	}
	return true;
}

// Vertices of what is left, those of equal labels or tags next to each other.
struct group {
	uint32_t key;
	uint32_t id;
};

static int compare_groups(const void *a, const void *b)
{
	const struct group *left = a, *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return left->id < right->id ? -1 : left->id > right->id;
}

static bool is_whole(const struct vertex *vertex)
{
	return vertex->kind == BTF_KIND_STRUCT || vertex->kind == BTF_KIND_UNION ||
	       vertex->kind == BTF_KIND_TYPEDEF;
}

// No struct, union or typedef that is left fits into another.
static bool check_wholes(struct trial *trial)
{
	const struct outcome *outcome = &trial->outcomes[0];
	ARRAY(struct group) groups = { 0 };

	for (uint32_t id = 1; id <= outcome->left_count; id++) {
		const struct vertex *vertex = &trial->space.vertices.items[outcome->base + id];

		if (is_whole(vertex))
			*array_add(&trial->arena, &groups) = (struct group){ vertex->label, id };
	}
	if (groups.count)
		qsort(groups.items, groups.count, sizeof(*groups.items), compare_groups);
	for (size_t a = 0; a < groups.count; a++) {
		for (size_t b = a + 1;
		     b < groups.count && groups.items[a].key == groups.items[b].key; b++) {
			uint32_t low = groups.items[a].id, high = groups.items[b].id;

			if (type_space_fits(&trial->space, outcome->base + low,
					    outcome->base + high) ||
			    type_space_fits(&trial->space, outcome->base + high,
					    outcome->base + low))
				return wrong(trial,
					     "[%u] and [%u] are left, and one fits the other", low,
					     high);
		}
	}
	return true;
}

// No forward declaration is left that can only mean one thing.
static bool check_forwards(struct trial *trial)
{
	const struct outcome *outcome = &trial->outcomes[0];
	size_t tags = trial->space.names.keys.count + 1;
	uint32_t *forward = arena_new_array(&trial->arena, uint32_t, tags);
	uint32_t *definitions = arena_new_array(&trial->arena, uint32_t, tags);

	for (uint32_t id = 1; id <= outcome->left_count; id++) {
		const struct vertex *vertex = &trial->space.vertices.items[outcome->base + id];

		if (vertex->is_forward)
			forward[vertex->tag] = id;
		else
			definitions[vertex->tag]++;
	}
	for (size_t tag = 1; tag < tags; tag++) {
		const struct vertex *vertex =
			&trial->space.vertices.items[outcome->base + forward[tag]];
		bool is_enum = vertex->kind == BTF_KIND_ENUM;

		if (forward[tag] && (is_enum ? definitions[tag] > 0 : definitions[tag] == 1))
			return wrong(trial, "[%u] is left, and %u definitions of it", forward[tag],
				     definitions[tag]);
	}
	return true;
}

// What @id of @section became by libbpf, as a vertex.
static uint32_t libbpf_result(const struct outcome *outcome, const struct libbpf_dedup *peer,
			      uint32_t base, uint32_t section, uint32_t id)
{
	return type_space_vertex(base, peer->result[section][outcome->new_id[section][id]]);
}

static bool libbpf_keeps_expansions(struct trial *trial, const struct outcome *outcome,
				    const struct libbpf_dedup *peer, uint32_t base)
{
	for (uint32_t i = 0; i < trial->exact->count; i++) {
		for (uint32_t id = 1; id <= trial->type_count[i]; id++) {
			if (is_type(trial, i, id) &&
			    !type_space_fits(&trial->space, trial->base[i] + id,
					     libbpf_result(outcome, peer, base, i, id)))
				return false;
		}
	}
	return true;
}

// Whether libbpf merges structs, unions or typedefs that became several here. None of these fits
// into another (check_wholes()): each has a definition of what the other only declares.
static bool libbpf_joins(struct trial *trial, const struct outcome *outcome,
			 const struct libbpf_dedup *peer, uint32_t base)
{
	uint32_t *first = arena_new_array(&trial->arena, uint32_t, trial->space.vertices.count);

	for (uint32_t i = 0; i < trial->exact->count; i++) {
		for (uint32_t id = 1; id <= trial->type_count[i]; id++) {
			uint32_t theirs = libbpf_result(outcome, peer, base, i, id);
			uint32_t ours = outcome->result[i][id];

			if (!is_whole(&trial->space.vertices.items[trial->base[i] + id]))
				continue;
			if (first[theirs] && first[theirs] != ours)
				return true;
			first[theirs] = ours;
		}
	}
	return false;
}

static void judge_libbpf(struct trial *trial, const struct outcome *outcome)
{
	struct exact *exact = trial->exact;
	struct libbpf_dedup peer;
	uint32_t base;

	if (!libbpf_dedup(outcome->sections, outcome->sequence, exact->count, &trial->arena,
			  &peer)) {
		exact->libbpf_refused++;
		return;
	}
	if (peer.left < exact->left) {
		base = type_space_add(&trial->space, peer.section);
		if (!libbpf_keeps_expansions(trial, outcome, &peer, base)) {
			exact->libbpf_wrong++;
			return;
		}
		if (libbpf_joins(trial, outcome, &peer, base)) {
			exact->libbpf_joined++;
			exact->libbpf_joined_least = MIN(exact->libbpf_joined_least, peer.left);
			return;
		}
	}
	exact->libbpf_least = MIN(exact->libbpf_least, peer.left);
	exact->libbpf_most = MAX(exact->libbpf_most, peer.left);
}

static bool check_libbpf(struct trial *trial)
{
	struct exact *exact = trial->exact;

	exact->libbpf_least = NONE;
	exact->libbpf_joined_least = NONE;
	for (uint32_t n = 0; n < exact->orders; n++)
		judge_libbpf(trial, &trial->outcomes[n]);
	if (exact->libbpf_least < exact->left)
		return wrong(trial, "%u types are left, by libbpf %u", exact->left,
			     exact->libbpf_least);
	return true;
}

// A link of the other sections has their types and no more. Which prototypes it has depends on the
// functions that go out.
static bool check_link(struct trial *trial)
{
	enum { IN_LINK = 1, IN_INPUT = 2 };
	const struct outcome *outcome = &trial->outcomes[0];
	uint8_t *where = arena_new_array(&trial->arena, uint8_t, outcome->left_count + 1u);

	for (uint32_t i = 0; i < trial->exact->count; i++) {
		for (uint32_t id = 1; id <= trial->type_count[i]; id++)
			where[outcome->result[i][id]] |= i ? IN_INPUT : IN_LINK;
	}
	for (uint32_t id = 1; id <= outcome->left_count; id++) {
		if (where[id] != (IN_LINK | IN_INPUT) &&
		    trial->space.vertices.items[outcome->base + id].kind != BTF_KIND_FUNC_PROTO)
			return wrong(trial, "[%u] is only in %s", id,
				     where[id] == IN_LINK ? "the link" : "an input");
	}
	return true;
}

static bool run(struct trial *trial)
{
	struct exact *exact = trial->exact;

	for (uint32_t i = 0; i < exact->count; i++) {
		trial->type_count[i] = btf_section_types(exact->sections[i]);
		trial->base[i] = type_space_add(&trial->space, exact->sections[i]);
	}
	for (uint32_t n = 0; n < exact->orders; n++) {
		struct outcome *outcome = &trial->outcomes[n];

		shuffle(trial, outcome, n == 0);
		if (!deduplicate(trial, outcome))
			return false;
		outcome->base = type_space_add(&trial->space, outcome->left);
	}
	exact->left = trial->outcomes[0].left_count;
	trial->class_of = type_space_classes(&trial->space, &trial->class_count);
	return check_expansions(trial) && check_equals(trial) && check_left(trial) &&
	       check_orders(trial) && check_wholes(trial) && check_forwards(trial) &&
	       (!exact->libbpf || check_libbpf(trial)) &&
	       (!exact->first_is_link || check_link(trial));
}

bool exact_check(struct exact *exact)
{
	struct trial trial = { .exact = exact, .random.state = exact->seed };
	bool holds;

	arena_init(&trial.arena, SIZE_MAX);
	type_space_init(&trial.space);
	trial.base = arena_new_array(&trial.arena, uint32_t, exact->count);
	trial.type_count = arena_new_array(&trial.arena, uint32_t, exact->count);
	trial.outcomes = arena_new_array(&trial.arena, struct outcome, exact->orders);
	holds = run(&trial);
	type_space_deinit(&trial.space);
	arena_deinit(&trial.arena);
	return holds;
}
