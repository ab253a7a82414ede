/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A growing text, or the content of a file.
 *
 *	struct text text = { .arena = arena };
 *
 *	text_format(&text, "%zu objects\n", count);
 */
#ifndef BPFLD_TEXT_H
#define BPFLD_TEXT_H

#include "printable.h"

struct text {
	struct arena *arena;
	char *data; // not NUL-terminated; NULL when empty
	size_t size;
	size_t capacity;
};

void text_bytes(struct text *text, const void *data, size_t size);

/** Room for @size bytes at the end of @text: who fills it adds what it filled to text->size. */
char *text_room(struct text *text, size_t size);

/** Append @value in decimal: as text_format() does, in a tenth of the time. */
void text_number(struct text *text, uint64_t value);

void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** @name of an input as reports for people show it; see printable(). */
static inline const char *text_name(const struct text *text, const char *name)
{
	return printable(name, text->arena);
}

static inline void text_string(struct text *text, const char *string)
{
	text_bytes(text, string, strlen(string));
}

static inline struct str text_str(const struct text *text)
{
	return (struct str){ text->size ? text->data : "", text->size };
}

#endif
