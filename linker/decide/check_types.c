/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks that all inputs mean the same by a name. The declarations of a global are compared with
 * the one that goes out: that of the definition, or for a symbol that the loader resolves, the one
 * with most information.
 */
#include <inttypes.h>

#include "atoms.h"
#include "compare_types.h"
#include "made_up.h"
#include "maps.h"
#include "note_declaration.h"
#include "passes.h"
#include "slots.h"

// How much the declaration of an undefined symbol tells: who resolves it, its type, and whether the
// type is complete.
static int information(const struct linker *linker, const struct declaration *declaration)
{
	uint32_t bare = btf_graph_strip(linker->graph, declaration->node);

	return (declaration->datasec ? 4 : 0) + (bare ? 2 : 0) +
	       (btf_graph_kind(linker->graph, bare) != BTF_KIND_FWD ? 1 : 0);
}

// Whether @declaration is the real definition. GCC 12 also writes a VAR, like a second definition,
// for an extern declaration in the file that defines the variable; only one of the two is in a
// DATASEC.
static bool is_better_definition(const struct global *global, const struct declaration *declaration,
				 const struct declaration *chosen)
{
	if (declaration->object != global->definition->object ||
	    declaration->linkage == BTF_VAR_GLOBAL_EXTERN)
		return false;
	return !chosen || (!chosen->datasec && declaration->datasec);
}

static uint32_t size_of(const struct linker *linker, const struct declaration *declaration)
{
	uint32_t size;

	return btf_graph_sizeof(linker->graph, declaration->node, &size) ? size : 0;
}

// Among variables that tell as much the largest one goes out: a later link must find a definition
// as large.
static bool tells_more(const struct linker *linker, const struct declaration *declaration,
		       const struct declaration *other)
{
	int more = information(linker, declaration) - information(linker, other);

	if (more || declaration->kind != BTF_KIND_VAR || declaration->datasec)
		return more > 0;
	return size_of(linker, declaration) > size_of(linker, other);
}

static struct declaration *telling_most(const struct linker *linker, const struct global *global)
{
	struct declaration *best = global->types;

	for (struct declaration *each = best; each; each = each->next_type) {
		if (tells_more(linker, each, best))
			best = each;
	}
	return best;
}

static struct declaration *choose_declaration(const struct linker *linker, struct global *global)
{
	struct declaration *chosen = NULL;

	if (!global->definition)
		return telling_most(linker, global);
	for (struct declaration *each = global->types; each; each = each->next_type) {
		if (is_better_definition(global, each, chosen))
			chosen = each;
	}
	return chosen;
}

// How two declarations differ.
struct mismatch {
	enum btf_verdict verdict;
	const char *text; // a clause
	struct btf_difference types;
	const struct map_difference *map; // where they are maps; else NULL
};

static void note_difference(struct linker *linker, const struct declaration *declaration,
			    const struct mismatch *mismatch, bool there)
{
	if (mismatch->map)
		note_map(linker, declaration, mismatch->map, there);
	else
		note_types(linker, declaration, &mismatch->types, there);
}

// "declaration of 'x' does not match its definition in 'b.o': ..."
static void report(struct linker *linker, const struct declaration *here,
		   const struct declaration *there, const struct mismatch *mismatch)
{
	bool same = declaration_is_definition(here) == declaration_is_definition(there);
	bool alike = same && here->global->alike && declaration_is_definition(here);
	bool error =
		alike || (mismatch->verdict == BTF_INCOMPATIBLE && !linker->options->no_type_check);
	const char *advice = alike ? "make them the same, or declare it extern in all files but one"
			     : error ? "--no-type-check makes this a warning"
				     : "";

	diag_report(linker->diag, error ? DIAG_ERROR : DIAG_WARNING, WARN_TYPE_MISMATCH,
		    place_to_change(linker, here), "%s of '%s' does not match %s in '%s': %s; %s",
		    declaration_is_definition(here) ? "definition" : "declaration",
		    linker_name(linker, here->name), same ? "the one" : "its definition",
		    there->object->name, mismatch->text, advice);
	note_difference(linker, here, mismatch, false);
	note_difference(linker, there, mismatch, true);
}

