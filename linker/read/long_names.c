/* SPDX-License-Identifier: BSD-2-Clause */
#include "long_names.h"

#include "base/array.h"

static uint32_t hash_place(const struct strings *strings, const char *text)
{
	uint64_t place = (uintptr_t)text;

	return hash_bytes(&strings->key, &place, sizeof(place));
}

uint32_t long_names_find(const struct long_names *names, const struct strings *strings,
			 const char *text)
{
	struct table_probe probe;
	uint32_t index;

	probe = table_probe(&names->table, hash_place(strings, text));
	while (table_next(&names->table, &probe, &index)) {
		if (names->items[index].text == text)
			return names->items[index].number;
	}
	return 0;
}

void long_names_add(struct long_names *names, struct strings *strings, const char *text,
		    uint32_t number)
{
	table_add(&names->table, strings->arena, hash_place(strings, text), (uint32_t)names->count);
	*array_add(strings->arena, names) = (struct long_name){ text, number };
}

void long_names_clear(struct long_names *names, struct strings *strings)
{
	if (names->count == 0)
		return;
	table_clear(&names->table, strings->arena);
	names->count = 0;
}
