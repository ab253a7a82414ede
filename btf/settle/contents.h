/* SPDX-License-Identifier: BSD-2-Clause */
/* An order of classes that depends on what they say alone. */
#ifndef BPFLD_BTF_CONTENTS_H
#define BPFLD_BTF_CONTENTS_H

#include "settling.h"

struct comparison;

/** What compare_contents() needs; good as long as classes stay as they are. All is in @arena. */
struct comparison *comparison_create(struct settling *settling, struct arena *arena);

/**
 * Which of two classes comes first: @a where the result is negative, @b where it is positive. 0
 * only when they are one, or by chance. The order is the same in every link. It means nothing more:
 * what says more may come before what says less, or after it.
 */
int compare_contents(struct comparison *comparison, uint32_t a, uint32_t b);

/** Whether comparisons have taken too long: their order is another one from then on. */
bool comparison_has_given_up(const struct comparison *comparison);

#endif
