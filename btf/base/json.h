/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON, one value after another.
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
 * makes {"size":8,"names":["a","b"]}. The writer puts commas, quotes and escapes, and knows what is
 * open: that a value has a key just where it is in an object, and that all ends that began, is
 * asserted. RFC 8259 says what JSON is.
 */
#ifndef BPFLD_BASE_JSON_H
#define BPFLD_BASE_JSON_H

#include "text.h"

// Objects and lists within each other, at most.
#define JSON_DEPTH_MAX 8

struct json {
	struct text *text;         // where it goes
	char ends[JSON_DEPTH_MAX]; // of what is open, outermost first: '}' or ']'
	unsigned depth;            // how many are
	bool comma;                // the next value comes after another
	bool line;                 // the next value or end begins a line
};

/**
 * Each of these adds a value to what is open, under @key in an object; @key is NULL in a list and
 * outside of all. Keys are the caller's own: they are not escaped.
 */
void json_begin_object(struct json *json, const char *key);
void json_begin_list(struct json *json, const char *key);
void json_number(struct json *json, const char *key, uint64_t value);
/**
 * @value ends with a NUL. What is not printable (printable.h) goes out as an escape, and a byte
 * that is no UTF-8 as the character of Latin-1.
 */
void json_string(struct json *json, const char *key, const char *value);

/** End the object or list that began last. */
void json_end(struct json *json);

/** Let a line begin before what comes next, for whoever reads JSON by lines. */
void json_line(struct json *json);

#endif
