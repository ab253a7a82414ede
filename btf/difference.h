/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the words (difference.c) and the C code (difference_quote.c) of a difference share.
 */
#ifndef BPFLD_BTF_DIFFERENCE_H
#define BPFLD_BTF_DIFFERENCE_H

#include "btf.h"

/** @node as C, for a message: cut when it is long, as bodies without a tag are. */
const char *difference_type(const struct btf_graph *graph, uint32_t node, struct arena *arena);

/** Whether the types to show on both sides read the same, so that typedefs or sizes differ. */
bool difference_is_hidden(const struct btf_graph *graph, const struct btf_difference *difference,
			  struct arena *arena);

// A typedef, and what it stands for behind further ones.
struct meaning {
	uint32_t name; // the TYPEDEF; 0: there is none
	uint32_t node;
};

/** The innermost typedef on the way from the type to show to the type that differs. */
struct meaning difference_meaning(const struct btf_graph *graph,
				  const struct btf_difference *difference, bool there);

#endif
