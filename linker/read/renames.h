/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * References that mean another name than they have: --wrap and --defsym.
 */
#ifndef BPFLD_RENAMES_H
#define BPFLD_RENAMES_H

#include "model.h"

/** Set linker->renames from the options. */
void prepare_renames(struct linker *linker);

/** The name that a reference to @name means in an object that does not define @name. */
uint32_t name_meaning(const struct linker *linker, uint32_t name);

/** The name whose definition @symbol refers to. */
uint32_t symbol_meaning(const struct linker *linker, const struct symbol *symbol);

/** Report inputs that define a name which --defsym defines. Needs resolved globals. */
void check_renames(struct linker *linker);

#endif
