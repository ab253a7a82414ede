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
};

/** For bpfld_options.on_diagnostic. */
void print_diagnostic(const struct bpfld_diagnostic *diagnostic, void *printer);

/** For diag->sink. */
void print_message(const struct diag_message *message, void *printer);

#endif
