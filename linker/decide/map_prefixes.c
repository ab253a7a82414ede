/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --file-prefix-map: names of source files begin with something else in the output, so that the
 * folder in which an object was compiled does not get into it.
 *
 * They are in lines of .BTF.ext and in FILE symbols; for debug information see debug_strings.c and
 * debug_paths.c. As GCC and clang do it, the last map whose
 * beginning is that of the name counts, and where a beginning ends does not matter. Messages keep
 * the names that the inputs have: users look for these.
 */
#include "passes.h"
#include "source_names.h"

// @name as the maps want it; NULL: as it is.
static const char *map_name(const struct linker *linker, struct str name)
{
	const struct bpfld_prefix_map *map = source_name_map(linker, name);

	return map ? source_name_mapped(map, name, linker->arena) : NULL;
}

static void map_lines(struct linker *linker, const struct btf_ext_block *block)
{
	uint32_t last = UINT32_MAX;

	for (uint32_t i = 0; i < block->count; i++) {
		uint32_t file = btf_ext_record(block, i).field[0];
		uint32_t *mapped;
		const char *name;

		// Most lines are in the file of the one before.
		if (file == last)
			continue;
		last = file;
		mapped = array_at(linker->arena, &linker->mapped_files[!!(file & TEXT_BIT)],
				  file & ~TEXT_BIT);
		if (*mapped)
			continue;
		name = map_name(linker, strings_get(&linker->strings, file));
		*mapped = name ? strings_intern(&linker->strings, str_of(name)) : file;
	}
}

static void map_symbols(struct linker *linker, struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];
		const char *name;

		if (symbol->type != STT_FILE)
			continue;
		name = map_name(linker, strings_get(&linker->strings, symbol->name));
		if (name)
			symbol->output_name = strings_intern(&linker->strings, str_of(name));
	}
}

/*
 * Needs: output_name of symbols. Gives: that of FILE symbols as options->prefix_maps want it;
 * linker->mapped_files.
 */
void map_prefixes(struct linker *linker)
{
	if (linker->options->prefix_map_count == 0)
		return;
	array_each(each, &linker->objects) {
		struct object *object = *each;

		map_symbols(linker, object);
		for (size_t i = 0; object->ext && i < object->ext->blocks.count; i++) {
			if (object->ext->blocks.items[i].kind == BTF_EXT_LINE)
				map_lines(linker, &object->ext->blocks.items[i]);
		}
	}
}
