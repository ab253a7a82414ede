/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Partition refinement: the coarsest partition of items into classes such that items of one class
 * have equal keys and their references, position by position, lead to items of one class.
 *
 * An item is a number below item_count. Its key and its references are given; see `struct
 * refinement`. The result does not depend on the order of the items, except for the numbers of the
 * classes.
 */
#ifndef BPFLD_BASE_REFINE_H
#define BPFLD_BASE_REFINE_H

#include "arena.h"

// One reference to an item: it is reference number `position` of `item`.
struct referrer {
	uint32_t item;
	uint32_t position;
};

struct refinement {
	// Given:
	uint32_t item_count;
	uint32_t key_count;
	const uint32_t *key;   // by item
	const uint32_t *group; // by key: a number below key_count. Where items have equal keys,
			       // their references lead, position by position, to items whose keys
			       // have equal groups.
	const uint32_t *first; // by item: index into referrers; one more at the end
	const struct referrer *referrers; // the references to each item

	// Made by refine():
	uint32_t *class_of; // by item
	uint32_t class_count;
};

void refine(struct refinement *refinement, struct arena *arena);

#endif
