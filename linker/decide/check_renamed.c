/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Warns of what new names (--prefix, --rename, --bind) mean to loaders and users.
 */
#include "guess.h"
#include "maps.h"
#include "new_names.h"
#include "passes.h"

// Characters of a map's name in the kernel: BPF_OBJ_NAME_LEN without the NUL.
#define KERNEL_NAME_SIZE 15

static void warn_unknown(struct linker *linker, const struct bpfld_alias *option)
{
	uint32_t name = strings_intern(&linker->strings, str_of(option->name));
	uint32_t target = strings_intern(&linker->strings, str_of(option->target));

	if (array_get(&linker->new_names.old, target) != name)
		diag_warning(linker->diag, WARN_UNKNOWN_SYMBOL, place_in(NULL, NULL),
			     "'%s' is to be called '%s' (--rename), but no input has a global "
			     "symbol of that name; %s",
			     option->name, option->target,
			     guess_symbol(linker, option->name, GUESS_ANY));
}

// What @map was called in its input; 0: as now.
static uint32_t old_name(const struct linker *linker, const struct global *map)
{
	return array_get(&linker->new_names.old, map->name);
}

static struct place map_place(const struct linker *linker, const struct global *map)
{
	return symbol_place(linker, map->definition);
}

static bool is_pinned(struct linker *linker, const struct global *map)
{
	for (const struct declaration *each = map->types; each; each = each->next_type) {
		if (each->atom && each->atom == map->definition->atom)
			return map_is_pinned(linker, each->node);
	}
	return false;
}

static void warn_pinned(struct linker *linker, const struct global *map)
{
	uint32_t old = old_name(linker, map);

	// What --bind renames is not pinned.
	if (old && is_pinned(linker, map))
		diag_warning(linker->diag, WARN_RENAMED, map_place(linker, map),
			     "map '%s' was '%s', and is pinned by its name: who looks for the old "
			     "name finds another map, or none",
			     linker_name(linker, map->name), linker_name(linker, old));
}

// A map, and its name as kernels have it, padded with NULs.
struct short_name {
	char text[KERNEL_NAME_SIZE + 1];
	const struct global *map;
	size_t index;
};

struct short_names {
	ARRAY_FIELDS(struct short_name);
};

static int compare_short_names(const void *a, const void *b)
{
	const struct short_name *x = a, *y = b;
	int difference = strcmp(x->text, y->text);

	return difference ? difference : (x->index > y->index) - (x->index < y->index);
}

static void add_map(struct linker *linker, struct short_names *names, const struct global *map)
{
	struct short_name *name = array_add(linker->arena, names);
	struct str text = strings_get(&linker->strings, map->output_name);

	*name = (struct short_name){ .map = map, .index = names->count };
	memcpy(name->text, text.data, text.size < KERNEL_NAME_SIZE ? text.size : KERNEL_NAME_SIZE);
}

// Whether kernels have kept one name of both before there were new ones.
static bool were_alike(const struct linker *linker, const struct global *a, const struct global *b)
{
	uint32_t first = old_name(linker, a), second = old_name(linker, b);

	return strncmp(linker_name(linker, first ? first : a->name),
		       linker_name(linker, second ? second : b->name), KERNEL_NAME_SIZE) == 0;
}

static bool is_map(const struct global *global)
{
	const struct symbol *symbol = global->definition;

	return symbol && symbol->section && symbol->atom && symbol->atom->live &&
	       (symbol->section->role == ROLE_MAPS || section_has_legacy_maps(symbol->section));
}

static void warn_maps(struct linker *linker)
{
	struct short_names names = { 0 };

	array_each(global, &linker->globals) {
		if (!is_map(*global))
			continue;
		warn_pinned(linker, *global);
		add_map(linker, &names, *global);
	}
	array_sort(&names, compare_short_names);
	for (size_t i = 1; i < names.count; i++) {
		const struct global *first = names.items[i - 1].map, *map = names.items[i].map;

		if (strcmp(names.items[i - 1].text, names.items[i].text) != 0 ||
		    were_alike(linker, first, map))
			continue;
		diag_warning(linker->diag, WARN_CUT_MAP_NAME, map_place(linker, map),
			     "maps '%s' and '%s' have one name in kernels, which keep 15 "
			     "characters: '%s'; choose a shorter prefix or other names",
			     linker_name(linker, first->output_name),
			     linker_name(linker, map->output_name), names.items[i].text);
	}
	array_release(linker->arena, &names);
}

/*
 * Needs: globals with types, what is live. Gives: warnings.
 */
void check_renamed(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	for (size_t i = 0; i < options->rename_count; i++)
		warn_unknown(linker, &options->renames[i]);
	if (linker->new_names.old.count)
		warn_maps(linker);
}
