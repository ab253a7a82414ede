/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Undefined symbols that no loader resolves, on request.
 *
 * The output is relocatable and a later link may define them, so that by default they just stay
 * undefined. Kernel symbols, kfuncs and kernel configuration are the loader's and never counted;
 * weak ones may stay undefined for good.
 */
#include <inttypes.h>

#include "passes.h"

// Uses that are shown of each symbol; more only repeat.
#define USES_SHOWN 3

static bool is_loaders(const struct linker *linker, const struct global *global)
{
	const char *datasec = global->declaration && global->declaration->datasec
				      ? linker_name(linker, global->declaration->datasec)
				      : "";

	return strcmp(datasec, ".ksyms") == 0 || strcmp(datasec, ".kconfig") == 0;
}

static bool is_missing(const struct linker *linker, const struct global *global)
{
	return !global->definition && global->binding != STB_WEAK &&
	       (global->used || !global->referenced) && !is_loaders(linker, global);
}

static void count_uses(struct linker *linker, const struct section *section)
{
	array_each(reference, &section->references) {
		struct global *global = reference->symbol ? reference->symbol->global : NULL;
		struct place where = place_at(section_place(section), reference->offset);

		if (!global || !is_missing(linker, global))
			continue;
		where.symbol = linker_name(linker, global->name);
		if (global->uses++ < USES_SHOWN)
			diag_error(linker->diag, where, "'%s' is undefined", where.symbol);
	}
}

static void report_rest(struct linker *linker, const struct global *global)
{
	const char *name = linker_name(linker, global->name);

	if (!is_missing(linker, global))
		return;
	if (global->uses > USES_SHOWN)
		diag_note(linker->diag, place_in(NULL, NULL), "'%s' is used %" PRIu32 " more times",
			  name, global->uses - USES_SHOWN);
	else if (global->uses == 0)
		diag_error(linker->diag, symbol_place(linker, global->mentions.items[0]),
			   "'%s' is undefined", name);
}

/*
 * Needs: global->declaration, used and referenced. Gives: errors, with options->no_undefined.
 */
void check_undefined(struct linker *linker)
{
	if (!linker->options->no_undefined)
		return;
	array_each(object, &linker->objects) {
		for (uint32_t i = 1; i < (*object)->section_count; i++)
			count_uses(linker, &(*object)->sections[i]);
	}
	array_each(global, &linker->globals)
		report_rest(linker, *global);
}
