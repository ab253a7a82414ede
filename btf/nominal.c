/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The canonical graph, first half: nominal nodes.
 *
 * Equal types are found by hashing: a record is hashed with hashes in place of its names and of
 * the types that it refers to. That needs the types a record refers to first, which a cycle has
 * not. But in C every cycle passes a struct or union with a name. So a reference to one is not
 * followed: it becomes a reference to the *tag*, the node of the forward declaration with that
 * name, and a type gets its hash in one walk without cycles. Enums with a name are cut likewise,
 * for they too may be declared in one unit and defined in another. A FWD's own node is its tag.
 *
 * Nodes are therefore equal *nominally*: up to what the tags mean. btf_graph_settle() gives each
 * tag its definition, and tells apart what the tags made look equal.
 *
 * All of a unit is hashed before anything is looked up, so that lookups, each of which misses the
 * cache, can be overlapped. Only types that are new get a record; in large links they are few.
 *
 * Types made by other means than C may be cyclic with nameless structs only. What leads to such a
 * cycle has no hash after one walk; references to the nameless structs and unions among it are cut
 * as well, and a second walk gives it one. All share one nameless tag, which has many definitions,
 * so settling tells them apart. Whether a type leads to a cycle is the same wherever it is found.
 */
#include <assert.h>

#include "graph.h"
#include "records.h"

// How many lookups are under way at once.
#define LOOKUPS_AHEAD 8

// While a unit is added: what stands in place of the node of a type whose hash is being made, and
// of one that cannot be made. The hash of void is no type's.
#define NODE_OPEN  NODE_NONE
#define NODE_STUCK (NODE_NONE - 1)
static const struct hash void_hash = { 1, 0 };

// What adding one unit works on.
struct adder {
	struct btf_graph *graph;
	struct btf_unit *unit;
	struct hash *own;       // by type id
	struct hash *reference; // by type id: what references to it are hashed as; zero: not known
	uint32_t *tagged;       // ids of types that are tags or have one
	uint32_t tagged_count;
};

bool graph_is_forward(const uint32_t *record, uint32_t name)
{
	switch (btf_info_kind(record[RECORD_INFO])) {
	case BTF_KIND_FWD:
		return true;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return name && btf_info_vlen(record[RECORD_INFO]) == 0;
	default:
		return false;
	}
}

// Where the name of @record is; 0 for none. An empty string is no name, wherever it is.
static uint32_t name_offset(const struct adder *adder, const uint32_t *record)
{
	uint32_t offset = record[RECORD_NAME];

	return adder->unit->strings.data[offset] ? offset : 0;
}

// Make the tag that references to @record become if they are not followed; false when all are.
static bool make_tag(const struct adder *adder, uint32_t tag[RECORD_TAIL], const uint32_t *record)
{
	const uint32_t tagged = 1u << BTF_KIND_FWD | 1u << BTF_KIND_STRUCT | 1u << BTF_KIND_UNION |
				1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64;
	uint32_t info = record[RECORD_INFO], name;
	uint32_t kind = btf_info_kind(info);
	bool is_union = kind == BTF_KIND_UNION;

	// Most types are none of these; their names need not be in the cache.
	if (!(tagged >> kind & 1))
		return false;
	name = name_offset(adder, record);
	tag[RECORD_NAME] = name;
	tag[RECORD_SIZE] = 0;
	switch (kind) {
	case BTF_KIND_FWD:
		is_union = btf_info_kflag(info);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		// No FWD of an input has a size: its node cannot be the nameless tag.
		tag[RECORD_SIZE] = !name;
		break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		if (!name)
			return false;
		// The size of an enum that is only declared differs between compilers; kernels
		// demand a possible one.
		tag[RECORD_INFO] = btf_make_info(BTF_KIND_ENUM, 0, false);
		tag[RECORD_SIZE] = sizeof(int32_t);
		return true;
	default:
		return false;
	}
	tag[RECORD_INFO] = btf_make_info(BTF_KIND_FWD, 0, is_union);
	return true;
}

// Whether only cycles need it.
static bool is_nameless_tag(const uint32_t tag[RECORD_TAIL])
{
	return btf_info_kind(tag[RECORD_INFO]) == BTF_KIND_FWD && tag[RECORD_SIZE];
}

static struct hash name_hash(const struct adder *adder, uint32_t offset)
{
	return names_get(&adder->graph->names, offset);
}

// A name's hash is as good as random, so that of a tag may be one next to it.
static struct hash tag_hash(const struct adder *adder, const uint32_t tag[RECORD_TAIL])
{
	struct hash hash = name_hash(adder, tag[RECORD_NAME]);

