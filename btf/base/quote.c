/* SPDX-License-Identifier: BSD-2-Clause */
#include "quote.h"

#include "position.h"

void quote_add(struct quote *quote, const char *text)
{
	size_t room, size;

	if (quote->cut)
		return;
	room = QUOTE_SIZE - quote->text.size;
	size = strnlen(text, room + 1);
	quote->cut = size > room;
	while (size > room || (quote->cut && size && (text[size] & 0xc0) == 0x80))
		size--;
	text_bytes(&quote->text, text, size);
	if (quote->cut)
		text_string(&quote->text, "...");
}

void quote_add_marked(struct quote *quote, const char *text, size_t start, size_t end)
{
	size_t base = quote->text.size;

	quote_add(quote, text);
	if (quote->mark_count < QUOTE_MARKS && !quote->cut)
		quote->marks[quote->mark_count++] = (struct quote_mark){ base + start, base + end };
}

char *quote_line(const struct quote *quote)
{
	char *line =
		arena_strndup(quote->text.arena, text_str(&quote->text).data, quote->text.size);
	size_t kept = 0;

	for (size_t i = 0; i < quote->text.size; i++) {
		if (line[i] != '\t')
			line[kept++] = line[i] == '\n' ? ' ' : line[i];
	}
	line[kept] = '\0';
	return line;
}

static void add(struct text *text, char c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_bytes(text, &c, 1);
}

// The marks of the line from @start to @end. @code is its start in the quote.
static void add_marks(struct text *text, const struct quote *quote, size_t start, size_t end)
{
	const char *code = quote->text.data + start;
	size_t width = 0;
	bool begun = false;

	for (size_t i = 0; i < quote->mark_count; i++) {
		const struct quote_mark *mark = &quote->marks[i];
		size_t from, to;

		if (mark->start < start || mark->start > end)
			continue;
		from = position_width(code, mark->start - start);
		to = position_width(code, (mark->end < end ? mark->end : end) - start);
		text_string(text, begun ? "" : "\n      | ");
		begun = true;
		add(text, ' ', from - width);
		add(text, '^', 1);
		add(text, '~', to > from ? to - from - 1 : 0);
		width = to > from ? to : from + 1;
	}
}

char *quote_excerpt(const struct quote *quote)
{
	struct text text = { .arena = quote->text.arena };
	const char *code = text_str(&quote->text).data;

	for (size_t start = 0, end; start < quote->text.size; start = end + 1) {
		const char *newline = memchr(code + start, '\n', quote->text.size - start);

		end = newline ? (size_t)(newline - code) : quote->text.size;
		text_format(&text, "\n      | %s",
			    position_show(code + start, end - start, text.arena));
		add_marks(&text, quote, start, end);
	}
	return arena_strndup(text.arena, text_str(&text).data, text.size);
}
