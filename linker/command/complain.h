/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Usage errors: what is wrong with a command line, printed in one form.
 */
#ifndef BPFLD_COMPLAIN_H
#define BPFLD_COMPLAIN_H

#include <stdio.h>

#include "base/arena.h"

/**
 * Print the message and a newline to @errors. Names in it may come from files, so unprintable bytes
 * are escaped; see printable().
 */
void complain(FILE *errors, struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
