/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A function uses the maps to which its references lead, a program those of all its functions.
 * What is listed for programs is bounded by the kernel's limits, so that programs that share
 * functions cannot make it grow with their product.
 */
#include "map_uses.h"

#include <linux/bpf.h>

#include "atoms.h"
#include "base/bisect.h"

#define PAGE 4096

static bool is_data_map(const struct linker *linker, const struct output_section *output)
{
	static const struct str names[] = { STR(".data"), STR(".rodata"), STR(".bss") };
	struct str name = strings_get(&linker->strings, output->name);

	for (size_t i = 0; output->role == ROLE_DATA && i < sizeof(names) / sizeof(*names); i++) {
		if (str_starts_with(name, names[i]) &&
		    (name.size == names[i].size || name.data[names[i].size] == '.'))
			return true;
	}
	return false;
}

static void define(struct linker *linker, struct used_map *map)
{
	const struct declaration *declaration = map->atom->declaration;

	map->defined = declaration && declaration->kind == BTF_KIND_VAR &&
		       map_numbers(linker, declaration->node, map->numbers);
}

static void add_section(struct map_uses *uses, struct linker *linker,
			const struct output_section *output)
{
	uint32_t *first = &uses->first_map[output->shndx - 1];
	struct arena *arena = linker->arena;

	*first = (uint32_t)uses->maps.count;
	if (is_data_map(linker, output)) {
		array_add(arena, &uses->maps)->section = output;
	} else if (output->role == ROLE_MAPS) {
		array_each(atom, &output->atoms) {
			struct used_map *map = array_add(arena, &uses->maps);

			map->section = output;
			map->atom = *atom;
			define(linker, map);
		}
	} else {
		*first = USED_MAPS_NONE;
	}
}

// The map that @atom is, or is in; USED_MAPS_NONE when it is none.
static uint32_t find_map(const struct map_uses *uses, struct atom *atom)
{
	const struct output_section *output;
	uint32_t first;
	size_t at;

	atom = atom ? atom_survivor(atom) : NULL;
	output = atom && atom->live ? atom->section->output : NULL;
	first = output ? uses->first_map[output->shndx - 1] : USED_MAPS_NONE;
	if (first == USED_MAPS_NONE || output->role != ROLE_MAPS)
		return first;
	at = bisect(output->atoms.count, i, output->atoms.items[i]->place < atom->place);
	return first + (uint32_t)at;
}

static void read_function(struct map_uses *uses, struct linker *linker, const struct atom *atom)
{
	const struct section *section = atom->section;

	uses->round++;
	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++) {
		uint32_t map = find_map(uses, section->references.items[i].atom);

		if (map == USED_MAPS_NONE || uses->seen[map] == uses->round)
			continue;
		uses->seen[map] = uses->round;
		*array_add(linker->arena, &uses->used) = map;
	}
}

void map_uses_init(struct map_uses *uses, struct linker *linker, const struct call_trees *calls)
{
	struct arena *arena = linker->arena;
	size_t count = calls->functions.count;

	*uses = (struct map_uses){
		.first = arena_new_array(arena, uint32_t, count + 1),
		.first_map = arena_new_array(arena, uint32_t, linker->sections.count),
	};
	array_each(output, &linker->sections)
		add_section(uses, linker, *output);
	uses->seen = arena_new_array(arena, uint32_t, uses->maps.count);
	for (size_t i = 0; i < count; i++) {
		uses->first[i] = (uint32_t)uses->used.count;
		read_function(uses, linker, calls->functions.items[i].atom);
	}
	uses->first[count] = (uint32_t)uses->used.count;
}

// Add the maps of @function; false when there are too many.
static bool add_function(struct map_uses *uses, struct linker *linker, uint32_t function,
			 uint32_t program, struct program_maps *maps)
{
	for (uint32_t i = uses->first[function]; i < uses->first[function + 1]; i++) {
		uint32_t map = uses->used.items[i];

		if (uses->seen[map] == uses->round)
			continue;
		if (maps->count == USED_MAPS_MAX)
			return false;
		uses->seen[map] = uses->round;
		maps->numbers[maps->count++] = map;
		*array_add(linker->arena, &uses->maps.items[map].programs) = program;
	}
	return true;
}

void map_uses_of_program(struct map_uses *uses, struct linker *linker, const struct call_tree *tree,
			 uint32_t program, struct program_maps *ret)
{
	ret->count = 0;
	ret->more = false;
	uses->round++;
	for (uint32_t i = 0; i < tree->count && !ret->more; i++)
		ret->more = !add_function(uses, linker, tree->functions[i], program, ret);
}

// What an entry of a map holds.
enum holding {
	HOLDS_UNKNOWN,
	HOLDS_VALUE, // no key: it is a number, or there is none
	HOLDS_BOTH,
	HOLDS_BYTE, // max_entries is a size
	HOLDS_PAGE,
};

static enum holding holding_of(uint64_t type)
{
	switch (type) {
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
	case BPF_MAP_TYPE_STACK_TRACE:
		return HOLDS_VALUE;
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
	case BPF_MAP_TYPE_LPM_TRIE:
		return HOLDS_BOTH;
	case BPF_MAP_TYPE_RINGBUF:
	case BPF_MAP_TYPE_USER_RINGBUF:
		return HOLDS_BYTE;
	case 33: // BPF_MAP_TYPE_ARENA of newer headers
		return HOLDS_PAGE;
	default:
		return HOLDS_UNKNOWN;
	}
}

static uint64_t rounded(uint64_t size, uint64_t to)
{
	return (size + to - 1) / to * to;
}

bool map_memory(const struct used_map *map, uint64_t *ret)
{
	uint64_t key = map->numbers[map_attribute(STR("key_size"))];
	uint64_t value = map->numbers[map_attribute(STR("value_size"))];
	uint64_t entries = map->numbers[map_attribute(STR("max_entries"))];
	enum holding holding = holding_of(map->numbers[map_attribute(STR("type"))]);
	uint64_t each = 1;

	// Such a map can be mapped by user space, in pages.
	*ret = rounded(map->section->size, PAGE);
	if (!map->atom)
		return true;
	// Loaders and kernels have 32 bits for each of these.
	if (!map->defined || (key | value | entries) > UINT32_MAX || !entries ||
	    holding == HOLDS_UNKNOWN)
		return false;
	if (holding == HOLDS_PAGE)
		each = PAGE;
	else if (holding != HOLDS_BYTE)
		each = rounded(value, 8) + (holding == HOLDS_BOTH ? rounded(key, 8) : 0);
	return !__builtin_mul_overflow(each, entries, ret);
}
