/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A writer of JSON (RFC 8259), one value after another.
 *
 *	struct json json = { .text = &text };
 *
 *	json_begin_object(&json, NULL);
 *	json_number(&json, "size", 8);
 *	json_begin_list(&json, "names");
 *	json_string(&json, NULL, "a");
 *	json_string(&json, NULL, "b");
 *	json_end(&json);
 *	json_end(&json);
 *
 * makes {"size":8,"names":["a","b"]}. The writer adds commas, quotes and escapes. It asserts that
 * values have a key exactly when they are in an object, and that all that begins ends.
 */
#ifndef BPFLD_BASE_JSON_H
#define BPFLD_BASE_JSON_H

#include "text.h"

// The most objects and lists inside each other.
#define JSON_DEPTH_MAX 8

struct json {
	struct text *text;         // where the JSON goes
	char ends[JSON_DEPTH_MAX]; // ends of what is open, outermost first: '}' or ']'
	unsigned depth;            // how many are open
	bool comma;                // the next value comes after another
	bool line;                 // the next value or end begins a line
};

/**
 * Each of these adds a value to the open object or list, under @key in an object; @key is NULL in a
 * list and at the top. Keys are not escaped.
 */
void json_begin_object(struct json *json, const char *key);
void json_begin_list(struct json *json, const char *key);
void json_number(struct json *json, const char *key, uint64_t value);
void json_integer(struct json *json, const char *key, int64_t value);
/**
 * Add a string, NUL-terminated. Unprintable characters (printable.h) are escaped, and a byte that
 * is not UTF-8 is escaped as the Latin-1 character.
 */
void json_string(struct json *json, const char *key, const char *value);

/** End the object or list that began last. */
void json_end(struct json *json);

/** Begin a new line before the next value or end, for people and tools that read JSON by lines. */
void json_line(struct json *json);

#endif
