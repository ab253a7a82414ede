/* SPDX-License-Identifier: BSD-2-Clause */
/* References that mean another name than they say: --wrap and --defsym. */
#ifndef BPFLD_RENAMES_H
#define BPFLD_RENAMES_H

#include "model.h"

/** Gives linker->renames. */
void prepare_renames(struct linker *linker);

/** The name that @name means where an object does not define it itself. */
uint32_t name_meaning(const struct linker *linker, uint32_t name);

/** The name whose definition @symbol means. */
uint32_t symbol_meaning(const struct linker *linker, const struct symbol *symbol);

/** An error where an input defines what --defsym does; needs resolution. */
void check_renames(struct linker *linker);

#endif
