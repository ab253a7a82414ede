/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An order of classes that depends on their contents alone.
 *
 * Numbers of nodes, strings and classes follow the order of the units, so choices must not depend
 * on them. Two classes are compared breadth first: their records, then what these refer to, side by
 * side, until something differs; different classes differ somewhere. That is slow, so *sketches*
 * decide where they differ: hashes of what a few steps lead to.
 *
 * Types can be made that are alike for any number of steps and have more pairs than can be
 * compared: layers of many structs, each of which refers to two of the next layer. So the work of
 * all comparisons is bounded. Past the bound sketches alone decide, and look as far ahead as the
 * same amount of work allows.
 */
#include "contents.h"

#include "base/hash.h"
#include "base/table.h"
#include "records.h"

// A class, or a node that is not doubtful.
struct vertex {
	bool is_class;
	uint32_t number;
};

struct vertices {
	struct vertex a, b;
};

// Steps that sketches look ahead.
#define ROUNDS 8

// The most words that all comparisons of a link look at, and again that the sketches in their place
// do. Honest types need a hundredth of that.
#define WORDS_MAX (1u << 22)

// The state that comparisons share.
struct comparison {
	struct settling *settling;
	struct arena *arena;
	uint64_t *sketches;           // by class: its sketch; NULL: not made yet
	bool has_given_up;            // only sketches are compared
	ARRAY(struct vertices) queue; // pairs that were or will be compared
	struct table seen;            // -> index into queue
};

static const uint32_t *vertex_record(const struct settling *settling, struct vertex vertex)
{
	if (vertex.is_class)
		return settling_class_record(settling, vertex.number);
	return vertex.number ? graph_record(settling->graph, vertex.number) : NULL;
}

static struct vertex node_vertex(const struct settling *settling, uint32_t node)
{
	uint32_t definition = settling->definition[node];

	return (struct vertex){ false, definition == NODE_NONE ? node : definition };
}

// A walk over the references of a vertex.
struct vertex_references {
	struct record_ids ids;
	const uint32_t *child; // the next item; NULL for a node
};

static struct vertex_references vertex_references(const struct settling *settling,
						  struct vertex vertex)
{
	return (struct vertex_references){
		.ids = record_ids(vertex_record(settling, vertex)),
		.child = vertex.is_class
				 ? settling_children(settling,
						     settling->representative[vertex.number])
				 : NULL,
	};
}

// Set *@vertex to the next one; false when there is none.
static bool next_reference(const struct settling *settling, struct vertex_references *references,
			   struct vertex *vertex)
{
	const uint32_t *word = record_ids_next(&references->ids);

	if (!word)
		return false;
	if (references->child && settling->doubtful[*word])
		*vertex = (struct vertex){ true, settling->class_of[*references->child++] };
	else
		*vertex = node_vertex(settling, *word);
	return true;
}

static void compare_later(struct comparison *comparison, struct vertex a, struct vertex b)
{
	const uint32_t key[] = { a.is_class, a.number, b.is_class, b.number };
	const struct hash_key *secret = &comparison->settling->graph->strings->key;
	uint32_t hash = hash_bytes(secret, key, sizeof(key));
	struct table_probe probe = table_probe(&comparison->seen, hash);
	struct arena *arena = comparison->arena;
	uint32_t index;

	if (a.is_class == b.is_class && a.number == b.number)
		return;
	while (table_next(&comparison->seen, &probe, &index)) {
		const struct vertices *seen = &comparison->queue.items[index];

		if (seen->a.is_class == a.is_class && seen->a.number == a.number &&
		    seen->b.is_class == b.is_class && seen->b.number == b.number)
			return;
	}
	table_add(&comparison->seen, arena, hash, (uint32_t)comparison->queue.count);
	*array_add(arena, &comparison->queue) = (struct vertices){ a, b };
}

// Which way round is arbitrary, but outputs depend on it.
static int larger_first(uint32_t a, uint32_t b)
{
	return (a < b) - (a > b);
}

// By their bytes, but longer ones before what they begin with.
static int compare_names(struct settling *settling, uint32_t a, uint32_t b)
{
	struct str x = strings_get(settling->graph->strings, a);
	struct str y = strings_get(settling->graph->strings, b);
	size_t size = x.size < y.size ? x.size : y.size;
	int order;

	if (a == b)
		return 0;
	settling->compared += size / sizeof(uint32_t);
	order = memcmp(x.data, y.data, size);
	return order ? order : larger_first((uint32_t)x.size, (uint32_t)y.size);
}

// Compare two records with one info, except for what they refer to.
static int compare_records(struct settling *settling, const uint32_t *a, const uint32_t *b)
{
	uint32_t info = a[RECORD_INFO];
	uint32_t ids = 0;
	uint32_t names = 0;

	settling->compared += record_words(info);
	for (size_t i = 0; i < record_words(info); i++) {
		int order;

		if (ids < record_id_count(info) && i == record_id_word(info, ids)) {
			ids++;
			continue;
		}
		if (names < record_name_count(info) && i == record_name_word(info, names)) {
			names++;
			order = compare_names(settling, a[i], b[i]);
		} else {
			order = larger_first(a[i], b[i]);
		}
		if (order)
			return order;
	}
	return 0;
}

