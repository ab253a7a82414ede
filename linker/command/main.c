/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command: from arguments to exit status.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef BPFLD_DWARF
#include "compression.h"
#include "locate_dwarf.h"
#endif
#include "options.h"
#include "print.h"
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
	struct command_line line;
	struct diag diag; // of the command itself
	struct printer printer;
	enum exit_status status;
};

static void print_report(enum bpfld_report report, const char *text, size_t size, void *context)
{
	(void)report;
	(void)context;
	fwrite(text, 1, size, stdout);
}

// Report errors in writing standard output: printed reports are outputs as well.
static enum exit_status finish_printing(struct run *run)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_LINKED;
	diag_error(&run->diag, ERROR_CANNOT_WRITE, place_in(NULL, NULL),
		   "cannot write to standard output: %s", strerror(errno));
	return EXIT_FAILED;
}

// Link with what knows of debug information, where it was built in.
static bool link_with_dwarf(struct bpfld_options *options, struct bpfld_result *result)
{
#ifdef BPFLD_DWARF
	struct locator locator;
	bool linked;

	locator_init(&locator);
	options->compress = compress;
	options->decompress = decompress;
	options->locate = locate_dwarf;
	options->locate_context = &locator;
	linked = bpfld_link(options, result);
	locator_deinit(&locator);
	return linked;
#else
	return bpfld_link(options, result);
#endif
}

// Compressing is libelf's.
static bool can_compress(struct run *run)
{
#ifndef BPFLD_DWARF
	if (run->line.options.compress_debug != BPFLD_COMPRESS_NONE) {
		diag_error(&run->diag, ERROR_OPTION_VALUE, place_in(NULL, NULL),
			   "--compress-debug-sections is none here: this bpfld was built without "
			   "libelf");
		return false;
	}
#endif
	(void)run;
	return true;
}

static enum exit_status run_link(struct run *run)
{
	struct bpfld_options *options = &run->line.options;
	struct bpfld_result result;
	enum exit_status printed;
	bool linked;

	if (!can_compress(run))
		return EXIT_USAGE;
	if (run->line.format == DIAGNOSTICS_JSON)
		process_use_json(&run->printer.ending);
	options->on_diagnostic = print_diagnostic;
	options->on_report = print_report;
	options->context = &run->printer;
	linked = link_with_dwarf(options, &result);
	bpfld_result_deinit(&result);
	printed = finish_printing(run);
	return linked ? printed : EXIT_FAILED;
}

static bool run(void *argument)
{
	struct run *run = argument;

	diag_init(&run->diag, run->arena);
	run->diag.sink = print_message;
	run->diag.context = &run->printer;
	switch (parse_options(run->argc, run->argv, &run->line, run->arena, &run->diag)) {
	case COMMAND_LINK:
		run->status = run_link(run);
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
	case COMMAND_REFUSED:
		run->status = EXIT_FAILED;
		return true;
	}
	run->status = finish_printing(run);
	return true;
}

static const struct bpfld_diagnostic out_of_memory = {
	.severity = BPFLD_ERROR,
	.code = "out-of-memory",
	.offset = UINT64_MAX,
	.text = "out of memory",
	.message = "bpfld: error: out of memory",
};

int main(int argc, char **argv)
{
	struct arena arena;
	struct run what = { .argc = argc, .argv = argv, .arena = &arena };
	bool exhausted;

	what.printer = (struct printer){ .line = &what.line, .arena = &arena };
	process_prepare(EXIT_FAILED);
	arena_init(&arena, SIZE_MAX);
	arena_protect(&arena, run, &what, &exhausted);
	if (exhausted) {
		print_diagnostic(&out_of_memory, &what.printer);
		what.status = EXIT_FAILED;
	}
	print_end(&what.printer);
	arena_deinit(&arena);
	return what.status;
}
