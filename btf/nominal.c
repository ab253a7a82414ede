/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The canonical graph, first half: nominal nodes.
 *
 * Equal types are found by hashing: a record is hashed with hashes in place of the types that it
 * refers to. So the types that a record refers to must be hashed first, which is impossible in a
 * cycle. But in C every cycle passes through a struct or union with a name. A reference to such a
 * type is not followed: it becomes a reference to the *tag*, the node of the forward declaration
 * with that name. Then one walk without cycles hashes all types. Enums with a name are cut
 * likewise, because they too may be declared in one unit and defined in another. A FWD's own node
 * is its tag.
 *
 * Nodes are therefore equal *nominally*: up to what the tags mean. btf_graph_settle() gives each
 * tag its definition, and separates types that only look equal because of tags.
 *
 * Types are looked up in the order of hashing. So the types that a record refers to have their
 * nodes before it, and comparing records decides whether a candidate is equal. Types are looked up
 * in batches: large enough for the cache misses of lookups to overlap, small enough for the records
 * of a batch to stay in the cache until they are compared. Only new types get a permanent record;
 * in large links these are few.
 *
 * Types not made from C may have cycles through nameless structs only. Types that lead to such a
 * cycle have no hash after the first walk. References to the nameless structs and unions among them
 * are then cut as well, and a second walk hashes the rest. These all share one nameless tag with
 * many definitions, so settling separates them. Whether a type leads to a cycle does not depend on
 * the unit.
 */
#include <assert.h>

#include "graph.h"
#include "records.h"

// How many lookups ahead each step of one is under way.
#define AHEAD 4

// A batch has at most so many types, and ends with the type that reaches so many words.
#define BATCH_TYPES 64
#define BATCH_WORDS 2048

// Values of a unit's `node` while it is hashed: the type is being hashed; it cannot be hashed; it
// has its hash and waits to be looked up.
#define NODE_OPEN   NODE_NONE
#define NODE_STUCK  (NODE_NONE - 1)
#define NODE_HASHED (NODE_NONE - 2)

#define VOID_HASH 1

// The most words of a record without elements.
#define RECORD_MOST (RECORD_TAIL + 3)

// What a reference to a type is replaced by.
struct reference {
	uint32_t hash; // 0: not known
	uint32_t node; // known after the lookup
};

// A type that is a tag or defines one, with the record of the tag.
struct tagged {
	uint32_t id, tag[RECORD_TAIL];
};

// A type that waits to be looked up.
struct waiting {
	uint32_t id, hash;
	uint32_t record, words; // index of its first word in the batch, and how many words it has
};

