/* SPDX-License-Identifier: BSD-2-Clause */
/* BTF-defined maps: the variables of .maps, whose type is the definition. */
#ifndef BPFLD_MAPS_H
#define BPFLD_MAPS_H

#include "model.h"

// How two declarations of one map differ.
struct map_difference {
	enum btf_verdict verdict;
	char *text; // "max_entries is 8 here, 16 there"
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
