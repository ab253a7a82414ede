/* SPDX-License-Identifier: BSD-2-Clause */
/* Which doubtful types are the same. */
#ifndef BPFLD_BTF_DOUBTFUL_H
#define BPFLD_BTF_DOUBTFUL_H

#include "settling.h"

/** Set items, what substitutes them, and their classes: those that remain are different types. */
void settle_doubtful(struct settling *settling);

#endif