// Whether @declaration is of a kernel symbol without a type: just an address.
static bool is_untyped(const struct linker *linker, const struct declaration *declaration)
{
	return btf_graph_strip(linker->graph, declaration->node) == 0;
}

// Whether @declaration is of a typed ksym. Its real type is in the kernel's BTF; inputs declare the
// part that they use.
static bool is_ksym(const struct linker *linker, const struct declaration *declaration)
{
	return declaration->kind == BTF_KIND_VAR && declaration->linkage == BTF_VAR_GLOBAL_EXTERN &&
	       declaration_is_in(linker, declaration, ".ksyms");
}

// Check that the definition is as large as the declaration: code may use all that it declares.
// @there is the definition's declaration, or NULL without BTF; @mismatch is between the two.
static bool check_size(struct linker *linker, const struct declaration *here,
		       const struct declaration *there, const struct mismatch *mismatch)
{
	const struct symbol *definition = here->global->definition;
	bool error = !linker->options->no_type_check;

	if (!definition || !definition->section || definition->section->role != ROLE_DATA ||
	    definition->size == 0 || here->kind != BTF_KIND_VAR ||
	    size_of(linker, here) <= definition->size)
		return true;
	diag_report(linker->diag, error ? DIAG_ERROR : DIAG_WARNING, WARN_TYPE_MISMATCH,
		    place_to_change(linker, here),
		    "%s of '%s' is larger than its definition in '%s': it has %" PRIu32
		    " bytes here, %" PRIu64 " there; %s",
		    declaration_is_definition(here) ? "definition" : "declaration",
		    linker_name(linker, here->name), definition->object->name,
		    size_of(linker, here), definition->size,
		    error ? "--no-type-check makes this a warning" : "");
	note_difference(linker, here, mismatch, false);
	if (there)
		note_difference(linker, there, mismatch, true);
	return false;
}

// A type that one file only declares is, in the graph, the one that the other defines.
static void report_incomplete(struct linker *linker, const struct declaration *here,
			      const struct declaration *there)
{
	uint32_t node = btf_graph_strip(linker->graph, here->node);

	report(linker, here, there,
	       &(struct mismatch){
		       .verdict = is_ksym(linker, there) ? BTF_SUSPICIOUS : BTF_INCOMPATIBLE,
		       .text = "its type is only declared here, not defined",
		       .types = {
			       .aspect = BTF_ASPECT_INCOMPLETE,
			       .a = node,
			       .b = btf_graph_strip(linker->graph, there->node),
			       .b_value = true,
		       },
	       });
}

// Whether a function has 'void *' where its callers know more, which authors of programs write who
// only pass the context on.
static bool is_untold(const struct declaration *here, const struct mismatch *mismatch)
{
	return here->global->bound && mismatch->verdict == BTF_SUSPICIOUS &&
	       mismatch->types.aspect == BTF_ASPECT_KIND &&
	       (!mismatch->types.a || !mismatch->types.b);
}

// Warn when the files mean different structs by one name, so that one reads what the other did not
// write. As a rule that is behind a pointer: by value it is an error already.
static void check_bodies(struct linker *linker, const struct declaration *here,
			 const struct declaration *there)
{
	struct mismatch mismatch = { .verdict = BTF_SUSPICIOUS };

	if (here->node == there->node || is_ksym(linker, there) ||
	    declaration_is_in(linker, there, ".ksyms") ||
	    !bodies_differ(linker, here->node, there->node, &mismatch.types))
		return;
	diag_warning(linker->diag, WARN_ODR, place_to_change(linker, here),
		     "'%s' has another type here than in '%s': %s; use one definition, from a "
		     "header that both include",
		     linker_name(linker, here->name), there->object->name,
		     btf_difference_text(linker->graph, &mismatch.types, "", linker->arena));
	note_difference(linker, here, &mismatch, false);
	note_difference(linker, there, &mismatch, true);
}

