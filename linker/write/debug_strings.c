/* SPDX-License-Identifier: BSD-2-Clause */
#include "debug_strings.h"

#include "base/hash.h"
#include "base/table.h"

struct debug_strings {
	struct text bytes;
	struct table table; // hash -> offset in `bytes`
};

// The string at @offset, with its NUL, is @string.
static bool is_string(const struct debug_strings *strings, uint32_t offset, struct str string)
{
	return strings->bytes.size - offset >= string.size &&
	       memcmp(strings->bytes.data + offset, string.data, string.size) == 0;
}

// The offset of @string, which has its NUL.
static uint32_t intern(struct linker *linker, struct debug_strings *strings, struct str string)
{
	uint32_t hash = hash_bytes(&linker->strings.key, string.data, string.size), offset;
	struct table_probe probe = table_probe(&strings->table, hash);

	while (table_next(&strings->table, &probe, &offset)) {
		if (is_string(strings, offset, string))
			return offset;
	}
	offset = (uint32_t)strings->bytes.size;
	text_bytes(&strings->bytes, string.data, string.size);
	table_add(&strings->table, linker->arena, hash, offset);
	return offset;
}

void debug_strings_add(struct debug_object *debug, struct debug_output *output,
		       struct debug_part *part)
{
	struct linker *linker = debug->linker;
	uint32_t *map = arena_alloc_array(debug->arena, part->size, sizeof(*map));
	const char *bytes = (const char *)part->bytes;

	if (!output->strings) {
		output->strings = arena_new(linker->arena, struct debug_strings);
		output->strings->bytes.arena = linker->arena;
	}
	for (size_t at = 0, size; at < part->size; at += size) {
		uint32_t offset;

		// The last byte is a NUL.
		size = strlen(bytes + at) + 1;
		offset = intern(linker, output->strings, (struct str){ bytes + at, size });
		for (size_t i = 0; i < size; i++)
			map[at + i] = offset + (uint32_t)i;
	}
	part->strings = map;
	output->size = output->strings->bytes.size;
}

void debug_strings_finish(struct linker *linker, struct debug_output *output)
{
	if (output->size)
		*array_add(linker->arena, &output->pieces) = (struct debug_piece){
			.bytes = (const uint8_t *)output->strings->bytes.data,
			.size = output->size,
		};
	table_release(&output->strings->table, linker->arena);
	output->strings = NULL;
}
