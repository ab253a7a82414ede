/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A view of bytes that somebody else owns: a name in a string section, a part of a text. Passed and
 * copied by value; good as long as the bytes are.
 *
 *	struct str name = STR("license");
 *
 *	printf("%.*s\n", STR_ARGS(name));
 */
#ifndef BPFLD_BASE_STR_H
#define BPFLD_BASE_STR_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
	const char *data; // not NUL-terminated unless its maker says so
	size_t size;      // bytes
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })

// For printf("%.*s", STR_ARGS(s)). A negative precision would mean no limit.
#define STR_ARGS(s) (int)((s).size < INT_MAX ? (s).size : INT_MAX), (s).data

static inline struct str str_of(const char *text)
{
	return (struct str){ text, strlen(text) };
}

static inline bool str_equal(struct str a, struct str b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool str_starts_with(struct str s, struct str prefix)
{
	return s.size >= prefix.size &&
	       (prefix.size == 0 || memcmp(s.data, prefix.data, prefix.size) == 0);
}

#endif