static void compare_types(struct linker *linker, const struct declaration *here,
			  const struct declaration *there)
{
	struct mismatch mismatch;
	struct btf_difference *difference = &mismatch.types;

	mismatch.map = NULL;
	if (here->kind == BTF_KIND_VAR && (is_untyped(linker, here) || is_untyped(linker, there)))
		return;
	if (here->kind == BTF_KIND_VAR && here->incomplete && !there->incomplete) {
		report_incomplete(linker, here, there);
		return;
	}
	mismatch.verdict =
		compare_nodes(linker, here->node, there->node, is_ksym(linker, there), difference);
	if (mismatch.verdict != BTF_INCOMPATIBLE && !check_size(linker, here, there, &mismatch))
		return;
	if (mismatch.verdict == BTF_COMPATIBLE) {
		check_bodies(linker, here, there);
		return;
	}
	if (is_untold(here, &mismatch))
		return;
	// The kernel's own body may be neither of the two.
	if (is_ksym(linker, there) && difference->a_body && difference->aspect != BTF_ASPECT_KIND &&
	    difference->aspect != BTF_ASPECT_NAME)
		mismatch.verdict = BTF_SUSPICIOUS;
	mismatch.text = btf_difference_text(linker->graph, difference, "", linker->arena);
	report(linker, here, there, &mismatch);
}

static void compare_map_types(struct linker *linker, const struct declaration *here,
			      const struct declaration *there)
{
	struct map_difference difference;

	if (compare_maps(linker, here, there, &difference) == BTF_COMPATIBLE)
		return;
	report(linker, here, there,
	       &(struct mismatch){
		       .verdict = difference.verdict,
		       .text = difference.text,
		       .map = &difference,
	       });
}

static const char *const kinds[] = {
	[BTF_KIND_FUNC] = "a function",
	[BTF_KIND_VAR] = "a variable",
};

static void compare_declarations(struct linker *linker, const struct declaration *here,
				 const struct declaration *there)
{
	if (here->kind != there->kind) {
		diag_error(linker->diag, ERROR_KIND_MISMATCH, place_to_change(linker, here),
			   "'%s' is %s here, but %s in '%s'; rename one of them",
			   linker_name(linker, here->name), kinds[here->kind], kinds[there->kind],
			   there->object->name);
		note_declaration(linker, here);
		note_declaration(linker, there);
	} else if (declaration_is_in(linker, there, ".maps")) {
		compare_map_types(linker, here, there);
	} else {
		compare_types(linker, here, there);
	}
}

// Check that all inputs agree on who resolves an undefined extern: the kernel, its configuration,
// or a later link.
static void check_datasec(struct linker *linker, const struct global *global,
			  const struct declaration *declaration)
{
	const struct declaration *chosen = global->declaration;

	if (global->definition || !declaration->datasec || declaration->datasec == chosen->datasec)
		return;
	diag_error(linker->diag, ERROR_SECTION_MISMATCH, place_to_change(linker, declaration),
		   "'%s' is declared%s here, but%s in '%s'; declare it alike in both",
		   linker_name(linker, global->name), declaration_attribute(linker, declaration),
		   declaration_attribute(linker, chosen), chosen->object->name);
	note_attribute(linker, declaration);
	note_attribute(linker, chosen);
}

static bool has_btf(const struct object *object)
{
	return object->btf && !object->bare;
}

// The declaration of another name at the symbol's place: BTF has no aliases.
static const struct declaration *alias_declaration(const struct symbol *symbol)
{
	const struct atom *atom = symbol->atom;

	if (!atom || !atom->declaration || atom->declaration->offset != symbol->value)
		return NULL;
	return atom->declaration;
}

