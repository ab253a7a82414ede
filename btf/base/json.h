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
 *
 * With `rows` the same calls write tables: each object in a list is the list of its values, and the
 * last element of such a list has their keys. [{"a":1,"b":2},{"a":3,"b":4}] becomes
 * [[1,2],[3,4],["a","b"]]. All objects of the list must have the same keys, so one whose value is
 * missing has json_absent() of it.
 */
#ifndef BPFLD_BASE_JSON_H
#define BPFLD_BASE_JSON_H

#include "text.h"

// The most objects and lists inside each other.
#define JSON_DEPTH_MAX 8

// The most values of an object in a list with `rows`.
#define JSON_KEYS_MAX 24

struct json_rows {
	const char *keys[JSON_DEPTH_MAX][JSON_KEYS_MAX]; // by depth of the list
	unsigned counts[JSON_DEPTH_MAX];                 // how many these are so far
	bool known[JSON_DEPTH_MAX];                      // the first row has told all
	unsigned at[JSON_DEPTH_MAX];                     // how many values its row has so far
	bool is_row[JSON_DEPTH_MAX + 1];                 // by depth in it
};

struct json {
	struct text *text;         // where the JSON goes
	struct json_rows *rows;    // zeroed; NULL: objects are objects everywhere
	bool in_html;              // strings must not end an element of HTML: '<' is escaped, too
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

/** There is no such value in this object: nothing, or null in a row. */
void json_absent(struct json *json, const char *key);

/** End the object or list that began last. */
void json_end(struct json *json);

/** Begin a new line before the next value or end, for people and tools that read JSON by lines. */
void json_line(struct json *json);

#endif
