/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <inttypes.h>

static void reserve(struct text *text, size_t size)
{
	size_t capacity = text->capacity > size ? text->capacity * 2 : text->size + size;
	char *data;

	if (text->capacity - text->size >= size)
		return;
	if (!arena_extend(text->arena, text->data, text->capacity, capacity)) {
		data = arena_alloc(text->arena, capacity);
		if (text->size)
			memcpy(data, text->data, text->size);
		arena_release(text->arena, text->data, text->capacity);
		text->data = data;
	}
	text->capacity = capacity;
}

void text_bytes(struct text *text, const void *data, size_t size)
{
	reserve(text, size);
	if (size)
		memcpy(text->data + text->size, data, size);
	text->size += size;
}

void text_format(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_string(text, arena_vformat(text->arena, format, arguments));
	va_end(arguments);
}

// JSON counts in UTF-16.
static void add_escape(struct text *text, uint32_t character)
{
	if (character >= 0x10000) {
		character -= 0x10000;
		text_format(text, "\\u%04" PRIx32, 0xd800 + (character >> 10));
		character = 0xdc00 + (character & 0x3ff);
	}
	text_format(text, "\\u%04" PRIx32, character);
}

void text_json(struct text *text, const char *string)
{
	text_string(text, "\"");
	while (*string) {
		uint32_t character;
		size_t size = character_read(string, &character);

		if (size == 0 || !character_is_printable(character))
			add_escape(text, character);
		else if (character == '"' || character == '\\')
			text_format(text, "\\%c", (char)character);
		else
			text_bytes(text, string, size);
		string += size ? size : 1;
	}
	text_string(text, "\"");
}
