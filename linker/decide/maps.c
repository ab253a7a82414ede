/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A map is declared as a struct whose members encode its attributes: a number n is a pointer to an
 * array of n elements (__uint) or an enum with one value (__ulong); a type T is a pointer to T
 * (__type); inner maps and programs are an array of pointers (__array). Two such structs are
 * compared by meaning: order and encoding of members do not count.
 *
 * Source: libbpf's bpf_helpers.h, macros __uint, __type, __array, __ulong.
 */
#include "maps.h"

#include <inttypes.h>

#include "compare_types.h"

enum attribute_kind {
	ATTRIBUTE_NUMBER,
	ATTRIBUTE_TYPE,  // a pointer to it
	ATTRIBUTE_ARRAY, // an array of pointers
};

static const struct attribute {
	struct str name;
	enum attribute_kind kind;
	const char *sized_by; // the attribute that has the size of this type as a number
} attributes[] = {
	{ STR("type"), ATTRIBUTE_NUMBER, NULL },
	{ STR("key_size"), ATTRIBUTE_NUMBER, NULL },
	{ STR("value_size"), ATTRIBUTE_NUMBER, NULL },
	{ STR("max_entries"), ATTRIBUTE_NUMBER, NULL },
	{ STR("map_flags"), ATTRIBUTE_NUMBER, NULL },
	{ STR("numa_node"), ATTRIBUTE_NUMBER, NULL },
	{ STR("pinning"), ATTRIBUTE_NUMBER, NULL },
	{ STR("map_extra"), ATTRIBUTE_NUMBER, NULL },
	{ STR("key"), ATTRIBUTE_TYPE, "key_size" },
	{ STR("value"), ATTRIBUTE_TYPE, "value_size" },
	{ STR("values"), ATTRIBUTE_ARRAY, NULL },
};

#define ATTRIBUTE_COUNT (sizeof(attributes) / sizeof(attributes[0]))

// The definition of a map. Absent numbers are 0, as for loaders.
struct map {
	bool present[ATTRIBUTE_COUNT];
	uint64_t number[ATTRIBUTE_COUNT];
	uint32_t node[ATTRIBUTE_COUNT]; // type of the member
};

static uint32_t pointee(const struct btf_graph *graph, uint32_t node)
{
	if (btf_graph_kind(graph, node) != BTF_KIND_PTR)
		return 0;
	return btf_graph_type(graph, node)->type;
}

// The type of a key or value: the target of the pointer that encodes it.
static uint32_t held_type(const struct btf_graph *graph, uint32_t node)
{
	return pointee(graph, btf_graph_strip(graph, node));
}

static uint64_t spelled_number(const struct btf_graph *graph, uint32_t node)
{
	uint32_t bare = btf_graph_strip(graph, node);
	uint32_t array = btf_graph_strip(graph, pointee(graph, bare));
	const struct btf_type *type = bare ? btf_graph_type(graph, bare) : NULL;

	if (btf_graph_kind(graph, array) == BTF_KIND_ARRAY)
		return ((const struct btf_array *)btf_record_tail(btf_graph_type(graph, array)))
			->nelems;
	if (type && btf_info_kind(type->info) == BTF_KIND_ENUM && btf_info_vlen(type->info) == 1)
		return (uint32_t)((const struct btf_enum *)btf_record_tail(type))->val;
	if (type && btf_info_kind(type->info) == BTF_KIND_ENUM64 &&
	    btf_info_vlen(type->info) == 1) {
		const struct btf_enum64 *value = btf_record_tail(type);

		return (uint64_t)value->val_hi32 << 32 | value->val_lo32;
	}
	return 0;
}

static size_t attribute_index(struct str name)
{
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		if (str_equal(attributes[i].name, name))
			return i;
	}
	return ATTRIBUTE_COUNT;
}

// Read the attributes. Other members are ignored: the loader refuses them.
static struct map parse_map(struct linker *linker, uint32_t node)
{
	const struct btf_graph *graph = linker->graph;
	struct map map = { 0 };
	const struct btf_type *type;
	const struct btf_member *members;

	node = btf_graph_strip(graph, node);
	if (btf_graph_kind(graph, node) != BTF_KIND_STRUCT)
		return map;
	type = btf_graph_type(graph, node);
	members = btf_record_tail(type);
	linker->usage.seen += btf_info_vlen(type->info);
	for (uint32_t i = 0; i < btf_info_vlen(type->info); i++) {
		struct str name = strings_get(btf_graph_strings(graph), members[i].name_off);
		size_t index = attribute_index(name);
		uint32_t size;

		if (index == ATTRIBUTE_COUNT)
			continue;
		map.present[index] = true;
		map.node[index] = members[i].type;
		if (attributes[index].kind == ATTRIBUTE_NUMBER) {
			map.number[index] = spelled_number(graph, members[i].type);
		} else if (attributes[index].sized_by &&
			   btf_graph_sizeof(graph, held_type(graph, members[i].type), &size)) {
			size_t sized = attribute_index(str_of(attributes[index].sized_by));

			map.present[sized] = true;
			map.number[sized] = size;
		}
	}
	return map;
}

