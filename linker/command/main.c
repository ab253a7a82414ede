/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command: from arguments to exit status. Diagnostics and reports are printed here; usage
 * errors where options are read (complain.h).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "process.h"

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

static void print_plain(const struct bpfld_diagnostic *diagnostic, void *context)
{
	(void)context;
	fprintf(stderr, "%s\n", diagnostic->message);
}

static void print_report(enum bpfld_report report, const char *text, size_t size, void *context)
{
	(void)report;
	(void)context;
	fwrite(text, 1, size, stdout);
}

static void print_colored(const struct bpfld_diagnostic *diagnostic, void *context)
{
	static const struct {
		const char *word;
		const char *color;
	} severities[] = {
		[BPFLD_NOTE] = { "note:", "\033[36m" },
		[BPFLD_WARNING] = { "warning:", "\033[35m" },
		[BPFLD_ERROR] = { "error:", "\033[31m" },
	};
	const char *word = severities[diagnostic->severity].word;
	// "place: word text", then lines about the source.
	size_t first = strcspn(diagnostic->message, "\n");
	size_t place = first - strlen(diagnostic->text) - strlen(word) - 1;

	(void)context;
	fprintf(stderr, "\033[1m%.*s%s%s\033[0m %s%s\n", (int)place, diagnostic->message,
		severities[diagnostic->severity].color, word, diagnostic->text,
		diagnostic->message + first);
}

// See no-color.org.
static bool wants_color(enum color color)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (color != COLOR_AUTO)
		return color == COLOR_ALWAYS;
	return isatty(STDERR_FILENO) && !(no_color && *no_color) &&
	       !(terminal && strcmp(terminal, "dumb") == 0);
}

// Report errors in writing standard output: printed reports are outputs as well.
static enum exit_status finish_printing(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_LINKED;
	fprintf(stderr, "bpfld: error: cannot write to standard output: %s\n", strerror(errno));
	return EXIT_FAILED;
}

static enum exit_status run_link(struct command_line *line)
{
	struct bpfld_options *options = &line->options;
	struct bpfld_result result;
	enum exit_status printed;
	bool linked;

	options->on_diagnostic = wants_color(line->color) ? print_colored : print_plain;
	options->on_report = print_report;
	linked = bpfld_link(options, &result);
	bpfld_result_deinit(&result);
	printed = finish_printing();
	return linked ? printed : EXIT_FAILED;
}

static bool run(void *argument)
{
	struct run *run = argument;
	struct command_line line = { 0 };

	switch (parse_options(run->argc, run->argv, &line, run->arena, stderr)) {
	case COMMAND_LINK:
		run->status = run_link(&line);
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
	run->status = finish_printing();
	return true;
}

int main(int argc, char **argv)
{
	struct arena arena;
	struct run what = { .argc = argc, .argv = argv, .arena = &arena };
	bool exhausted;

	process_prepare(EXIT_FAILED);
	arena_init(&arena, SIZE_MAX);
	arena_protect(&arena, run, &what, &exhausted);
	if (exhausted) {
		fprintf(stderr, "bpfld: error: out of memory\n");
		what.status = EXIT_FAILED;
	}
	arena_deinit(&arena);
	return what.status;
}