	// In the half that the table of nodes keeps.
	hash.low ^= tag[RECORD_INFO] | tag[RECORD_SIZE];
	return hash;
}

static bool is_declaration(const struct btf_unit *unit, uint32_t id)
{
	return record_kinds[btf_info_kind(btf_unit_type(unit, id)->info)].is_declaration;
}

static bool is_known(struct hash hash)
{
	return hash.low | hash.high;
}

static const uint32_t *unit_record(const struct btf_unit *unit, uint32_t id)
{
	return unit->words + unit->offset[id];
}

static void set_tag(struct adder *adder, uint32_t id, const uint32_t tag[RECORD_TAIL])
{
	adder->reference[id] = tag_hash(adder, tag);
	adder->tagged[adder->tagged_count++] = id;
}

// Find the types to which references are cut, and forget the hashes of all others.
static void cut_references(struct adder *adder)
{
	struct btf_unit *unit = adder->unit;

	adder->tagged_count = 0;
	unit->node[0] = 0;
	adder->own[0] = adder->reference[0] = void_hash;
	for (uint32_t id = 1; id <= unit->type_count; id++) {
		const uint32_t *record = unit_record(unit, id);
		uint32_t tag[RECORD_TAIL];

		unit->node[id] = 0;
		adder->own[id] = adder->reference[id] = (struct hash){ 0, 0 };
		if (!make_tag(adder, tag, record) || is_nameless_tag(tag))
			continue;
		set_tag(adder, id, tag);
		if (graph_is_forward(record, tag[RECORD_NAME]))
			adder->own[id] = adder->reference[id];
	}
}

// GCC marks characters beside whether they are signed; kernels want one or the other, and clang
// does without the mark.
static uint32_t without_character_mark(uint32_t word)
{
	return word & ~((uint32_t)BTF_INT_CHAR << 24);
}

static bool add_reference(const struct adder *adder, struct hash *hash, struct hash name,
			  uint32_t id)
{
	struct hash reference = adder->reference[id];

	*hash = hash_add(*hash, name, reference, adder->graph->key);
	return is_known(reference);
}

static void add_word(const struct adder *adder, struct hash *hash, struct hash name, uint32_t word)
{
	*hash = hash_add(*hash, name, hash_word(word), adder->graph->key);
}

// A name and a word that is no reference. A name's hash is as good as random.
static struct hash named_word(const struct adder *adder, uint32_t offset, uint32_t word)
{
	struct hash name = name_hash(adder, offset);

	return (struct hash){ name.low ^ word, name.high ^ word };
}

// Elements of types, other than of declarations, begin with a name, and may then have a type.
static bool add_elements(const struct adder *adder, struct hash *hash, const uint32_t *element,
			 const struct btf_kind_info *kind, uint32_t vlen)
{
	bool has_type = kind->element_type == 1;
	bool is_long = kind->element == 3;

	for (uint32_t i = 0; i < vlen; i++, element += kind->element) {
		struct hash name = named_word(adder, element[0], is_long ? element[2] : 0);

		if (!has_type)
			add_word(adder, hash, name, element[1]);
		else if (!add_reference(adder, hash, name, element[1]))
			return false;
	}
	return true;
}

static bool add_tail(const struct adder *adder, struct hash *hash, const uint32_t *record,
		     const struct btf_kind_info *kind)
{
	const struct hash none = { 0, 0 };
	bool is_int = btf_info_kind(record[RECORD_INFO]) == BTF_KIND_INT;

	for (uint32_t i = 0; i < kind->tail; i++) {
		uint32_t word = record[RECORD_TAIL + i];

		if (i >= kind->tail_types)
			add_word(adder, hash, none, is_int ? without_character_mark(word) : word);
		else if (!add_reference(adder, hash, none, word))
			return false;
	}
	return true;
}

// Give @id its hash; false when it refers to a type that has none yet.
static bool hash_type(struct adder *adder, uint32_t id)
{
	const uint32_t *record = unit_record(adder->unit, id);
	uint32_t info = record[RECORD_INFO];
	const struct btf_kind_info *kind = &record_kinds[btf_info_kind(info)];
	struct hash name = named_word(adder, record[RECORD_NAME], info);
	struct hash hash = hash_begin(adder->graph->key);

	if (!kind->has_type)
		add_word(adder, &hash, name, record[RECORD_SIZE]);
	else if (!add_reference(adder, &hash, name, record[RECORD_SIZE]))
		return false;
	if (!add_tail(adder, &hash, record, kind))
		return false;
	if (kind->element && !add_elements(adder, &hash, record + RECORD_TAIL + kind->tail, kind,
					   btf_info_vlen(info)))
		return false;
	adder->own[id] = hash;
	if (!is_known(adder->reference[id]))
		adder->reference[id] = hash;
	return true;
}