static struct map_difference different_number(struct linker *linker, size_t index, uint64_t here,
					      uint64_t there)
{
	return (struct map_difference){
		.verdict = BTF_INCOMPATIBLE,
		.text = arena_format(linker->arena, "%s is %" PRIu64 " here, %" PRIu64 " there",
				     attributes[index].name.data, here, there),
	};
}

static struct map_difference different_nodes(struct linker *linker, const char *name, uint32_t here,
					     uint32_t there)
{
	struct btf_difference difference;

	if (compare_nodes(linker, here, there, false, &difference) == BTF_COMPATIBLE)
		return (struct map_difference){ .verdict = BTF_COMPATIBLE };
	return (struct map_difference){
		.verdict = difference.verdict,
		.text = arena_format(
			linker->arena, "in '%s', %s", name,
			btf_difference_text(linker->graph, &difference, linker->arena)),
		.types = difference,
	};
}

static struct map_difference compare_numbers(struct linker *linker, const struct map *here,
					     const struct map *there)
{
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		if (attributes[i].kind == ATTRIBUTE_NUMBER && here->number[i] != there->number[i])
			return different_number(linker, i, here->number[i], there->number[i]);
	}
	return (struct map_difference){ .verdict = BTF_COMPATIBLE };
}

// The target of an array of pointers: an inner map, or a function.
static uint32_t inner_type(const struct btf_graph *graph, uint32_t node)
{
	uint32_t bare = btf_graph_strip(graph, node);

	if (btf_graph_kind(graph, bare) != BTF_KIND_ARRAY)
		return 0;
	bare = ((const struct btf_array *)btf_record_tail(btf_graph_type(graph, bare)))->type;
	return btf_graph_strip(graph, pointee(graph, btf_graph_strip(graph, bare)));
}

// Compare inner maps by attributes; they have no inner maps themselves.
static struct map_difference different_inner(struct linker *linker, uint32_t here, uint32_t there)
{
	const struct btf_graph *graph = linker->graph;
	uint32_t a_inner = inner_type(graph, here), b_inner = inner_type(graph, there);
	struct map a = parse_map(linker, a_inner), b = parse_map(linker, b_inner);
	struct map_difference found;

	if (btf_graph_kind(graph, a_inner) != BTF_KIND_STRUCT ||
	    btf_graph_kind(graph, b_inner) != BTF_KIND_STRUCT)
		return different_nodes(linker, "values", here, there);
	found = compare_numbers(linker, &a, &b);
	for (size_t i = 0; found.verdict == BTF_COMPATIBLE && i < ATTRIBUTE_COUNT; i++) {
		if (attributes[i].kind == ATTRIBUTE_TYPE && a.present[i] && b.present[i])
			found = different_nodes(linker, attributes[i].name.data,
						held_type(graph, a.node[i]),
						held_type(graph, b.node[i]));
	}
	if (found.text)
		found.text = arena_format(linker->arena, "in 'values', %s", found.text);
	return found;
}

static struct map_difference different_type(struct linker *linker, size_t index,
					    const struct map *here, const struct map *there)
{
	const char *name = attributes[index].name.data;

	if (here->present[index] != there->present[index])
		return (struct map_difference){
			.verdict = BTF_INCOMPATIBLE,
			.text = arena_format(linker->arena, "'%s' is given %s", name,
					     here->present[index] ? "here, but not there"
								  : "there, but not here"),
		};
	if (attributes[index].kind == ATTRIBUTE_ARRAY)
		return different_inner(linker, here->node[index], there->node[index]);
	// Compare the targets of the pointers: a map holds keys and values themselves.
	return different_nodes(linker, name, held_type(linker->graph, here->node[index]),
			       held_type(linker->graph, there->node[index]));
}

struct map_difference compare_maps(struct linker *linker, const struct declaration *here,
				   const struct declaration *there)
{
	struct map_difference worst = { .verdict = BTF_COMPATIBLE };
	struct map a, b;
	bool a_partial = here->linkage == BTF_VAR_GLOBAL_EXTERN;
	bool b_partial = there->linkage == BTF_VAR_GLOBAL_EXTERN;

	if (here->node == there->node || linker->usage.seen > BTF_SEEN_MAX)
		return worst;
	a = parse_map(linker, here->node);
	b = parse_map(linker, there->node);
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		struct map_difference found = { .verdict = BTF_COMPATIBLE };

		if ((a_partial && !a.present[i]) || (b_partial && !b.present[i]))
			continue;
		if (attributes[i].kind == ATTRIBUTE_NUMBER && a.number[i] != b.number[i])
			found = different_number(linker, i, a.number[i], b.number[i]);
		else if (attributes[i].kind != ATTRIBUTE_NUMBER && (a.present[i] || b.present[i]))
			found = different_type(linker, i, &a, &b);
		if (found.verdict > worst.verdict)
			worst = found;
	}
	return worst;
}
