/* SPDX-License-Identifier: BSD-2-Clause */
/* What forward declarations mean whose tag has several definitions. */
#ifndef BPFLD_BTF_FORWARDS_H
#define BPFLD_BTF_FORWARDS_H

#include "settling.h"

/**
 * Let forward declarations, and what is incomplete for the sake of one, be substituted by what is
 * complete.
 *
 * @return whether anything was: classes must be found again then
 */
bool resolve_forwards(struct settling *settling);

/** Mark the classes that lead to a forward declaration: a byte a class, in @arena. */
uint8_t *find_open_classes(const struct settling *settling, struct arena *arena);

#endif
