/* SPDX-License-Identifier: BSD-2-Clause */
/* --print-gc-sections and --why-live: what is live and why, and what is not. */
#include <inttypes.h>

#include "atoms.h"
#include "guess.h"
#include "passes.h"
#include "reports.h"
#include "roots.h"

static const char *atom_name(const struct linker *linker, const struct atom *atom)
{
	return atom->symbol ? linker_name(linker, atom->symbol->name) : "nameless bytes";
}

static const char *doubt_reason(const struct linker *linker, const struct atom *atom)
{
	const struct atom *user = atom->keeper;
	const char *name = user && user->symbol ? linker_name(linker, user->symbol->name) : "";

	if (!user)
		return "only discarded sections refer to it";
	if (!user->overridden)
		return arena_format(linker->arena, "only what is dropped refers to it: '%s'", name);
	return arena_format(linker->arena, "only overridden definitions refer to it: '%s'", name);
}

const char *dropped_reason(const struct linker *linker, const struct atom *atom)
{
	const struct symbol *symbol = atom->symbol, *definition;

	if (atom->in_doubt)
		return doubt_reason(linker, atom);
	if (atom->ownerless)
		return "it configures a program that is a function now (--bind)";
	if (!atom->overridden)
		return "nothing that goes out needs it";
	definition = symbol && symbol->global ? symbol->global->definition : NULL;
	if (!definition)
		return "overridden";
	return arena_format(linker->arena, "overridden by '%s'", definition->object->name);
}

static void report_dead(const struct linker *linker, const struct section *section,
			struct text *text)
{
	array_each(atom, &section->atoms) {
		if (!atom->live && !atom->folded && !atom->overridden && !atom->ownerless)
			text_format(text, "%" PRIu32 "\t%s\t%s\t%s\n", atom->size,
				    text_name(text,
					      atom->symbol ? linker_name(linker, atom->symbol->name)
							   : ""),
				    text_name(text, section->text_name),
				    text_name(text, section->object->name));
	}
}

void report_removed(struct linker *linker, struct text *text)
{
	text_string(text, "bytes\tsymbol\tsection\tobject\n");
	array_each(object, &linker->objects) {
		for (uint32_t i = 1; i < (*object)->section_count; i++)
			report_dead(linker, &(*object)->sections[i], text);
	}
}

// Print the way from the symbol up to a root, one note per step.
static void print_chain(struct linker *linker, const char *name, const struct atom *atom)
{
	if (!atom->live) {
		bool told = atom->in_doubt || atom->ownerless;

		diag_note(linker->diag, atom_place(linker, atom), "'%s' is not live%s%s", name,
			  told ? ": " : "", told ? dropped_reason(linker, atom) : "");
		return;
	}
	for (; atom->keeper; atom = atom->keeper)
		diag_note(linker->diag, atom_place(linker, atom), "'%s' is live: '%s' refers to it",
			  atom_name(linker, atom), atom_name(linker, atom->keeper));
	diag_note(linker->diag, atom_place(linker, atom), "'%s' %s", atom_name(linker, atom),
		  root_text(atom->root));
}

// Explain the functions and variables of that name: the global, or else all local ones.
static void explain(struct linker *linker, const char *text)
{
	uint32_t name = strings_intern(&linker->strings, str_of(text));
	bool found = false;

	array_each(each, &linker->objects) {
		struct object *object = *each;

		for (uint32_t i = 1; i < object->symbol_count; i++) {
			const struct symbol *symbol = &object->symbols[i];

			if (symbol->name != name || !symbol->section ||
			    !role_is_content(symbol->section->role) ||
			    (symbol->global && symbol->global->definition != symbol))
				continue;
			found = true;
			print_chain(linker, text, symbol->atom);
		}
	}
	if (!found)
		diag_warning(linker->diag, WARN_UNKNOWN_SYMBOL, place_in(NULL, NULL),
			     "--why-live: no input defines '%s'; %s", text,
			     guess_symbol(linker, text, GUESS_ANY));
}

/*
 * Needs: live atoms. Gives: notes.
 */
void explain_live(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	for (size_t i = 0; i < options->why_live.count; i++)
		explain(linker, options->why_live.items[i]);
}
