/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps of BPF in the output, and which functions and programs use them.
 *
 * Maps are those that programs define in .maps, and the sections of data of which loaders make
 * maps: .data, .rodata, .bss and those whose names begin so.
 */
#ifndef BPFLD_MAP_USES_H
#define BPFLD_MAP_USES_H

#include "call_trees.h"
#include "maps.h"

#define USED_MAPS_MAX 64 // MAX_USED_MAPS: kernels take no program with more

struct used_map {
	const struct output_section *section;
	const struct atom *atom;  // NULL: the map is the section
	ARRAY(uint32_t) programs; // that use it, by the numbers of their callers
	bool defined;             // its attributes are known:
	uint64_t numbers[MAP_ATTRIBUTES];
};

// Numbers of maps are indices of map_uses->maps.
struct map_uses {
	ARRAY(struct used_map) maps; // in the order of the output
	ARRAY(uint32_t) used;        // numbers of maps, without repetition in a function
	uint32_t *first; // by function: index in `used` of what it uses; up to that of the next one
	uint32_t *first_map; // by output section, shndx - 1: its first map; or USED_MAPS_NONE
	uint32_t *seen;      // by map: the last round that met it
	uint32_t round;
};

#define USED_MAPS_NONE UINT32_MAX

// The maps of one program.
struct program_maps {
	uint32_t numbers[USED_MAPS_MAX];
	uint32_t count;
	bool more; // there are more, which nobody counts
};

/** The maps of the output and what functions use, in the link's arena. Needs lay_out(). */
void map_uses_init(struct map_uses *uses, struct linker *linker, const struct call_trees *calls);

/** The maps that the functions of @tree use; number @program is added to the users of each. */
void map_uses_of_program(struct map_uses *uses, struct linker *linker, const struct call_tree *tree,
			 uint32_t program, struct program_maps *ret);

/**
 * Bytes that a map takes when it is full, of its keys and values alone; of one CPU where each has
 * its own.
 *
 * @return false when that is not known: entries are without limit, or the kernel's
 */
bool map_memory(const struct used_map *map, uint64_t *ret);

#endif
