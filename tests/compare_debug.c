/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * compare_debug OUTPUT INPUT...: is the debug information of a linked object that of its inputs?
 *
 * The lines of each function in the output must be those of a function of that name in an input,
 * and each entry (DIE) of the output must be one of an input, with all that is in it; what the link
 * left out need not be there. No unit may be missing. Prints what differs, and exits 1 then; else
 * prints how much was compared. Read by libdw, which shares no code with the linker.
 */
#define _GNU_SOURCE // asprintf()

#include <stdlib.h>
#include <string.h>

#include "support/debug_text.h"

// The most that is printed of what is wrong.
#define SHOWN 5

struct comparison {
	struct debug_texts *inputs;
	size_t input_count;
	size_t compared, differences;
};

// The first of @texts that is not before @text.
static size_t find(const struct debug_texts *texts, const char *text)
{
	size_t low = 0, high = texts->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(texts->items[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

// How often @text is in @texts.
static size_t count_of(const struct debug_texts *texts, const char *text)
{
	size_t first = find(texts, text), count = 0;

	while (first + count < texts->count && strcmp(texts->items[first + count].text, text) == 0)
		count++;
	return count;
}

static size_t count_in_inputs(const struct comparison *comparison, const char *text)
{
	size_t count = 0;

	for (size_t i = 0; i < comparison->input_count; i++)
		count += count_of(&comparison->inputs[i], text);
	return count;
}

// A text of @texts with this key; NULL when there is none.
static const char *text_of(const struct debug_texts *texts, const char *key)
{
	size_t i = find(texts, key);

	return i < texts->count && strcmp(texts->items[i].key, key) == 0 ? texts->items[i].text
									 : NULL;
}

static void report(struct comparison *comparison, const struct debug_text *text, size_t count)
{
	if (comparison->differences++ >= SHOWN)
		return;
	printf("%s: %zu of it in the output\n%s", text->key, count, text->text);
	for (size_t i = 0; i < comparison->input_count; i++) {
		const char *other = text_of(&comparison->inputs[i], text->key);

		if (other)
			printf("-- input %zu:\n%s", i + 1, other);
	}
}

// Undo what makes names of static functions unique: "f__1" is "f" in its input.
static bool undo_suffix(struct debug_text *text)
{
	size_t size = strlen(text->key), digits = size;
	char *rest = strchr(text->text, '\n'), *copy;

	while (digits && strchr("0123456789", text->key[digits - 1]))
		digits--;
	if (digits == size || digits < 2 || strncmp(text->key + digits - 2, "__", 2))
		return false;
	text->key[digits - 2] = '\0';
	if (asprintf(&copy, "%s%s", text->key, rest) < 0)
		abort();
	free(text->text);
	text->text = copy;
	return true;
}

// Names of lines are those of symbols.
static void undo_suffixes(const struct comparison *comparison, struct debug_texts *output)
{
	for (size_t i = 0; i < output->count; i++) {
		struct debug_text *text = &output->items[i];

		if (strncmp(text->key, "lines of ", 9) == 0 &&
		    count_in_inputs(comparison, text->text) == 0)
			undo_suffix(text);
	}
}

static void compare(struct comparison *comparison, const struct debug_texts *output)
{
	for (size_t i = 0, count; i < output->count; i += count) {
		const struct debug_text *text = &output->items[i];

		// Only neighbours are equal, but for names with a suffix, which hardly matters.
		count = 1;
		while (i + count < output->count &&
		       strcmp(output->items[i + count].text, text->text) == 0)
			count++;
		if (text->gone)
			continue;
		comparison->compared += count;
		if (count_in_inputs(comparison, text->text) < count)
			report(comparison, text, count);
	}
}

int main(int argc, char **argv)
{
	struct comparison comparison = { 0 };
	struct debug_image image;
	struct debug_texts output;
	size_t units = 0;

	if (argc < 3) {
		fprintf(stderr, "usage: compare_debug OUTPUT INPUT...\n");
		return 2;
	}
	comparison.input_count = (size_t)argc - 2;
	comparison.inputs = calloc(comparison.input_count, sizeof(*comparison.inputs));
	for (size_t i = 0; i < comparison.input_count; i++) {
		debug_image_open(&image, argv[i + 2]);
		comparison.inputs[i] = debug_texts_make(&image);
		units += comparison.inputs[i].units;
		debug_image_close(&image);
	}
	debug_image_open(&image, argv[1]);
	output = debug_texts_make(&image);
	debug_image_close(&image);
	undo_suffixes(&comparison, &output);
	compare(&comparison, &output);
	printf("%s: %zu of %zu units, %zu texts, %zu different\n", argv[1], output.units, units,
	       comparison.compared, comparison.differences);
	for (size_t i = 0; i < comparison.input_count; i++)
		debug_texts_free(&comparison.inputs[i]);
	free(comparison.inputs);
	debug_texts_free(&output);
	return comparison.differences || output.units != units || units == 0;
}
