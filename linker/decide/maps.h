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

// How two declarations of one map differ.
struct map_difference {
	enum btf_verdict verdict;
	char *text;                  // "max_entries is 8 here, 16 there"
	struct btf_difference types; // set where types of keys or values differ
};

/**
 * Compare two declarations of one map, attribute by attribute. An extern declaration may leave out
 * attributes. The text is in the link's arena.
 *
 * @param here, there  declarations of the map: the one that a message is about, and the other
 */
struct map_difference compare_maps(struct linker *linker, const struct declaration *here,
				   const struct declaration *there);

#endif