// The state of adding one unit.
struct adder {
	struct btf_graph *graph;
	struct btf_unit *unit;
	const struct hash_key *key;
	struct reference *references; // by type id
	struct tagged *tagged;
	uint32_t tagged_count;
	uint32_t *words; // of the batch: the unit's records, with numbers for names
	uint32_t word_count;
	struct waiting batch[BATCH_TYPES + 2 * AHEAD]; // and some for lookups ahead of the last
	uint32_t batch_count;
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

static uint32_t name_number(const struct adder *adder, uint32_t offset)
{
	return names_number(&adder->graph->names, offset);
}

static bool may_have_tag(uint32_t info)
{
	const uint32_t kinds = 1u << BTF_KIND_FWD | 1u << BTF_KIND_STRUCT | 1u << BTF_KIND_UNION |
			       1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64;

	return kinds >> btf_info_kind(info) & 1;
}

// Make the record of the tag for @record; false when it has none, so that references to it are
// followed.
static bool make_tag(const struct adder *adder, uint32_t tag[RECORD_TAIL], const uint32_t *record)
{
	uint32_t info = record[RECORD_INFO], name;
	uint32_t kind = btf_info_kind(info);
	bool is_union = kind == BTF_KIND_UNION;

	if (!may_have_tag(info))
		return false;
	name = name_number(adder, record[RECORD_NAME]);
	tag[RECORD_NAME] = name;
	tag[RECORD_SIZE] = 0;
	switch (kind) {
	case BTF_KIND_FWD:
		is_union = btf_info_kflag(info);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		// A FWD of an input has size 0, so it cannot equal the nameless tag.
		tag[RECORD_SIZE] = !name;
		break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		if (!name)
			return false;
		// Compilers write different sizes for an enum that is only declared; kernels demand
		// a valid one.
		tag[RECORD_INFO] = btf_make_info(BTF_KIND_ENUM, 0, false);
		tag[RECORD_SIZE] = sizeof(int32_t);
		return true;
	default:
		return false;
	}
	tag[RECORD_INFO] = btf_make_info(BTF_KIND_FWD, 0, is_union);
	return true;
}

// Whether @tag is the nameless one, which only cycles need.
static bool is_nameless_tag(const uint32_t tag[RECORD_TAIL])
{
	return btf_info_kind(tag[RECORD_INFO]) == BTF_KIND_FWD && tag[RECORD_SIZE];
}

static bool is_declaration(const struct btf_unit *unit, uint32_t id)
{
	return record_kinds[btf_info_kind(btf_unit_type(unit, id)->info)].is_declaration;
}

static const uint32_t *unit_record(const struct btf_unit *unit, uint32_t id)
{
	return unit->words + unit->offset[id];
}

// GCC sets BTF_INT_CHAR beside BTF_INT_SIGNED; kernels accept only one of them, and clang does not
// set BTF_INT_CHAR.
static uint32_t without_character_mark(uint32_t word)
{
	return word & ~((uint32_t)BTF_INT_CHAR << 24);
}

// A hash of 0 means "not known", so 0 becomes another value.
static uint32_t known(uint32_t hash)
{
	return hash ? hash : 1;
}

static void set_tag(struct adder *adder, uint32_t id, const uint32_t tag[RECORD_TAIL])
{
	struct tagged *tagged = &adder->tagged[adder->tagged_count++];
	uint64_t sum = 0;

	for (uint32_t i = 0; i < RECORD_TAIL; i++)
		sum += tag[i] * adder->key->words[i];
	adder->references[id].hash = known(hash_end(0, sum, adder->key));
	// A forward declaration is its tag.
	if (graph_is_forward(unit_record(adder->unit, id), tag[RECORD_NAME]))
		adder->unit->node[id] = NODE_HASHED;
	*tagged = (struct tagged){ id, { tag[0], tag[1], tag[2] } };
}

// Whether @id has been hashed or has its node.
static bool is_hashed(const struct adder *adder, uint32_t id)
{
	uint32_t node = adder->unit->node[id];

	return node && node <= NODE_HASHED;
}

// Find the types to which references are cut, and clear the hashes of all others.
static void cut_references(struct adder *adder)
{
	struct btf_unit *unit = adder->unit;

	unit->node[0] = 0;
	adder->references[0] = (struct reference){ VOID_HASH, 0 };
	for (uint32_t id = 1; id <= unit->type_count; id++) {
		const uint32_t *record = unit_record(unit, id);
		uint32_t tag[RECORD_TAIL];

		unit->node[id] = 0;
		adder->references[id] = (struct reference){ 0, 0 };
		// Most types have no tag.
		if (may_have_tag(record[RECORD_INFO]) && make_tag(adder, tag, record) &&
		    !is_nameless_tag(tag))
			set_tag(adder, id, tag);
	}
}

static bool is_record_of_tag(const uint32_t *record, const uint32_t tag[RECORD_TAIL])
{
	// Every record has these words.
	return record[RECORD_NAME] == tag[RECORD_NAME] && record[RECORD_INFO] == tag[RECORD_INFO] &&
	       record[RECORD_SIZE] == tag[RECORD_SIZE];
}

// The node with the record @tag, added when it is new.
static uint32_t tag_node(struct btf_graph *graph, uint32_t hash, const uint32_t tag[RECORD_TAIL])
{
	uint32_t node;
	struct table_probe probe = table_probe(&graph->table, hash);

	while (table_next(&graph->table, &probe, &node)) {
		if (is_record_of_tag(graph_record(graph, node), tag))
			return node;
	}
	node = graph_reserve(graph, hash);
	memcpy(graph_make_record(graph, node, RECORD_TAIL), tag, RECORD_TAIL * sizeof(*tag));
	return node;
}

// Prefetch the record of a candidate for @hash. Always inline, or GCC takes it for a function
// without effect and drops its calls.
__attribute__((always_inline)) static inline void load_candidate(const struct btf_graph *graph,
								 uint32_t hash)
{
	__builtin_prefetch(graph_record(graph, table_peek(&graph->table, hash)));
}

// Look up the tags of tagged types, from number @first on, for references to them.
static void find_tags(struct adder *adder, uint32_t first)
{
	struct btf_graph *graph = adder->graph;
	struct reference *references = adder->references;

	for (uint32_t i = first; i < adder->tagged_count; i++) {
		const struct tagged *tagged = &adder->tagged[i];
		uint32_t left = adder->tagged_count - i, id = tagged->id, node;

		if (left > 2 * AHEAD)
			table_prefetch(&graph->table, references[tagged[2 * AHEAD].id].hash);
		if (left > AHEAD)
			load_candidate(graph, references[tagged[AHEAD].id].hash);
		node = references[id].node = tag_node(graph, references[id].hash, tagged->tag);
		if (adder->unit->node[id] == NODE_HASHED)
			adder->unit->node[id] = node;
	}
}

// Replace the references of @record, which is not a tag's, by nodes; all were looked up.
static void resolve(const struct adder *adder, uint32_t *record)
{
	const struct reference *references = adder->references;
	uint32_t info = record[RECORD_INFO], *element;
	const struct btf_kind_info *kind = &record_kinds[btf_info_kind(info)];

	if (kind->has_type)
		record[RECORD_SIZE] = references[record[RECORD_SIZE]].node;
	for (uint32_t i = 0; i < kind->tail_types; i++)
		record[RECORD_TAIL + i] = references[record[RECORD_TAIL + i]].node;
	if (kind->element_type < 0)
		return;
	element = record + RECORD_TAIL + kind->tail + kind->element_type;
	for (uint32_t left = btf_info_vlen(info); left; left--, element += kind->element)
		*element = references[*element].node;
}

static uint32_t make_node(struct adder *adder, const struct waiting *type, const uint32_t *record)
{
	struct btf_graph *graph = adder->graph;
	uint32_t node = graph_reserve(graph, type->hash), tag = adder->references[type->id].node;

	memcpy(graph_make_record(graph, node, type->words), record, type->words * 4);
	if (tag)
		graph->tag_of.items[node] = tag;
	return node;
}

static uint32_t find_node(struct adder *adder, const struct waiting *type)
{
	const struct btf_graph *graph = adder->graph;
	struct table_probe probe = table_probe(&graph->table, type->hash);
	uint32_t *record = adder->words + type->record, node;

	resolve(adder, record);
	while (table_next(&graph->table, &probe, &node)) {
		const uint32_t *found = graph_record(graph, node);

		// Equal infos mean equal lengths.
		if (found[RECORD_INFO] == record[RECORD_INFO] &&
		    memcmp(found, record, type->words * sizeof(*record)) == 0)
			return node;
	}
	return make_node(adder, type, record);
}

// Look up all types of the batch, and begin a new batch.
static void find_batch(struct adder *adder)
{
	const struct waiting *batch = adder->batch;

	for (uint32_t i = 0; i < AHEAD; i++)
		load_candidate(adder->graph, batch[i].hash);
	for (uint32_t i = 0; i < adder->batch_count; i++) {
		uint32_t id = batch[i].id, node;

		load_candidate(adder->graph, batch[i + AHEAD].hash);
		node = adder->unit->node[id] = find_node(adder, &batch[i]);
		if (!adder->references[id].node)
			adder->references[id].node = node;
	}
	adder->batch_count = adder->word_count = 0;
}

// Add type @id with @hash to the batch; its record was written last and ends before @end.
static void add_to_batch(struct adder *adder, uint32_t id, uint32_t hash, const uint32_t *end)
{
	uint32_t first = adder->word_count;

	adder->word_count = (uint32_t)(end - adder->words);
	adder->batch[adder->batch_count++] =
		(struct waiting){ id, hash, first, adder->word_count - first };
	adder->unit->node[id] = NODE_HASHED;
	if (!adder->references[id].hash)
		adder->references[id].hash = hash;
	table_prefetch(&adder->graph->table, hash);
	if (adder->batch_count == BATCH_TYPES || adder->word_count > BATCH_WORDS)
		find_batch(adder);
}

// The hash of the current record.
struct record_hash {
	uint64_t value, sum;
};

// Copy elements, with numbers for names, and add them to @hash; false when one refers to a type
// without a hash. Elements of types (not of declarations) begin with a name.
static bool add_elements(const struct adder *adder, struct record_hash *hash, uint32_t *to,
			 const uint32_t *from, uint32_t info)
{
	const struct btf_kind_info *kind = &record_kinds[btf_info_kind(info)];
	uint32_t words = kind->element;
	bool has_type = kind->element_type == 1;
	const struct names names = adder->graph->names;
	const uint64_t *key = adder->key->words + RECORD_MOST;
	uint32_t room = (HASH_WORDS - RECORD_MOST) / words;
	uint64_t sum = hash->sum;

	for (uint32_t left = btf_info_vlen(info); left;
	     left--, from += words, to += words, key += words) {
		uint32_t name = names_number(&names, from[0]), second = from[1];

		if (room-- == 0) {
			hash->value = hash_block(hash->value + !hash->value, sum, adder->key);
			room = HASH_WORDS / words - 1;
			key = adder->key->words;
			sum = 0;
		}
		to[0] = name;
		to[1] = second;
		if (has_type) {
			second = adder->references[second].hash;
			if (!second)
				return false;
		}
		sum += name * key[0] + second * key[1];
		if (words == 3) {
			to[2] = from[2];
			sum += from[2] * key[2];
		}
	}
	hash->sum = sum;
	return true;
}

// The same for the words between the first three and the elements.
static bool add_tail(const struct adder *adder, struct record_hash *hash, uint32_t *to,
		     const uint32_t *from, uint32_t words, uint32_t types)
{
	// Only INT has one word here; ARRAY has three.
	bool is_int = words == 1;

	for (uint32_t i = 0; i < words; i++) {
		uint32_t word = is_int ? without_character_mark(from[i]) : from[i];

		to[i] = word;
		if (i < types) {
			word = adder->references[word].hash;
			if (!word)
				return false;
		}
		hash->sum += word * adder->key->words[RECORD_TAIL + i];
	}
	return true;
}

// Hash @id and write its record to the batch; false when it refers to a type without a hash.
static bool hash_type(struct adder *adder, uint32_t id)
{
	const uint32_t *from = unit_record(adder->unit, id);
	uint32_t *to = adder->words + adder->word_count;
	uint32_t info = from[RECORD_INFO], size = from[RECORD_SIZE];
	const struct btf_kind_info *kind = &record_kinds[btf_info_kind(info)];
	const uint64_t *key = adder->key->words;
	struct record_hash hash = { 0 };

	to[RECORD_NAME] = name_number(adder, from[RECORD_NAME]);
	to[RECORD_INFO] = info;
	to[RECORD_SIZE] = size;
	if (kind->has_type) {
		size = adder->references[size].hash;
		if (!size)
			return false;
	}
	hash.sum = to[RECORD_NAME] * key[RECORD_NAME] + info * key[RECORD_INFO] +
		   size * key[RECORD_SIZE];
	from += RECORD_TAIL;
	to += RECORD_TAIL;
	if (!add_tail(adder, &hash, to, from, kind->tail, kind->tail_types))
		return false;
	to += kind->tail;
	from += kind->tail;
	if (kind->element && !add_elements(adder, &hash, to, from, info))
		return false;
	to += (size_t)kind->element * btf_info_vlen(info);
	add_to_batch(adder, id, known(hash_end(hash.value, hash.sum, adder->key)), to);
	return true;
}

// Push the types that @id refers to and that have no hash.
static void open_type(struct adder *adder, uint32_t id)
{
	struct btf_unit *unit = adder->unit;
	struct record_ids ids = record_ids(unit_record(adder->unit, id));

	unit->node[id] = NODE_OPEN;
	for (const uint32_t *child; (child = record_ids_next(&ids));) {
		// Types that are open or stuck are not pushed: hash_type() will fail on them.
		if (!adder->references[*child].hash && unit->node[*child] == 0)
			*array_add(adder->graph->scratch, &adder->graph->stack) = *child;
	}
}

// Hash @id and what it leads to, depth first with an explicit stack. Open types are the path to the
// top of the stack. A type that refers to an open one is stuck, as are all types that lead to it.
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

