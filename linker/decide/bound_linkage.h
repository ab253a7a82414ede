/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether an entry program can be a global function, which the kernel verifies on its own.
 */
#ifndef BPFLD_BOUND_LINKAGE_H
#define BPFLD_BOUND_LINKAGE_H

#include "model.h"

/**
 * Why @program, a function of the section of an entry program, has to be static where others call
 * it: a clause, in the link's arena. NULL: it need not.
 */
const char *static_reason(struct linker *linker, const struct symbol *program);

#endif
