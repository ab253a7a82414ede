/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line: argv to struct bpfld_options. The options are one table in options.c.
 */
#ifndef BPFLD_OPTIONS_H
#define BPFLD_OPTIONS_H

#include <stdio.h>

#include "base/diag.h"
#include "bpfld.h"
#include "find_runtime.h"

// What the command line asks for.
enum command {
	COMMAND_LINK,
	COMMAND_HELP,
	COMMAND_VERSION,
	COMMAND_WRONG,   // a usage error was reported
	COMMAND_REFUSED, // it was reported that another program does that
};

// Whether diagnostics are coloured.
enum color {
	COLOR_AUTO, // on a terminal, unless NO_COLOR is set
	COLOR_ALWAYS,
	COLOR_NEVER,
};

// How diagnostics are printed.
enum diagnostics_format {
	DIAGNOSTICS_TEXT,
	DIAGNOSTICS_JSON, // one object a line
};

// The content of a command line. Strings are in argv or in the arena that parse_options() was
// given.
struct command_line {
	struct bpfld_options options;
	enum color color;
	enum diagnostics_format format;
	struct runtime_place runtime;
};

/**
 * Read the command line into @line, which must be zeroed.
 *
 * @param arena   for lists; the call must be inside arena_protect()
 * @param diag    where usage errors are reported; its `locate` is set, for those in files of
 * symbols
 */
enum command parse_options(int argc, char **argv, struct command_line *line, struct arena *arena,
			   struct diag *diag);

/** Print the usage and every option of the table. */
void print_help(FILE *file);

#endif
