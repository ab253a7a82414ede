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

// Where "WORD text" begins in the message, after the place, which may contain the word. Code that
// the text quotes at its end is on further lines.
static const char *find_word(const struct bpfld_diagnostic *diagnostic, const char *word)
{
	const char *message = diagnostic->message;
	size_t option = diagnostic->option ? strlen(diagnostic->option) + strlen(" []") : 0;
	const char *end = message + strcspn(message, "\n") - option;

	for (const char *at = message; (at = strstr(at, word)) && at < end; at++) {
		const char *text = at + strlen(word) + 1;

		if (text <= end && strncmp(text, diagnostic->text, (size_t)(end - text)) == 0)
			return at;
	}
	return message;
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
	const char *place = diagnostic->message, *end = find_word(diagnostic, word);

	fprintf(stderr, "\033[1m%.*s%s%s\033[0m%s\n", (int)(end - place), place,
		severities[diagnostic->severity].color, word, end + strlen(word));
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
		.option = diag_option(message, ((struct printer *)printer)->arena),
		.input = message->where.input,
		.offset = message->where.offset,
		.file = message->position.file,
		.line = message->position.line,
		.text = message->text,
		.message = diag_format(message, ((struct printer *)printer)->arena),
	};

	print_diagnostic(&diagnostic, printer);
}
