/* SPDX-License-Identifier: BSD-2-Clause */
/* The command: arguments in, exit status out. Only here something is printed. */
#include <stdio.h>

#include "options.h"

enum exit_status {
	EXIT_LINKED = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
};

struct run {
	int argc;
	char **argv;
	struct arena *arena;
	enum exit_status status;
};

static void print_diagnostic(const struct bpfld_diagnostic *diagnostic, void *context)
{
	(void)context;
	fprintf(stderr, "%s\n", diagnostic->line);
}

static void print_report(enum bpfld_report report, const char *text, size_t size, void *context)
{
	(void)report;
	(void)context;
	fwrite(text, 1, size, stdout);
}

static enum exit_status run_link(struct bpfld_options *options)
{
	struct bpfld_result result;
	bool linked;

	options->on_diagnostic = print_diagnostic;
	options->on_report = print_report;
	linked = bpfld_link(options, &result);
	bpfld_result_deinit(&result);
	return linked && fflush(stdout) == 0 ? EXIT_LINKED : EXIT_FAILED;
}

static bool run(void *argument)
{
	struct run *run = argument;
	struct command_line line = { 0 };

	switch (parse_options(run->argc, run->argv, &line, run->arena, stderr)) {
	case COMMAND_LINK:
		run->status = run_link(&line.options);
		return true;
	case COMMAND_HELP:
		print_help(stdout);
		break;
	case COMMAND_VERSION:
		printf("bpfld %s\n", BPFLD_VERSION);
		break;
	case COMMAND_WRONG:
		run->status = EXIT_USAGE;
		return true;
	}
	run->status = fflush(stdout) == 0 ? EXIT_LINKED : EXIT_FAILED;
	return true;
}

int main(int argc, char **argv)
{
	struct arena arena;
	struct run what = { .argc = argc, .argv = argv, .arena = &arena };
	bool exhausted;

	arena_init(&arena, SIZE_MAX);
	arena_protect(&arena, run, &what, &exhausted);
	if (exhausted) {
		fprintf(stderr, "bpfld: error: out of memory\n");
		what.status = EXIT_FAILED;
	}
	arena_deinit(&arena);
	return what.status;
}
