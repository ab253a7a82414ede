/* SPDX-License-Identifier: BSD-2-Clause */
#include "diag.h"

#include <inttypes.h>

#include "printable.h"

void diag_init(struct diag *diag, struct arena *arena)
{
	*diag = (struct diag){ .arena = arena };
}

static const char *copy(struct diag *diag, const char *text)
{
	return text ? arena_strndup(diag->arena, text, strlen(text)) : NULL;
}

// Whether a message is told, after it was counted; the notes of one that is not are not either.
static bool is_told(struct diag *diag, enum diag_severity severity)
{
	if (severity != DIAG_NOTE)
		diag->silent = (severity == DIAG_WARNING && diag->no_warnings) ||
			       (diag->error_limit && diag->error_count > diag->error_limit);
	return !diag->silent;
}

static void add_message(struct diag *diag, enum diag_severity severity, const char *name,
			struct place where, const char *text)
{
	struct diag_message *message = arena_new(diag->arena, struct diag_message);

	message->severity = severity;
	message->name = name;
	message->where = (struct place){
		.input = copy(diag, where.input),
		.section = copy(diag, where.section),
		.offset = where.offset,
		.symbol = copy(diag, where.symbol),
	};
	message->text = printable(text, diag->arena);
	if (diag->last)
		diag->last->next = message;
	else
		diag->first = message;
	diag->last = message;
	if (diag->sink)
		diag->sink(message, diag->context);
}

static void diag_vreport(struct diag *diag, enum diag_severity severity, const char *name,
			 struct place where, const char *format, va_list arguments)
{
	if (severity == DIAG_WARNING && diag->fatal_warnings)
		severity = DIAG_ERROR;
	diag->error_count += severity == DIAG_ERROR;
	if (is_told(diag, severity)) {
		diag->warning_count += severity == DIAG_WARNING;
		add_message(diag, severity, name, where,
			    arena_vformat(diag->arena, format, arguments));
	} else if (severity == DIAG_ERROR && diag->error_count == diag->error_limit + 1) {
		add_message(diag, DIAG_NOTE, NULL, place_in(NULL, NULL),
			    "there are more errors; --error-limit=0 tells all");
	}
}

void diag_report(struct diag *diag, enum diag_severity severity, const char *name,
		 struct place where, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_vreport(diag, severity, name, where, format, arguments);
	va_end(arguments);
}

void diag_error(struct diag *diag, struct place where, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_vreport(diag, DIAG_ERROR, NULL, where, format, arguments);
	va_end(arguments);
}

void diag_warning(struct diag *diag, const char *name, struct place where, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_vreport(diag, DIAG_WARNING, name, where, format, arguments);
	va_end(arguments);
}

void diag_note(struct diag *diag, struct place where, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_vreport(diag, DIAG_NOTE, NULL, where, format, arguments);
	va_end(arguments);
}

static const char *place_format(struct place where, struct arena *arena)
{
	const char *input = where.input ? where.input : "bpfld";

	if (where.section && where.offset != NO_OFFSET)
		return arena_format(arena, "%s:(%s+0x%" PRIx64 ")", input, where.section,
				    where.offset);
	if (where.section)
		return arena_format(arena, "%s:(%s)", input, where.section);
	if (where.offset != NO_OFFSET)
		return arena_format(arena, "%s:(file+0x%" PRIx64 ")", input, where.offset);
	return input;
}

char *diag_format(const struct diag_message *message, struct arena *arena)
{
	static const char *const severities[] = {
		[DIAG_NOTE] = "note",
		[DIAG_WARNING] = "warning",
		[DIAG_ERROR] = "error",
	};

	return arena_format(arena, "%s: %s: %s",
			    printable(place_format(message->where, arena), arena),
			    severities[message->severity], message->text);
}
