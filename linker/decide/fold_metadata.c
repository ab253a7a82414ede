/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An output has one variable of each name that is metadata, because bpftool would print each of
 * several. What the user gives (--metadata) takes the place of what inputs have under its name.
 * Otherwise they must be equal, and all fold into one: a global one, to which others may refer by
 * name, else one with a symbol, else the first.
 */
#include "atoms.h"
#include "base/integers.h"
#include "metadata.h"
#include "passes.h"

// Metadata of an input.
struct variable {
	uint32_t name;
	bool overridden; // its name means another definition
	struct atom *atom;
	const struct declaration *declaration; // NULL when the object has no BTF
	uint64_t offset;                       // in the section
	uint64_t size;
};

struct variables {
	ARRAY_FIELDS(struct variable);
};

static bool is_users(const struct linker *linker, const struct variable *variable)
{
	return variable->atom->section->object == linker->metadata;
}

static bool is_global(const struct variable *variable)
{
	const struct symbol *symbol = variable->atom->symbol;

	return symbol && symbol->global && symbol->global->definition == symbol;
}

// Add @variable, if what BTF says of its size can be.
static void add(struct linker *linker, struct variables *variables, struct variable variable)
{
	if (range_fits(variable.offset, variable.size, variable.atom->section->size))
		*array_add(linker->arena, variables) = variable;
}

static void add_declared(struct linker *linker, const struct declaration *declaration,
			 void *variables)
{
	const struct global *global = declaration->global;

	if (!declaration_is_metadata(linker, declaration))
		return;
	add(linker, variables,
	    (struct variable){
		    .name = declaration->name,
		    .overridden = global && global->definition &&
				  global->definition->atom != declaration->atom,
		    .atom = declaration->atom,
		    .declaration = declaration,
		    .offset = declaration->offset,
		    .size = declaration->size,
	    });
}

// Add all strong definitions of @global.
static void add_repeated(struct linker *linker, struct variables *variables,
			 const struct global *global)
{
	for (const struct symbol *each = global->mentions; each; each = each->next) {
		const struct declaration *declaration = each->atom ? each->atom->declaration : NULL;

		if (!each->atom || each->binding == STB_WEAK)
			continue;
		if (declaration && declaration->offset != each->value)
			declaration = NULL;
		add(linker, variables,
		    (struct variable){
			    .name = global->name,
			    .atom = each->atom,
			    .declaration = declaration,
			    .offset = each->value,
			    .size = declaration ? declaration->size : each->size,
		    });
	}
}

static struct variables find_variables(struct linker *linker)
{
	struct variables variables = { 0 };

	if (linker->has_metadata)
		for_each_constant(linker, add_declared, &variables);
	array_each(global, &linker->repeated_metadata)
		add_repeated(linker, &variables, *global);
	return variables;
}

// By name, then by place in the inputs.
static int compare_variables(const void *a, const void *b)
{
	const struct variable *x = a, *y = b;
	const struct section *m = x->atom->section, *n = y->atom->section;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	if (m->object != n->object)
		return m->object->index < n->object->index ? -1 : 1;
	if (m != n)
		return m->shndx < n->shndx ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x->overridden - y->overridden;
}

static int rank(const struct linker *linker, const struct variable *variable)
{
	if (is_users(linker, variable))
		return 4;
	if (variable->overridden)
		return 0;
	return is_global(variable) ? 3 : variable->atom->symbol ? 2 : 1;
}

// Whether its atom has nothing else, but padding.
static bool is_whole(const struct variable *variable)
{
	const struct atom *atom = variable->atom;

	return variable->offset == atom->offset && variable->size <= atom->size &&
	       (variable->size == atom->size || atom->size - variable->size < atom->section->align);
}

static bool have_one_type(const struct linker *linker, const struct declaration *a,
			  const struct declaration *b)
{
	if (!a || !b || (metadata_text(linker, a) && metadata_text(linker, b)))
		return true;
	return btf_graph_strip(linker->graph, a->node) == btf_graph_strip(linker->graph, b->node);
}

static bool are_equal(const struct linker *linker, const struct variable *a,
		      const struct variable *b)
{
	return a->size == b->size && have_one_type(linker, a->declaration, b->declaration) &&
	       memcmp(a->atom->section->data + a->offset, b->atom->section->data + b->offset,
		      a->size) == 0;
}

static const char *text_of(const struct linker *linker, const struct variable *variable)
{
	return variable->declaration ? metadata_text(linker, variable->declaration) : NULL;
}

static struct place place_of(const struct linker *linker, const struct variable *variable)
{
	struct place where = place_at(section_place(variable->atom->section), variable->offset);

	where.whole = true;
	where.symbol = linker_name(linker, variable->name);
	return where;
}

static void report_difference(struct linker *linker, const struct variable *kept,
			      const struct variable *other)
{
	const char *text = text_of(linker, other), *kept_text = text_of(linker, kept);
	const char *name = linker_name(linker, kept->name);
	const char *key = metadata_key(linker, kept->name);
	const char *input = kept->atom->section->object->name;

	if (text && kept_text)
		diag_error(linker->diag, ERROR_METADATA_MISMATCH, place_of(linker, other),
			   "'%s' is \"%s\" here, but \"%s\" in '%s'; choose with "
			   "--metadata=%s=VALUE",
			   name, text, kept_text, input, key);
	else
		diag_error(linker->diag, ERROR_METADATA_MISMATCH, place_of(linker, other),
			   "'%s' differs from the one in '%s'; choose with --metadata=%s=VALUE",
			   name, input, key);
	diag_note(linker->diag, place_of(linker, kept), "the other '%s'", name);
}

// Let @kept stand for @atom. Two names may be at one place, so either may be folded already.
static void take_place(struct atom *kept, struct atom *atom)
{
	kept = atom_survivor(kept);
	if (!atom->folded && kept != atom)
		atom->folded = kept;
}

static void fold(struct linker *linker, const struct variable *kept, const struct variable *other)
{
	bool users = is_users(linker, kept);

	if (other->atom == kept->atom || (other->overridden && !users))
		return;
	if (!users && !are_equal(linker, kept, other))
		report_difference(linker, kept, other);
	else if (is_whole(kept) && is_whole(other))
		take_place(kept->atom, other->atom);
	else if (users)
		diag_error(linker->diag, ERROR_METADATA_USE, place_of(linker, other),
			   "'%s' has its bytes in common with something else, so --metadata cannot "
			   "replace it",
			   linker_name(linker, other->name));
}

// Fold @count variables of one name.
static void fold_all(struct linker *linker, const struct variable *variables, size_t count)
{
	const struct variable *kept = variables;

	for (size_t i = 1; i < count; i++) {
		if (rank(linker, &variables[i]) > rank(linker, kept))
			kept = &variables[i];
	}
	for (size_t i = 0; i < count; i++)
		fold(linker, kept, &variables[i]);
}

/*
 * Needs: declarations, resolution. Gives: atom->folded of metadata.
 */
void fold_metadata(struct linker *linker)
{
	struct variables variables = find_variables(linker);
	size_t start = 0;

	if (variables.count == 0)
		return;
	array_sort(&variables, compare_variables);
	for (size_t i = 1; i <= variables.count; i++) {
		if (i < variables.count && variables.items[i].name == variables.items[start].name)
			continue;
		fold_all(linker, &variables.items[start], i - start);
		start = i;
	}
}
