/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks that programs that --bind made functions can be functions of those that call them.
 *
 * A program gets its context and its rights from the kind of its section: a function has those of
 * the program that runs. What the kernel does with a program alone (to tail-call it by a map, to
 * end it by an exception) it does not do with a function, or does to its callers.
 */
#include "atoms.h"
#include "base/bisect.h"
#include "passes.h"
#include "program_kinds.h"

// A use of one function in another.
struct edge {
	struct atom *to, *from;
};

struct worklist {
	ARRAY_FIELDS(struct atom *);
};

struct bound_check {
	struct linker *linker;
	ARRAY(struct edge) edges; // by `to`; which is before which is chance
};

static int compare_edges(const void *left, const void *right)
{
	const struct edge *a = left, *b = right;

	return (uintptr_t)a->to < (uintptr_t)b->to ? -1 : (uintptr_t)a->to > (uintptr_t)b->to;
}

static void add_edges(struct bound_check *check, const struct section *section)
{
	array_each(reference, &section->references) {
		struct atom *from = section_atom(section, reference->offset), *to = reference->atom;

		if (to && to->section->role == ROLE_CODE && from->live)
			*array_add(check->linker->arena, &check->edges) = (struct edge){ to, from };
	}
}

static void find_edges(struct bound_check *check)
{
	array_each(each, &check->linker->objects) {
		const struct object *object = *each;

		for (uint32_t i = 1; i < object->section_count; i++) {
			if (object->sections[i].role == ROLE_CODE)
				add_edges(check, &object->sections[i]);
		}
	}
	array_sort(&check->edges, compare_edges);
}

static void reach(struct linker *linker, struct worklist *reached, struct atom *atom)
{
	if (atom->reached)
		return;
	atom->reached = true;
	*array_add(linker->arena, reached) = atom;
}

// All functions and programs that may call @atom, directly or by others, and it.
static struct worklist find_callers(struct bound_check *check, struct atom *atom)
{
	const struct edge *edges = check->edges.items;
	size_t count = check->edges.count;
	struct worklist callers = { 0 };

	reach(check->linker, &callers, atom);
	for (size_t i = 0; i < callers.count; i++) {
		const struct atom *to = callers.items[i];

		for (size_t j = bisect(count, k, (uintptr_t)edges[k].to < (uintptr_t)to);
		     j < count && edges[j].to == to; j++)
			reach(check->linker, &callers, edges[j].from);
	}
	return callers;
}

// All code that may run when @atom is called, and it.
static struct worklist find_callees(struct linker *linker, struct atom *atom)
{
	struct worklist callees = { 0 };

	reach(linker, &callees, atom);
	for (size_t i = 0; i < callees.count; i++) {
		const struct atom *from = callees.items[i];

		for (size_t j = from->first_reference; atom_has_reference(from, j); j++) {
			struct atom *to = from->section->references.items[j].atom;

			if (to && to->section->role == ROLE_CODE)
				reach(linker, &callees, to);
		}
	}
	return callees;
}

static void forget(struct linker *linker, struct worklist *reached)
{
	array_each(atom, reached)
		(*atom)->reached = false;
	array_release(linker->arena, reached);
}

static bool is_before(const struct atom *a, const struct atom *b)
{
	if (a->section->object != b->section->object)
		return a->section->object->index < b->section->object->index;
	if (a->section->shndx != b->section->shndx)
		return a->section->shndx < b->section->shndx;
	return a->offset < b->offset;
}

// The first of the programs among @callers that does not suit @section as @suits says, or NULL.
static const struct atom *
find_unsuitable(const struct linker *linker, const struct worklist *callers,
		const struct section *section,
		bool (*suits)(const struct section *a, const struct section *b))
{
	const struct atom *first = NULL;

	array_each(each, callers) {
		const struct atom *atom = *each;

		if (section_has_programs(linker, atom->section) && section_kind(atom->section) &&
		    !suits(section, atom->section) && (!first || is_before(atom, first)))
			first = atom;
	}
	return first;
}

static bool flags_equal(const struct section *a, const struct section *b)
{
	return str_equal(section_program_flag(a), section_program_flag(b));
}

