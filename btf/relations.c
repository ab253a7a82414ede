/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * May a linker join a declaration of one type and a definition of another?
 *
 * Walks the two types side by side. A list holds the pairs of nodes that must be compatible; it is
 * worked on from front to back, and each pair appends the pairs it depends on. A pair is entered
 * once, so cycles end. A pair seen before may be assumed to hold: if it does not, its own turn in
 * the list reports it. Working from the front finds a difference nearest to the top first, which is
 * the easiest to explain. Every pair knows which one led to it, so a message can describe the way
 * there.
 *
 * The rules are those of C11 6.2.7, relaxed where BPF practice is: signedness and qualifiers do not
 * matter at run time, and CO-RE programs describe kernel structs in part, so bodies behind a
 * pointer need not be equal. Such structs are compared by name: the tag, or without one the typedef
 * that both sides use.
 */
#include "base/hash.h"
#include "elements.h"
#include "relation_walk.h"

// Two cycles of p and q types make p * q pairs. Honest types stay far below this limit; past it the
// answer is what was found so far.
#define PAIR_LIMIT (1 << 20)

// Up to this many pairs are searched one by one; nearly all walks have fewer.
#define LISTED_MAX 8

static bool same_key(const struct walk *walk, size_t index, const struct key *key)
{
	return memcmp(&walk->pairs.items[index].key, key, sizeof(*key)) == 0;
}

static bool is_listed(const struct walk *walk, const struct key *key)
{
	for (size_t i = 0; i < walk->pairs.count; i++) {
		if (same_key(walk, i, key))
			return true;
	}
	return false;
}

static uint32_t hash_key(const struct walk *walk, const struct key *key)
{
	return hash_bytes(&btf_graph_strings(walk->graph)->key, key, sizeof(*key));
}

static bool is_seen(const struct walk *walk, const struct key *key)
{
	struct table_probe probe = table_probe(&walk->seen, hash_key(walk, key));
	uint32_t index;

	while (table_next(&walk->seen, &probe, &index)) {
		if (same_key(walk, index, key))
			return true;
	}
	return false;
}

static void index_pair(struct walk *walk, size_t index)
{
	const struct key *key = &walk->pairs.items[index].key;

	table_add(&walk->seen, walk->arena, hash_key(walk, key), (uint32_t)index);
}

// Enters pairs of different nodes only: a type is compatible with itself.
static void walk_add(struct walk *walk, struct pair pair)
{
	size_t count = walk->pairs.count;

	walk->usage->seen++;
	if (pair.key.a == pair.key.b)
		return;
	if (count <= LISTED_MAX ? is_listed(walk, &pair.key) : is_seen(walk, &pair.key))
		return;
	*array_add(walk->arena, &walk->pairs) = pair;
	for (size_t i = count == LISTED_MAX ? 0 : count; count >= LISTED_MAX && i <= count; i++)
		index_pair(walk, i);
}

// ---------------------------------------------------------------------------------------------
// Reporting a difference

// The typedef that both sides use for a type without a tag, else the type.
static uint32_t named_node(const struct walk *walk, const struct pair *pair, uint32_t bare,
			   uint32_t shown)
{
	uint32_t node = pair->key.known ? btf_graph_typedef(walk->graph, shown) : 0;

	return node && btf_graph_name(walk->graph, bare).size == 0 ? node : bare;
}

// Note the members that differ in type, and the bodies that have them.
static void note_member(struct walk *walk, const struct pair *pair)
{
	const struct pair *parent = &walk->pairs.items[pair->parent];
	struct btf_difference *difference = walk->difference;
	uint32_t a = parent->key.a, b = parent->key.b;

	difference->a_body = named_node(walk, parent, a, parent->a_shown);
	difference->b_body = named_node(walk, parent, b, parent->b_shown);
	difference->a_element = type_element(btf_graph_type(walk->graph, a), pair->index);
	difference->b_element = type_element(btf_graph_type(walk->graph, b), pair->index);
}

// Complete @found, the difference, with where it is and which types to show, and report it.
static void report_found(struct walk *walk, const struct pair *pair,
			 const struct btf_difference *found)
{
	struct btf_difference *difference = walk->difference;
	const struct pair *shown = pair;

	if (found->verdict <= difference->verdict)
		return;
	// "'struct a *' and 'struct b *'" is clearer than "what the pointer points to".
	while (shown->key.step == STEP_TARGET || shown->key.step == STEP_ELEMENT)
		shown = &walk->pairs.items[shown->parent];
	*difference = *found;
	difference->a = pair->key.a;
	difference->b = pair->key.b;
	difference->a_shown = shown->a_shown;
	difference->b_shown = shown->b_shown;
	difference->join = walk_join(walk, shown, pair);
	walk_describe_place(walk, shown, difference);
	if (shown->key.step == STEP_MEMBER)
		note_member(walk, shown);
}

