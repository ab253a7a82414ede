/* SPDX-License-Identifier: BSD-2-Clause */
/* 32-bit words in the byte order of a file. */
#ifndef BPFLD_BTF_BYTES_H
#define BPFLD_BTF_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/integers.h"

/** The word at @data, which need not be aligned. */
static inline uint32_t bytes_word(const void *data, bool foreign)
{
	uint32_t word;

	memcpy(&word, data, sizeof(word));
	return foreign ? __builtin_bswap32(word) : word;
}

/**
 * @count words at @data in host byte order: @data itself where it can be read as it is, else a
 * copy in @arena.
 */
static inline const uint32_t *bytes_words(const void *data, size_t count, bool foreign,
					  struct arena *arena)
{
	uint32_t *words;

	if (!foreign && (uintptr_t)data % sizeof(uint32_t) == 0)
		return data;
	words = arena_new_array(arena, uint32_t, count);
	for (size_t i = 0; i < count; i++)
		words[i] = bytes_word((const char *)data + i * sizeof(uint32_t), foreign);
	return words;
}

#endif
