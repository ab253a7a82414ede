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

#include "bindings.h"
#include "callbacks.h"
#include "commons.h"
#include "fold_duplicates.h"
#include "guess.h"
#include "metadata.h"
#include "passes.h"
#include "renames.h"
#include "slots.h"

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
		global = linker_add_global(linker, name);
		*array_at(linker->arena, &linker->by_name, name) = global;
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
	const char *once;   // about two that are one text, which inputs have by a header
	const char *same;   // likewise where both are the same
	const char *equal;  // about others that are; or NULL: then that may well be chance
} whats[] = {
	[VARIABLE] = { "a variable", "",
		       "declare it extern in all files but one, make it static, or weak where one "
		       "should replace the other",
		       "make it __weak there, or extern there and define it in one file",
		       "make it __weak there, extern there and define it in one file, or give "
		       "--fold-identical=vars",
		       NULL },
	[MAP] = { "a map", "map ",
		  "declare it extern in all files but one, or, where all are the same, make them "
		  "__weak or use -z muldefs",
		  "make it __weak there, or extern there and define it in one file",
		  "make it __weak there, extern there and define it in one file, or give "
		  "--fold-identical=maps",
		  "both are the same: give --fold-identical=maps, or declare it extern in all "
		  "files but one" },
	[FUNCTION] = { "a function", "",
		       "rename one, make it static, or weak where one should replace the other",
		       "make it static inline or __weak there, or only declare it there and define "
		       "it in one file" },
	[PROGRAM] = { "a program", "program ",
		      "rename one, because loaders find programs by name, or use -z muldefs where "
		      "all are the same",
		      "define it in one file, or use -z muldefs" },
};

