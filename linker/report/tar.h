/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing tar archives, always the same for the same files: nobody owns them, and they are of 1970.
 *
 * Source: POSIX, pax, "ustar Interchange Format" and "pax Header Block".
 */
#ifndef BPFLD_TAR_H
#define BPFLD_TAR_H

#include "base/text.h"

/** Append a file of any size, under a name of any length. */
void tar_add(struct text *tar, const char *name, struct str content);

/** Append the end of the archive. */
void tar_end(struct text *tar);

#endif
