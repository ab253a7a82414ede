/* SPDX-License-Identifier: BSD-2-Clause */
/* The command: arguments in, exit status out. Only here something is printed. */
#include <stdio.h>
#include <stdlib.h>

#include "options.h"

enum exit_status {
	EXIT_LINKED = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
};

static void print_diagnostic(const struct bpfld_diagnostic *diagnostic, void *context)
{
	(void)context;
	fprintf(stderr, "%s\n", diagnostic->line);
}

static enum exit_status run_link(struct bpfld_options *options)
{
	struct bpfld_result result;
	bool linked;

	options->on_diagnostic = print_diagnostic;
	linked = bpfld_link(options, &result);
	bpfld_result_deinit(&result);
	return linked ? EXIT_LINKED : EXIT_FAILED;
}

static enum exit_status run(int argc, char **argv, struct bpfld_input *inputs)
{
	struct bpfld_options options = { 0 };

	switch (parse_options(argc, argv, &options, inputs, stderr)) {
	case COMMAND_LINK:
		return run_link(&options);
	case COMMAND_HELP:
		print_help(stdout);
		break;
	case COMMAND_VERSION:
		printf("bpfld %s\n", BPFLD_VERSION);
		break;
	case COMMAND_WRONG:
		return EXIT_USAGE;
	}
	return fflush(stdout) == 0 ? EXIT_LINKED : EXIT_FAILED;
}

int main(int argc, char **argv)
{
	struct bpfld_input *inputs = calloc((size_t)argc + 1, sizeof(*inputs));
	enum exit_status status;

	if (!inputs) {
		fprintf(stderr, "bpfld: error: out of memory\n");
		return EXIT_FAILED;
	}
	status = run(argc, argv, inputs);
	free(inputs);
	return status;
}
