/* SPDX-License-Identifier: BSD-2-Clause */
#include "print.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"

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
	const char *end = message + strcspn(message, "\n");

	for (const char *at = message; (at = strstr(at, word)) && at < end; at++) {
		const char *text = at + strlen(word) + 1;
		size_t size = strlen(diagnostic->text);

		if (text <= end && size > (size_t)(end - text))
			size = (size_t)(end - text);
		if (text <= end && strncmp(text, diagnostic->text, size) == 0)
			return at;
	}
	return message;
}

// How many bytes of a line are before its marks; all of them where it has none. Lines of marks are
// "      |     ^~~", and those of source code have a number or more than marks.
static size_t find_marks(const char *line, size_t size)
{
	size_t start = strspn(line, " "), marks;

	if (line[start] != '|')
		return size;
	start += 1 + strspn(line + start + 1, " ");
	marks = strspn(line + start, "^~ ");
	return line[start] == '^' && start + marks >= size ? start : size;
}

// Print one of the lines below a message.
static void print_line(const char *line, size_t size)
{
	size_t marks = find_marks(line, size);

	fprintf(stderr, "\n%.*s", (int)marks, line);
	if (marks < size)
		fprintf(stderr, "\033[1;32m%.*s\033[0m", (int)(size - marks), line + marks);
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

	const char *rest = end + strlen(word), *line_end = rest + strcspn(rest, "\n");

	fprintf(stderr, "\033[1m%.*s%s%s\033[0m%.*s", (int)(end - place), place,
		severities[diagnostic->severity].color, word, (int)(line_end - rest), rest);
	while (*line_end) {
		rest = line_end + 1;
		line_end = rest + strcspn(rest, "\n");
		print_line(rest, (size_t)(line_end - rest));
	}
	fputs("\n", stderr);
}

static void add_string(struct json *json, const char *key, const char *value)
{
	if (value)
		json_string(json, key, value);
}

static void add_number(struct json *json, const char *key, uint64_t value, uint64_t unknown)
{
	if (value != unknown)
		json_number(json, key, value);
}

static void add_fields(struct json *json, const struct bpfld_diagnostic *diagnostic)
{
	static const char *const severities[] = {
		[BPFLD_NOTE] = "note",
		[BPFLD_WARNING] = "warning",
		[BPFLD_ERROR] = "error",
	};

	json_string(json, "severity", severities[diagnostic->severity]);
	if (diagnostic->severity != BPFLD_NOTE)
		add_string(json, "code", diagnostic->code);
	add_string(json, "option", diagnostic->option);
	add_string(json, "file", diagnostic->file);
	add_number(json, "line", diagnostic->line, 0);
	add_number(json, "column", diagnostic->column, 0);
	add_string(json, "source", diagnostic->source);
	add_string(json, "object", diagnostic->input);
	add_string(json, "section", diagnostic->section);
	add_number(json, "offset", diagnostic->offset, UINT64_MAX);
	add_string(json, "symbol", diagnostic->symbol);
	json_string(json, "text", diagnostic->text);
	add_string(json, "hint", diagnostic->hint);
}

// A diagnostic as JSON, printed now, because the process may end before the next: its object stays
// open for notes.
struct printing {
	struct printer *printer;
	const struct bpfld_diagnostic *diagnostic;
	struct arena arena;
};

static bool print_json(void *argument)
{
	struct printing *printing = argument;
	struct printer *printer = printing->printer;
	const struct bpfld_diagnostic *diagnostic = printing->diagnostic;
	bool within = diagnostic->severity == BPFLD_NOTE && diagnostic->code && printer->ending;
	bool first = within && *printer->ending == '}';
	struct text text = { .arena = &printing->arena };
	struct json json = { .text = &text };

	text_string(&text, !within ? (printer->ending ? printer->ending : "")
			   : first ? ",\"notes\":["
				   : ",");
	json_begin_object(&json, NULL);
	add_fields(&json, diagnostic);
	json_end(&json);
	fwrite(text.data, 1, text.size - !within, stderr);
	printer->ending = within ? "]}\n" : "}\n";
	return true;
}

static void print_as_json(struct printer *printer, const struct bpfld_diagnostic *diagnostic)
{
	struct printing printing = { .printer = printer, .diagnostic = diagnostic };
	bool exhausted;

	arena_init(&printing.arena, SIZE_MAX);
	arena_protect(&printing.arena, print_json, &printing, &exhausted);
	arena_deinit(&printing.arena);
}

void print_end(struct printer *printer)
{
	if (printer->ending)
		fputs(printer->ending, stderr);
	printer->ending = NULL;
}

void print_diagnostic(const struct bpfld_diagnostic *diagnostic, void *context)
{
	struct printer *printer = context;

	if (printer->line->format == DIAGNOSTICS_JSON)
		print_as_json(printer, diagnostic);
	else if (wants_color(printer->line->color))
		print_colored(diagnostic);
	else
		fprintf(stderr, "%s\n", diagnostic->message);
}

void print_message(const struct diag_message *message, void *context)
{
	struct printer *printer = context;
	struct bpfld_diagnostic diagnostic = {
		.severity = (enum bpfld_severity)message->severity,
		.code = code_name(message->code),
		.option = diag_option(message, printer->arena),
		.input = message->where.input,
		.offset = message->where.offset,
		.file = message->position.file,
		.line = message->position.line,
		.text = message->text,
		.hint = message->hint,
		.message = diag_format(message, printer->arena),
	};

	print_diagnostic(&diagnostic, printer);
}
