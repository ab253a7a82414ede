/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mentions move from global to global here, before any has a definition: resolve_symbols() then
 * judges them as if the inputs had been written so. All bound functions first lose their names, and
 * then get those of their externs, so that the order of the options does not matter.
 */
#include "bindings.h"

#include "base/similar.h"
#include "bound_inputs.h"
#include "bound_linkage.h"
#include "enclose.h"
#include "known_names.h"

static const char *option_text(struct linker *linker, const struct bpfld_binding *option)
{
	return arena_format(linker->arena, "--bind=%s=%s%s%s", option->name,
			    option->file ? option->file : "", option->file ? ":" : "",
			    option->symbol);
}

static uint32_t name_of(struct linker *linker, const char *text)
{
	return strings_intern(&linker->strings, str_of(text));
}

static bool is_function(const struct symbol *symbol)
{
	return symbol->section && symbol->section->role == ROLE_CODE && symbol->type == STT_FUNC &&
	       symbol->atom;
}

// The functions that an option may mean: those that fit best.
struct choice {
	enum fit fit;
	struct symbol *first, *second;
};

static struct choice choose_function(struct linker *linker, const struct bpfld_binding *option)
{
	uint32_t name = name_of(linker, option->symbol);
	const struct global *global = linker_global(linker, name);
	struct choice choice = { 0 };

	for (struct symbol *each = global ? global->mentions : NULL; each; each = each->next) {
		enum fit fit = input_fits(option->file, each->object->name, each->object->file);

		if (!is_function(each) || each->name != name || fit == FITS_NOT || fit < choice.fit)
			continue;
		if (fit > choice.fit)
			choice = (struct choice){ fit, each, NULL };
		else if (!choice.second)
			choice.second = each;
	}
	return choice;
}

// What to do about a function that @option names and no input that fits defines.
static const char *guess_function(struct linker *linker, const struct bpfld_binding *option)
{
	struct similar similar;
	uint32_t name = name_of(linker, option->symbol);

	similar_begin(&similar, str_of(option->symbol));
	array_each(each, &linker->objects) {
		const struct object *object = *each;

		if (input_fits(option->file, object->name, object->file) == FITS_NOT)
			continue;
		for (uint32_t i = 1; i < object->symbol_count; i++) {
			const struct symbol *symbol = &object->symbols[i];

			if (!is_function(symbol) || linker->guess_work >= GUESS_WORK_MAX)
				continue;
			if (symbol->name == name)
				return "it is static there; remove its 'static'";
			if (symbol->binding != STB_LOCAL)
				linker->guess_work += similar_try(
					&similar, strings_get(&linker->strings, symbol->name));
		}
	}
	return similar.found.data ? arena_format(linker->arena, "did you mean '%.*s'?",
						 STR_ARGS(similar.found))
				  : "";
}

static bool has_input(const struct linker *linker, const struct bpfld_binding *option)
{
	array_each(object, &linker->objects) {
		if (input_fits(option->file, (*object)->name, (*object)->file) != FITS_NOT)
			return true;
	}
	return false;
}

static void report_unknown(struct linker *linker, const struct bpfld_binding *option)
{
	const char *text = option_text(linker, option);
	struct place nowhere = place_in(NULL, NULL);

	if (!has_input(linker, option))
		diag_error(linker->diag, ERROR_BOUND_SYMBOL, nowhere,
			   "%s: no input of this link is called '%s'; %s", text, option->file,
			   guess_input(linker, option->file));
	else if (option->file)
		diag_error(linker->diag, ERROR_BOUND_SYMBOL, nowhere,
			   "%s: '%s' defines no function '%s'; %s", text, option->file,
			   option->symbol, guess_function(linker, option));
	else
		diag_error(linker->diag, ERROR_BOUND_SYMBOL, nowhere,
			   "%s: no input defines a function '%s'; %s", text, option->symbol,
			   guess_function(linker, option));
}

static struct symbol *find_function(struct linker *linker, const struct bpfld_binding *option)
{
	struct choice choice = choose_function(linker, option);

