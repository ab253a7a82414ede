/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ties between what BTF says and what ELF has: a declaration, and its atom or global.
 */
#ifndef BPFLD_TIES_H
#define BPFLD_TIES_H

#include "scope.h"

/**
 * Say that @declaration is about byte @offset of @section; reports a function that is data, and a
 * variable that is code.
 */
void declaration_tie(struct linker *linker, struct declaration *declaration,
		     struct section *section, uint64_t offset);

/** Say that a non-static @declaration is about the global of @symbol, whose name it gets. */
void declaration_bind(struct declaration *declaration, const struct symbol *symbol);

/** Tie a non-static @declaration to the symbol with its name, if there is one. */
void declaration_bind_name(const struct scope *scope, struct declaration *declaration);

#endif
