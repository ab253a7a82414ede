/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Usage errors: what is wrong with a command line.
 */
#ifndef BPFLD_COMPLAIN_H
#define BPFLD_COMPLAIN_H

#include "option_table.h"

/** Report an error that no place has; the command line is wrong. */
void complain(struct parser *parser, enum code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Report a warning, after all arguments were read. @hint is "" when nothing is to be done. */
void complain_later(struct parser *parser, enum code code, const char *hint, const char *format,
		    ...) __attribute__((format(printf, 4, 5)));

/** Report the warnings that waited. */
void complain_now(struct parser *parser);

#endif
