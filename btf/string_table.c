/* SPDX-License-Identifier: BSD-2-Clause */
#include "string_table.h"

#include <assert.h>
#include <string.h>

// As many names as two ordinary objects have: growing from less was 4 % of the time of their link.
#define COUNT_MIN 1024

// Bytes of a block for new strings: a small link should not take much, a large one takes many
// blocks.
#define ROOM_SIZE 4096

void strings_init(struct strings *strings, struct arena *arena)
{
	*strings = (struct strings){ .arena = arena, .key = hash_key_draw() };
	table_reserve(&strings->table, arena, COUNT_MIN);
	*array_add(arena, &strings->strings) = STR("");
}

bool strings_has(const struct strings *strings, struct str string)
{
	return string.size == 0 ||
	       strings_find(strings, string, strings_hash(strings, string)) != 0;
}

// Copy @string with a NUL, next to the previous copies.
static const char *copy_text(struct strings *strings, struct str string)
{
	char *copy;

	strings->size += string.size + 1;
	if (string.size >= ROOM_SIZE / 8)
		return arena_strndup(strings->arena, string.data, string.size);
	if (string.size >= strings->room_left) {
		strings->room = arena_alloc(strings->arena, ROOM_SIZE);
		strings->room_left = ROOM_SIZE;
	}
	copy = memcpy(strings->room, string.data, string.size);
	copy[string.size] = '\0';
	strings->room += string.size + 1;
	strings->room_left -= string.size + 1;
	return copy;
}

uint32_t strings_name_text(struct strings *strings, uint32_t id)
{
	struct string_text *text = &strings->texts.items[id ^ TEXT_BIT];

	if (text->name == 0) {
		text->name = (uint32_t)strings->strings.count;
		*array_add(strings->arena, &strings->strings) = text->string;
	}
	return text->name;
}

uint32_t strings_add_name(struct strings *strings, struct str string, uint32_t hash)
{
	uint32_t id = (uint32_t)strings->strings.count;

	*array_add(strings->arena, &strings->strings) =
		(struct str){ copy_text(strings, string), string.size };
	table_add(&strings->table, strings->arena, hash, id);
	return id;
}

uint32_t strings_add_text(struct strings *strings, struct str string, uint32_t hash)
{
	uint32_t id = (uint32_t)strings->texts.count | TEXT_BIT;

	*array_add(strings->arena, &strings->texts) = (struct string_text){
		.string = { copy_text(strings, string), string.size },
	};
	table_add(&strings->table, strings->arena, hash, id);
	return id;
}

void strings_close(struct strings *strings)
{
	table_release(&strings->table, strings->arena);
	strings->closed = true;
}

uint32_t strings_intern(struct strings *strings, struct str string)
{
	return strings_intern_hashed(strings, string, strings_hash(strings, string));
}
