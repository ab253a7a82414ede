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
