/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Diagnostics as data: messages with a severity and a place.
 *
 * A pass reports here and goes on; the driver stops between passes when there is an error. Texts
 * read like a compiler's: they start in lower case and have no full stop. A note belongs to the
 * message before it. In a format, "; " is before what to do: that part is the hint of the message.
 * Texts and lines contain only printable UTF-8 (printable.h); names in a place
 * are as in the input. Names of more than 512 bytes lose their middle, so the size of a message is
 * bounded. What all of them take is for the sink to bound.
 *
 * Who knows the source of a place is a function of the caller, diag->locate. It is asked only for
 * messages that are shown.
 */
#ifndef BPFLD_BASE_DIAG_H
#define BPFLD_BASE_DIAG_H

#include "codes.h"
#include "position.h"
#include "quote.h"

enum diag_severity {
	DIAG_NOTE,
	DIAG_WARNING,
	DIAG_ERROR,
};

// What the user wants a kind of warning to be, whatever the severity it is reported with.
enum diag_level {
	DIAG_AS_REPORTED,
	DIAG_OFF,
	DIAG_AS_WARNING, // although warnings are errors
	DIAG_AS_ERROR,
};

// Where something is. Fields that do not apply are NULL; `offset` counts bytes from the start of
// the section, or of the input when `section` is NULL, and is NO_OFFSET when it does not apply.
struct place {
	const char *input;   // as named on the command line
	const char *section; // section name
	uint64_t offset;
	const char *symbol; // the symbol that the message is about, for callers that filter by it
	const void *origin; // what diag->locate knows the place by, as long as the caller has it
	const char *type;   // a struct or union, whose `member` the message is about, or NULL
	const char *member; // likewise, or of the struct that `symbol` is of; as long as the caller
	bool whole;         // it is all that begins at `offset`, not the byte there
	bool declared;      // `symbol` is only declared in the input
	bool noted;         // a note at this place follows, which says what is there
};

#define NO_OFFSET UINT64_MAX

struct diag_message {
	struct diag_message *next;
	enum diag_severity severity;
	enum code code;     // of a note: that of the message it belongs to, or NO_CODE
	struct place where; // without origin
	struct position position;
	bool became_error; // the user wants this warning to be an error
	bool repeats;      // a note at the place of the message before, which shows the source
	const char *text;  // what is wrong
	const char *hint;  // what to do; NULL: the text says all
	// Of a text that ends with a quote: what is before that, and the quote as lines. Else NULL.
	const char *brief, *excerpt;
};

struct diag {
	struct arena *arena;        // holds messages, texts and copies of places
	struct diag_message *first; // in the order of reporting; NULL when there is none
	struct diag_message *last;
	size_t error_count;               // shown or not
	size_t warning_count;             // shown
	unsigned char levels[CODE_COUNT]; // of each kind of warning; enum diag_level
	bool fatal_warnings;              // warnings are errors, unless their level says otherwise
	bool no_warnings;                 // warnings are not shown, unless they are errors
	size_t error_limit;               // the most errors that are shown; 0: all
	size_t warning_limit;             // the most warnings that are shown; 0: all
	bool full;          // no message has room any more but the first error (set by the sink)
	bool more_errors;   // errors were left out, and that was said
	bool more_warnings; // likewise
	bool silent;        // the last message was not shown; its notes will not be either
	enum code code;     // of the last message
	void (*sink)(const struct diag_message *message, void *context); // NULL: only collect
	void *context;
	// Whether the position in source code of @where is known, and *@ret is it; what that points
	// to is copied. May be NULL.
	bool (*locate)(const struct place *where, struct position *ret, void *context);
	void *locate_context;
};

/** An empty list whose messages live in @arena. */
void diag_init(struct diag *diag, struct arena *arena);

/** Set the level of the kind of warning that is called @code; NULL: of all kinds. */
void diag_set_level(struct diag *diag, const char *code, enum diag_level level);

void diag_error(struct diag *diag, enum code code, struct place where, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/** As diag_error(), for functions that report with a format of their own. */
void diag_verror(struct diag *diag, enum code code, struct place where, const char *format,
		 va_list arguments) __attribute__((format(printf, 4, 0)));
void diag_warning(struct diag *diag, enum code code, struct place where, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void diag_note(struct diag *diag, struct place where, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** Let a note that comes next belong to no message, so that it is shown in any case. */
void diag_separate(struct diag *diag);
/**
 * A note with C code at its end: its text is "BRIEF 'CODE'", and its printed form has the code,
 * with marks, on lines of its own.
 */
void diag_note_quote(struct diag *diag, struct place where, const char *brief,
		     const struct quote *quote);
/**
 * Like the four above, with the severity as an argument, for errors that an option turns into
 * warnings.
 */
void diag_report(struct diag *diag, enum diag_severity severity, enum code code, struct place where,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));

/** Whether the next message would be shown. Who asks saves the work of finding words for others. */
bool diag_shows(const struct diag *diag, enum diag_severity severity, enum code code);

/**
 * Where @where is, for the text of a message: "b.c:7" when its position is known, else "'b.o'". It
 * is made in the arena.
 */
const char *diag_where(struct diag *diag, struct place where);

/** Whether the position of @where is known, and *@ret is it, in the arena. */
bool diag_locate(struct diag *diag, struct place where, struct position *ret);

/**
 * The option that the kind of message goes by: "-Wundefined", or "-Werror=undefined" when it is an
 * error because of options; in @arena. NULL for notes and for errors that no option changes.
 */
const char *diag_option(const struct diag_message *message, struct arena *arena);

/**
 * The message as one line without a newline: `a.o:(.text+0x18): error: ... [-Wundefined]`; made in
 * @arena. One with code has more lines, and one with a position: the source, and the place in the
 * input, if that has a name, with what is there. A note that repeats a place has that of the input
 * only.
 */
char *diag_format(const struct diag_message *message, struct arena *arena);

static inline struct place place_in(const char *input, const char *section)
{
	return (struct place){ .input = input, .section = section, .offset = NO_OFFSET };
}

static inline struct place place_at(struct place where, uint64_t offset)
{
	where.offset = offset;
	return where;
}

#endif
