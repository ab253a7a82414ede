/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guesses what a misspelled name was meant to be, for messages.
 */
#ifndef BPFLD_GUESS_H
#define BPFLD_GUESS_H

#include "model.h"

// The most work (similar.h) of all guesses of a link, which linker->guess_work counts: some tenths
// of a second.
#define GUESS_WORK_MAX ((size_t)1 << 25)

// The names of globals among which to guess.
enum guess_among {
	GUESS_DEFINED,
	GUESS_REFERRED, // some symbol refers to it
	GUESS_ANY,
};

/**
 * "did you mean 'NAME'?" for the name most similar to @name; "" when none is similar. Needs
 * resolved globals. The work of all guesses of a link is bounded.
 */
const char *guess_symbol(struct linker *linker, const char *name, enum guess_among among);

/** The definition of the name most similar to @name, but not of @name; NULL for none. */
const struct symbol *guess_definition(struct linker *linker, const char *name);

/** The same as guess_symbol() among the archives that are inputs, by names without folders. */
const char *guess_archive(struct linker *linker, const char *name);

/**
 * The same among the objects of the link and the archives, by names as on the command line or
 * without folders; how to name an input where none is similar.
 */
const char *guess_input(struct linker *linker, const char *name);

/** The part of @path after the last slash. */
const char *path_base(const char *path);

#endif
