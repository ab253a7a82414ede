/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong with a command line; names in it may come from files, as those of inputs do. */
#ifndef BPFLD_COMPLAIN_H
#define BPFLD_COMPLAIN_H

#include <stdio.h>

#include "base/arena.h"

/** Print a line, which @format leaves without its end, to @errors; see printable(). */
void complain(FILE *errors, struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
