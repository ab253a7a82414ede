/* SPDX-License-Identifier: BSD-2-Clause */
#include "string_table.h"

#include "base/hash.h"

void strings_init(struct strings *strings, struct arena *arena)
{
	*strings = (struct strings){ .arena = arena };
	*array_add(arena, &strings->strings) = STR("");
}

uint32_t strings_intern(struct strings *strings, struct str string)
{
	uint64_t hash = hash_bytes(string.data, string.size);
	struct table_probe probe = table_probe(&strings->table, hash);
	uint32_t id;

	if (string.size == 0)
		return 0;
	while (table_next(&strings->table, &probe, &id)) {
		if (str_equal(strings_get(strings, id), string))
			return id;
	}
	id = (uint32_t)strings->strings.count;
	// A part of another string, whose end must not be seen.
	if (string.data[string.size])
		string.data = arena_strndup(strings->arena, string.data, string.size);
	*array_add(strings->arena, &strings->strings) = string;
	table_add(&strings->table, strings->arena, hash, id);
	return id;
}
