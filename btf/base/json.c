/* SPDX-License-Identifier: BSD-2-Clause */
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

static void add_quoted(struct text *text, const char *string)
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

static void begin_line(struct json *json)
{
	if (json->line)
		text_string(json->text, "\n");
	json->line = false;
}

// Write what precedes a value.
static void begin_value(struct json *json, const char *key)
{
	assert((key != NULL) == (json->depth && json->ends[json->depth - 1] == '}'));
	// Only one value is at the top.
	assert(json->depth || !json->comma);
	if (json->comma)
		text_string(json->text, ",");
	begin_line(json);
	if (key)
		text_format(json->text, "\"%s\":", key);
	json->comma = true;
}

static void begin_values(struct json *json, const char *key, const char *begin, char end)
{
	begin_value(json, key);
	assert(json->depth < JSON_DEPTH_MAX);
	text_string(json->text, begin);
	json->ends[json->depth++] = end;
	json->comma = false;
}

void json_begin_object(struct json *json, const char *key)
{
	begin_values(json, key, "{", '}');
}

void json_begin_list(struct json *json, const char *key)
{
	begin_values(json, key, "[", ']');
}

void json_number(struct json *json, const char *key, uint64_t value)
{
	begin_value(json, key);
	text_format(json->text, "%" PRIu64, value);
}

void json_integer(struct json *json, const char *key, int64_t value)
{
	begin_value(json, key);
	text_format(json->text, "%" PRId64, value);
}

void json_string(struct json *json, const char *key, const char *value)
{
	begin_value(json, key);
	add_quoted(json->text, value);
}

void json_end(struct json *json)
{
	assert(json->depth);
	begin_line(json);
	text_bytes(json->text, &json->ends[--json->depth], 1);
	json->comma = true;
}

void json_line(struct json *json)
{
	json->line = true;
}