static void report_caller(struct linker *linker, const struct symbol *function,
			  const struct atom *caller, const char *what, const char *advice)
{
	diag_error(linker->diag, ERROR_BOUND_PROGRAM, symbol_place(linker, function),
		   "'%s' is a program of section '%s', but '%s' of '%s', which calls it, one of "
		   "section '%s': %s; %s",
		   linker_name(linker, function->name), function->section->text_name,
		   caller->symbol ? linker_name(linker, caller->symbol->name) : "code",
		   caller->section->object->name, caller->section->text_name, what, advice);
}

static void check_callers(struct bound_check *check, const struct symbol *function)
{
	struct linker *linker = check->linker;
	struct worklist callers = find_callers(check, function->atom);
	const struct atom *other =
		find_unsuitable(linker, &callers, function->section, section_types_equal);

	if (other)
		report_caller(linker, function, other, "they get different contexts",
			      "bind it where programs of its own kind call it");
	else if (!linker->options->bind_any_section) {
		other = find_unsuitable(linker, &callers, function->section, flags_equal);
		if (other)
			report_caller(linker, function, other,
				      "it would run with the rights of its caller",
				      "compile both for one, or allow that with "
				      "--bind-any-section");
	}
	forget(linker, &callers);
}

static void check_callback(struct linker *linker, const struct symbol *function)
{
	const struct declaration *declaration = function->atom->declaration;

	if (declaration && declaration->callbacks)
		diag_error(linker->diag, ERROR_BOUND_PROGRAM, symbol_place(linker, function),
			   "'%s' names '%s' as its exception callback, but kernels know those of "
			   "entry programs only; let the programs that call it name one",
			   linker_name(linker, function->name),
			   linker_name(linker, declaration->callbacks->name));
}

static bool throws(const struct linker *linker, const struct atom *atom)
{
	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++) {
		const struct symbol *symbol = reference_symbol(&atom->section->references.items[i]);

		if (symbol && symbol->global && !symbol->global->definition &&
		    strcmp(linker_name(linker, symbol->name), "bpf_throw") == 0)
			return true;
	}
	return false;
}

static void check_exceptions(struct linker *linker, const struct symbol *function)
{
	struct worklist callees = find_callees(linker, function->atom);
	bool found = false;

	array_each(atom, &callees)
		found |= throws(linker, *atom);
	forget(linker, &callees);
	if (found)
		diag_warning(
			linker->diag, WARN_BOUND_EXCEPTION, symbol_place(linker, function),
			"'%s' may throw an exception (bpf_throw), which ends the programs that "
			"call it as well; return a verdict instead",
			linker_name(linker, function->name));
}

static bool is_bound_program(const struct linker *linker, const struct atom *atom)
{
	array_each(binding, &linker->bindings) {
		if (binding->was_program && binding->function->atom == atom)
			return true;
	}
	return false;
}

// Report slots of maps, and members of struct_ops, that are for programs.
static void check_data(struct linker *linker, const struct section *section)
{
	array_each(reference, &section->references) {
		const struct atom *to = reference->atom;
		struct place where = place_at(section_place(section), reference->offset);

		if (to && to->section->role == ROLE_CODE && is_bound_program(linker, to))
			diag_error(linker->diag, ERROR_BOUND_PROGRAM, where,
				   "'%s' is wanted as a program here, but --bind makes a function "
				   "of it; leave one out, or compile the file once more for the "
				   "other",
				   linker_name(linker, to->symbol->name));
	}
}

/*
 * Needs: live atoms, reference->atom, linker->bindings. Gives: errors, warnings.
 */
void check_bound(struct linker *linker)
{
	struct bound_check check = { .linker = linker };

	if (linker->bindings.count == 0)
		return;
	find_edges(&check);
	array_each(binding, &linker->bindings) {
		const struct symbol *function = binding->function;

		// Of several names of one, once.
		if (!binding->was_program || !binding->global || !function->atom->live ||
		    binding->global->name != binding->name)
			continue;
		if (section_kind(function->section))
			check_callers(&check, function);
		check_callback(linker, function);
		check_exceptions(linker, function);
	}
	array_each(each, &linker->objects) {
		for (uint32_t i = 1; i < (*each)->section_count; i++) {
			const struct section *section = &(*each)->sections[i];

			if (section->role == ROLE_DATA || section->role == ROLE_MAPS)
				check_data(linker, section);
		}
	}
	array_release(linker->arena, &check.edges);
}
