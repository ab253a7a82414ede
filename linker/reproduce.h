/* SPDX-License-Identifier: BSD-2-Clause */
/* What a tar archive of a link calls its files. */
#ifndef BPFLD_REPRODUCE_H
#define BPFLD_REPRODUCE_H

#include "base/arena.h"

/**
 * The place of the file @path in the archive's folder: its absolute path without the first slash
 * and without "." and "..", so that files which name each other (thin archives) still do.
 */
const char *reproduced_path(const char *path, struct arena *arena);

#endif
