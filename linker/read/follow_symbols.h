/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Repairs what ELF and BTF say of each other's variables, after a tool changed one without the
 * other; see follow_symbols.c and follow_sections.c.
 */
#ifndef BPFLD_FOLLOW_SYMBOLS_H
#define BPFLD_FOLLOW_SYMBOLS_H

#include "scope.h"

/** Find the sections that BTF means by names which no section of the object has any more. */
void follow_sections(struct scope *scope);

/** Give the non-static variables of the object's BTF the names of their symbols. */
void follow_symbols(struct scope *scope);

/**
 * Give @declaration, a static variable with a known place, the name and linkage of the symbol at
 * that place.
 */
void follow_place(const struct scope *scope, struct declaration *declaration);

/**
 * Give symbols of @object without type or size those of its BTF; symbols of externs become
 * undefined. Calls scope_enter() when there are such symbols.
 */
void complete_symbols(struct scope *scope, struct object *object);

#endif
