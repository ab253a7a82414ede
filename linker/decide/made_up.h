/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Made-up functions: those whose prototype bpfld invented, in this link or an earlier one; see
 * bare.c.
 */
#ifndef BPFLD_MADE_UP_H
#define BPFLD_MADE_UP_H

#include "model.h"

/**
 * The declaration of the function @global when it was made up; NULL otherwise. Needs
 * read_declarations().
 */
struct declaration *made_up_function(const struct linker *linker, const struct global *global);

/** Give the made-up @function the prototype of @declaration, an extern FUNC. */
void made_up_take(struct linker *linker, struct declaration *function,
		  const struct declaration *declaration);

#endif
