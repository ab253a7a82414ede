/* SPDX-License-Identifier: BSD-2-Clause */
#include "diag.h"

#include <inttypes.h>
#include <stdio.h>

#include "printable.h"

// Bytes of a name that are shown. Longer ones, which no kernel accepts, lose their middle: mangled
// names differ at their ends.
#define NAME_SIZE 512
// Bytes of an input: a path and the name of a member.
#define INPUT_SIZE (4096 + NAME_SIZE)
// Bytes of a text, which contains some names.
#define TEXT_SIZE 4096

#define ELLIPSIS "..."

// What is before a hint in a format, and between a text and its hint.
#define HINT_MARK "; "

void diag_init(struct diag *diag, struct arena *arena)
{
	*diag = (struct diag){ .arena = arena };
}

void diag_set_level(struct diag *diag, const char *code, enum diag_level level)
{
	if (code)
		diag->levels[code_find(str_of(code))] = (unsigned char)level;
	for (enum code each = NO_CODE + 1; !code && each < CODE_COUNT; each++)
		diag->levels[each] = (unsigned char)(code_is_warning(each) ? level : 0);
}

static bool is_within_character(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

// Copy at most @most of the @size bytes @from to @to, which may be the same memory; return how
// many.
static size_t shorten(char *to, const char *from, size_t size, size_t most)
{
	size_t half = (most - sizeof(ELLIPSIS)) / 2, start = half, end = size - half;

	if (size <= most) {
		memmove(to, from, size);
		return size;
	}
	// A character has up to three bytes after its first.
	while (start > half - 3 && is_within_character(from[start]))
		start--;
	while (end < size - half + 3 && is_within_character(from[end]))
		end++;
	memmove(to, from, start);
	memcpy(to + start, ELLIPSIS, strlen(ELLIPSIS));
	memmove(to + start + strlen(ELLIPSIS), from + end, size - end);
	return start + strlen(ELLIPSIS) + size - end;
}

static const char *copy(struct diag *diag, const char *text, size_t most)
{
	size_t size = text ? strlen(text) : 0;
	char *shortened;

	if (!text)
		return NULL;
	shortened = arena_alloc(diag->arena, (size < most ? size : most) + 1);
	shorten(shortened, text, size, most);
	return shortened;
}

// Shorten long words of @text, the last allocation of the arena: names usually have no blanks.
static char *shorten_words(struct diag *diag, char *text)
{
	size_t size = strlen(text), kept = 0;

	for (size_t at = 0; at <= size; at++) {
		size_t word = strcspn(text + at, " ");

		kept += shorten(text + kept, text + at, word, NAME_SIZE);
		at += word;
		text[kept++] = text[at];
	}
	kept = shorten(text, text, kept - 1, TEXT_SIZE);
	text[kept] = '\0';
	arena_shrink(diag->arena, text, size + 1, kept + 1);
	return text;
}

static bool is_past_limit(const struct diag *diag, enum diag_severity severity)
{
	if (diag->error_limit && diag->error_count > diag->error_limit)
		return true;
	// Why the link fails has to be said.
	if (diag->full && !(severity == DIAG_ERROR && diag->error_count == 1))
		return true;
	return severity == DIAG_WARNING && diag->warning_limit &&
	       diag->warning_count >= diag->warning_limit;
}

// What a message becomes that was reported as @severity.
static enum diag_severity settle(const struct diag *diag, enum diag_severity severity,
				 enum code code)
{
	if (diag->levels[code] == DIAG_AS_WARNING)
		return DIAG_WARNING;
	return diag->levels[code] == DIAG_AS_ERROR || diag->fatal_warnings ? DIAG_ERROR : severity;
}

static bool is_off(const struct diag *diag, enum diag_severity settled, enum code code)
{
	return diag->levels[code] == DIAG_OFF || (settled == DIAG_WARNING && diag->no_warnings);
}

bool diag_shows(const struct diag *diag, enum diag_severity severity, enum code code)
{
	struct diag after = *diag;

	severity = settle(diag, severity, code);
	after.error_count += severity == DIAG_ERROR;
	return !is_off(diag, severity, code) && !is_past_limit(&after, severity);
}

bool diag_locate(struct diag *diag, struct place where, struct position *ret)
{
	*ret = (struct position){ 0 };
	if (!where.origin || !diag->locate || !diag->locate(&where, ret, diag->locate_context)) {
		*ret = (struct position){ 0 };
		return false;
	}
	ret->file = copy(diag, ret->file, INPUT_SIZE);
	if (ret->source)
		ret->source = position_source(ret->source, diag->arena);
	return true;
}

const char *diag_where(struct diag *diag, struct place where)
{
	struct position position;

	if (diag_locate(diag, where, &position))
		return arena_format(diag->arena, "%s:%" PRIu32, position.file, position.line);
	return arena_format(diag->arena, "'%s'", where.input);
}

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_same_place(const struct diag_message *a, const struct diag_message *b)
{
	return a->where.offset == b->where.offset && is_same(a->where.input, b->where.input) &&
	       is_same(a->where.section, b->where.section) &&
	       a->position.line == b->position.line && a->position.column == b->position.column &&
	       is_same(a->position.file, b->position.file);
}

// Add a message like @kind, which has no place yet.
static void add_message(struct diag *diag, struct diag_message kind, struct place where,
			const struct quote *quote)
{
	struct diag_message *message = arena_new(diag->arena, struct diag_message);

	*message = kind;
	message->where = (struct place){
		.input = copy(diag, where.input, INPUT_SIZE),
		.section = copy(diag, where.section, NAME_SIZE),
		.offset = where.offset,
		.symbol = copy(diag, where.symbol, NAME_SIZE),
		.noted = where.noted,
	};
	diag_locate(diag, where, &message->position);
	message->repeats =
		kind.severity == DIAG_NOTE && diag->last && is_same_place(diag->last, message);
	message->text = printable(kind.text, diag->arena);
	message->hint = kind.hint ? printable(kind.hint, diag->arena) : NULL;
	message->excerpt = quote ? quote_excerpt(quote) : NULL;
	if (diag->last)
		diag->last->next = message;
	else
		diag->first = message;
	diag->last = message;
	if (diag->sink)
		diag->sink(message, diag->context);
}

static const char *limit_text(const struct diag *diag, enum diag_severity severity,
			      const char **hint)
{
	if (diag->full)
		return severity == DIAG_ERROR
			       ? "there are more errors, of which to tell all takes too much memory"
			       : "there are more warnings, of which to tell all takes too much "
				 "memory";
	*hint = severity == DIAG_ERROR ? "--error-limit=0 tells all"
				       : "--warning-limit=0 tells all";
	return severity == DIAG_ERROR ? "there are more errors" : "there are more warnings";
}

// Report once that messages are left out.
static void tell_limit(struct diag *diag, enum diag_severity severity)
{
	bool *told = severity == DIAG_ERROR ? &diag->more_errors : &diag->more_warnings;
	struct diag_message note = { .severity = DIAG_NOTE };

	if (*told || (severity == DIAG_WARNING && diag->more_errors))
		return;
	*told = true;
	note.text = limit_text(diag, severity, &note.hint);
	add_message(diag, note, place_in(NULL, NULL), NULL);
}

// Bytes of the text that the first @size bytes of @format make.
static size_t size_of_part(struct arena *arena, const char *format, size_t size, va_list arguments)
{
	char *part = arena_strndup(arena, format, size);
	va_list copy;
	int made;

	va_copy(copy, arguments);
	made = vsnprintf(NULL, 0, part, copy);
	va_end(copy);
	arena_release(arena, part, size + 1);
	return made < 0 ? 0 : (size_t)made;
}

static char *copy_words(struct diag *diag, const char *text, size_t size)
{
	return shorten_words(diag, arena_strndup(diag->arena, text, size));
}

static void set_text(struct diag *diag, struct diag_message *message, const char *format,
		     va_list arguments) __attribute__((format(printf, 3, 0)));

// Names may have a "; " as well, so that the format says where the hint begins. An empty one is
// none.
static void set_text(struct diag *diag, struct diag_message *message, const char *format,
		     va_list arguments)
{
	const char *mark = strstr(format, HINT_MARK);
	size_t size =
		mark ? size_of_part(diag->arena, format, (size_t)(mark - format), arguments) : 0;
	char *text = arena_vformat(diag->arena, format, arguments);
	size_t whole = strlen(text);

	if (!mark) {
		message->text = shorten_words(diag, text);
		return;
	}
	message->text = copy_words(diag, text, size);
	size += strlen(HINT_MARK);
	if (size < whole)
		message->hint = copy_words(diag, text + size, whole - size);
	arena_release(diag->arena, text, whole + 1);
}

static void diag_vreport(struct diag *diag, enum diag_severity severity, enum code code,
			 struct place where, const char *format, va_list arguments)
{
	struct diag_message kind = { .severity = settle(diag, severity, code), .code = code };
	bool off = is_off(diag, kind.severity, code);

	diag->code = code;
	diag->error_count += kind.severity == DIAG_ERROR && !off;
	diag->silent = off || is_past_limit(diag, kind.severity);
	if (diag->silent) {
		if (!off)
			tell_limit(diag, kind.severity);
		return;
	}
	kind.became_error = severity == DIAG_WARNING && kind.severity == DIAG_ERROR;
	diag->warning_count += kind.severity == DIAG_WARNING;
	set_text(diag, &kind, format, arguments);
	add_message(diag, kind, where, NULL);
}

void diag_report(struct diag *diag, enum diag_severity severity, enum code code, struct place where,
		 const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_vreport(diag, severity, code, where, format, arguments);
	va_end(arguments);
}

void diag_verror(struct diag *diag, enum code code, struct place where, const char *format,
		 va_list arguments)
{
	diag_vreport(diag, DIAG_ERROR, code, where, format, arguments);
}

void diag_error(struct diag *diag, enum code code, struct place where, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_verror(diag, code, where, format, arguments);
	va_end(arguments);
}

void diag_warning(struct diag *diag, enum code code, struct place where, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_vreport(diag, DIAG_WARNING, code, where, format, arguments);
	va_end(arguments);
}

void diag_separate(struct diag *diag)
{
	diag->silent = false;
	diag->code = NO_CODE;
}

void diag_note(struct diag *diag, struct place where, const char *format, ...)
{
	struct diag_message note = { .severity = DIAG_NOTE, .code = diag->code };
	va_list arguments;

	// Notes of a message that is not shown are not shown either.
	if (diag->silent)
		return;
	va_start(arguments, format);
	set_text(diag, &note, format, arguments);
	va_end(arguments);
	add_message(diag, note, where, NULL);
}

void diag_note_quote(struct diag *diag, struct place where, const char *brief,
		     const struct quote *quote)
{
	struct diag_message note = { .severity = DIAG_NOTE, .code = diag->code, .brief = brief };

	if (diag->silent)
		return;
	note.text =
		shorten_words(diag, arena_format(diag->arena, "%s '%s'", brief, quote_line(quote)));
	add_message(diag, note, where, quote);
}

const char *diag_option(const struct diag_message *message, struct arena *arena)
{
	if (message->severity == DIAG_NOTE || !code_is_warning(message->code))
		return NULL;
	return arena_format(arena, "-W%s%s", message->became_error ? "error=" : "",
			    code_name(message->code));
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

// What follows the text on its line: "; HINT [OPTION]".
static const char *text_end(const struct diag_message *message, struct arena *arena)
{
	const char *option = diag_option(message, arena);

	return arena_format(arena, "%s%s%s%s%s", message->hint ? HINT_MARK : "",
			    message->hint ? message->hint : "", option ? " [" : "",
			    option ? option : "", option ? "]" : "");
}

char *diag_format(const struct diag_message *message, struct arena *arena)
{
	static const char *const severities[] = {
		[DIAG_NOTE] = "note",
		[DIAG_WARNING] = "warning",
		[DIAG_ERROR] = "error",
	};
	const struct position *position = &message->position;
	bool located = position->file && !message->repeats;
	const char *place = printable(place_format(message->where, arena), arena);
	const char *start = located ? printable(position_format(position, arena), arena) : place;
	char *lines =
		arena_format(arena, "%s: %s: %s%s%s%s", start, severities[message->severity],
			     message->excerpt ? message->brief : message->text,
			     text_end(message, arena), message->excerpt ? message->excerpt : "",
			     located ? position_excerpt(position, arena) : "");

	if (!located || message->where.noted || !position->what)
		return lines;
	return arena_format(arena, "%s\n%s: note: %s", lines, place, position->what);
}
