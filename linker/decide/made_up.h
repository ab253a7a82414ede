/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions whose prototype bpfld made up, in this link or an earlier one (bare.c). */
#ifndef BPFLD_MADE_UP_H
#define BPFLD_MADE_UP_H

#include "model.h"

/**
 * What BTF says of the function that @global is, when nobody but bpfld said it; NULL otherwise.
 * Needs read_declarations().
 */
struct declaration *made_up_function(const struct linker *linker, const struct global *global);

/** Give @function, which was made up, the prototype of @declaration, a FUNC that only declares. */
void made_up_take(struct linker *linker, struct declaration *function,
		  const struct declaration *declaration);

#endif
