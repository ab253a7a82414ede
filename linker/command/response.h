/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Response files: an argument "@FILE" stands for the words of FILE.
 *
 * Words end at white space; either quote keeps white space in a word, a backslash any character,
 * within quotes, too. A word "@FILE" is a response file again. Where there is no FILE, or a folder,
 * the argument stands for itself; one that cannot be read is an error. Source: GCC's manual,
 * "@file".
 */
#ifndef BPFLD_RESPONSE_H
#define BPFLD_RESPONSE_H

#include <stdio.h>

#include "base/array.h"

struct arguments {
	ARRAY_FIELDS(const char *);
};

/**
 * Replace the response files among @count @arguments by their words, all in @arena.
 *
 * @param files  receives the names of the files that were read
 * @return false when one cannot be read, or they are too many, too large or without end; that is
 *         printed to @errors
 */
bool expand_responses(const char *const *arguments, size_t count, struct arena *arena, FILE *errors,
		      struct arguments *expanded, struct arguments *files);

#endif
