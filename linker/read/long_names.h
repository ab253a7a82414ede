/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of the long names of the current object, by address. Any number of symbols or
 * declarations may share one long name; each address is hashed only once.
 */
#ifndef BPFLD_LONG_NAMES_H
#define BPFLD_LONG_NAMES_H

#include "base/table.h"
#include "btf.h"

// Names of fewer bytes are not worth remembering.
#define LONG_NAME_MIN 128

struct long_name {
	const char *text;
	uint32_t number;
};

struct long_names {
	struct table table; // hash of a place -> index in items
	ARRAY_FIELDS(struct long_name);
};

/** @text, NUL-terminated, cut to LONG_NAME_MIN bytes. */
static inline struct str long_name_begin(const char *text)
{
	const char *end = memchr(text, '\0', LONG_NAME_MIN);

	return (struct str){ text, end ? (size_t)(end - text) : LONG_NAME_MIN };
}

/** The number of @text, a long name, if it was added; else 0. */
uint32_t long_names_find(const struct long_names *names, const struct strings *strings,
			 const char *text);

/** Remember that @text, a long name that was not found, has @number. */
void long_names_add(struct long_names *names, struct strings *strings, const char *text,
		    uint32_t number);

/** Forget all names: their bytes are about to be freed. */
void long_names_clear(struct long_names *names, struct strings *strings);

#endif
