/* SPDX-License-Identifier: BSD-2-Clause */
/* The doubtful types of all units, each distinct one once. */
#ifndef BPFLD_BTF_ITEMS_H
#define BPFLD_BTF_ITEMS_H

#include "settling.h"

/**
 * Set the items, and what each refers to. In place of a doubtful node, units have the item and
 * ITEM_BIT from then on.
 */
void find_items(struct settling *settling);

#endif
