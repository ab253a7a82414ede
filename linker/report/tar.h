/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing tar archives. Equal files make equal archives: owner and time are always 0.
 *
 * Source: POSIX, pax, "ustar Interchange Format" and "pax Header Block".
 */
#ifndef BPFLD_TAR_H
#define BPFLD_TAR_H

#include "base/text.h"

/** Append a file; @name and @content may be of any size. */
void tar_add(struct text *tar, const char *name, struct str content);

/** Append the end of the archive. Call it once, last. */
void tar_end(struct text *tar);

#endif
