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
	struct str found; // the most similar so far, the first of such; data is NULL: none is
	size_t distance;  // letters that must be changed, added, taken away or exchanged with the
			  // next one for `found`; at first, how many are too many
};

void similar_begin(struct similar *similar, struct str name);

/**
 * Try one more name, borrowed. @return how much work that was: 1, and 1 for each pair of letters
 * compared. Callers with many names end when it becomes too much.
 */
size_t similar_try(struct similar *similar, struct str candidate);

#endif
