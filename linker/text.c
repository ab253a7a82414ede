/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

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

// Bytes of the UTF-8 character at @string, which ends with NUL; 0 when there is none. What UTF-8
// forbids beside the wrong number of bytes is left to who reads the text.
static size_t utf8_size(const unsigned char *string)
{
	size_t size = *string < 0x80   ? 1
		      : *string < 0xc2 ? 0
		      : *string < 0xe0 ? 2
		      : *string < 0xf0 ? 3
		      : *string < 0xf5 ? 4
				       : 0;

	for (size_t i = 1; i < size; i++) {
		if ((string[i] & 0xc0) != 0x80)
			return 0;
	}
	return size;
}

void text_json(struct text *text, const char *string)
{
	const unsigned char *at = (const unsigned char *)string;

	text_string(text, "\"");
	while (*at) {
		size_t size = utf8_size(at);

		if (size == 0 || *at < ' ')
			text_format(text, "\\u%04x", *at);
		else if (*at == '"' || *at == '\\')
			text_format(text, "\\%c", *at);
		else
			text_bytes(text, at, size);
		at += size ? size : 1;
	}
	text_string(text, "\"");
}
