/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names come from files, and files from anywhere. A terminal obeys what it is sent, a line ends
 * where a name says so, and what reads from right to left or shows nothing deceives readers.
 */
#ifndef BPFLD_BASE_PRINTABLE_H
#define BPFLD_BASE_PRINTABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"

/**
 * @text, which a NUL ends, with "\xNN" for each byte that is no part of a printable character;
 * @text itself where there is none, else a copy in @arena.
 */
const char *printable(const char *text, struct arena *arena);

/**
 * The character of UTF-8 at @text, which a NUL ends, goes to *@character.
 *
 * @return its size in bytes, 1 to 4; 0 where there is none, and *@character is the byte
 */
size_t character_read(const char *text, uint32_t *character);

/**
 * Whether a reader sees @character where it stands: controls, line breaks, what turns the direction
 * of text, and what Unicode has shown as nothing are not printable.
 */
bool character_is_printable(uint32_t character);

#endif
