/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strong definitions of one name that are the same (--fold-identical).
 */
#ifndef BPFLD_FOLD_DUPLICATES_H
#define BPFLD_FOLD_DUPLICATES_H

#include "model.h"

/** Whether options let the strong definitions of @global be one, if they are the same. */
bool global_may_fold(const struct linker *linker, const struct global *global);

/**
 * Whether two strong definitions of one name, maps or variables, are the same, by their bytes and
 * what BTF says, so that they could be one. Needs no declarations, but the globals of all symbols.
 */
bool definitions_are_same(struct linker *linker, const struct symbol *a, const struct symbol *b);

#endif
