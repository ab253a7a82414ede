/* SPDX-License-Identifier: BSD-2-Clause */
#include "globs.h"

#include <fnmatch.h>

// The longest bracket expression, in bytes; a class in it may be behind that.
#define BRACKET_MAX 256

// What wildcards, and the backslash, begin with.
static const char special[] = "*?[\\";

bool glob_is_pattern(const char *text)
{
	return strpbrk(text, special) != NULL;
}

// ---------------------------------------------------------------------------------------------
// One pattern

// Whether "[:", "[." or "[=" begins at @text; then what follows its end, else NULL.
static const char *skip_class(const char *text)
{
	if (text[0] != '[' || !text[1] || !strchr(":.=", text[1]))
		return NULL;
	for (const char *at = text + 2; *at; at++) {
		if (at[0] == text[1] && at[1] == ']')
			return at + 2;
	}
	return NULL;
}

// What follows the bracket expression at @pattern; NULL: it has no end, and '[' means itself.
static const char *skip_bracket(const char *pattern)
{
	const char *at = pattern + 1, *limit = pattern + strnlen(pattern, BRACKET_MAX);

	at += *at == '!' || *at == '^';
	// The first byte is none that ends it.
	for (const char *first = at; at < limit; at++) {
		const char *behind = skip_class(at);

		if (*at == ']' && at > first)
			return at + 1;
		if (behind)
			at = behind - 1;
		else if (*at == '\\' && at[1])
			at++;
	}
	return NULL;
}

// Whether @byte is one of the bracket expression of @size bytes at @pattern.
static bool bracket_has(const char *pattern, size_t size, char byte)
{
	char name[2] = { byte, '\0' };
	char expression[2 * BRACKET_MAX];

	memcpy(expression, pattern, size);
	expression[size] = '\0';
	return fnmatch(expression, name, 0) == 0;
}

// Whether @byte, not NUL, matches the first element of @pattern, no '*'; then sets *@behind to what
// follows it.
static bool matches_one(const char *pattern, char byte, const char **behind)
{
	*behind = pattern + 1;
	if (*pattern == '?')
		return true;
	if (*pattern == '[') {
		const char *end = skip_bracket(pattern);

		if (end) {
			*behind = end;
			return bracket_has(pattern, (size_t)(end - pattern), byte);
		}
	} else if (*pattern == '\\') {
		// A backslash at the end matches nothing.
		if (!pattern[1])
			return false;
		*behind = pattern + 2;
		return pattern[1] == byte;
	}
	return *pattern && *pattern == byte;
}

bool glob_matches(const char *pattern, const char *name)
{
	// Behind the last '*' that was met, and the first byte that it does not cover yet. An
	// earlier one need not cover more: the last one can.
	const char *star = NULL, *uncovered = name;

	while (*name || *pattern == '*') {
		const char *behind;

		if (*pattern == '*') {
			star = ++pattern;
			uncovered = name;
		} else if (matches_one(pattern, *name, &behind)) {
			pattern = behind;
			name++;
		} else if (star) {
			pattern = star;
			name = ++uncovered;
		} else {
			return false;
		}
	}
	return !*pattern;
}

// ---------------------------------------------------------------------------------------------
// Many

// What a name that matches @pattern ends with, as far as no special byte can be part of it.
static struct str plain_end(const char *pattern)
{
	size_t size = strlen(pattern), start = size;

	while (start > 0 && !strchr("*?[]\\", pattern[start - 1]))
		start--;
	// What is behind a backslash means itself, but it is only one byte.
	return (struct str){ pattern + start, size - start };
}

static uint32_t hash_ends(const struct globs *globs, struct str start, struct str end)
{
	return (uint32_t)hash_mix(hash_bytes(globs->key, start.data, start.size),
				  hash_bytes(globs->key, end.data, end.size));
}

static void add_sizes(struct globs *globs, size_t start, size_t end)
{
	array_each(sizes, &globs->sizes) {
		if (sizes->start == start && sizes->end == end)
			return;
	}
	*array_add(globs->arena, &globs->sizes) = (struct glob_sizes){ start, end };
}

void globs_add(struct globs *globs, const char *pattern, uint32_t number)
{
	struct glob glob = {
		.pattern = pattern,
		.start = { pattern, strcspn(pattern, special) },
		.number = number,
	};
	size_t index = globs->patterns.count;

	if (pattern[glob.start.size])
		glob.end = plain_end(pattern);
	*array_add(globs->arena, &globs->patterns) = glob;
	add_sizes(globs, glob.start.size, glob.end.size);
	table_add(&globs->table, globs->arena, hash_ends(globs, glob.start, glob.end),
		  (uint32_t)index);
}

// As globs_find(), of patterns whose ends are @start and @end.
static uint32_t find_of_ends(const struct globs *globs, struct str start, struct str end,
			     const char *name, bool *matched)
{
	struct table_probe probe = table_probe(&globs->table, hash_ends(globs, start, end));
	uint32_t lowest = GLOB_NONE, index;

	while (table_next(&globs->table, &probe, &index)) {
		const struct glob *glob = &globs->patterns.items[index];

		if ((glob->number > lowest && !matched) || !str_equal(glob->start, start) ||
		    !str_equal(glob->end, end) || !glob_matches(glob->pattern, name))
			continue;
		if (matched)
			matched[glob->number] = true;
		lowest = glob->number < lowest ? glob->number : lowest;
	}
	return lowest;
}

uint32_t globs_find(const struct globs *globs, const char *name, bool *matched)
{
	size_t size = strlen(name);
	uint32_t lowest = GLOB_NONE;

	array_each(sizes, &globs->sizes) {
		struct str start = { name, sizes->start };
		struct str end = { name + size - sizes->end, sizes->end };
		uint32_t found;

		if (sizes->start > size || sizes->end > size - sizes->start)
			continue;
		found = find_of_ends(globs, start, end, name, matched);
		lowest = found < lowest ? found : lowest;
	}
	return lowest;
}
