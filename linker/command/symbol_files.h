/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that options name, with symbols in them. */
#ifndef BPFLD_SYMBOL_FILES_H
#define BPFLD_SYMBOL_FILES_H

#include "option_table.h"

/** What a word of a list is given to. */
typedef void add_symbol(struct parser *parser, const char *symbol);

/**
 * Read names or patterns, between blanks, with comments from '#' to the end of the line. What
 * cannot be read is a usage error.
 */
void read_symbol_list(struct parser *parser, const char *path, add_symbol *add);

/**
 * Read a version script, or a dynamic list, which is one without labels:
 *
 *	{ global: probe_*; helper; local: *; };
 *
 * Comments are those of C, or from '#' on; names may be in quotes. Versions and what they inherit
 * from mean nothing for BPF.
 */
void read_version_script(struct parser *parser, const char *path, add_symbol *add_global,
			 add_symbol *add_local);

#endif
