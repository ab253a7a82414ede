/* SPDX-License-Identifier: BSD-2-Clause */
#include "printable.h"

#include <stdint.h>
#include <string.h>

// The smallest character that is written with so many bytes; below U+00A0 are controls.
static const uint32_t least[] = { [1] = 0x20, [2] = 0xa0, [3] = 0x800, [4] = 0x10000 };

static size_t sequence_size(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc0 || first >= 0xf8)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

// Bytes of the character at @text, which a NUL ends; 0 when it is not to be printed.
static size_t printable_size(const char *text)
{
	size_t size = sequence_size((unsigned char)*text);
	uint32_t character = (unsigned char)*text;

	if (size > 1)
		character &= 0x7fu >> size;
	for (size_t i = 1; i < size; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (size == 0 || character < least[size] || character == 0x7f || character > 0x10ffff ||
	    (character >= 0xd800 && character <= 0xdfff))
		return 0;
	return size;
}

// How much of @text can be printed as it is.
static size_t printable_prefix(const char *text)
{
	size_t at = 0, size;

	while (text[at] && (size = printable_size(text + at)))
		at += size;
	return at;
}

const char *printable(const char *text, struct arena *arena)
{
	static const char digits[] = "0123456789abcdef";
	size_t prefix = printable_prefix(text);
	char *copy, *end;

	if (!text[prefix])
		return text;
	copy = end = arena_alloc_array(arena, strlen(text) + 1, sizeof("\\xNN") - 1);
	for (;; prefix = printable_prefix(text)) {
		memcpy(end, text, prefix);
		text += prefix;
		end += prefix;
		if (!*text)
			break;
		*end++ = '\\';
		*end++ = 'x';
		*end++ = digits[(unsigned char)*text >> 4];
		*end++ = digits[(unsigned char)*text & 15];
		text++;
	}
	*end = '\0';
	return copy;
}
