/* SPDX-License-Identifier: BSD-2-Clause */
#include "ties.h"

#include <inttypes.h>

#include "atoms.h"

// Whether @declaration is about the symbol of @atom, and what is known so far about a later one.
static bool is_better(const struct declaration *declaration, const struct atom *atom)
{
	return atom->symbol && declaration->offset == atom->symbol->value &&
	       atom->declaration->offset != atom->symbol->value;
}

void declaration_tie(struct linker *linker, struct declaration *declaration,
		     struct section *section, uint64_t offset)
{
	struct atom *atom = section_atom(section, (int64_t)offset);
	bool is_function = declaration->kind == BTF_KIND_FUNC;

	if (!declaration_fits(declaration, section)) {
		diag_error(
			linker->diag, ERROR_MALFORMED_BTF, place_at(section_place(section), offset),
			"'%s' is %s in BTF, but %s here", linker_name(linker, declaration->name),
			is_function ? "a function" : "a variable", is_function ? "data" : "code");
		return;
	}
	declaration->offset = offset;
	declaration->atom = atom;
	if (atom && (!atom->declaration || is_better(declaration, atom)))
		atom->declaration = declaration;
}

void declaration_bind(struct declaration *declaration, const struct symbol *symbol)
{
	// The global may have another name: --wrap.
	declaration->name = symbol->global->name;
	declaration->global = symbol->global;
	global_add_type(symbol->global, declaration);
}

void declaration_bind_name(const struct scope *scope, struct declaration *declaration)
{
	struct symbol *symbol = scope_global(scope, declaration->name);

	if (symbol) {
		declaration_bind(declaration, symbol);
	} else {
		symbol = scope_local(scope, declaration->name);
		// A tool made the symbol local.
		if (symbol)
			declaration->linkage = BTF_FUNC_STATIC;
	}
	if (!symbol || !symbol->section)
		return;
	symbol->wanted |= declaration->kind == BTF_KIND_FUNC;
	declaration_tie(scope->linker, declaration, symbol->section, symbol->value);
}
