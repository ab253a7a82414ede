/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making names safe to print. Names come from files, and files from anywhere: a name may contain
 * terminal commands, line breaks, or characters that are invisible or change the direction of text.
 */
#ifndef BPFLD_BASE_PRINTABLE_H
#define BPFLD_BASE_PRINTABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"

/**
 * @text, NUL-terminated, with "\xNN" for each byte that is not part of a printable character; @text
 * itself when there is none, else a copy in @arena.
 */
const char *printable(const char *text, struct arena *arena);

/**
 * Read the UTF-8 character at @text, NUL-terminated, into *@character.
 *
 * @return its size in bytes, 1 to 4; 0 when the bytes are not UTF-8, and *@character is the first
 *         byte
 */
size_t character_read(const char *text, uint32_t *character);

/**
 * Whether @character is visible in its place. Controls, line breaks, characters that change the
 * direction of text, and those that Unicode shows as nothing are not printable.
 */
bool character_is_printable(uint32_t character);

#endif
