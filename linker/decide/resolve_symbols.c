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

// What a definition is, by its section.
enum what { VARIABLE, MAP, FUNCTION, PROGRAM };

static enum what definition_what(const struct linker *linker, const struct symbol *symbol)
{
	const struct section *section = symbol->section;

	if (section && section->role == ROLE_MAPS)
		return MAP;
	if (!section || section->role != ROLE_CODE)
		return VARIABLE;
	return section_has_programs(linker, section) ? PROGRAM : FUNCTION;
}

static const struct {
	const char *noun;
	const char *before; // the name, in a message
	const char *advice; // about a second one: libbpf refuses static maps and programs
} whats[] = {
	[VARIABLE] = { "a variable", "",
		       "make it static, or weak where one should replace the other" },
	[MAP] = { "a map", "map ",
		  "declare it extern in all files but one, or, where all are the same, make them "
		  "__weak or use -z muldefs" },
	[FUNCTION] = { "a function", "",
		       "make it static, or weak where one should replace the other" },
	[PROGRAM] = { "a program", "program ",
		      "rename one, because loaders find programs by name, or use -z muldefs where "
		      "all are the same" },
};

// Whether the two are one object that was given twice, under whatever names.
static bool is_same_object(const struct object *a, const struct object *b)
{
	return a != b && a->source->inode && a->source->inode == b->source->inode &&
	       a->source->device == b->source->device && a->start == b->start;
}

// Report once that @again, whatever it defines, is @object.
static void report_repeated(struct linker *linker, const struct object *object,
			    struct object *again)
{
	struct place where = place_in(again->name, NULL);

	if (again->repeated)
		return;
	again->repeated = true;
	if (strcmp(object->name, again->name) == 0)
		diag_error(linker->diag, ERROR_INPUT_TWICE, where,
			   "is given twice (inputs %" PRIu32 " and %" PRIu32 "); leave one out",
			   object->file->index + 1, again->file->index + 1);
	else
		diag_error(linker->diag, ERROR_INPUT_TWICE, where,
			   "is the same file as '%s' (inputs %" PRIu32 " and %" PRIu32
			   "); leave one out",
			   object->name, again->file->index + 1, object->file->index + 1);
}

static void report_duplicate(struct linker *linker, const struct symbol *first,
			     const struct symbol *other)
{
	enum what what = definition_what(linker, first),
		  other_what = definition_what(linker, other);
	const char *name = linker_name(linker, first->name);

	if (is_same_object(first->object, other->object)) {
		report_repeated(linker, first->object, other->object);
		return;
	}
	if (what == other_what)
		diag_error(linker->diag, ERROR_DUPLICATE_DEFINITION, symbol_place(linker, other),
			   "%s'%s' is defined more than once; %s", whats[what].before, name,
			   whats[what].advice);
	else
		diag_error(linker->diag, ERROR_KIND_MISMATCH, symbol_place(linker, other),
			   "'%s' is %s here, but %s in '%s'; rename one of them", name,
			   whats[other_what].noun, whats[what].noun, first->object->name);
	diag_note(linker->diag, symbol_place(linker, first), "the first definition of '%s'", name);
}

static void report_duplicates(struct linker *linker, struct global *global)
{
	global->duplicated = true;
	for (const struct symbol *each = global->mentions; each; each = each->next) {
		if (each != global->definition && definition_rank(each) >= 3)
			report_duplicate(linker, global->definition, each);
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
		diag_error(linker->diag, ERROR_COMMON_SIZE, symbol_place(linker, definition),
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
	else
		*array_add(linker->arena, &linker->undefined) = global;
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
			diag_error(linker->diag, ERROR_REQUIRED_SYMBOL, place_in(NULL, NULL),
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
 * visibility, and those without a definition in linker->undefined; commons have a place.
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
