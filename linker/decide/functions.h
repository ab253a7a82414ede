/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ties FUNCs of an object to its functions.
 */
#ifndef BPFLD_FUNCTIONS_H
#define BPFLD_FUNCTIONS_H

#include "scope.h"

/**
 * Place FUNCs as @block says, of func_info about @section; reports functions that lost their
 * symbols.
 *
 * @return the declaration that each record is about now: an array as long as @block, of the link
 */
struct declaration **functions_place(struct scope *scope, const struct btf_ext_block *block,
				     struct section *section);

/** Find the functions of the FUNCs that no func_info places, by their names. */
void functions_find(struct scope *scope);

#endif
