/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Patterns as of fnmatch(3) without flags, and many of them at once. Names are bytes: '?' is one.
 *
 * A pattern is looked at only for names that begin and end as it does, up to its first and from its
 * last wildcard. So n names and n patterns, each with letters of its own at one end, take time in
 * proportion to n. One pattern takes the product of its length and the name's at most, where
 * fnmatch() may take time that is exponential in the number of '*'. A '[' with no ']' in the next
 * 256 bytes means itself.
 */
#ifndef BPFLD_BASE_GLOBS_H
#define BPFLD_BASE_GLOBS_H

#include "array.h"
#include "hash.h"
#include "str.h"
#include "table.h"

#define GLOB_NONE UINT32_MAX

struct glob {
	const char *pattern;
	struct str start, end; // what names begin and end with; in the set's arena
	uint32_t number;
};

// How many bytes of names are looked up.
struct glob_sizes {
	size_t start, end;
};

// A set of patterns. Zero-initialised, with arena and key, it is empty.
struct globs {
	struct arena *arena;
	const struct hash_key *key;
	ARRAY(struct glob) patterns;
	ARRAY(struct glob_sizes) sizes; // that some pattern has, each once
	struct table table;             // hash of start and end -> index in patterns
};

/** Whether @text has a wildcard, or a backslash. */
bool glob_is_pattern(const char *text);

/** Whether @name matches @pattern. */
bool glob_matches(const char *pattern, const char *name);

/** Add @pattern, which stays the caller's, under @number, less than GLOB_NONE. */
void globs_add(struct globs *globs, const char *pattern, uint32_t number);

/**
 * Find the patterns that @name matches.
 *
 * @param matched  by number: set to true for each that does; NULL: not wanted
 * @return the lowest number, or GLOB_NONE
 */
uint32_t globs_find(const struct globs *globs, const char *name, bool *matched);

#endif
