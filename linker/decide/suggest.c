/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The surest suggestion comes first: a definition that others may not use, then a name much like
 * it, then what the name itself says. The lists are made when the first name is missing, because
 * most links miss none.
 */
#include "suggest.h"

#include "archive.h"
#include "guess.h"
#include "runtime.h"

// The most names for which similar ones are looked up: more than a user reads at once.
#define GUESSES_MAX 100

static bool is_static(const struct symbol *symbol)
{
	return symbol->binding == STB_LOCAL && symbol->section &&
	       (symbol->type == STT_FUNC || symbol->type == STT_OBJECT) &&
	       role_is_content(symbol->section->role);
}

static void list_locals(struct suggestions *suggestions, const struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i], **first;

		if (!is_static(symbol))
			continue;
		first = array_at(suggestions->linker->arena, &suggestions->locals, symbol->name);
		if (!*first)
			*first = symbol;
	}
}

static void note_unlinked(struct suggestions *suggestions, uint32_t name, const char *where)
{
	const char **first = array_at(suggestions->linker->arena, &suggestions->unlinked, name);

	if (!*first)
		*first = where;
}

// List what @object defines. Names that a linked one defines are listed, too, but are not missing.
static void list_definitions(struct suggestions *suggestions, const struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->binding != STB_LOCAL && symbol->home != HOME_UNDEFINED)
			note_unlinked(suggestions, symbol->name, object->name);
	}
}

static void list_index(struct suggestions *suggestions, const struct file *file)
{
	struct linker *linker = suggestions->linker;

	array_each(symbol, &file->archive->symbols)
		note_unlinked(suggestions, strings_intern(&linker->strings, symbol->name),
			      file->name);
}

// List definitions that options keep from others, the first in input order of each name.
static void list_apart(struct suggestions *suggestions)
{
	array_each(each, &suggestions->linker->new_names.done) {
		const struct new_name **first =
			array_at(suggestions->linker->arena, &suggestions->apart, each->old);

		if (!*first || each->symbol->object->index < (*first)->symbol->object->index)
			*first = each;
	}
}

static void make_lists(struct suggestions *suggestions)
{
	struct linker *linker = suggestions->linker;

	suggestions->listed = true;
	array_each(object, &linker->objects)
		list_locals(suggestions, *object);
	list_apart(suggestions);
	array_each(object, &linker->read)
		list_definitions(suggestions, *object);
	array_each(file, &linker->files) {
		if ((*file)->archive)
			list_index(suggestions, *file);
	}
}

static bool starts_with(const char *name, const char *prefix)
{
	return str_starts_with(str_of(name), str_of(prefix));
}

static const char *suggest_by_name(const struct linker *linker, uint32_t number,
				   const struct global *global)
{
	const struct declaration *declaration = global ? global->declaration : NULL;
	const char *name = linker_name(linker, number);

	// What is declared in a section is no business of the kernel, nor is what a tag names.
	if (!global || (declaration && declaration->datasec))
		return "define it in some input";
	if (starts_with(name, "bpf_") && (!declaration || declaration->kind == BTF_KIND_FUNC))
		return "a kernel function? declare it __ksym";
	if (starts_with(name, "CONFIG_") || starts_with(name, "LINUX_KERNEL_VERSION"))
		return "a value of the kernel's configuration? declare it __kconfig";
	return global->binding == STB_WEAK
		       ? "define it in some input, or declare it __ksym where the kernel may"
		       : "define it in some input, or declare it __ksym where the kernel does";
}

static const char *suggest_static(const struct linker *linker, const struct symbol *symbol)
{
	return arena_format(linker->arena, "it is static in %s: remove 'static' there to share it",
			    diag_where(linker->diag, symbol_place(linker, symbol)));
}

static const char *suggest_similar(const struct linker *linker, const struct symbol *symbol)
{
	return arena_format(linker->arena, "did you mean '%s', defined in %s?",
			    linker_name(linker, symbol->global->name),
			    diag_where(linker->diag, symbol_place(linker, symbol)));
}

// For a name that @apart was meant to define.
static const char *suggest_apart(const struct linker *linker, const struct new_name *apart)
{
	const struct symbol *symbol = apart->symbol;

	if (!apart->rival)
		return arena_format(linker->arena, "that of '%s' is called '%s' now: refer to that",
				    symbol->object->name,
				    linker_name(linker, symbol->global->name));
	return arena_format(linker->arena,
			    "'%s' and '%s' both define it, each for itself because of --bind: let "
			    "the names of one begin otherwise (--prefix) to mean the other",
			    symbol->object->name, apart->rival->object->name);
}

// For a name that the runtime archive would define.
static const char *suggest_runtime(const struct linker *linker)
{
	if (linker->lost_runtime)
		return arena_format(linker->arena,
				    "the runtime archive defines it, but '%s' is not there: it is "
				    "built where clang is, and installed beside bpfld",
				    linker->lost_runtime);
	if (linker->options->allow_undefined)
		return "the runtime archive defines it, but is not searched with -r";
	return "the runtime archive defines it: leave out --no-runtime";
}

const char *suggest_definition(struct suggestions *suggestions, uint32_t name,
			       const struct global *global)
{
	struct linker *linker = suggestions->linker;
	const char *text = linker_name(linker, name), *unlinked;
	const struct new_name *apart;
	const struct symbol *found;

	if (!suggestions->listed)
		make_lists(suggestions);
	apart = array_get(&suggestions->apart, name);
	if (apart)
		return suggest_apart(linker, apart);
	found = array_get(&suggestions->locals, name);
	if (found)
		return suggest_static(linker, found);
	// What a strong reference did not find is not there, whatever an index says. A tag is none.
	unlinked = array_get(&suggestions->unlinked, name);
	if (unlinked && (!global || global->binding == STB_WEAK))
		return arena_format(linker->arena,
				    "'%s' defines it, but %s take no member: -u %s takes it",
				    unlinked, global ? "weak references" : "tags", text);
	if (global && global->binding == STB_GLOBAL && runtime_defines(text))
		return suggest_runtime(linker);
	found = suggestions->guesses++ < GUESSES_MAX ? guess_definition(linker, text) : NULL;
	return found ? suggest_similar(linker, found) : suggest_by_name(linker, name, global);
}