// Order objects by what they are bytes of, and then as inputs.
static int compare_bytes(const void *left, const void *right)
{
	const struct object *a = *(struct object *const *)left, *b = *(struct object *const *)right;

	if (a->source->device != b->source->device)
		return a->source->device < b->source->device ? -1 : 1;
	if (a->source->inode != b->source->inode)
		return a->source->inode < b->source->inode ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

static bool is_same_object(const struct object *a, const struct object *b)
{
	return a->source->inode && a->source->inode == b->source->inode &&
	       a->source->device == b->source->device && a->start == b->start;
}

// Find the objects that were given twice, under whatever names.
static void find_repeated(struct linker *linker)
{
	ARRAY(struct object *) objects = { 0 };

	array_each(object, &linker->objects)
		*array_add(linker->arena, &objects) = *object;
	array_sort(&objects, compare_bytes);
	for (size_t i = 1; i < objects.count; i++) {
		struct object *before = objects.items[i - 1], *object = objects.items[i];

		if (is_same_object(before, object))
			object->original = before->original ? before->original : before;
	}
}

// Report once that @again is given twice, whatever it defines.
static void report_repeated(struct linker *linker, struct object *again)
{
	const struct object *object = again->original;
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

// Whether both are defined by one line of source code; where is in *@ret.
static bool is_same_text(struct linker *linker, const struct symbol *a, const struct symbol *b,
			 struct position *ret)
{
	struct position other;

	return diag_locate(linker->diag, symbol_place(linker, a), ret) &&
	       diag_locate(linker->diag, symbol_place(linker, b), &other) &&
	       ret->line == other.line && strcmp(ret->file, other.file) == 0;
}

// Whether others are to include @file, by its name.
static bool is_header(const char *file)
{
	const char *dot = strrchr(file, '.');

	return dot && (dot[1] == 'h' || dot[1] == 'H' || strcmp(dot, ".inc") == 0);
}

// What to do about two definitions that both are from the line @position.
static const char *shared_advice(struct linker *linker, const struct symbol *first,
				 const struct symbol *other, const struct position *position)
{
	enum what what = definition_what(linker, first);
	const char *advice = "compile it into one object only";

	if (is_header(position->file))
		advice = whats[what].same && definitions_are_same(linker, other, first)
				 ? whats[what].same
				 : whats[what].once;
	return arena_format(linker->arena, "both come from %s:%" PRIu32 ": %s", position->file,
			    position->line, advice);
}

static const char *other_advice(struct linker *linker, const struct symbol *first,
				const struct symbol *other)
{
	enum what what = definition_what(linker, first);

	return whats[what].equal && definitions_are_same(linker, other, first) ? whats[what].equal
									       : whats[what].advice;
}

// Report that @other is one more definition, of the same kind.
static void report_second(struct linker *linker, const struct symbol *first,
			  const struct symbol *other, enum what what)
{
	struct place where = symbol_place(linker, first);
	struct position position;
	bool shown = diag_shows(linker->diag, DIAG_ERROR, ERROR_DUPLICATE_DEFINITION);
	bool same = shown && is_same_text(linker, first, other, &position);
	const char *advice = same    ? shared_advice(linker, first, other, &position)
			     : shown ? other_advice(linker, first, other)
				     : "";

	diag_error(linker->diag, ERROR_DUPLICATE_DEFINITION, symbol_place(linker, other),
		   "%s'%s' is defined more than once; %s", whats[what].before, where.symbol,
		   advice);
	// The line was shown.
	if (same)
		where.origin = NULL;
	diag_note(linker->diag, where, "the first definition of '%s'", where.symbol);
}

static void report_duplicate(struct linker *linker, const struct symbol *first,
			     const struct symbol *other)
{
	enum what what = definition_what(linker, first),
		  other_what = definition_what(linker, other);

	if (other->object->original) {
		report_repeated(linker, other->object);
	} else if (what == other_what) {
		report_second(linker, first, other, what);
	} else {
		diag_error(linker->diag, ERROR_KIND_MISMATCH, symbol_place(linker, other),
			   "'%s' is %s here, but %s in '%s'; rename one of them",
			   linker_name(linker, first->name), whats[other_what].noun,
			   whats[what].noun, first->object->name);
		diag_note(linker->diag, symbol_place(linker, first), "the first definition of '%s'",
			  linker_name(linker, first->name));
	}
}

static void report_duplicates(struct linker *linker, struct global *global)
{
	if (!linker->looked_for_repeated)
		find_repeated(linker);
	linker->looked_for_repeated = true;
	for (const struct symbol *each = global->mentions; each; each = each->next) {
		if (each != global->definition && definition_rank(each) >= 3)
			report_duplicate(linker, global->definition, each);
	}
}

// Whether all strong definitions of @global are metadata, of which fold_metadata() makes one.
static bool is_metadata(const struct linker *linker, const struct global *global)
{
	if (!name_is_metadata(linker, global->name))
		return false;
	for (const struct symbol *each = global->mentions; each; each = each->next) {
		if (definition_rank(each) >= 3 &&
		    !(each->section && section_is_constant(linker, each->section)))
			return false;
	}
	return true;
}

static void judge_repeated(struct linker *linker, struct global *global)
{
	global->alike = linker->options->fold_identical && global_may_fold(linker, global);
	if (global->alike) {
		*array_add(linker->arena, &linker->alike) = global;
		return;
	}
	if (is_metadata(linker, global))
		*array_add(linker->arena, &linker->repeated_metadata) = global;
	else
		report_duplicates(linker, global);
	global->duplicated = true;
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
	if (global->definition && global->definition->object->file->hidden &&
	    !global->called_back) {
		global->visibility = stricter_visibility(global->visibility, STV_HIDDEN);
		global->local = global->definition->object->file->runtime;
	}
	if (strong + (singletons > 0) > 1 && !linker->options->multiple_definitions)
		judge_repeated(linker, global);
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
				   "it; %s",
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
	if (linker->options->binding_count)
		bind_externs(linker);
	if (linker->options->slot_count)
		bind_slots(linker);
	find_called_back(linker);
	array_each(each, &linker->globals)
		resolve_global(linker, *each);
	check_required(linker);
	check_renames(linker);
	if (linker->diag->error_count)
		return;
	allocate_commons(linker);
}
