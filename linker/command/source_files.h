/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of source files, for messages. Whoever wrote an object names the files, so only those are
 * shown that look as expected: regular files of a bounded size, lines that have the name in them
 * that the message is about. That also keeps lines out that are others by now.
 */
#ifndef BPFLD_SOURCE_FILES_H
#define BPFLD_SOURCE_FILES_H

#include "base/arena.h"

struct source_file;

// Files that were read. All zero is none.
struct source_files {
	struct source_file *first;
	size_t size; // bytes of all
};

/**
 * Line @line, from 1, of the file at @path, if @name is in it as a word. Each file is read once.
 *
 * @param column  receives where @name begins, in bytes from 1
 * @param arena   holds the files, and the line
 * @return NULL when there is no such line
 */
const char *source_line(struct source_files *files, const char *path, uint32_t line,
			const char *name, uint32_t *column, struct arena *arena);

#endif
