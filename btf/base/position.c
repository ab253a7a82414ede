/* SPDX-License-Identifier: BSD-2-Clause */
#include "position.h"

#include <inttypes.h>
#include <string.h>

#include "printable.h"

#define TAB_WIDTH 8

static bool is_within_character(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

const char *position_source(const char *text, struct arena *arena)
{
	size_t size = strnlen(text, SOURCE_SIZE + 1);

	if (size > SOURCE_SIZE) {
		size = SOURCE_SIZE;
		while (size > SOURCE_SIZE - 3 && is_within_character(text[size]))
			size--;
	}
	while (size && is_blank(text[size - 1]))
		size--;
	return size ? arena_strndup(arena, text, size) : NULL;
}

const char *position_format(const struct position *position, struct arena *arena)
{
	if (position->column)
		return arena_format(arena, "%s:%" PRIu32 ":%" PRIu32, position->file,
				    position->line, position->column);
	return arena_format(arena, "%s:%" PRIu32, position->file, position->line);
}

size_t position_width(const char *line, size_t size)
{
	size_t width = 0;

	for (size_t i = 0; i < size; i++) {
		if (line[i] == '\t')
			width += TAB_WIDTH - width % TAB_WIDTH;
		else
			width += !is_within_character(line[i]);
	}
	return width;
}

const char *position_show(const char *source, size_t size, struct arena *arena)
{
	char *blank = arena_alloc_array(arena, size + 1, TAB_WIDTH);
	size_t end = 0, width = 0;

	for (size_t i = 0; i < size; i++) {
		size_t stop = source[i] == '\t' ? TAB_WIDTH - width % TAB_WIDTH : 0;

		if (stop) {
			memset(blank + end, ' ', stop);
			end += stop;
			width += stop;
		} else {
			blank[end++] = source[i];
			width += !is_within_character(source[i]);
		}
	}
	blank[end] = '\0';
	arena_shrink(arena, blank, (size + 1) * TAB_WIDTH, end + 1);
	return printable(blank, arena);
}

const char *position_excerpt(const struct position *position, struct arena *arena)
{
	const char *number, *text, *before;

	if (!position->source)
		return "";
	number = arena_format(arena, "%5" PRIu32, position->line);
	text = arena_format(arena, "\n%s | %s", number,
			    position_show(position->source, strlen(position->source), arena));
	if (position->column == 0 || position->column > strlen(position->source))
		return text;
	before = position_show(position->source, position->column - 1, arena);
	return arena_format(arena, "%s\n%*s | %*s^", text, (int)strlen(number), "",
			    (int)position_width(before, strlen(before)), "");
}
