/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a function in the place of an entry program can be global, so that the kernel verifies it
 * on its own.
 */
#ifndef BPFLD_BOUND_LINKAGE_H
#define BPFLD_BOUND_LINKAGE_H

#include "model.h"

/**
 * Why @program, a function of the section of an entry program, has to be static where others call
 * it: a clause, in the link's arena. NULL: it need not.
 */
const char *static_reason(struct linker *linker, const struct symbol *program);

/**
 * Why the function of @slot, which nobody defines, has to be static: likewise. Its callers say what
 * it takes and returns, and of which kind the programs are: it is global if that suits all programs
 * of the files that refer to it.
 */
const char *slot_static_reason(struct linker *linker, const struct global *slot);

#endif
