/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which of many names one was meant to be: "did you mean 'count'?"
 *
 *	struct similar similar;
 *
 *	similar_begin(&similar, str_of("cuont"));
 *	work += similar_try(&similar, str_of("count")); // likewise the others
 *	if (similar.found.data)
 *		...
 */
#ifndef BPFLD_BASE_SIMILAR_H
#define BPFLD_BASE_SIMILAR_H

#include "str.h"

struct similar {
	struct str name;
	struct str found; // the most similar so far, the first of equals; data is NULL for none
	size_t distance;  // edits from `name` to `found`: letters changed, added, removed, or
			  // swapped with the next; at first, the number that is too many
};

void similar_begin(struct similar *similar, struct str name);

/**
 * Try one more name, borrowed. Returns the work done: 1, plus 1 for each pair of letters compared.
 * Callers with many names stop when the sum gets too large.
 */
size_t similar_try(struct similar *similar, struct str candidate);

#endif