// Check that the declaration is of the kind (function, variable, map) that the definition has in
// ELF.
static bool check_home(struct linker *linker, const struct symbol *definition,
		       const struct declaration *declaration)
{
	if (!definition || !definition->section ||
	    declaration_fits(declaration, definition->section))
		return true;
	if (definition->object == linker->slots)
		diag_error(linker->diag, ERROR_BOUND_RETURN, place_to_change(linker, declaration),
			   "'%s' is %s here, but --bind-return is for functions; define it",
			   linker_name(linker, definition->name), kinds[declaration->kind]);
	else
		diag_error(linker->diag, ERROR_KIND_MISMATCH, place_to_change(linker, declaration),
			   "'%s' is %s here, but %s in '%s'; rename one of them",
			   linker_name(linker, definition->name), kinds[declaration->kind],
			   definition->section->role == ROLE_CODE ? "code" : "data",
			   definition->object->name);
	note_declaration(linker, declaration);
	return false;
}

// Report that a definition without BTF cannot be compared.
static bool report_unchecked(struct linker *linker, const struct global *global)
{
	const struct symbol *definition = global->definition;

	for (const struct declaration *each = global->types; each; each = each->next_type) {
		if (!check_home(linker, definition, each) ||
		    !check_size(linker, each, NULL, &(struct mismatch){ 0 }))
			return false;
	}
	// What the runtime archive defines has no type of its own: it takes any pointer. Slots get
	// the type that is declared.
	if (definition->object->file->runtime || definition->object == linker->slots)
		return true;
	diag_warning(linker->diag, WARN_UNCHECKED_TYPE, symbol_place(linker, definition),
		     "no BTF for '%s': its declaration in '%s' cannot be checked; %s",
		     linker_name(linker, global->name), global->types->object->name,
		     has_btf(definition->object) ? "" : "compile with -g");
	return true;
}

// For @global whose definition has no BTF: the declaration whose type it gets, with which the
// others are compared; NULL for none.
static const struct declaration *describe_undescribed(struct linker *linker, struct global *global)
{
	struct declaration *function = made_up_function(linker, global);
	const struct declaration *chosen;

	if (!function && (chosen = alias_declaration(global->definition)))
		return chosen;
	if (!report_unchecked(linker, global) || !function)
		return NULL;
	chosen = telling_most(linker, global);
	made_up_take(linker, function, chosen);
	if (global->definition->object == linker->slots)
		slot_finish(linker, global, function, chosen);
	return chosen;
}

// Whether a difference follows from there being several definitions, which was told.
static bool is_told(const struct global *global, const struct declaration *declaration,
		    const struct declaration *chosen)
{
	return global->duplicated &&
	       (declaration_is_definition(declaration) || declaration->kind != chosen->kind);
}

static void check_global(struct linker *linker, struct global *global)
{
	const struct declaration *chosen;

	chosen = global->declaration = choose_declaration(linker, global);
	if (!chosen && global->types) {
		chosen = describe_undescribed(linker, global);
		if (!chosen)
			return;
	}
	if (chosen && !check_home(linker, global->definition, chosen))
		return;
	// Licenses and versions are compared by content, elsewhere.
	if (chosen && chosen->atom &&
	    (chosen->atom->section->role == ROLE_LICENSE ||
	     chosen->atom->section->role == ROLE_VERSION))
		return;
	for (const struct declaration *each = global->types; each; each = each->next_type) {
		if (each == chosen || is_told(global, each, chosen))
			continue;
		compare_declarations(linker, each, chosen);
		check_datasec(linker, global, each);
	}
}

/*
 * Needs: global->types and definition. Gives: global->declaration.
 */
void check_types(struct linker *linker)
{
	array_each(global, &linker->globals)
		check_global(linker, *global);
}