	if (!choice.first)
		report_unknown(linker, option);
	else if (choice.second)
		diag_error(linker->diag, ERROR_BOUND_SYMBOL, place_in(NULL, NULL),
			   "%s: '%s' and '%s' both define '%s'; say which with --bind=%s=FILE:%s",
			   option_text(linker, option), choice.first->object->name,
			   choice.second->object->name, option->symbol, option->name,
			   option->symbol);
	return choice.second ? NULL : choice.first;
}

static const char *function_text(struct linker *linker, const struct symbol *function)
{
	return arena_format(linker->arena, "%s:%s", function->object->name,
			    linker_name(linker, function->name));
}

// The function that @name is bound to so far, or NULL.
static const struct symbol *bound_function(const struct linker *linker, uint32_t name)
{
	array_each(binding, &linker->bindings) {
		if (binding->name == name)
			return binding->function;
	}
	return NULL;
}

static void add_binding(struct linker *linker, const struct bpfld_binding *option)
{
	uint32_t name = name_of(linker, option->name);
	struct global *global = linker_global(linker, name);
	struct symbol *function = find_function(linker, option);
	// Only one for a name that was bound before takes a search.
	const struct symbol *before = global && global->bound ? bound_function(linker, name) : NULL;

	if (global)
		global->bound = true;
	if (function && before && before != function)
		diag_error(linker->diag, ERROR_BOUND_TWICE, place_in(NULL, NULL),
			   "'%s' is bound twice, to %s and %s; leave one out", option->name,
			   function_text(linker, before), function_text(linker, function));
	if (function && !before)
		*array_add(linker->arena, &linker->bindings) =
			(struct binding){ .name = name, .function = function };
}

static bool is_before(const struct symbol *a, const struct symbol *b)
{
	return a->object == b->object ? a < b : a->object->index < b->object->index;
}

// Add @symbol to the mentions of @global, which stay in input order.
static void insert_mention(struct global *global, struct symbol *symbol)
{
	struct symbol **at = &global->mentions;

	while (*at && is_before(*at, symbol))
		at = &(*at)->next;
	symbol->next = *at;
	*at = symbol;
	if (!symbol->next)
		global->last_mention = symbol;
	symbol->global = global;
}

void global_remove_mention(struct global *global, const struct symbol *symbol)
{
	struct symbol **at = &global->mentions, *last = NULL;

	for (; *at != symbol; at = &(*at)->next)
		last = *at;
	*at = symbol->next;
	if (global->last_mention == symbol)
		global->last_mention = last;
}

// Let all that mentions @from mention @to. Both lists are in input order, and so is the new one.
static void merge_globals(struct linker *linker, struct global *from, struct global *to)
{
	struct symbol *left = from->mentions, *right = to->mentions;

	to->mentions = to->last_mention = NULL;
	while (left || right) {
		struct symbol **first = left && (!right || is_before(left, right)) ? &left : &right;
		struct symbol *mention = *first;

		*first = mention->next;
		mention->next = NULL;
		mention->global = to;
		global_add_mention(to, mention);
	}
	from->mentions = from->last_mention = NULL;
	linker->by_name.items[from->name] = to;
}

static void take_names(struct linker *linker)
{
	array_each(binding, &linker->bindings) {
		struct symbol *function = binding->function;

		if (!function->global)
			continue; // bound before
		global_remove_mention(function->global, function);
		function->global = NULL;
	}
}

static const struct symbol *strong_definition(const struct global *global)
{
	for (const struct symbol *each = global->mentions; each; each = each->next) {
		if (each->home != HOME_UNDEFINED && each->binding != STB_WEAK)
			return each;
	}
	return NULL;
}

// Let the extern of @binding be its function.
static void give_name(struct linker *linker, struct binding *binding)
{
	struct global *global = linker_global(linker, binding->name);
	const struct symbol *strong = global ? strong_definition(global) : NULL;
	const char *name = linker_name(linker, binding->name);

	if (!global || !global->mentions)
		diag_error(linker->diag, ERROR_BOUND_SYMBOL, place_in(NULL, NULL),
			   "--bind: nothing refers to '%s'; %s", name,
			   guess_symbol(linker, name, GUESS_REFERRED));
	else if (strong)
		diag_error(
			linker->diag, ERROR_BOUND_TWICE, symbol_place(linker, strong),
			"'%s' has a strong definition here, so it cannot be bound to %s; make it "
			"__weak, or only declare it",
			name, function_text(linker, binding->function));
	else if (binding->function->global)
		merge_globals(linker, global, binding->function->global);
	else
		insert_mention(global, binding->function);
	if (!binding->function->global)
		insert_mention(linker_add_global(linker, binding->function->name),
			       binding->function);
	// It replaces weak definitions, however weak it is itself.
	binding->function->binding = STB_GLOBAL;
	binding->global = binding->function->global;
}

