/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of the names of the object that is read, where any number of symbols or declarations may
 * have one name, however long: a long one is looked at once for each place where it is.
 */
#ifndef BPFLD_LONG_NAMES_H
#define BPFLD_LONG_NAMES_H

#include "base/table.h"
#include "btf.h"

// Bytes. Shorter names are not worth remembering.
#define LONG_NAME_MIN 128

struct long_name {
	const char *text;
	uint32_t number;
};

struct long_names {
	struct table table; // hash of a place -> index in items
	ARRAY_FIELDS(struct long_name);
};

/** @text, NUL-terminated, or the LONG_NAME_MIN bytes that a long one begins with. */
static inline struct str long_name_begin(const char *text)
{
	const char *end = memchr(text, '\0', LONG_NAME_MIN);

	return (struct str){ text, end ? (size_t)(end - text) : LONG_NAME_MIN };
}

/** The number of @text, which is long, if it was added; else 0. */
uint32_t long_names_find(const struct long_names *names, const struct strings *strings,
			 const char *text);

/** Remember that @text, which is long and was not found, has @number. */
void long_names_add(struct long_names *names, struct strings *strings, const char *text,
		    uint32_t number);

/** Forget all of them: their bytes go. */
void long_names_clear(struct long_names *names, struct strings *strings);

#endif