static void report_body(struct walk *walk, const struct pair *pair,
			const struct btf_difference *found)
{
	struct btf_difference *difference = walk->difference;

	if (found->verdict <= difference->verdict)
		return;
	report_found(walk, pair, found);
	difference->a_element = found->a_element;
	difference->b_element = found->b_element;
	difference->a = difference->a_body = named_node(walk, pair, pair->key.a, pair->a_shown);
	difference->b = difference->b_body = named_node(walk, pair, pair->key.b, pair->b_shown);
}

static void report(struct walk *walk, const struct pair *pair, enum btf_verdict verdict,
		   enum btf_aspect aspect, uint64_t a_value, uint64_t b_value)
{
	report_found(walk, pair,
		     &(struct btf_difference){
			     .verdict = verdict,
			     .aspect = aspect,
			     .a_value = a_value,
			     .b_value = b_value,
		     });
}

// ---------------------------------------------------------------------------------------------
// Compatible

// Whether one typedef names both @a and @b. A typedef of a pointer or an array also names what that
// points to or consists of.
static bool share_typedef(const struct walk *walk, const struct pair *parent, enum step step,
			  uint32_t a, uint32_t b)
{
	uint32_t a_node = btf_graph_typedef(walk->graph, a),
		 b_node = btf_graph_typedef(walk->graph, b);

	if (a_node || b_node)
		return a_node && b_node &&
		       btf_graph_type(walk->graph, a_node)->name_off ==
			       btf_graph_type(walk->graph, b_node)->name_off;
	return parent->key.known && (step == STEP_TARGET || step == STEP_ELEMENT);
}

// Whether the pair reached by @step counts as behind a pointer. Parameters and results are passed
// by value, also when the function itself is behind a pointer.
static bool is_behind(const struct pair *parent, enum step step)
{
	return step == STEP_TARGET ||
	       (parent->key.behind && step != STEP_PARAM && step != STEP_RETURN);
}

// Enter the pair that @pair leads to by @step.
static void follow(struct walk *walk, const struct pair *pair, enum step step, uint32_t index,
		   uint32_t a, uint32_t b)
{
	// Whole bodies end at the next pointer.
	if (walk->usage->whole && step == STEP_TARGET && pair->key.behind)
		return;
	walk_add(walk, (struct pair){
			       .key = {
				       .a = btf_graph_strip(walk->graph, a),
				       .b = btf_graph_strip(walk->graph, b),
				       .step = step,
				       .behind = is_behind(pair, step),
				       .known = share_typedef(walk, pair, step, a, b),
			       },
			       .a_shown = a,
			       .b_shown = b,
			       .parent = walk->current,
			       .index = index,
		       });
}

static void check_void(struct walk *walk, const struct pair *pair)
{
	bool is_usual = pair->key.step == STEP_TOP || pair->key.step == STEP_TARGET;

	if (!is_usual || !walk->usage->whole)
		report(walk, pair, is_usual ? BTF_SUSPICIOUS : BTF_INCOMPATIBLE, BTF_ASPECT_KIND, 0,
		       0);
}

static void check_kinds(struct walk *walk, const struct pair *pair, const struct btf_type *a,
			const struct btf_type *b)
{
	bool is_enum_and_int =
		(type_family(a) == BTF_KIND_ENUM && type_family(b) == BTF_KIND_INT) ||
		(type_family(a) == BTF_KIND_INT && type_family(b) == BTF_KIND_ENUM);

	if (!is_enum_and_int)
		report(walk, pair, BTF_INCOMPATIBLE, BTF_ASPECT_KIND, 0, 0);
	else if (a->size != b->size)
		report(walk, pair, BTF_INCOMPATIBLE, BTF_ASPECT_SIZE, a->size, b->size);
	else if (!walk->usage->whole)
		report(walk, pair, BTF_SUSPICIOUS, BTF_ASPECT_KIND, 0, 0);
}

// The first member up to @last whose type has another size, so that what follows is elsewhere;
// false when there is none.
static bool find_resized(const struct walk *walk, const struct btf_type *a,
			 const struct btf_type *b, uint32_t last, uint32_t *ret)
{
	const struct btf_member *a_members = btf_record_tail(a), *b_members = btf_record_tail(b);

	for (uint32_t i = 0; i <= last && i < btf_info_vlen(a->info); i++) {
		uint32_t a_size = 0, b_size = 0;

		walk->usage->seen++;
		if (btf_graph_sizeof(walk->graph, a_members[i].type, &a_size) &&
		    btf_graph_sizeof(walk->graph, b_members[i].type, &b_size) && a_size != b_size) {
			*ret = i;
			return true;
		}
	}
	return false;
}

