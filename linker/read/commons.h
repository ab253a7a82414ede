/* SPDX-License-Identifier: BSD-2-Clause */
/* Tentative definitions (-fcommon), and how later links know them. */
#ifndef BPFLD_COMMONS_H
#define BPFLD_COMMONS_H

#include "model.h"

/** The common of alignment @align, a power of two, in the form of symbol->common. */
uint8_t common_of_align(uint64_t align);

/** Whether @symbol says that the global of its name in the same object is a common with a place. */
bool symbol_is_common_mark(const struct symbol *symbol);

/** Take note of @mark, which symbol_is_common_mark(); one that makes no sense says nothing. */
void common_note(struct linker *linker, const struct symbol *mark);

/** Make @symbol a common when its object has a mark of its name and size, noted before. */
void common_recognise(const struct linker *linker, struct symbol *symbol);

/** Give each common that is its global's definition a place; needs resolved globals. */
void allocate_commons(struct linker *linker);

/** The mark of @global in an output, absolute; st_name is 0 where @global is no common. */
Elf64_Sym common_mark(const struct global *global);

#endif