// Push what @id refers to and has no hash yet.
static void open_type(struct adder *adder, uint32_t id)
{
	struct btf_unit *unit = adder->unit;
	struct record_ids ids = record_ids(unit_record(unit, id));

	unit->node[id] = NODE_OPEN;
	for (const uint32_t *child; (child = record_ids_next(&ids));) {
		// What is open or stuck already will be found to be missing.
		if (!is_known(adder->reference[*child]) && unit->node[*child] == 0)
			*array_add(adder->graph->scratch, &adder->graph->stack) = *child;
	}
}

// Depth first with an explicit stack, from a type that has no hash yet: types that are open are the
// path to the one on top. One that refers to such a one is stuck, as is what leads to it.
static void hash_from(struct adder *adder, uint32_t id)
{
	struct words *stack = &adder->graph->stack;

	if (adder->unit->node[id] == NODE_STUCK)
		return;
	stack->count = 0;
	*array_add(adder->graph->scratch, stack) = id;
	open_type(adder, id);
	while (stack->count) {
		uint32_t top = stack->items[stack->count - 1];
		uint32_t *node = &adder->unit->node[top];

		if (is_known(adder->own[top]) || *node == NODE_STUCK || hash_type(adder, top)) {
			stack->count--;
		} else if (*node == NODE_OPEN) {
			*node = NODE_STUCK;
			stack->count--;
		} else {
			open_type(adder, top);
		}
	}
}

// Compilers write most types before what these refer to: from the last to the first. Returns a type
// that is stuck, or 0.
static uint32_t hash_types(struct adder *adder)
{
	uint32_t culprit = 0;

	for (uint32_t id = adder->unit->type_count; id; id--) {
		if (is_known(adder->own[id]) || is_declaration(adder->unit, id) ||
		    hash_type(adder, id))
			continue;
		hash_from(adder, id);
		if (!culprit && !is_known(adder->own[id]))
			culprit = id;
	}
	return culprit;
}

// Cut references to what is stuck and may have a tag, and begin again with all that is stuck.
static void cut_cycles(struct adder *adder)
{
	struct btf_unit *unit = adder->unit;

	for (uint32_t id = 1; id <= unit->type_count; id++) {
		uint32_t tag[RECORD_TAIL];

		if (is_known(adder->own[id]) || is_declaration(unit, id))
			continue;
		unit->node[id] = 0;
		if (!is_known(adder->reference[id]) && make_tag(adder, tag, unit_record(unit, id)))
			set_tag(adder, id, tag);
	}
}

// Give types their nodes; returns how many have new ones, whose ids are in @fresh.
static uint32_t find_nodes(struct adder *adder, uint32_t *fresh)
{
	struct btf_graph *graph = adder->graph;
	struct btf_unit *unit = adder->unit;
	uint32_t count = 0;

	for (uint32_t id = 1; id <= unit->type_count; id++) {
		if (id + LOOKUPS_AHEAD <= unit->type_count)
			identity_prefetch(&graph->table, adder->own[id + LOOKUPS_AHEAD]);
		// Declarations have none.
		if (!is_known(adder->own[id]))
			continue;
		unit->node[id] = identity_find(&graph->table, adder->own[id]);
		if (unit->node[id])
			continue;
		unit->node[id] = graph_reserve(graph, adder->own[id]);
		fresh[count++] = id;
	}
	return count;
}

static uint32_t name_number(struct adder *adder, uint32_t offset)
{
	return names_number(&adder->graph->names, offset, adder->graph->strings);
}

static bool is_cut(const struct adder *adder, uint32_t id)
{
	struct hash own = adder->own[id];
	struct hash reference = adder->reference[id];

	return own.low != reference.low || own.high != reference.high;
}

static void write_tag(struct adder *adder, uint32_t id, uint32_t node)
{
	uint32_t tag[RECORD_TAIL] = { 0 };

	make_tag(adder, tag, unit_record(adder->unit, id));
	tag[RECORD_NAME] = name_number(adder, tag[RECORD_NAME]);
	memcpy(graph_make_record(adder->graph, node, RECORD_TAIL), tag, sizeof(tag));
}

// The node of the tag that references to @id become, which is made when there is none.
static uint32_t tag_node(struct adder *adder, uint32_t id)
{
	uint32_t node = identity_find(&adder->graph->table, adder->reference[id]);

	if (node == 0) {
		node = graph_reserve(adder->graph, adder->reference[id]);
		write_tag(adder, id, node);
	}
	return node;
}