// Report that two bodies differ. Where that is because a member has another size, the member's type
// is compared instead: it tells why. The bodies are told in the end unless it does.
static void report_bodies(struct walk *walk, const struct pair *pair,
			  const struct btf_difference *found, const struct btf_type *a,
			  const struct btf_type *b)
{
	const struct btf_member *a_members = btf_record_tail(a), *b_members = btf_record_tail(b);
	uint32_t index;

	if (type_family(a) == BTF_KIND_ENUM ||
	    (found->aspect != BTF_ASPECT_MEMBER_PLACE && found->aspect != BTF_ASPECT_SIZE) ||
	    !find_resized(walk, a, b, found->index, &index)) {
		report_body(walk, pair, found);
		return;
	}
	if (walk->postponed.verdict == BTF_COMPATIBLE) {
		walk->postponed = *found;
		walk->postponed_pair = *pair;
	}
	follow(walk, pair, STEP_MEMBER, index, a_members[index].type, b_members[index].type);
}

// Compare two bodies, except for the types of members.
static bool same_body(struct walk *walk, const struct pair *pair, enum btf_verdict verdict,
		      const struct btf_type *a, const struct btf_type *b)
{
	uint32_t a_count = btf_info_vlen(a->info), b_count = btf_info_vlen(b->info);
	struct btf_difference found = { .verdict = verdict };
	bool same = !find_different_element(a, b, &found);

	walk->usage->seen += a_count;
	if (a_count != b_count) {
		found.aspect = BTF_ASPECT_MEMBER_COUNT;
		found.a_value = a_count;
		found.b_value = b_count;
	} else if (same && a->size != b->size) {
		found.aspect = BTF_ASPECT_SIZE;
		found.a_value = a->size;
		found.b_value = b->size;
	} else if (same) {
		return true;
	}
	report_bodies(walk, pair, &found, a, b);
	return false;
}

// Behind a pointer one body may describe the other in part.
static void check_parts(struct walk *walk, const struct pair *pair)
{
	struct btf_difference found = { .verdict = BTF_SUSPICIOUS };

	if (walk->difference->verdict >= BTF_SUSPICIOUS)
		return;
	found.aspect = compare_in_part(walk->graph, pair->key.a, pair->key.b, walk->usage,
				       walk->arena, &found);
	if (found.aspect == BTF_ASPECT_SIZE) {
		found.a_value = btf_graph_type(walk->graph, pair->key.a)->size;
		found.b_value = btf_graph_type(walk->graph, pair->key.b)->size;
	}
	if (found.aspect != BTF_ASPECT_NONE)
		report_body(walk, pair, &found);
}

// Whether the pair of one name is compared whole, where a name has to mean one type. Types of the
// kernel are described in part on purpose.
static bool is_whole(const struct walk *walk, const struct pair *pair)
{
	const uint8_t *relocated = walk->usage->relocated;

	return walk->usage->whole &&
	       !(relocated && (relocated[pair->key.a] || relocated[pair->key.b]));
}

static bool goes_by_name(const struct pair *pair, const struct btf_type *type)
{
	return pair->key.behind && (type->name_off || pair->key.known);
}

static void check_enum(struct walk *walk, const struct pair *pair, const struct btf_type *a,
		       const struct btf_type *b)
{
	if (a->name_off && b->name_off && a->name_off != b->name_off) {
		report(walk, pair, BTF_INCOMPATIBLE, BTF_ASPECT_NAME, 0, 0);
	} else if (type_is_forward(a) || type_is_forward(b)) {
		if (!pair->key.behind && a->size != b->size)
			report(walk, pair, BTF_INCOMPATIBLE, BTF_ASPECT_INCOMPLETE,
			       !type_is_forward(a), !type_is_forward(b));
	} else if (a->size != b->size) {
		report(walk, pair, BTF_INCOMPATIBLE, BTF_ASPECT_SIZE, a->size, b->size);
	} else if (goes_by_name(pair, a) && a->name_off == b->name_off) {
		check_parts(walk, pair);
	} else if (a->name_off == b->name_off) {
		same_body(walk, pair, BTF_SUSPICIOUS, a, b);
	}
}

static void check_composite(struct walk *walk, const struct pair *pair, const struct btf_type *a,
			    const struct btf_type *b)
{
	const struct btf_member *a_members = btf_record_tail(a), *b_members = btf_record_tail(b);
	bool by_name = goes_by_name(pair, a);

	if (a->name_off != b->name_off) {
		report(walk, pair, BTF_INCOMPATIBLE, BTF_ASPECT_NAME, 0, 0);
	} else if (type_is_forward(a) || type_is_forward(b)) {
		if (!pair->key.behind)
			report(walk, pair, BTF_INCOMPATIBLE, BTF_ASPECT_INCOMPLETE,
			       !type_is_forward(a), !type_is_forward(b));
	} else if (by_name && !is_whole(walk, pair)) {
		check_parts(walk, pair);
	} else if (same_body(walk, pair, by_name ? BTF_SUSPICIOUS : BTF_INCOMPATIBLE, a, b)) {
		for (uint32_t i = 0; i < btf_info_vlen(a->info); i++)
			follow(walk, pair, STEP_MEMBER, i, a_members[i].type, b_members[i].type);
	}
}

