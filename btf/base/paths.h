/* SPDX-License-Identifier: BSD-2-Clause */
/* What names of files say without a look at the files. */
#ifndef BPFLD_PATHS_H
#define BPFLD_PATHS_H

#include "arena.h"

/**
 * The absolute path of @path, in @arena, without the first slash and without "." and "..": where a
 * copy of the file is in a copy of the whole tree, in which files that name each other still do.
 */
const char *path_below_root(const char *path, struct arena *arena);

#endif
