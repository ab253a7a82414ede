/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The coarsest partition of items such that items of one class have equal keys and, reference by
 * reference, referents of one class.
 */
#ifndef BPFLD_BTF_REFINE_H
#define BPFLD_BTF_REFINE_H

#include "base/arena.h"
#include "base/array.h"

// Item `item` refers to the item at hand, by its reference number `position`.
struct referrer {
	uint32_t item;
	uint32_t position;
};

struct refinement {
	// Given:
	uint32_t item_count;
	uint32_t key_count;
	const uint32_t *key;              // by item
	const uint32_t *group;            // by key: a number below key_count. Items with equal
					  // keys refer, position by position, to items whose keys
					  // have equal groups.
	const uint32_t *first;            // by item: index into referrers; one more at the end
	const struct referrer *referrers; // who refers to each item

	// Made by refine():
	uint32_t *class_of; // by item
	uint32_t class_count;
};

void refine(struct refinement *refinement, struct arena *arena);

#endif
