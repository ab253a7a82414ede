/* SPDX-License-Identifier: BSD-2-Clause */
#include "response.h"

#include "complain.h"
#include "file_io.h"

// More files than anybody writes: some of them read each other.
#define FILES_MAX 2000

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

// The word at the start of @text, without its quotes; @text goes on behind it.
static const char *take_word(struct str *text, struct arena *arena)
{
	ARRAY(char) word = { 0 };
	char quote = '\0';
	size_t at = 0;

	for (; at < text->size && (quote || !is_space(text->data[at])); at++) {
		char c = text->data[at];

		if (c == '\\' && at + 1 < text->size)
			*array_add(arena, &word) = text->data[++at];
		else if (c == quote)
			quote = '\0';
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
		else
			*array_add(arena, &word) = c;
	}
	text->data += at;
	text->size -= at;
	*array_add(arena, &word) = '\0';
	return word.items;
}

static void split(struct str text, struct arena *arena, struct arguments *words)
{
	for (;;) {
		while (text.size && is_space(*text.data)) {
			text.data++;
			text.size--;
		}
		if (text.size == 0)
			return;
		*array_add(arena, words) = take_word(&text, arena);
	}
}

// What is still to be read is a stack, the next argument at its end.
static void push(struct arguments *stack, const char *const *arguments, size_t count,
		 struct arena *arena)
{
	while (count)
		*array_add(arena, stack) = arguments[--count];
}

bool expand_responses(const char *const *arguments, size_t count, struct arena *arena, FILE *errors,
		      struct arguments *expanded, struct arguments *files)
{
	struct arguments stack = { 0 };

	push(&stack, arguments, count, arena);
	while (stack.count) {
		const char *argument = stack.items[--stack.count];
		struct arguments words = { 0 };
		struct str content;

		if (*argument != '@' || !read_path(argument + 1, arena, &content)) {
			*array_add(arena, expanded) = argument;
			continue;
		}
		*array_add(arena, files) = argument + 1;
		if (files->count > FILES_MAX) {
			complain(errors, arena,
				 "bpfld: error: response file '%s' is read without end",
				 argument + 1);
			return false;
		}
		split(content, arena, &words);
		push(&stack, words.items, words.count, arena);
	}
	return true;
}
