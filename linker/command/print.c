/* SPDX-License-Identifier: BSD-2-Clause */
#include "print.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// See no-color.org.
static bool wants_color(enum color color)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (color != COLOR_AUTO)
		return color == COLOR_ALWAYS;
	return isatty(STDERR_FILENO) && !(no_color && *no_color) &&
	       !(terminal && strcmp(terminal, "dumb") == 0);
}

static void print_colored(const struct bpfld_diagnostic *diagnostic)
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

	fprintf(stderr, "\033[1m%.*s%s%s\033[0m %s%s\n", (int)place, diagnostic->message,
		severities[diagnostic->severity].color, word, diagnostic->text,
		diagnostic->message + first);
}

void print_diagnostic(const struct bpfld_diagnostic *diagnostic, void *printer)
{
	const struct command_line *line = ((struct printer *)printer)->line;

	if (wants_color(line->color))
		print_colored(diagnostic);
	else
		fprintf(stderr, "%s\n", diagnostic->message);
}

void print_message(const struct diag_message *message, void *printer)
{
	struct bpfld_diagnostic diagnostic = {
		.severity = (enum bpfld_severity)message->severity,
		.code = code_name(message->code),
		.input = message->where.input,
		.offset = message->where.offset,
		.file = message->position.file,
		.line = message->position.line,
		.text = message->text,
		.message = diag_format(message, ((struct printer *)printer)->arena),
	};

	print_diagnostic(&diagnostic, printer);
}
