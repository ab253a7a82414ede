/* SPDX-License-Identifier: BSD-2-Clause */
#include "source_names.h"

const struct bpfld_prefix_map *source_name_map(const struct linker *linker, struct str name)
{
	const struct bpfld_options *options = linker->options;

	for (size_t i = name.size ? options->prefix_map_count : 0; i > 0; i--) {
		const struct bpfld_prefix_map *map = &options->prefix_maps[i - 1];

		if (str_starts_with(name, str_of(map->from)))
			return map;
	}
	return NULL;
}

const char *source_name_mapped(const struct bpfld_prefix_map *map, struct str name,
			       struct arena *arena)
{
	size_t from = strlen(map->from);

	return arena_format(arena, "%s%.*s", map->to, (int)(name.size - from), name.data + from);
}
