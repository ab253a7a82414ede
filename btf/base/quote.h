/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * C code that a message quotes. It has one or more lines, which tabs indent, and marks for what
 * matters in them:
 *
 *	      | struct config {
 *	      |         int limit;
 *	      |         char name[16];
 *	      |         ^~~~~~~~~~~~~
 *	      | };
 *
 * What is added has to be printable, apart from tabs and newlines.
 */
#ifndef BPFLD_BASE_QUOTE_H
#define BPFLD_BASE_QUOTE_H

#include "text.h"

// The most parts that are marked; further ones are not.
#define QUOTE_MARKS 16

// The most bytes of a quote.
#define QUOTE_SIZE 4096

struct quote {
	struct text text;
	bool cut; // nothing is added any more
	struct quote_mark {
		size_t start, end; // offsets in the text
	} marks[QUOTE_MARKS];      // in the order of adding, without overlap
	size_t mark_count;
};

/** An empty quote, made in @arena. */
static inline struct quote quote_begin(struct arena *arena)
{
	return (struct quote){ .text.arena = arena };
}

/** Add @text. What is beyond QUOTE_SIZE bytes is cut with "...". */
void quote_add(struct quote *quote, const char *text);

/** Add @text; mark its bytes from @start up to @end, where one column is marked at least. */
void quote_add_marked(struct quote *quote, const char *text, size_t start, size_t end);

/** Add @text, of one line, and mark it all. */
static inline void quote_mark(struct quote *quote, const char *text)
{
	quote_add_marked(quote, text, 0, strlen(text));
}

/** The code on one line, without marks. */
char *quote_line(const struct quote *quote);

/** The lines as shown above, each after a newline. */
char *quote_excerpt(const struct quote *quote);

#endif
