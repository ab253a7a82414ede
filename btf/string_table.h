/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Holds each distinct string of a link once and gives it a number. Two names are equal exactly when
 * their numbers are.
 *
 * Many tables in the linker are indexed by name number, so names must be numbered densely. Texts
 * (source lines), most of all strings, are only written out; they are numbered separately, with
 * TEXT_BIT.
 */
#ifndef BPFLD_BTF_STRING_TABLE_H
#define BPFLD_BTF_STRING_TABLE_H

#include <assert.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/table.h"

// Set in the number of a text.
#define TEXT_BIT (1u << 31)

struct string_text {
	struct str string;
	uint32_t name; // its number as a name when it is one as well, else 0
};

struct strings {
	struct arena *arena;
	ARRAY(struct str) strings;       // the names, by number; [0] is the empty string
	ARRAY(struct string_text) texts; // by number without TEXT_BIT
	struct table table;              // hash -> number; the empty string is not in it
	struct hash_key key;             // for all hashes of the link
	char *room;                      // memory for new strings
	size_t room_left;                // bytes
	size_t size;                     // bytes of all strings, with their NULs
	bool closed;
};

void strings_init(struct strings *strings, struct arena *arena);

/**
 * The number of @string as a name; a new one is copied. The empty string is 0; the others are
 * numbered in the order of first use.
 */
uint32_t strings_intern(struct strings *strings, struct str string);

// The rare cases of strings_intern_hashed() and strings_intern_text(): the string is new, or a text
// becomes a name as well.
uint32_t strings_add_name(struct strings *strings, struct str string, uint32_t hash);
uint32_t strings_add_text(struct strings *strings, struct str string, uint32_t hash);
uint32_t strings_name_text(struct strings *strings, uint32_t id);

/** The hash of @string. */
static inline uint32_t strings_hash(const struct strings *strings, struct str string)
{
	return hash_bytes(&strings->key, string.data, string.size);
}

/** The string of number @id, NUL-terminated. */
static inline struct str strings_get(const struct strings *strings, uint32_t id)
{
	return id & TEXT_BIT ? strings->texts.items[id ^ TEXT_BIT].string
			     : strings->strings.items[id];
}

/**
 * The number under which @string, not empty, was first added, as a name or a text; 0 when it was
 * not.
 */
static inline uint32_t strings_find(const struct strings *strings, struct str string, uint32_t hash)
{
	struct table_probe probe = table_probe(&strings->table, hash);
	uint32_t id;

	assert(!strings->closed);
	while (table_next(&strings->table, &probe, &id)) {
		if (str_equal(strings_get(strings, id), string))
			return id;
	}
	return 0;
}

/** Whether @string was added, as a name or a text. */
bool strings_has(const struct strings *strings, struct str string);

/** The number to write out for @id: for a text that later became a name, the number of the name. */
static inline uint32_t strings_final(const struct strings *strings, uint32_t id)
{
	if (id & TEXT_BIT && strings->texts.items[id ^ TEXT_BIT].name)
		return strings->texts.items[id ^ TEXT_BIT].name;
	return id;
}

/** strings_intern() when @hash, the strings_hash() of @string, is known. */
static inline uint32_t strings_intern_hashed(struct strings *strings, struct str string,
					     uint32_t hash)
{
	uint32_t id;

	if (string.size == 0)
		return 0;
	id = strings_find(strings, string, hash);
	if (id == 0)
		return strings_add_name(strings, string, hash);
	return id & TEXT_BIT ? strings_name_text(strings, id) : id;
}

/** The number of @string as a text; when it is a name already, the number of that name. */
static inline uint32_t strings_intern_text(struct strings *strings, struct str string,
					   uint32_t hash)
{
	uint32_t id;

	if (string.size == 0)
		return 0;
	id = strings_find(strings, string, hash);
	return id ? strings_final(strings, id) : strings_add_text(strings, string, hash);
}

/**
 * Free the table from strings to numbers, a third of the memory of strings. From now on only
 * strings_get() works.
 */
void strings_close(struct strings *strings);

#endif
