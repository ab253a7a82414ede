/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths as text, without looking at files. */
#ifndef BPFLD_PATHS_H
#define BPFLD_PATHS_H

#include "arena.h"

/**
 * The absolute path of @path, in @arena, without the first slash and without "." and "..": the
 * place of the file in a copy of the whole file system. Relative names between copied files stay
 * valid.
 */
const char *path_below_root(const char *path, struct arena *arena);

/** @path, or the part of it that leads there from the current folder, when it is in that. */
const char *path_from_here(const char *path);

#endif
