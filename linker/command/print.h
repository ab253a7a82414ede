/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Printing diagnostics to standard error: those of a link, and those about the command line.
 */
#ifndef BPFLD_PRINT_H
#define BPFLD_PRINT_H

#include "options.h"

struct printer {
	const struct command_line *line; // says how
	struct arena *arena;             // of print_message()
	const char *ending;              // what ends the JSON that is printed so far
};

/** For bpfld_options.on_diagnostic; @context is a struct printer. */
void print_diagnostic(const struct bpfld_diagnostic *diagnostic, void *context);

/** End what was printed: the last object of JSON may get notes up to then. */
void print_end(struct printer *printer);

/** Likewise, for diag->sink. */
void print_message(const struct diag_message *message, void *context);

#endif
