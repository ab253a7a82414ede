/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which atoms go out: a graph whose vertices are atoms and whose edges are references.
 *
 * Everything is a root but the bodies of overridden weak definitions. Even those stay when
 * something refers to that very place rather than to the name (a call without relocation, a
 * section-relative pointer): then the body is no longer what its name means, but it is needed.
 */
#include "atoms.h"
#include "passes.h"

struct worklist {
	struct atom **items;
	size_t count, capacity;
};

static void enliven(struct linker *linker, struct worklist *work, struct atom *atom)
{
	atom = atom_survivor(atom);
	if (atom->live)
		return;
	atom->live = true;
	*array_add(linker->arena, work) = atom;
}

// The atom that a symbol names; NULL for symbols without a place.
static struct atom *symbol_atom(const struct symbol *symbol)
{
	if (!symbol->section)
		return NULL;
	return section_atom(symbol->section, (int64_t)symbol->value);
}

static void follow(struct linker *linker, struct worklist *work, const struct reference *reference)
{
	const struct symbol *symbol = reference->symbol;
	struct atom *atom = NULL;

	if (symbol && symbol->global) {
		symbol->global->used = true;
		symbol = symbol->global->definition;
	}
	if (symbol)
		atom = symbol_atom(symbol);
	else if (reference->target)
		atom = section_atom(reference->target, reference->addend);
	if (atom)
		enliven(linker, work, atom);
}

static void follow_atom(struct linker *linker, struct worklist *work, const struct atom *atom)
{
	for (size_t i = atom_first_reference(atom); atom_has_reference(atom, i); i++)
		follow(linker, work, &atom->section->references.items[i]);
}

// An atom lost its name when some global symbol in it is defined elsewhere and none of the others
// keeps it.
static void find_overridden(struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];
		struct atom *atom = symbol_atom(symbol);

		if (atom && symbol->global && symbol->global->definition != symbol)
			atom->overridden = true;
	}
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];
		struct atom *atom = symbol_atom(symbol);
		bool kept = symbol->global ? symbol->global->definition == symbol
					   : symbol->type == STT_FUNC || symbol->type == STT_OBJECT;

		if (atom && kept)
			atom->overridden = false;
	}
}

static void add_roots(struct linker *linker, struct worklist *work, struct section *section)
{
	array_each(atom, &section->atoms) {
		// A jump table lives with the code that jumps by it.
		if (!atom->overridden && !atom->folded && section->role != ROLE_JUMP_TABLES)
			enliven(linker, work, atom);
	}
	array_each(reference, &section->references) {
		if (reference->symbol && reference->symbol->global)
			reference->symbol->global->referenced = true;
	}
}

/*
 * Needs: resolution, folding. Gives: atom->live, global->referenced and used.
 */
void mark_live(struct linker *linker)
{
	struct worklist work = { 0 };

	array_each(each, &linker->objects) {
		struct object *object = *each;

		find_overridden(object);
		for (uint32_t i = 1; i < object->section_count; i++)
			add_roots(linker, &work, &object->sections[i]);
		if (object->commons)
			add_roots(linker, &work, object->commons);
	}
	while (work.count)
		follow_atom(linker, &work, work.items[--work.count]);
}
