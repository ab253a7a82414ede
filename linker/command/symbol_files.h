/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading files of symbols that options name: plain lists, version scripts and dynamic lists.
 */
#ifndef BPFLD_SYMBOL_FILES_H
#define BPFLD_SYMBOL_FILES_H

#include "option_table.h"

/** The function that gets each symbol of a list. */
typedef void add_symbol(struct parser *parser, const char *symbol);

/**
 * Read names or patterns, separated by blanks, with comments from '#' to the end of the line. A
 * file that cannot be read is a usage error.
 */
void read_symbol_list(struct parser *parser, const char *path, add_symbol *add);

/** The function that gets a line; returns what is wrong with it, or NULL. */
typedef const char *take_line(struct parser *parser, const char *line);

/**
 * Read lines, but not blank ones and those that begin with '#'. They may end with "\r\n". What is
 * wrong with one is a usage error.
 */
void read_lines(struct parser *parser, const char *path, take_line *take);

/**
 * Read a version script, or a dynamic list, which has no labels:
 *
 *	{ global: probe_*; helper; local: *; };
 *
 * Comments are those of C, or from '#' to the end of the line; names may be in quotes. Names of
 * versions, and the versions that they inherit from, are ignored: BPF has no symbol versions.
 */
void read_version_script(struct parser *parser, const char *path, add_symbol *add_global,
			 add_symbol *add_local);

/** For diag->locate: the line of a file of symbols that a message about it has for its origin. */
bool locate_in_list(const struct place *where, struct position *ret, void *context);

#endif
