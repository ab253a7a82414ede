/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A definition that has its name in common with one of another input gets a global of its own: a
 * local one of the same name, or, where loaders find it by name, one of another name. Which inputs
 * that happens to does not depend on their order.
 */
#include "enclose.h"

#include <ctype.h>

#include "fold_duplicates.h"
#include "guess.h"
#include "maps.h"
#include "metadata.h"
#include "new_names.h"

// Whether two such definitions of one name clash. Of licenses one stays, as of metadata.
static bool is_strong(const struct linker *linker, const struct symbol *symbol)
{
	const struct section *section = symbol->section;

	if (symbol->home == HOME_UNDEFINED || symbol->binding == STB_WEAK || symbol->common)
		return false;
	return !section ||
	       (section->role != ROLE_LICENSE && section->role != ROLE_VERSION &&
		!(name_is_metadata(linker, symbol->name) && section_is_constant(linker, section)));
}

// "f0" for "dir/f0.bpf.o", "m" for "lib.a(m.o)", as a part of a name of C.
static const char *object_stem(struct linker *linker, const struct object *object)
{
	const char *start = strrchr(object->name, '(');
	char *stem;
	size_t size;

	start = path_base(start ? start + 1 : object->name);
	size = strcspn(start, ".)");
	stem = arena_format(linker->arena, "%s%.*s", isdigit((unsigned char)*start) ? "_" : "",
			    (int)size, start);
	for (char *c = stem; *c; c++) {
		if (!isalnum((unsigned char)*c))
			*c = '_';
	}
	return stem;
}

// A name for @symbol that no input has.
static uint32_t fresh_name(struct linker *linker, const struct symbol *symbol)
{
	const char *first =
		arena_format(linker->arena, "%s__%s", object_stem(linker, symbol->object),
			     linker_name(linker, symbol->name));
	const char *text = first;

	for (uint32_t number = 1;; number++) {
		size_t known = linker->strings.strings.count;
		uint32_t fresh = strings_intern(&linker->strings, str_of(text));

		if (fresh == known)
			return fresh;
		text = arena_format(linker->arena, "%s__%u", first, number);
	}
}

static bool is_map(const struct symbol *symbol)
{
	return symbol->section &&
	       (symbol->section->role == ROLE_MAPS || section_has_legacy_maps(symbol->section));
}

// What @symbol is, if loaders find it by its name, and refuse it when it is local; else NULL.
static const char *loaded_noun(const struct linker *linker, const struct symbol *symbol)
{
	if (is_map(symbol))
		return "map";
	if (symbol->section && section_has_programs(linker, symbol->section))
		return "program";
	return NULL;
}

static bool is_pinned(struct linker *linker, const struct symbol *map)
{
	array_each(declaration, &map->object->declarations) {
		if ((*declaration)->name == map->name && (*declaration)->kind == BTF_KIND_VAR)
			return map_is_pinned(linker, (*declaration)->node);
	}
	return false;
}

// Some other definition of the name of @symbol, which it clashes with.
static const struct symbol *find_rival(const struct linker *linker, const struct symbol *first,
				       const struct symbol *symbol)
{
	for (; first; first = first->next) {
		if (first != symbol && is_strong(linker, first))
			return first;
	}
	return NULL;
}

static struct global *rename_symbol(struct linker *linker, const struct symbol *symbol,
				    const struct symbol *rival, const char *noun)
{
	const char *name = linker_name(linker, symbol->name);
	struct global *global;

	if (is_map(symbol) && is_pinned(linker, symbol)) {
		diag_error(linker->diag, ERROR_PINNED_MAP, symbol_place(linker, symbol),
			   "map '%s' is pinned by its name, but '%s' defines a '%s', too; rename "
			   "one of them (--prefix), or make them the same and give "
			   "--fold-identical=maps",
			   name, rival->object->name, name);
		return linker_add_global(linker, symbol->name);
	}
	global = linker_add_global(linker, fresh_name(linker, symbol));
	*array_at(linker->arena, &linker->by_name, global->name) = global;
	*array_at(linker->arena, &linker->new_names.old, global->name) = symbol->name;
	note_new_name(linker, symbol, symbol->name, rival);
	diag_warning(linker->diag, WARN_RENAMED, symbol_place(linker, symbol),
		     "%s '%s' is called '%s' in the output, because '%s' defines a '%s', too; let "
		     "user space look for it by that name, or rename one of them",
		     noun, name, linker_name(linker, global->name), rival->object->name, name);
	return global;
}

static struct global *make_local(struct linker *linker, const struct symbol *symbol,
				 const struct symbol *rival)
{
	struct global *global = linker_add_global(linker, symbol->name);

	global->local = true;
	global->enclosed = true;
	note_new_name(linker, symbol, symbol->name, rival);
	return global;
}

// Give each definition of @global in an object of @bound a global of its own.
static void split_global(struct linker *linker, struct global *global, const bool *bound,
			 bool failed)
{
	ARRAY(struct symbol *) taken = { 0 };

	for (struct symbol *each = global->mentions; each; each = each->next) {
		if (bound[each->object->index] && is_strong(linker, each))
			*array_add(linker->arena, &taken) = each;
	}
	array_each(each, &taken) {
		const char *noun = loaded_noun(linker, *each);
		const struct symbol *rival = find_rival(linker, global->mentions, *each);

		if (failed)
			(*each)->global = linker_add_global(linker, (*each)->name);
		else if (noun)
			(*each)->global = rename_symbol(linker, *each, rival, noun);
		else
			(*each)->global = make_local(linker, *each, rival);
	}
	array_each(each, &taken) {
		global_remove_mention(global, *each);
		(*each)->next = NULL;
		global_add_mention((*each)->global, *each);
	}
	array_release(linker->arena, &taken);
}

void enclose_inputs(struct linker *linker, bool failed)
{
	bool *bound = arena_new_array(linker->arena, bool, linker->objects.count);
	size_t count = linker->globals.count;

	array_each(binding, &linker->bindings)
		bound[binding->function->object->index] = true;
	if (failed)
		memset(bound, true, linker->objects.count);
	for (size_t i = 0; i < count; i++) {
		struct global *global = linker->globals.items[i];
		size_t strong = 0;

		for (const struct symbol *each = global->mentions; each; each = each->next)
			strong += is_strong(linker, each);
		// What is to be one stays one, and is compared.
		if (strong > 1 &&
		    !(linker->options->fold_identical && global_may_fold(linker, global)))
			split_global(linker, global, bound, failed);
	}
}
