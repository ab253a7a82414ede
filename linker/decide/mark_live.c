/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Marks the atoms that go out, in a graph whose vertices are atoms and whose edges are references
 * and names of callbacks in tags.
 *
 * Roots are defined in roots.c; by default nearly all atoms are roots, except the bodies of
 * overridden weak definitions. Even such a body stays when something refers to its place rather
 * than to its name (a call without relocation, a section-relative pointer): the name means another
 * body then, but this one is still needed.
 *
 * Local data that such a body leads to is in doubt, and so is what that data leads to: when only
 * dropped bodies use it, it is dropped with them. Otherwise a table in a header would be in the
 * output once for each file that includes it.
 */
#include "atoms.h"
#include "callbacks.h"
#include "passes.h"
#include "roots.h"

struct worklist {
	ARRAY_FIELDS(struct atom *);
};

static void enliven(struct linker *linker, struct worklist *work, struct atom *atom,
		    struct atom *keeper)
{
	atom = atom_survivor(atom);
	if (atom->live)
		return;
	atom->live = true;
	atom->keeper = keeper;
	*array_add(linker->arena, work) = atom;
}

static void follow(struct linker *linker, struct worklist *work, struct atom *from,
		   const struct reference *reference)
{
	if (reference->named && reference->symbol->global)
		reference->symbol->global->used = true;
	if (reference->atom)
		enliven(linker, work, reference->atom, from);
	else if (!reference->named)
		reference->target->wanted = true;
}

static void follow_atom(struct linker *linker, struct worklist *work, struct atom *atom)
{
	const struct callback *callback = atom->declaration ? atom->declaration->callbacks : NULL;

	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++)
		follow(linker, work, atom, &atom->section->references.items[i]);
	for (; callback; callback = callback->next) {
		if (callback->atom)
			enliven(linker, work, callback->atom, atom);
	}
}

// Find atoms that lost their names: some global symbol in it is defined elsewhere, and no other one
// keeps it.
static void find_overridden(struct linker *linker, struct worklist *overridden,
			    struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];
		struct atom *atom = symbol->atom;

		if (!atom || !symbol->global || symbol->global->definition == symbol)
			continue;
		atom->overridden = true;
		*array_add(linker->arena, overridden) = atom;
	}
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];
		struct atom *atom = symbol->atom;
		bool kept = symbol->global ? symbol->global->definition == symbol
					   : symbol->type == STT_FUNC || symbol->type == STT_OBJECT;

		if (atom && kept) {
			atom->overridden = false;
			atom->named |= symbol->global != NULL;
		}
	}
}

static struct atom *find_target(const struct reference *reference)
{
	const struct symbol *symbol;

	if (!reference->named)
		return section_atom(reference->target, reference->addend);
	symbol = reference->symbol;
	if (symbol->global)
		symbol = symbol->global->definition;
	return symbol ? symbol->atom : NULL;
}

static void find_referenced(struct section *section)
{
	array_each(reference, &section->references) {
		reference->atom = find_target(reference);
		if (reference->named && reference->symbol->global)
			reference->symbol->global->referenced = true;
		if (reference->atom)
			reference->atom->referenced = true;
	}
}

static void find_callbacks(const struct linker *linker, struct object *object)
{
	array_each(callback, &object->callbacks) {
		const struct global *global = callback_global(linker, callback);
		const struct symbol *symbol = global ? global->definition : callback->symbol;

		callback->atom = symbol ? symbol->atom : NULL;
		if (callback->atom)
			callback->atom->referenced = true;
	}
}

// Put local data, which nothing outside can refer to, in doubt. Constants always go with what
// refers to them.
static void doubt(struct linker *linker, struct worklist *work, struct atom *atom,
		  struct atom *keeper)
{
	if (!atom || atom->section->role != ROLE_DATA || atom->constant || atom->named ||
	    atom->overridden || atom->in_doubt)
		return;
	atom->in_doubt = true;
	atom->keeper = keeper;
	*array_add(linker->arena, work) = atom;
}

static void doubt_targets(struct linker *linker, struct worklist *work, struct atom *atom)
{
	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++)
		doubt(linker, work, atom->section->references.items[i].atom, atom);
}

// Put data that discarded sections lead to in doubt.
static void doubt_discarded(struct linker *linker, struct worklist *work,
			    const struct object *object)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		const struct section *section = &object->sections[i];

		if (section->role != ROLE_DISCARDED)
			continue;
		array_each(reference, &section->references)
			doubt(linker, work, reference->atom, NULL);
	}
}

// Put data in doubt that @overridden, atoms that may have lost their names, lead to.
static void doubt_data(struct linker *linker, struct worklist *work,
		       const struct worklist *overridden)
{
	array_each(atom, overridden) {
		if ((*atom)->overridden)
			doubt_targets(linker, work, *atom);
	}
	array_each(object, &linker->objects)
		doubt_discarded(linker, work, *object);
	while (work->count)
		doubt_targets(linker, work, work->items[--work->count]);
}

static void add_roots(struct linker *linker, struct worklist *work, struct section *section)
{
	array_each(atom, &section->atoms) {
		atom->root = atom_root(linker, atom);
		if (atom->root != ROOT_NONE)
			enliven(linker, work, atom, NULL);
	}
}

static void request(const struct global *global)
{
	struct atom *atom = global && global->definition ? global->definition->atom : NULL;

	if (atom)
		atom->requested = true;
}

static void request_names(struct linker *linker, const struct bpfld_strings *names)
{
	for (size_t i = 0; i < names->count; i++)
		request(linker_global(linker,
				      strings_intern(&linker->strings, str_of(names->items[i]))));
}

static void request_exports(struct linker *linker)
{
	array_each(global, &linker->globals) {
		if ((*global)->exported)
			request(*global);
	}
}

/*
 * Needs: resolution, folded singletons. Gives: atom->live, root, keeper, overridden, named,
 * in_doubt, referenced and requested; section->wanted; global->referenced and used;
 * reference->atom; callback->atom.
 */
void mark_live(struct linker *linker)
{
	struct worklist work = { 0 }, overridden = { 0 };

	array_each(each, &linker->objects) {
		find_overridden(linker, &overridden, *each);
		for (uint32_t i = 1; i < (*each)->section_count; i++)
			find_referenced(&(*each)->sections[i]);
		find_callbacks(linker, *each);
	}
	request_names(linker, &linker->options->undefined);
	request_names(linker, &linker->options->required);
	request_exports(linker);
	doubt_data(linker, &work, &overridden);
	array_each(each, &linker->objects) {
		struct object *object = *each;

		for (uint32_t i = 1; i < object->section_count; i++)
			add_roots(linker, &work, &object->sections[i]);
		if (object->commons)
			add_roots(linker, &work, object->commons);
	}
	while (work.count)
		follow_atom(linker, &work, work.items[--work.count]);
	array_release(linker->arena, &work);
	array_release(linker->arena, &overridden);
}
