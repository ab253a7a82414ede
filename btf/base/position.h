/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where something is in source code, and how a message shows it.
 */
#ifndef BPFLD_BASE_POSITION_H
#define BPFLD_BASE_POSITION_H

#include "arena.h"

// The most bytes of a line's text that are kept.
#define SOURCE_SIZE 512

// A line of a source file. All zero when it is not known.
struct position {
	const char *file;   // as the compiler named it
	uint32_t line;      // from 1
	uint32_t column;    // in bytes, from 1; 0: not known
	const char *source; // the text of the line; NULL: not known
	const char *what;   // what is there: "the call", a static string; NULL: nothing to tell
};

/**
 * A copy in @arena of @text, of a line, without blanks at its end. Of more than SOURCE_SIZE bytes
 * the rest is left out. NULL when nothing is left.
 */
const char *position_source(const char *text, struct arena *arena);

/** The first @size bytes of a line as they are shown: blanks take the place of tabs. */
const char *position_show(const char *source, size_t size, struct arena *arena);

/** How many places of a terminal the first @size bytes of a printable line take. */
size_t position_width(const char *line, size_t size);

/** "FILE:LINE:COLUMN" or "FILE:LINE", not yet printable. */
const char *position_format(const struct position *position, struct arena *arena);

/**
 * The text of the line, with a caret below the column where that is known:
 *
 *	   33 |         return lookup(key);
 *	      |                ^
 *
 * It begins with a newline and ends without one; "" when there is no text. Blanks take the place of
 * tabs, and the rest is printable.
 */
const char *position_excerpt(const struct position *position, struct arena *arena);

#endif
