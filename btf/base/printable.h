/* SPDX-License-Identifier: BSD-2-Clause */
/* Names come from files, and files from anywhere; a terminal obeys what it is sent. */
#ifndef BPFLD_BASE_PRINTABLE_H
#define BPFLD_BASE_PRINTABLE_H

#include "arena.h"

/**
 * @text with "\xNN" for each byte of a control character and each that is not UTF-8; @text itself
 * where there is none, else a copy in @arena.
 */
const char *printable(const char *text, struct arena *arena);

#endif
