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

// The map for @name of @part; NULL: none. In .debug_str names of source files are among all others:
// there the beginning has to be one of a path. In .debug_line_str whole source files may be.
static const struct bpfld_prefix_map *find_map(const struct debug_object *debug,
					       const struct debug_part *part, struct str name)
{
	const struct bpfld_prefix_map *map = source_name_map(debug->linker, name);

	if (!map || (!part->section->is_paths && !strchr(map->from, '/') &&
		     name.data[strlen(map->from)] != '/'))
		return NULL;
	return memchr(name.data, '\n', name.size) ? NULL : map;
}

// Add the string at @start of @part; return how many bytes it has there.
static size_t add_string(const struct debug_object *debug, struct debug_output *output,
			 const struct debug_part *part, uint64_t start)
{
	// The last byte is a NUL.
	struct str name = str_of((const char *)part->bytes + start);
	const struct bpfld_prefix_map *map = debug->maps_names ? find_map(debug, part, name) : NULL;
	size_t size = name.size + 1;

	if (map)
		name = str_of(source_name_mapped(map, name, debug->arena));
	part->strings[start] = 1 + intern(debug->linker, output->strings,
					  (struct str){ name.data, name.size + 1 });
	output->size = output->strings->bytes.size;
	return size;
}

// Note where all bytes of the string at @start are: some field leads into the middle of it, as
// other linkers let strings share their ends.
static void place_bytes(const struct debug_object *debug, const struct debug_output *output,
			const struct debug_part *part, uint64_t start)
{
	const char *string = (const char *)part->bytes + start;
	uint32_t offset = part->strings[start];
	// With another name it may be shorter than it was.
	size_t size =
		debug->maps_names ? strlen(output->strings->bytes.data + (offset - 1)) : SIZE_MAX;

	for (size_t i = 1; string[i - 1]; i++)
		part->strings[start + i] = offset + (uint32_t)(i < size ? i : size);
}

void debug_strings_begin(struct linker *linker, struct debug_output *output)
{
	if (output->strings)
		return;
	output->strings = arena_new(linker->arena, struct debug_strings);
	output->strings->bytes.arena = linker->arena;
}

uint32_t debug_strings_name(const struct debug_object *debug, struct str name)
{
	struct debug_output *output = &debug->linker->debug.outputs.items[debug->names_output];
	uint32_t offset =
		intern(debug->linker, output->strings, (struct str){ name.data, name.size + 1 });

	output->size = output->strings->bytes.size;
	return offset;
}

bool debug_strings_change(const struct debug_object *debug, const struct debug_part *part)
{
	const char *bytes = (const char *)part->bytes;

	for (size_t at = 0; at < part->size; at += strlen(bytes + at) + 1) {
		if (find_map(debug, part, str_of(bytes + at)))
			return true;
	}
	return false;
}

void debug_strings_add(struct debug_object *debug, struct debug_output *output,
		       struct debug_part *part)
{
	part->strings = arena_alloc_array(debug->arena, part->size, sizeof(*part->strings));
	debug_strings_begin(debug->linker, output);
	for (size_t at = 0; at < part->size && !debug->maps_names;)
		at += add_string(debug, output, part, at);
}

void debug_strings_complete(const struct debug_object *debug, const struct debug_part *part)
{
	struct debug_output *output = &debug->linker->debug.outputs.items[part->output];

	if (output->size == 0)
		add_string(debug, output, part, 0);
}

uint32_t debug_strings_place(const struct debug_object *debug, const struct debug_part *part,
			     uint64_t offset)
{
	struct debug_output *output = &debug->linker->debug.outputs.items[part->output];
	uint64_t start = offset;

	if (part->strings[offset])
		return part->strings[offset] - 1;
	while (start && part->bytes[start - 1])
		start--;
	if (!part->strings[start])
		add_string(debug, output, part, start);
	if (start != offset)
		place_bytes(debug, output, part, start);
	return part->strings[offset] - 1;
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
