/* SPDX-License-Identifier: BSD-2-Clause */
#include "debug_strings.h"

#include "base/hash.h"
#include "base/table.h"
#include "source_names.h"

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

// @string, with its NUL, as options->prefix_maps want it. In .debug_str names of source files are
// among all others: there the beginning has to be one of a path.
static struct str map_string(const struct debug_object *debug, const struct debug_part *part,
			     struct str string)
{
	struct str name = { string.data, string.size - 1 };
	const struct bpfld_prefix_map *map = source_name_map(debug->linker, name);
	const char *mapped;

	if (!map || (!part->section->is_paths && !strchr(map->from, '/') &&
		     string.data[strlen(map->from)] != '/'))
		return string;
	mapped = source_name_mapped(map, name, debug->arena);
	return (struct str){ mapped, strlen(mapped) + 1 };
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
		// The last byte is a NUL.
		struct str string = { bytes + at, size = strlen(bytes + at) + 1 };
		uint32_t offset;

		if (linker->options->prefix_map_count)
			string = map_string(debug, part, string);
		offset = intern(linker, output->strings, string);
		for (size_t i = 0; i < size; i++)
			map[at + i] = offset + (uint32_t)(i < string.size ? i : string.size - 1);
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
