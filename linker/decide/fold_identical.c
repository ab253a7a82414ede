/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Identical code folding: equal functions of .text are replaced by the first of them.
 *
 * A static function of a header is in every object that includes it. Two functions are equal when
 * they have equal words and call equal functions. For recursive functions this definition is
 * circular; we want its largest solution. Partition refinement finds it: at first a class is all
 * functions with equal words, and a class is split as long as its members call functions of
 * different classes. A class is represented by its *leader*, the first function in it.
 *
 * A function that is alone in its class stays so and is not looked at again. Nearly all are, after
 * the first comparison.
 */
#include "icf.h"

#include <inttypes.h>

#include "atoms.h"
#include "passes.h"

// The most functions and calls that are looked at in all rounds. A chain of n calls takes n rounds.
// Functions that may still differ at the limit are not folded.
#define STEPS_MAX (1u << 22)

// Functions whose class may still split.
struct sharing {
	struct function **items;
	size_t count;
};

typedef int compare_fn(const struct function *a, const struct function *b);

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_words(const struct function *a, const struct function *b)
{
	int difference = compare_numbers(a->words.count, b->words.count);

	if (difference)
		return difference;
	return memcmp(a->words.items, b->words.items, a->words.count * sizeof(*a->words.items));
}

// Compare two functions of one class; equal words have equally many callees.
static int compare_callees(const struct function *a, const struct function *b)
{
	int difference = compare_numbers((uintptr_t)a->leader, (uintptr_t)b->leader);

	for (size_t i = 0; !difference && i < a->callees.count; i++)
		difference = compare_numbers((uintptr_t)a->callees.items[i]->leader,
					     (uintptr_t)b->callees.items[i]->leader);
	return difference;
}

// Equal functions stay in input order: they are in one array, so their addresses have that order.
static int order_by_words(const void *a, const void *b)
{
	const struct function *x = *(struct function *const *)a, *y = *(struct function *const *)b;
	int difference = compare_words(x, y);

	return difference ? difference : compare_numbers((uintptr_t)x, (uintptr_t)y);
}

static int order_by_callees(const void *a, const void *b)
{
	const struct function *x = *(struct function *const *)a, *y = *(struct function *const *)b;
	int difference = compare_callees(x, y);

	return difference ? difference : compare_numbers((uintptr_t)x, (uintptr_t)y);
}

// Set the leader of each of the sorted functions: the first of those equal to it. Return whether
// any leader changed.
static bool find_classes(struct sharing *sharing, compare_fn *compare)
{
	bool changed = false;

	for (size_t i = 0; i < sharing->count; i++) {
		struct function *function = sharing->items[i];
		struct function *before = i ? sharing->items[i - 1] : NULL;

		function->next_leader =
			before && compare(before, function) == 0 ? before->next_leader : function;
	}
	for (size_t i = 0; i < sharing->count; i++) {
		struct function *function = sharing->items[i];

		changed |= function->leader != function->next_leader;
		function->leader = function->next_leader;
	}
	return changed;
}

static void drop_lonely(struct sharing *sharing)
{
	size_t kept = 0;

	for (size_t i = 0; i < sharing->count; i++) {
		struct function *function = sharing->items[i];
		bool first = function->leader == function;
		bool followed = i + 1 < sharing->count && sharing->items[i + 1]->leader == function;

		if (!first || followed)
			sharing->items[kept++] = function;
	}
	sharing->count = kept;
}

// The steps of one round.
static size_t count_steps(const struct sharing *sharing)
{
	size_t steps = sharing->count;

	for (size_t i = 0; i < sharing->count; i++)
		steps += sharing->items[i]->callees.count;
	return steps;
}

// Let the leader of each function be the first of its equals.
static void find_equals(struct sharing *sharing)
{
	bool changed = true;
	size_t steps = 0;

	array_sort(sharing, order_by_words);
	find_classes(sharing, compare_words);
	drop_lonely(sharing);
	while (changed && sharing->count) {
		array_sort(sharing, order_by_callees);
		changed = find_classes(sharing, compare_callees);
		drop_lonely(sharing);
		steps += count_steps(sharing);
		if (steps > STEPS_MAX)
			break;
	}
	for (size_t i = 0; changed && i < sharing->count; i++)
		sharing->items[i]->leader = sharing->items[i];
}

// Warn of global functions that --icf=all folded: their names stay, at one address.
static void warn_names(struct linker *linker, const struct functions *functions)
{
	const struct atom *first = NULL;
	size_t count = 0;

	array_each(function, functions) {
		const struct atom *atom = function->atom;

		if (!atom->folded || !symbol_is_global(atom->symbol))
			continue;
		first = first ? first : atom;
		count++;
	}
	if (first)
		diag_warning(
			linker->diag, WARN_SHARED_PLACE, symbol_place(linker, first->symbol),
			"'%s' is another name of '%s' now (%zu such in all): aya refuses two names "
			"of one place; hide what need not be global, and fold by --icf=hidden",
			linker_name(linker, first->symbol->name),
			linker_name(linker, first->folded->symbol->name), count);
}

/*
 * Needs: declarations, live atoms, folded constants. Gives: folded of functions; atom->candidate;
 * linker->function_count.
 */
void fold_identical(struct linker *linker)
{
	struct functions functions = { 0 };
	struct sharing sharing;

	if (linker->options->icf == BPFLD_ICF_NONE)
		return;
	read_functions(linker, &functions);
	if (functions.count == 0)
		return;
	sharing.items = arena_new_array(linker->arena, struct function *, functions.count);
	sharing.count = functions.count;
	for (size_t i = 0; i < functions.count; i++)
		sharing.items[i] = &functions.items[i];
	find_equals(&sharing);
	array_each(function, &functions) {
		if (function->leader != function)
			function->atom->folded = function->leader->atom;
	}
	linker->function_count = (uint32_t)functions.count;
	if (linker->options->icf == BPFLD_ICF_ALL)
		warn_names(linker, &functions);
}
