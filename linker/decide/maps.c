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
#include "map_values.h"

const struct map_attribute map_attributes[MAP_ATTRIBUTES] = {
	{ STR("type"), MAP_NUMBER, NULL },       { STR("key_size"), MAP_NUMBER, NULL },
	{ STR("value_size"), MAP_NUMBER, NULL }, { STR("max_entries"), MAP_NUMBER, NULL },
	{ STR("map_flags"), MAP_NUMBER, NULL },  { STR("numa_node"), MAP_NUMBER, NULL },
	{ STR("pinning"), MAP_NUMBER, NULL },    { STR("map_extra"), MAP_NUMBER, NULL },
	{ STR("key"), MAP_TYPE, "key_size" },    { STR("value"), MAP_TYPE, "value_size" },
	{ STR("values"), MAP_ARRAY, NULL },
};

// The definition of a map. Absent numbers are 0, as for loaders.
struct map {
	bool present[MAP_ATTRIBUTES];
	uint64_t number[MAP_ATTRIBUTES];
	bool by_type[MAP_ATTRIBUTES];  // the number is the size of a type that is given
	uint32_t node[MAP_ATTRIBUTES]; // type of the member
};

static uint32_t pointee(const struct btf_graph *graph, uint32_t node)
{
	if (btf_graph_kind(graph, node) != BTF_KIND_PTR)
		return 0;
	return btf_graph_type(graph, node)->type;
}

uint32_t map_type(const struct btf_graph *graph, uint32_t node)
{
	uint32_t bare = btf_graph_strip(graph, node);

	if (btf_graph_kind(graph, bare) == BTF_KIND_ARRAY) {
		const struct btf_array *array = btf_record_tail(btf_graph_type(graph, bare));

		bare = btf_graph_strip(graph, array->type);
	}
	return pointee(graph, bare);
}

uint64_t map_number(const struct btf_graph *graph, uint32_t node)
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

size_t map_attribute(struct str name)
{
	for (size_t i = 0; i < MAP_ATTRIBUTES; i++) {
		if (str_equal(map_attributes[i].name, name))
			return i;
	}
	return MAP_ATTRIBUTES;
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
		size_t index = map_attribute(name);
		uint32_t size;

		if (index == MAP_ATTRIBUTES)
			continue;
		map.present[index] = true;
		map.node[index] = members[i].type;
		if (map_attributes[index].kind == MAP_NUMBER) {
			map.number[index] = map_number(graph, members[i].type);
		} else if (map_attributes[index].sized_by &&
			   btf_graph_sizeof(graph, map_type(graph, members[i].type), &size)) {
			size_t sized = map_attribute(str_of(map_attributes[index].sized_by));

			map.present[sized] = map.by_type[sized] = true;
			map.number[sized] = size;
		}
	}
	return map;
}

bool map_numbers(struct linker *linker, uint32_t node, uint64_t ret[MAP_ATTRIBUTES])
{
	const struct btf_graph *graph = linker->graph;
	const uint32_t most = 4 * MAP_ATTRIBUTES; // any number of maps may have one large type
	struct map map;

	node = btf_graph_strip(graph, node);
	if (btf_graph_kind(graph, node) != BTF_KIND_STRUCT ||
	    btf_info_vlen(btf_graph_type(graph, node)->info) > most)
		return false;
	map = parse_map(linker, node);
	memcpy(ret, map.number, sizeof(map.number));
	return true;
}

bool map_is_pinned(struct linker *linker, uint32_t node)
{
	const uint64_t by_name = 1; // LIBBPF_PIN_BY_NAME

	return parse_map(linker, node).number[map_attribute(STR("pinning"))] == by_name;
}

static const char *number_text(struct linker *linker, size_t index, const struct map *map)
{
	return map->present[index]
		       ? map_value(linker, map_attributes[index].name.data, map->number[index])
		       : "not given";
}

// One more attribute that differs; @text is a clause.
static void add(struct linker *linker, struct map_difference *difference, size_t index,
		enum btf_verdict verdict, const char *text)
{
	if (verdict > difference->verdict)
		difference->verdict = verdict;
	difference->differs[index] = true;
	difference->text = difference->text
				   ? arena_format(linker->arena, "%s; %s", difference->text, text)
				   : arena_format(linker->arena, "%s", text);
}

static void add_number(struct linker *linker, struct map_difference *difference, size_t index,
		       const struct map *here, const struct map *there)
{
	add(linker, difference, index, BTF_INCOMPATIBLE,
	    arena_format(linker->arena, "%s is %s here, %s there", map_attributes[index].name.data,
			 number_text(linker, index, here), number_text(linker, index, there)));
}