static int compare_vertices(struct comparison *comparison, struct vertices pair)
{
	struct settling *settling = comparison->settling;
	const uint32_t *a = vertex_record(settling, pair.a);
	const uint32_t *b = vertex_record(settling, pair.b);
	struct vertex_references a_references, b_references;
	int order;

	if (!a || !b)
		return larger_first(!!a, !!b);
	order = larger_first(a[RECORD_INFO], b[RECORD_INFO]);
	if (order == 0)
		order = compare_records(settling, a, b);
	if (order)
		return order;
	a_references = vertex_references(settling, pair.a);
	b_references = vertex_references(settling, pair.b);
	while (next_reference(settling, &a_references, &pair.a) &&
	       next_reference(settling, &b_references, &pair.b))
		compare_later(comparison, pair.a, pair.b);
	return 0;
}

// A hash of a name. It must be the same in every link: the output depends on it.
static uint64_t sketch_name(const struct settling *settling, uint64_t *by_name, uint32_t name)
{
	// Remember it: many members may have one name, which may be long.
	if (!by_name[name]) {
		struct str text = strings_get(settling->graph->strings, name);

		by_name[name] = hash_stable(text.data, text.size);
	}
	return by_name[name];
}

// A hash of a record, except for what it refers to.
static uint64_t sketch_record(const struct settling *settling, uint64_t *by_name,
			      const uint32_t *record)
{
	uint32_t info = record[RECORD_INFO], count = record_name_count(info);
	uint64_t sketch = hash_mix(info, record_words(info));

	for (uint32_t n = 0; n < count; n++)
		sketch = hash_mix(
			sketch, sketch_name(settling, by_name, record[record_name_word(info, n)]));
	return sketch;
}

// Set the sketch of each class to the hash of its record. Hash each node's record once: classes of
// one node share it.
static void sketch_records(const struct comparison *comparison, uint64_t *sketches)
{
	const struct settling *settling = comparison->settling;
	size_t name_count = settling->graph->strings->strings.count;
	uint64_t *by_name = arena_new_array(comparison->arena, uint64_t, name_count);
	uint64_t *by_node = arena_new_array(comparison->arena, uint64_t, settling->node_count);

	for (uint32_t class_id = 0; class_id < settling->class_count; class_id++) {
		uint64_t *sketch = &by_node[settling_class_node(settling, class_id)];

		if (!*sketch)
			*sketch = sketch_record(settling, by_name,
						settling_class_record(settling, class_id));
		sketches[class_id] = *sketch;
	}
}

static uint64_t sketch_references(const struct settling *settling, const uint64_t *sketches,
				  uint32_t class_id)
{
	uint32_t item = settling->representative[class_id];
	uint32_t count = settling_child_count(settling, item);
	const uint32_t *children = settling_children(settling, item);
	uint64_t sketch = sketches[class_id];

	// References that are not doubtful follow from the record.
	for (uint32_t i = 0; i < count; i++)
		sketch = hash_mix(sketch, sketches[settling->class_of[children[i]]]);
	return sketch;
}

static void make_sketches(struct comparison *comparison, size_t rounds)
{
	const struct settling *settling = comparison->settling;
	uint64_t *sketches = arena_new_array(comparison->arena, uint64_t, settling->class_count);
	uint64_t *next = arena_new_array(comparison->arena, uint64_t, settling->class_count);

	sketch_records(comparison, sketches);
	while (rounds--) {
		uint64_t *done = next;

		for (uint32_t class_id = 0; class_id < settling->class_count; class_id++)
			next[class_id] = sketch_references(settling, sketches, class_id);
		next = sketches;
		sketches = done;
	}
	comparison->sketches = sketches;
}

static void give_up(struct comparison *comparison)
{
	const struct settling *settling = comparison->settling;
	size_t rounds = WORDS_MAX / (settling->class_count + settling->children.count + 1);

	comparison->has_given_up = true;
	make_sketches(comparison, rounds > ROUNDS ? rounds : ROUNDS);
}

struct comparison *comparison_create(struct settling *settling, struct arena *arena)
{
	struct comparison *comparison = arena_new(arena, struct comparison);

	comparison->settling = settling;
	comparison->arena = arena;
	return comparison;
}

bool comparison_has_given_up(const struct comparison *comparison)
{
	return comparison->has_given_up;
}

// Compare two classes with equal sketches; 0 when it takes too long.
static int compare_walks(struct comparison *comparison, uint32_t a, uint32_t b)
{
	comparison->queue.count = 0;
	table_clear(&comparison->seen, comparison->arena);
	compare_later(comparison, (struct vertex){ true, a }, (struct vertex){ true, b });
	for (size_t i = 0; i < comparison->queue.count; i++) {
		int order = compare_vertices(comparison, comparison->queue.items[i]);

		if (order || comparison->settling->compared > WORDS_MAX)
			return order;
	}
	return 0;
}

int compare_contents(struct comparison *comparison, uint32_t a, uint32_t b)
{
	if (!comparison->sketches)
		make_sketches(comparison, ROUNDS);
	if (comparison->sketches[a] == comparison->sketches[b] && !comparison->has_given_up) {
		int order = compare_walks(comparison, a, b);

		if (order || comparison->settling->compared <= WORDS_MAX)
			return order;
		give_up(comparison);
	}
	return (comparison->sketches[a] > comparison->sketches[b]) -
	       (comparison->sketches[a] < comparison->sketches[b]);
}
