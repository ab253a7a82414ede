/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeps inputs apart that were not written for each other; see bindings.h.
 */
#ifndef BPFLD_ENCLOSE_H
#define BPFLD_ENCLOSE_H

#include "model.h"

/**
 * Let names that objects of bound functions define, and others as well, be theirs alone. Needs the
 * mentions of all globals and linker->bindings; globals have no definition yet.
 *
 * @param failed  some functions could not be bound, so it is not known which objects these are:
 *                all are kept apart, and nothing is said of it
 */
void enclose_inputs(struct linker *linker, bool failed);

/** Take @symbol out of the mentions of @global. */
void global_remove_mention(struct global *global, const struct symbol *symbol);

#endif