// Compare the types of attribute @index. @resized says that their sizes differ, too.
static void add_types(struct linker *linker, struct map_difference *difference, size_t index,
		      uint32_t here, uint32_t there, bool resized)
{
	struct btf_difference types;

	if (compare_nodes(linker, here, there, false, &types) == BTF_COMPATIBLE)
		return;
	if (resized)
		types.verdict = BTF_INCOMPATIBLE;
	if (types.verdict > difference->types.verdict)
		difference->types = types;
	add(linker, difference, index, types.verdict,
	    btf_difference_text(linker->graph, &types, map_attributes[index].name.data,
				linker->arena));
}

// Compare the types of attribute @index, a type, and their sizes.
static void add_type(struct linker *linker, struct map_difference *difference, size_t index,
		     const struct map *here, const struct map *there)
{
	const struct btf_graph *graph = linker->graph;
	size_t sized = map_attribute(str_of(map_attributes[index].sized_by));
	bool resized = here->number[sized] != there->number[sized];

	// Compare the targets of the pointers: a map holds keys and values themselves.
	add_types(linker, difference, index, map_type(graph, here->node[index]),
		  map_type(graph, there->node[index]), resized);
	if (resized && !difference->differs[index])
		add_number(linker, difference, sized, here, there);
}

// Whether the number of attribute @index is compared with the types that it is the size of.
static bool goes_by_type(size_t index, const struct map *here, const struct map *there)
{
	return here->by_type[index] && there->by_type[index];
}

// Compare inner maps by attributes; they have no inner maps themselves.
static void add_inner(struct linker *linker, struct map_difference *difference, size_t index,
		      const struct map *here, const struct map *there)
{
	const struct btf_graph *graph = linker->graph;
	uint32_t a_inner = btf_graph_strip(graph, map_type(graph, here->node[index]));
	uint32_t b_inner = btf_graph_strip(graph, map_type(graph, there->node[index]));
	struct map_difference found = { .verdict = BTF_COMPATIBLE };
	struct map a, b;

	if (btf_graph_kind(graph, a_inner) != BTF_KIND_STRUCT ||
	    btf_graph_kind(graph, b_inner) != BTF_KIND_STRUCT) {
		add_types(linker, difference, index, here->node[index], there->node[index], false);
		return;
	}
	a = parse_map(linker, a_inner);
	b = parse_map(linker, b_inner);
	for (size_t i = 0; i < MAP_ATTRIBUTES; i++) {
		if (map_attributes[i].kind == MAP_NUMBER && a.number[i] != b.number[i] &&
		    !goes_by_type(i, &a, &b))
			add_number(linker, &found, i, &a, &b);
		else if (map_attributes[i].kind == MAP_TYPE && a.present[i] && b.present[i])
			add_type(linker, &found, i, &a, &b);
	}
	if (!found.text)
		return;
	memcpy(difference->inner_differs, found.differs, sizeof(found.differs));
	if (found.types.verdict > difference->types.verdict)
		difference->types = found.types;
	add(linker, difference, index, found.verdict,
	    arena_format(linker->arena, "in %s, %s", map_attributes[index].name.data, found.text));
}

static void compare_attribute(struct linker *linker, struct map_difference *difference,
			      size_t index, const struct map *here, const struct map *there)
{
	const struct map_attribute *attribute = &map_attributes[index];

	if (attribute->kind == MAP_NUMBER) {
		if (here->number[index] != there->number[index] &&
		    !goes_by_type(index, here, there))
			add_number(linker, difference, index, here, there);
	} else if (here->present[index] != there->present[index]) {
		add(linker, difference, index, BTF_INCOMPATIBLE,
		    arena_format(linker->arena, "%s is given %s", attribute->name.data,
				 here->present[index] ? "here, but not there"
						      : "there, but not here"));
	} else if (here->present[index] && attribute->kind == MAP_ARRAY) {
		add_inner(linker, difference, index, here, there);
	} else if (here->present[index]) {
		add_type(linker, difference, index, here, there);
	}
}

enum btf_verdict compare_maps(struct linker *linker, const struct declaration *here,
			      const struct declaration *there, struct map_difference *ret)
{
	struct map a, b;
	bool a_partial = here->linkage == BTF_VAR_GLOBAL_EXTERN;
	bool b_partial = there->linkage == BTF_VAR_GLOBAL_EXTERN;

	if (here->node == there->node || linker->usage.seen > BTF_SEEN_MAX)
		return BTF_COMPATIBLE;
	*ret = (struct map_difference){ .verdict = BTF_COMPATIBLE };
	a = parse_map(linker, here->node);
	b = parse_map(linker, there->node);
	for (size_t i = 0; i < MAP_ATTRIBUTES; i++) {
		if ((!a_partial || a.present[i]) && (!b_partial || b.present[i]))
			compare_attribute(linker, ret, i, &a, &b);
	}
	return ret->verdict;
}
