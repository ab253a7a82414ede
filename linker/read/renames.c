/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * References that mean another name than they have: --wrap and --defsym.
 *
 * As with ld, only undefined symbols are references in this sense: when an object defines a name,
 * its own uses mean that definition. A name that --defsym makes an alias is not in the output:
 * loaders find functions by offset, and expect one name for each.
 */
#include "renames.h"

static void rename_references(struct linker *linker, const char *from, const char *to)
{
	uint32_t name = strings_intern(&linker->strings, str_of(from));

	*array_at(linker->arena, &linker->renames, name) =
		strings_intern(&linker->strings, str_of(to));
}

uint32_t name_meaning(const struct linker *linker, uint32_t name)
{
	uint32_t meaning = array_get(&linker->renames, name);

	return meaning ? meaning : name;
}

uint32_t symbol_meaning(const struct linker *linker, const struct symbol *symbol)
{
	return symbol->home == HOME_UNDEFINED ? name_meaning(linker, symbol->name) : symbol->name;
}

void prepare_renames(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	for (size_t i = 0; i < options->alias_count; i++)
		rename_references(linker, options->aliases[i].name, options->aliases[i].target);
	for (size_t i = 0; i < options->wrap.count; i++) {
		const char *name = options->wrap.items[i];

		rename_references(linker, name, arena_format(linker->arena, "__wrap_%s", name));
		rename_references(linker, arena_format(linker->arena, "__real_%s", name), name);
	}
}

void check_renames(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	for (size_t i = 0; i < options->alias_count; i++) {
		const char *name = options->aliases[i].name;
		const struct global *global =
			linker_global(linker, strings_intern(&linker->strings, str_of(name)));

		if (global && global->definition)
			diag_error(linker->diag, ERROR_DUPLICATE_DEFINITION,
				   symbol_place(linker, global->definition),
				   "'%s' is defined here, and by --defsym", name);
	}
}
