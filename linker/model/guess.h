/* SPDX-License-Identifier: BSD-2-Clause */
/* What an unknown name was meant to be. */
#ifndef BPFLD_GUESS_H
#define BPFLD_GUESS_H

#include "model.h"

// Among which names of globals.
enum guess_among {
	GUESS_DEFINED,
	GUESS_REFERRED, // by a symbol that does not define it
	GUESS_ANY,
};

/**
 * "; did you mean 'NAME'?" for the name most like @name; "" where none is. All guesses of a link
 * together look at a bounded number of names. Needs resolution.
 */
const char *guess_symbol(struct linker *linker, const char *name, enum guess_among among);

/** The same among archives that are inputs, without their folders. */
const char *guess_archive(struct linker *linker, const char *name);

/** The part of @path after the last slash. */
const char *path_base(const char *path);

#endif