static void write_definition(struct adder *adder, uint32_t id)
{
	struct btf_graph *graph = adder->graph;
	const uint32_t *record = unit_record(adder->unit, id);
	uint32_t node = adder->unit->node[id];
	uint32_t info = record[RECORD_INFO];
	size_t words = record_words(info);
	uint32_t *made = scratch_room(&graph->bytes, graph->scratch, words, sizeof(*made));

	memcpy(made, record, words * sizeof(*made));
	if (btf_info_kind(info) == BTF_KIND_INT)
		made[RECORD_TAIL] = without_character_mark(made[RECORD_TAIL]);
	for (uint32_t n = 0; n < record_name_count(info); n++) {
		uint32_t *word = &made[record_name_word(info, n)];

		*word = name_number(adder, *word);
	}
	for (uint32_t n = 0; n < record_id_count(info); n++) {
		uint32_t *word = &made[record_id_word(info, n)];

		*word = is_cut(adder, *word) ? tag_node(adder, *word) : adder->unit->node[*word];
	}
	// Last, for tags have records too.
	memcpy(graph_make_record(graph, node, words), made, words * sizeof(*made));
	if (is_cut(adder, id)) {
		uint32_t tag = tag_node(adder, id);

		graph->tag_of.items[node] = tag;
	}
}

// Of what is stuck and leads to a cycle, @id, go on to a type of the cycle.
static uint32_t find_cycle(struct adder *adder, uint32_t id)
{
	uint32_t *node = adder->unit->node;

	while (node[id] != NODE_OPEN) {
		struct record_ids ids = record_ids(unit_record(adder->unit, id));
		const uint32_t *child = record_ids_next(&ids);

		node[id] = NODE_OPEN;
		while (is_known(adder->reference[*child]))
			child = record_ids_next(&ids);
		id = *child;
	}
	return id;
}

// The tag that type @id is or has.
static uint32_t unit_tag(const struct adder *adder, uint32_t id)
{
	uint32_t node = adder->unit->node[id], tag = adder->graph->tag_of.items[node];

	return tag == NODE_NONE ? node : tag;
}

// Whether a tag of the unit has two meanings there: two definitions, or one beside a declaration.
static bool has_rivals(const struct adder *adder)
{
	struct btf_graph *graph = adder->graph;
	const uint32_t *node = adder->unit->node, *tagged = adder->tagged;
	uint32_t unit = (uint32_t)graph->units.count + 1;
	bool found = false;

	while (graph->meanings.count < graph->offset.count)
		array_add(graph->scratch, &graph->meanings);
	for (uint32_t i = 0; i < adder->tagged_count; i++) {
		struct meaning *meaning = &graph->meanings.items[unit_tag(adder, tagged[i])];

		if (i + LOOKUPS_AHEAD < adder->tagged_count)
			__builtin_prefetch(&graph->tag_of.items[node[tagged[i + LOOKUPS_AHEAD]]]);
		found |= meaning->unit == unit && meaning->node != node[tagged[i]];
		*meaning = (struct meaning){ unit, node[tagged[i]] };
	}
	return found;
}

uint32_t graph_add_unit(struct btf_graph *graph, struct btf_unit *unit)
{
	size_t count = (size_t)unit->type_count + 1;
	struct arena *scratch = graph->scratch;
	struct adder adder = {
		.graph = graph,
		.unit = unit,
		.own = scratch_room(&graph->hashes, scratch, count, sizeof(struct hash)),
		.reference = scratch_room(&graph->references, scratch, count, sizeof(struct hash)),
		.tagged = scratch_room(&graph->tagged, scratch, count, sizeof(uint32_t)),
	};
	uint32_t *fresh = scratch_room(&graph->fresh, scratch, count, sizeof(*fresh));
	uint32_t fresh_count, culprit;

	assert(!graph->settled);
	unit->node = arena_alloc_array(graph->arena, count, sizeof(*unit->node));
	cut_references(&adder);
	if (hash_types(&adder)) {
		cut_cycles(&adder);
		culprit = hash_types(&adder);
		if (culprit)
			return find_cycle(&adder, culprit);
	}
	fresh_count = find_nodes(&adder, fresh);
	for (uint32_t i = 0; i < fresh_count; i++) {
		const uint32_t *record = unit_record(unit, fresh[i]);

		if (graph_is_forward(record, name_offset(&adder, record)))
			write_tag(&adder, fresh[i], unit->node[fresh[i]]);
		else
			write_definition(&adder, fresh[i]);
	}
	unit->has_rivals = has_rivals(&adder);
	*array_add(graph->arena, &graph->units) = unit;
	return 0;
}
