/* SPDX-License-Identifier: BSD-2-Clause */
#include "string_table.h"

#include "base/hash.h"

void strings_init(struct strings *strings, struct arena *arena)
{
	*strings = (struct strings){ .arena = arena };
	*array_add(arena, &strings->strings) = STR("");
}

// The number of @string, which is not empty; 0 when it has none.
static uint32_t find_hashed(const struct strings *strings, struct str string, uint64_t hash)
{
	struct table_probe probe = table_probe(&strings->table, hash);
	uint32_t id;

	while (table_next(&strings->table, &probe, &id)) {
		if (str_equal(strings_get(strings, id), string))
			return id;
	}
	return 0;
}

bool strings_has(const struct strings *strings, struct str string)
{
	return string.size == 0 ||
	       find_hashed(strings, string, hash_bytes(string.data, string.size)) != 0;
}

uint32_t strings_intern(struct strings *strings, struct str string)
{
	uint64_t hash;
	uint32_t id;

	if (string.size == 0)
		return 0;
	hash = hash_bytes(string.data, string.size);
	id = find_hashed(strings, string, hash);
	if (id)
		return id;
	id = (uint32_t)strings->strings.count;
	// A part of another string, whose end must not be seen.
	if (string.data[string.size])
		string.data = arena_strndup(strings->arena, string.data, string.size);
	*array_add(strings->arena, &strings->strings) = string;
	table_add(&strings->table, strings->arena, hash, id);
	return id;
}
