/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports have millions of values, so nothing here is formatted: plain characters are copied as far
 * as they go.
 */
#include "json.h"

#include <assert.h>
#include <inttypes.h>

// Escapes of JSON are units of UTF-16.
static void add_escape(struct text *text, uint32_t character)
{
	if (character >= 0x10000) {
		character -= 0x10000;
		text_format(text, "\\u%04" PRIx32, 0xd800 + (character >> 10));
		character = 0xdc00 + (character & 0x3ff);
	}
	text_format(text, "\\u%04" PRIx32, character);
}

// Characters that stand for themselves in a string: 2; 1: not within HTML.
static const uint8_t plain_characters[256] = {
	[' ' ... '!'] = 2, ['#' ... ';'] = 2, ['<'] = 1, ['=' ... '['] = 2, [']' ... '~'] = 2,
};

// Add the character at @string, which is not plain; return its size in bytes.
static size_t add_special(struct json *json, const char *string)
{
	struct text *text = json->text;
	uint32_t character;
	size_t size = character_read(string, &character);

	if (character == '"' || character == '\\')
		text_format(text, "\\%c", (char)character);
	else if (size == 0 || character == '<' || !character_is_printable(character))
		add_escape(text, character);
	else
		text_bytes(text, string, size);
	return size ? size : 1;
}

static void add_quoted(struct json *json, const char *string)
{
	const uint8_t least = json->in_html ? 2 : 1;

	text_bytes(json->text, "\"", 1);
	while (*string) {
		size_t plain = 0;

		while (plain_characters[(unsigned char)string[plain]] >= least)
			plain++;
		text_bytes(json->text, string, plain);
		string += plain;
		if (*string)
			string += add_special(json, string);
	}
	text_bytes(json->text, "\"", 1);
}

static bool in_row(const struct json *json)
{
	return json->rows && json->rows->is_row[json->depth];
}

// Note the key of the next value of a row; it is the same in all rows of the list.
static void note_key(struct json *json, const char *key)
{
	struct json_rows *rows = json->rows;
	unsigned list = json->depth - 2;
	unsigned *at = &rows->at[list];

	assert(*at < JSON_KEYS_MAX);
	if (!rows->known[list])
		rows->keys[list][rows->counts[list]++] = key;
	assert(*at < rows->counts[list] && strcmp(rows->keys[list][*at], key) == 0);
	(*at)++;
}

static void add_key(struct text *text, const char *key)
{
	size_t size = strlen(key);
	char *room = text_room(text, size + 3);

	*room = '"';
	memcpy(room + 1, key, size);
	memcpy(room + 1 + size, "\":", 2);
	text->size += size + 3;
}

// Write what precedes a value.
static void begin_value(struct json *json, const char *key)
{
	bool row = in_row(json);

	assert((key != NULL) == (row || (json->depth && json->ends[json->depth - 1] == '}')));
	// Only one value is at the top.
	assert(json->depth || !json->comma);
	if (json->comma)
		text_bytes(json->text, ",", 1);
	if (json->line)
		text_bytes(json->text, "\n", 1);
	json->line = false;
	if (row)
		note_key(json, key);
	else if (key)
		add_key(json->text, key);
	json->comma = true;
}

static void begin_values(struct json *json, const char *key, char begin, char end)
{
	begin_value(json, key);
	assert(json->depth < JSON_DEPTH_MAX);
	text_bytes(json->text, &begin, 1);
	if (json->rows) {
		json->rows->counts[json->depth] = 0;
		json->rows->known[json->depth] = false;
	}
	json->ends[json->depth++] = end;
	json->comma = false;
}

void json_begin_object(struct json *json, const char *key)
{
	struct json_rows *rows = json->rows;

	if (!rows || !json->depth || key) {
		begin_values(json, key, '{', '}');
		return;
	}
	begin_values(json, key, '[', ']');
	rows->is_row[json->depth] = true;
	rows->at[json->depth - 2] = 0;
}

void json_begin_list(struct json *json, const char *key)
{
	begin_values(json, key, '[', ']');
}

void json_number(struct json *json, const char *key, uint64_t value)
{
	begin_value(json, key);
	text_number(json->text, value);
}

void json_integer(struct json *json, const char *key, int64_t value)
{
	begin_value(json, key);
	text_format(json->text, "%" PRId64, value);
}

void json_string(struct json *json, const char *key, const char *value)
{
	begin_value(json, key);
	add_quoted(json, value);
}

void json_absent(struct json *json, const char *key)
{
	if (!in_row(json))
		return;
	begin_value(json, key);
	text_string(json->text, "null");
}

// The last element of a list of rows.
static void add_keys(struct json *json)
{
	const struct json_rows *rows = json->rows;
	unsigned list = json->depth - 1;

	begin_value(json, NULL);
	for (unsigned i = 0; i < rows->counts[list]; i++) {
		text_bytes(json->text, i ? "," : "[", 1);
		add_quoted(json, rows->keys[list][i]);
	}
	text_bytes(json->text, "]", 1);
}

static void end_row(struct json *json)
{
	struct json_rows *rows = json->rows;
	unsigned list = json->depth - 2;

	assert(rows->at[list] == rows->counts[list]);
	rows->known[list] = true;
	rows->is_row[json->depth] = false;
}

void json_end(struct json *json)
{
	assert(json->depth);
	if (in_row(json))
		end_row(json);
	else if (json->rows && json->rows->counts[json->depth - 1])
		add_keys(json);
	if (json->line)
		text_bytes(json->text, "\n", 1);
	json->line = false;
	text_bytes(json->text, &json->ends[--json->depth], 1);
	json->comma = true;
}

void json_line(struct json *json)
{
	json->line = true;
}