		if (is_hashed(adder, top) || *node == NODE_STUCK || hash_type(adder, top)) {
			stack->count--;
		} else if (*node == NODE_OPEN) {
			*node = NODE_STUCK;
			stack->count--;
		} else {
			open_type(adder, top);
		}
	}
}

// Hash all types from the last to the first: compilers write most types before those that they
// refer to. Returns a stuck type, or 0.
static uint32_t hash_types(struct adder *adder)
{
	uint32_t culprit = 0;

	for (uint32_t id = adder->unit->type_count; id; id--) {
		if (is_hashed(adder, id) || is_declaration(adder->unit, id) || hash_type(adder, id))
			continue;
		hash_from(adder, id);
		if (!culprit && !is_hashed(adder, id))
			culprit = id;
	}
	find_batch(adder);
	return culprit;
}

// Cut references to stuck structs and unions, and hash all stuck types again.
static void cut_cycles(struct adder *adder)
{
	struct btf_unit *unit = adder->unit;

	for (uint32_t id = 1; id <= unit->type_count; id++) {
		uint32_t tag[RECORD_TAIL];

		if (is_hashed(adder, id) || is_declaration(unit, id))
			continue;
		unit->node[id] = 0;
		if (!adder->references[id].hash &&
		    make_tag(adder, tag, unit_record(adder->unit, id)))
			set_tag(adder, id, tag);
	}
}