static void check_array(struct walk *walk, const struct pair *pair, const struct btf_array *a,
			const struct btf_array *b)
{
	// The length of an inner array is the stride of the outer one.
	bool is_stride = pair->key.step == STEP_ELEMENT;

	if (a->nelems && b->nelems && a->nelems != b->nelems)
		report(walk, pair, is_stride ? BTF_INCOMPATIBLE : BTF_SUSPICIOUS, BTF_ASPECT_LENGTH,
		       a->nelems, b->nelems);
	follow(walk, pair, STEP_ELEMENT, 0, a->type, b->type);
}

static bool is_variadic(const struct btf_type *proto)
{
	const struct btf_param *params = btf_record_tail(proto);
	uint32_t count = btf_info_vlen(proto->info);

	return count > 0 && params[count - 1].type == 0;
}

static void check_proto(struct walk *walk, const struct pair *pair, const struct btf_type *a,
			const struct btf_type *b)
{
	const struct btf_param *a_params = btf_record_tail(a), *b_params = btf_record_tail(b);
	uint32_t a_count = btf_info_vlen(a->info), b_count = btf_info_vlen(b->info);

	follow(walk, pair, STEP_RETURN, 0, a->type, b->type);
	// GCC writes `int f()`, which declares no parameters, as one with variable arguments only.
	if ((a_count == 1 && is_variadic(a)) || (b_count == 1 && is_variadic(b)))
		return;
	if (a_count != b_count || is_variadic(a) != is_variadic(b)) {
		report(walk, pair, BTF_INCOMPATIBLE, BTF_ASPECT_PARAM_COUNT,
		       a_count - is_variadic(a), b_count - is_variadic(b));
		return;
	}
	for (uint32_t i = 0; i < a_count - is_variadic(a); i++)
		follow(walk, pair, STEP_PARAM, i, a_params[i].type, b_params[i].type);
}

static void check(struct walk *walk, const struct pair *pair, const struct btf_type *a,
		  const struct btf_type *b)
{
	if (type_family(a) != type_family(b)) {
		check_kinds(walk, pair, a, b);
		return;
	}
	switch (type_family(a)) {
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
		if (a->size != b->size)
			report(walk, pair, BTF_INCOMPATIBLE, BTF_ASPECT_SIZE, a->size, b->size);
		break;
	case BTF_KIND_ENUM:
		check_enum(walk, pair, a, b);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		check_composite(walk, pair, a, b);
		break;
	case BTF_KIND_ARRAY:
		check_array(walk, pair, btf_record_tail(a), btf_record_tail(b));
		break;
	case BTF_KIND_PTR:
		follow(walk, pair, STEP_TARGET, 0, a->type, b->type);
		break;
	case BTF_KIND_FUNC_PROTO:
		check_proto(walk, pair, a, b);
		break;
	}
}

enum btf_verdict btf_compatible(const struct btf_graph *graph, uint32_t a, uint32_t b,
				struct btf_usage *usage, struct arena *scratch,
				struct btf_difference *difference)
{
	struct btf_usage nothing = { 0 };
	struct walk walk = {
		.graph = graph,
		.arena = scratch,
		.usage = usage ? usage : &nothing,
		.difference = difference,
	};
	struct pair top = { .key.step = STEP_TOP, .key.behind = usage && usage->by_address };

	difference->verdict = BTF_COMPATIBLE;
	difference->aspect = BTF_ASPECT_NONE;
	follow(&walk, &top, STEP_TOP, 0, a, b);
	while (walk.current < walk.pairs.count && walk.pairs.count <= PAIR_LIMIT &&
	       walk.usage->seen <= BTF_SEEN_MAX && difference->verdict != BTF_INCOMPATIBLE) {
		// A copy: the list may move when it grows.
		struct pair pair = walk.pairs.items[walk.current];

		if (pair.key.a == 0 || pair.key.b == 0)
			check_void(&walk, &pair);
		else
			check(&walk, &pair, btf_graph_type(graph, pair.key.a),
			      btf_graph_type(graph, pair.key.b));
		walk.current++;
	}
	// What is less than that has another cause, but for the length of an array.
	if (walk.postponed.verdict > difference->verdict) {
		if (difference->aspect == BTF_ASPECT_LENGTH)
			difference->verdict = walk.postponed.verdict;
		else
			report_body(&walk, &walk.postponed_pair, &walk.postponed);
	}
	array_release(scratch, &walk.pairs);
	table_release(&walk.seen, scratch);
	return difference->verdict;
}
