/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BTF-defined maps: variables of .maps, whose types define them.
 */
#ifndef BPFLD_MAPS_H
#define BPFLD_MAPS_H

#include "model.h"

/** Whether @section has maps of type 'struct bpf_map_def', from before BTF. */
static inline bool section_has_legacy_maps(const struct section *section)
{
	return section->role == ROLE_DATA && strcmp(section->text_name, "maps") == 0;
}

// What an attribute of a map is.
enum map_kind {
	MAP_NUMBER, // a pointer to an array of so many elements, or an enum
	MAP_TYPE,   // a pointer to it
	MAP_ARRAY,  // an array of pointers
};

#define MAP_ATTRIBUTES 11

struct map_attribute {
	struct str name;
	enum map_kind kind;
	const char *sized_by; // the attribute that has the size of this type as a number
};

extern const struct map_attribute map_attributes[MAP_ATTRIBUTES];

/** The attribute of this name; MAP_ATTRIBUTES: there is none. */
size_t map_attribute(struct str name);

/** The number that a member of @node, MAP_NUMBER, encodes. */
uint64_t map_number(const struct btf_graph *graph, uint32_t node);

/** The type that a member of @node, MAP_TYPE or MAP_ARRAY, is about; 0 for void, and for others. */
uint32_t map_type(const struct btf_graph *graph, uint32_t node);

/**
 * The numbers that define a map of type @node, by attribute; 0 where it has none.
 *
 * @return false when no loader takes such a type: it is no struct, or has many more members
 */
bool map_numbers(struct linker *linker, uint32_t node, uint64_t ret[MAP_ATTRIBUTES]);

/** Whether the path at which loaders pin a map of type @node has the map's name. */
bool map_is_pinned(struct linker *linker, uint32_t node);

// How two declarations of one map differ.
struct map_difference {
	enum btf_verdict verdict;
	char *text; // "max_entries is 8 here, 16 there"; NULL where nothing differs
	struct btf_difference types; // set where types of keys or values differ: the worst
	bool differs[MAP_ATTRIBUTES];
	bool inner_differs[MAP_ATTRIBUTES]; // likewise of inner maps
};

/**
 * Compare two declarations of one map, attribute by attribute. An extern declaration may leave out
 * attributes.
 *
 * @param here, there  declarations of the map: the one that a message is about, and the other
 * @param ret          receives the difference, when there is one; its text, which names all that
 *                     differ, is in the link's arena
 */
enum btf_verdict compare_maps(struct linker *linker, const struct declaration *here,
			      const struct declaration *there, struct map_difference *ret);

/**
 * One side of the difference as C, as programs define maps, with marks for all that differs. @there
 * is true for the side that was `there`.
 */
void map_quote(struct linker *linker, const struct declaration *declaration,
	       const struct map_difference *difference, bool there, struct quote *quote);

#endif
