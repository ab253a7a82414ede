/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Source: Unicode, DerivedCoreProperties.txt (Default_Ignorable_Code_Point, which has the controls
 * of direction) and UnicodeData.txt (categories Cc, Zl, Zp); RFC 3629 for UTF-8.
 */
#include "printable.h"

#include <string.h>

// By size: the smallest character that needs so many bytes.
static const uint32_t least[] = { [1] = 0, [2] = 0x80, [3] = 0x800, [4] = 0x10000 };

// The characters that are not printable, in order.
static const struct range {
	uint32_t first, last;
} hidden[] = {
	{ 0, 0x1f },          // C0 controls
	{ 0x7f, 0x9f },       // DEL and C1 controls
	{ 0xad, 0xad },       // soft hyphen
	{ 0x34f, 0x34f },     // combining grapheme joiner
	{ 0x61c, 0x61c },     // Arabic letter mark
	{ 0x115f, 0x1160 },   // Hangul fillers
	{ 0x17b4, 0x17b5 },   // Khmer inherent vowels
	{ 0x180b, 0x180f },   // Mongolian selectors and separator
	{ 0x200b, 0x200f },   // without width; marks of direction
	{ 0x2028, 0x202e },   // line and paragraph separators; embeddings and overrides
	{ 0x2060, 0x206f },   // invisible operators; isolates
	{ 0x3164, 0x3164 },   // Hangul filler
	{ 0xfe00, 0xfe0f },   // variation selectors
	{ 0xfeff, 0xfeff },   // byte order mark
	{ 0xffa0, 0xffa0 },   // half-width Hangul filler
	{ 0xfff0, 0xfffb },   // unassigned ones; interlinear annotations
	{ 0x1bca0, 0x1bca3 }, // shorthand format controls
	{ 0x1d173, 0x1d17a }, // beams and slurs
	{ 0xe0000, 0xe0fff }, // tags; more variation selectors
};

static size_t sequence_size(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc0 || first >= 0xf8)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

size_t character_read(const char *text, uint32_t *character)
{
	size_t size = sequence_size((unsigned char)*text);
	uint32_t value = (unsigned char)*text;

	*character = value;
	if (size > 1)
		value &= 0x7fu >> size;
	for (size_t i = 1; i < size; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (size == 0 || value < least[size] || value > 0x10ffff ||
	    (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*character = value;
	return size;
}

bool character_is_printable(uint32_t character)
{
	// Nearly all characters are ASCII.
	if (character >= ' ' && character < 0x7f)
		return true;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++) {
		if (character <= hidden[i].last)
			return character < hidden[i].first;
	}
	return true;
}

// Bytes at the start of @text that can be printed as they are.
static size_t printable_prefix(const char *text)
{
	size_t at = 0;

	for (;;) {
		uint32_t character;
		size_t size;

		// Nearly all characters are ASCII.
		while (text[at] >= ' ' && text[at] < 0x7f)
			at++;
		size = character_read(text + at, &character);
		if (!text[at] || !size || !character_is_printable(character))
			return at;
		at += size;
	}
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
