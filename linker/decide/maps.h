/* SPDX-License-Identifier: BSD-2-Clause */
/* BTF-defined maps: the variables of .maps, whose type is the definition. */
#ifndef BPFLD_MAPS_H
#define BPFLD_MAPS_H

#include "model.h"

/** Whether its maps are of 'struct bpf_map_def', as loaders before BTF had them. */
static inline bool section_has_legacy_maps(const struct section *section)
{
	return section->role == ROLE_DATA && strcmp(section->text_name, "maps") == 0;
}

// How two declarations of one map differ.
struct map_difference {
	enum btf_verdict verdict;
	char *text;                  // "max_entries is 8 here, 16 there"
	struct btf_difference types; // where types of keys or values differ; else of no aspect
};

/**
 * Compare two declarations of one map attribute by attribute. What an extern one leaves out is the
 * definition's to say.
 *
 * @param here, there  types of the variables; nodes of linker->graph
 */
struct map_difference compare_maps(struct linker *linker, const struct declaration *here,
				   const struct declaration *there);

#endif
