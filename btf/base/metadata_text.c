/* SPDX-License-Identifier: BSD-2-Clause */
#include "metadata_text.h"

#include <string.h>

static bool is_key_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.';
}

static const char *key_fault(const char *key, struct arena *arena)
{
	size_t size = strlen(key);

	if (size == 0)
		return "a key must not be empty";
	if (size > METADATA_KEY_MAX)
		return arena_format(arena,
				    "the key '%.16s...' has %zu characters, of which kernels "
				    "before 6.1 take %zu",
				    key, size, METADATA_KEY_MAX);
	for (const char *at = key; *at; at++) {
		if (!is_key_character(*at))
			return arena_format(arena,
					    "the key '%s' may have letters, digits, '_' and '.' "
					    "only: kernels refuse other names in BTF",
					    key);
	}
	return NULL;
}

const char *metadata_fault(const char *key, const char *value, struct arena *arena)
{
	const char *fault = key_fault(key, arena);

	for (const char *at = value; !fault && *at; at++) {
		if (*at < ' ' || *at > '~')
			fault = arena_format(arena,
					     "the value of '%s' has the byte 0x%02x, but bpftool "
					     "shows only printable ASCII as text",
					     key, (unsigned char)*at);
	}
	return fault;
}