// Where nobody defines the old name of a function any more, those that refer to it mean the
// function as before.
static void follow_name(struct linker *linker, const struct binding *binding)
{
	struct global *old = linker_global(linker, binding->function->name);

	if (!old || old == binding->global || !binding->global)
		return;
	for (const struct symbol *each = old->mentions; each; each = each->next) {
		if (each->home != HOME_UNDEFINED)
			return;
	}
	array_each(other, &linker->bindings) {
		if (other->function != binding->function &&
		    other->function->name == binding->function->name)
			return;
	}
	merge_globals(linker, old, binding->global);
}

// Forget the globals that nothing mentions any more.
static void forget_globals(struct linker *linker)
{
	size_t kept = 0;

	array_each(global, &linker->globals) {
		if ((*global)->mentions)
			linker->globals.items[kept++] = *global;
		else if (linker->by_name.items[(*global)->name] == *global)
			linker->by_name.items[(*global)->name] = NULL;
	}
	linker->globals.count = kept;
}

// Whether all of @section, whose bound functions @copy has, is bound.
static bool is_all_bound(const struct section *section, const struct section *copy)
{
	array_each(atom, &section->atoms) {
		if (atom->section != copy)
			return false;
	}
	return true;
}

// Move the bound functions of @section to .text; other programs of it stay. A copy of it, which has
// all of its bytes, atoms and references, is then the section of those that move.
static void move_section(struct linker *linker, struct section *section)
{
	struct object *object = section->object;
	struct section *copy = arena_new(linker->arena, struct section);

	*copy = *section;
	copy->output_name = linker->text_name;
	array_each(binding, &linker->bindings) {
		if (binding->function->section == section)
			binding->function->atom->section = copy;
	}
	if (is_all_bound(section, copy)) {
		array_each(atom, &section->atoms)
			atom->section = section;
		section->output_name = linker->text_name;
		return;
	}
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];

		if (symbol->atom && symbol->atom->section == copy)
			symbol->section = copy;
	}
	*array_add(linker->arena, &object->bound) = copy;
}

// Mark what configures @program, a variable that libxdp finds by name: a program that gets the name
// would have it.
static void drop_config(struct linker *linker, const struct symbol *program)
{
	const struct object *object = program->object;
	uint32_t name = name_of(
		linker, arena_format(linker->arena, "_%s", linker_name(linker, program->name)));

	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->name == name && symbol->atom &&
		    strcmp(symbol->section->text_name, RUN_CONFIG) == 0)
			symbol->atom->ownerless = true;
	}
}

static void move_programs(struct linker *linker)
{
	array_each(binding, &linker->bindings) {
		const struct symbol *function = binding->function;

		if (!section_has_programs(linker, function->section))
			continue;
		binding->was_program = true;
		binding->why_static = static_reason(linker, function);
		if (binding->why_static && binding->global)
			binding->global->local = true;
		drop_config(linker, function);
	}
	array_each(binding, &linker->bindings) {
		if (section_has_programs(linker, binding->function->section))
			move_section(linker, binding->function->section);
	}
}

void bind_externs(struct linker *linker)
{
	size_t errors = linker->diag->error_count;

	for (size_t i = 0; i < linker->options->binding_count; i++)
		add_binding(linker, &linker->options->bindings[i]);
	take_names(linker);
	array_each(binding, &linker->bindings)
		give_name(linker, binding);
	array_each(binding, &linker->bindings)
		follow_name(linker, binding);
	enclose_inputs(linker, linker->diag->error_count > errors);
	forget_globals(linker);
	move_programs(linker);
}
