/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commons: tentative definitions (-fcommon). They become variables in .bss, with a *mark* in the
 * symbol table by which a later link recognises them; see commons.c.
 */
#ifndef BPFLD_COMMONS_H
#define BPFLD_COMMONS_H

#include "model.h"

/** The value of symbol->common for alignment @align, a power of two, in bytes. */
uint8_t common_of_align(uint64_t align);

/**
 * Whether @symbol is a mark: it says that the global of its name in the same object was a common.
 */
bool symbol_is_common_mark(const struct symbol *symbol);

/** Note @mark, for which symbol_is_common_mark() is true. Invalid marks are ignored. */
void common_note(struct linker *linker, const struct symbol *mark);

/** Make @symbol a common again if a mark of its name and size was noted for its object. */
void common_recognise(const struct linker *linker, struct symbol *symbol);

/**
 * Give each common that is the definition of its global a place in .bss. Needs resolved globals.
 */
void allocate_commons(struct linker *linker);

/**
 * The mark for @global, an absolute symbol of the output; st_name is 0 when @global is not a
 * common.
 */
Elf64_Sym common_mark(const struct global *global);

#endif
