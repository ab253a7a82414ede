/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides which definition a name has.
 *
 * All symbols of a name are collected first and judged together, so the order of inputs only
 * decides which of several weak definitions is first. The binding of a reference and that of a
 * definition are independent: a strong reference never makes a weak definition win.
 *
 * Source: gABI, "Symbol Binding" and "Symbol Visibility".
 */
#include <inttypes.h>

#include "callbacks.h"
#include "commons.h"
#include "guess.h"
#include "passes.h"
#include "renames.h"

static bool is_defined(const struct symbol *symbol)
{
	return symbol->home != HOME_UNDEFINED;
}

// Whether @symbol is a license or version: one copy is kept, whatever its symbol is called;
// fold_singletons() chose it.
static bool is_singleton(const struct symbol *symbol)
{
	return symbol->section &&
	       (symbol->section->role == ROLE_LICENSE || symbol->section->role == ROLE_VERSION);
}

// The rank of a definition: the license that stays, then strong, common, weak. A common that an
// earlier link gave a place is still a common.
static int definition_rank(const struct symbol *symbol)
{
	if (!is_defined(symbol))
		return 0;
	if (is_singleton(symbol) && symbol->atom && !symbol->atom->folded)
		return 4;
	if (symbol->binding == STB_WEAK)
		return 1;
	return symbol->common ? 2 : 3;
}

static struct global *add_mention(struct linker *linker, struct symbol *symbol)
{
	uint32_t name = symbol_meaning(linker, symbol);
	struct global *global = linker_global(linker, name);

	common_recognise(linker, symbol);
	if (!global) {
		global = arena_new(linker->arena, struct global);
		global->name = name;
		global->output_name = name;
		*array_at(linker->arena, &linker->by_name, name) = global;
		*array_add(linker->arena, &linker->globals) = global;
	}
	global_add_mention(global, symbol);
	return global;
}

// What to do about a duplicate. libbpf refuses static maps and programs.
static const char *duplicate_advice(const struct linker *linker, const struct section *section)
{
	if (section && (section->role == ROLE_MAPS || section_has_programs(linker, section)))
		return "declare it extern in all files but one, or use -z muldefs where all are "
		       "the same";
	return "make it static, or weak where one should replace the other";
}

static void report_duplicates(struct linker *linker, const struct global *global)
{
	const struct symbol *first = global->definition;
	const char *name = linker_name(linker, global->name);

	for (const struct symbol *each = global->mentions; each; each = each->next) {
		if (each == first || definition_rank(each) < 3)
			continue;
		diag_error(linker->diag, symbol_place(linker, each),
			   "'%s' is defined more than once; %s", name,
			   duplicate_advice(linker, first->section));
		diag_note(linker->diag, symbol_place(linker, first), "the first definition of '%s'",
			  name);
	}
}

// Check that the definition is as large as commons of its name: code may write all of a common. A
// weak definition does not count beside a common.
static void check_commons(struct linker *linker, const struct global *global)
{
	const struct symbol *definition = global->definition;

	if (!definition || definition->common || !definition->section)
		return;
	for (const struct symbol *each = global->mentions; each; each = each->next) {
		if (!each->common || each->size <= definition->size)
			continue;
		diag_error(linker->diag, symbol_place(linker, definition),
			   "'%s' has %" PRIu64 " bytes here, but %" PRIu64 " as a common symbol "
			   "in '%s'; make it as large as that",
			   linker_name(linker, global->name), definition->size, each->size,
			   each->object->name);
	}
}

// The stricter of two visibilities. Internal, hidden and protected are 1 to 3, the strictest first;
// default is 0.
static uint8_t stricter_visibility(uint8_t a, uint8_t b)
{
	if (a == STV_DEFAULT || b == STV_DEFAULT)
		return a | b;
	return a < b ? a : b;
}

static void resolve_global(struct linker *linker, struct global *global)
{
	size_t strong = 0, singletons = 0;
	int best = 0;

	global->binding = STB_WEAK;
	for (struct symbol *symbol = global->mentions; symbol; symbol = symbol->next) {
		int rank = definition_rank(symbol);

		if (rank > best) {
			best = rank;
			global->definition = symbol;
		}
		if (rank >= 3)
			*(is_singleton(symbol) ? &singletons : &strong) += 1;
		if (symbol->binding == STB_GLOBAL)
			global->binding = STB_GLOBAL;
		global->visibility = stricter_visibility(global->visibility, symbol->visibility);
	}
	if (global->definition)
		global->binding = global->definition->binding;
	if (global->definition && global->definition->object->file->hidden && !global->called_back)
		global->visibility = stricter_visibility(global->visibility, STV_HIDDEN);
	if (strong + (singletons > 0) > 1 && !linker->options->multiple_definitions)
		report_duplicates(linker, global);
	check_commons(linker, global);
}

static void check_required(struct linker *linker)
{
	const struct bpfld_strings *required = &linker->options->required;

	for (size_t i = 0; i < required->count; i++) {
		uint32_t name = strings_intern(&linker->strings, str_of(required->items[i]));
		const struct global *global = linker_global(linker, name);

		if (!global || !global->definition)
			diag_error(linker->diag, place_in(NULL, NULL),
				   "'%s' is required (--require-defined), but no input defines "
				   "it%s",
				   required->items[i],
				   guess_symbol(linker, required->items[i], GUESS_DEFINED));
	}
}

// Mark globals that are callbacks: loaders must find them.
static void find_called_back(struct linker *linker)
{
	array_each(object, &linker->objects) {
		array_each(callback, &(*object)->callbacks) {
			struct global *global = callback_global(linker, callback);

			if (global)
				global->called_back = true;
		}
	}
}

/*
 * Needs: symbols, folded singletons. Gives: linker->globals with definition, binding and
 * visibility; commons have a place.
 */
void resolve_symbols(struct linker *linker)
{
	array_make(linker->arena, &linker->by_name, linker->strings.strings.count);
	array_each(each, &linker->objects) {
		struct object *object = *each;

		for (uint32_t i = 1; i < object->symbol_count; i++) {
			struct symbol *symbol = &object->symbols[i];

			if (symbol->binding != STB_LOCAL)
				symbol->global = add_mention(linker, symbol);
			else if (symbol_is_common_mark(symbol))
				common_note(linker, symbol);
		}
	}
	find_called_back(linker);
	array_each(each, &linker->globals)
		resolve_global(linker, *each);
	check_required(linker);
	check_renames(linker);
	if (linker->diag->error_count)
		return;
	allocate_commons(linker);
}
