/* SPDX-License-Identifier: BSD-2-Clause */
#include "string_table.h"

void strings_init(struct strings *strings, struct arena *arena)
{
	*strings = (struct strings){ .arena = arena, .seed = hash_seed() };
	*array_add(arena, &strings->strings) = STR("");
}

bool strings_has(const struct strings *strings, struct str string)
{
	return string.size == 0 ||
	       identity_find(&strings->table, strings_hash(strings, string)) != 0;
}

uint32_t strings_intern_hashed(struct strings *strings, struct str string, struct hash hash)
{
	uint32_t id;

	if (string.size == 0)
		return 0;
	id = identity_find(&strings->table, hash);
	if (id)
		return id;
	id = (uint32_t)strings->strings.count;
	// A part of another string, whose end must not be seen.
	if (string.data[string.size])
		string.data = arena_strndup(strings->arena, string.data, string.size);
	*array_add(strings->arena, &strings->strings) = string;
	identity_add(&strings->table, strings->arena, hash, id);
	return id;
}

uint32_t strings_intern(struct strings *strings, struct str string)
{
	return strings_intern_hashed(strings, string, strings_hash(strings, string));
}