// @id is stuck because it leads to a cycle; return a type on that cycle.
static uint32_t find_cycle(struct adder *adder, uint32_t id)
{
	uint32_t *node = adder->unit->node;

	while (node[id] != NODE_OPEN) {
		struct record_ids ids = record_ids(unit_record(adder->unit, id));
		const uint32_t *child = record_ids_next(&ids);

		node[id] = NODE_OPEN;
		while (adder->references[*child].hash)
			child = record_ids_next(&ids);
		id = *child;
	}
	return id;
}

// Whether a tag has two meanings in the unit: two definitions, or a definition and a declaration.
static bool has_rivals(const struct adder *adder)
{
	struct btf_graph *graph = adder->graph;
	const uint32_t *node = adder->unit->node;
	uint32_t unit = (uint32_t)graph->units.count + 1;
	bool found = false;

	array_extend(graph->scratch, &graph->meanings, graph->offset.count);
	for (uint32_t i = 0; i < adder->tagged_count; i++) {
		uint32_t id = adder->tagged[i].id, tag = adder->references[id].node;
		struct meaning *meaning = &graph->meanings.items[tag];

		found |= meaning->unit == unit && meaning->node != node[id];
		*meaning = (struct meaning){ unit, node[id] };
	}
	return found;
}

uint32_t graph_add_unit(struct btf_graph *graph, struct btf_unit *unit)
{
	size_t count = (size_t)unit->type_count + 1;
	struct arena *scratch = graph->scratch;
	struct adder adder;
	uint32_t culprit;

	assert(!graph->settled);
	adder.graph = graph;
	adder.unit = unit;
	adder.key = &graph->strings->key;
	adder.references =
		scratch_room(&graph->references, scratch, count, sizeof(struct reference));
	adder.tagged = scratch_room(&graph->tagged, scratch, count, sizeof(struct tagged));
	adder.words = scratch_room(&graph->records, scratch, unit->word_count, sizeof(uint32_t));
	adder.tagged_count = adder.word_count = adder.batch_count = 0;
	memset(adder.batch, 0, sizeof(adder.batch));
	unit->node = arena_alloc_array(graph->arena, count, sizeof(*unit->node));
	cut_references(&adder);
	find_tags(&adder, 0);
	if (hash_types(&adder)) {
		uint32_t first = adder.tagged_count;

		cut_cycles(&adder);
		find_tags(&adder, first);
		culprit = hash_types(&adder);
		if (culprit)
			return find_cycle(&adder, culprit);
	}
	unit->has_rivals = has_rivals(&adder);
	*array_add(graph->arena, &graph->units) = unit;
	return 0;
}
