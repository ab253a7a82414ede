/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <stdio.h>

// What a text has room for at first. Few texts are short, and each growth formats a line again.
#define CAPACITY_MIN 1024

static void reserve(struct text *text, size_t size)
{
	size_t capacity = text->capacity > size ? text->capacity * 2 : text->size + size;
	char *data;

	if (text->capacity - text->size >= size)
		return;
	if (capacity < CAPACITY_MIN)
		capacity = CAPACITY_MIN;
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

char *text_room(struct text *text, size_t size)
{
	reserve(text, size);
	return text->data + text->size;
}

void text_number(struct text *text, uint64_t value)
{
	char digits[20]; // of UINT64_MAX
	size_t first = sizeof(digits);

	do {
		digits[--first] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	text_bytes(text, digits + first, sizeof(digits) - first);
}

void text_format(struct text *text, const char *format, ...)
{
	size_t room = text->capacity - text->size;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(room ? text->data + text->size : NULL, room, format, arguments);
	va_end(arguments);
	if (length < 0)
		arena_give_up(text->arena);
	if ((size_t)length >= room) {
		// The NUL has to have a place, but is no part of the text.
		reserve(text, (size_t)length + 1);
		va_start(arguments, format);
		vsnprintf(text->data + text->size, (size_t)length + 1, format, arguments);
		va_end(arguments);
	}
	text->size += (size_t)length;
}
