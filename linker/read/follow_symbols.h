/* SPDX-License-Identifier: BSD-2-Clause */
/* What ELF and BTF know of each other's variables. */
#ifndef BPFLD_FOLLOW_SYMBOLS_H
#define BPFLD_FOLLOW_SYMBOLS_H

#include "scope.h"

/** Let names that no section of the object of @scope has any more mean what BTF says is in them. */
void follow_sections(struct scope *scope);

/** Give the variables of the object of @scope that are not static the names of their symbols. */
void follow_symbols(struct scope *scope);

/** Give @declaration, a static variable whose place is known, the name and linkage of the symbol
 * there. */
void follow_place(const struct scope *scope, struct declaration *declaration);

/**
 * Give symbols of @object without type or size what its BTF has; those of externs become undefined.
 * Enters @object's scope where it has such symbols.
 */
void complete_symbols(struct scope *scope, struct object *object);

#endif
