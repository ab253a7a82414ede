/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line, as one table. */
#ifndef BPFLD_OPTIONS_H
#define BPFLD_OPTIONS_H

#include <stdio.h>

#include "bpfld.h"

// What the command line asks for.
enum command {
	COMMAND_LINK,
	COMMAND_HELP,
	COMMAND_VERSION,
	COMMAND_WRONG, // a usage error, which was printed
};

/**
 * Read the command line into @options and @inputs.
 *
 * @param inputs  room for @argc of them; options->inputs points there afterwards
 * @param errors  where usage errors are printed
 */
enum command parse_options(int argc, char **argv, struct bpfld_options *options,
			   struct bpfld_input *inputs, FILE *errors);

/** Print the usage and every option of the table. */
void print_help(FILE *file);

#endif
