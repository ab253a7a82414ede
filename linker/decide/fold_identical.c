/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Identical code folding: equal functions of .text are replaced by the first of them.
 *
 * A static function of a header is in every object that includes it. Two functions are equal when
 * they have equal words and call equal functions. For recursive functions this definition is
 * circular; we want its largest solution, which is what partition refinement finds: at first a
 * class is all functions with equal words, and a class is split as long as its members call
 * functions of different classes. A class is represented by its *leader*, the first function in it.
 *
 * A function that is alone in its class stays so. Nearly all are after their words were compared,
 * so only the others are items of the refinement.
 */
#include "icf.h"

#include <inttypes.h>

#include "atoms.h"
#include "base/lists.h"
#include "base/refine.h"
#include "passes.h"

// Functions that are not alone in their class.
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

// What a function of one class calls that no other class of more than one has.
static const struct function *lonely_callee(const struct function *function, size_t i)
{
	const struct function *callee = function->callees.items[i];

	return callee->shares ? NULL : callee;
}

// Compare two functions of one class as far as they call functions that are alone in theirs; equal
// words have equally many callees.
static int compare_lonely_callees(const struct function *a, const struct function *b)
{
	int difference = compare_numbers((uintptr_t)a->leader, (uintptr_t)b->leader);

	for (size_t i = 0; !difference && i < a->callees.count; i++)
		difference = compare_numbers((uintptr_t)lonely_callee(a, i),
					     (uintptr_t)lonely_callee(b, i));
	return difference;
}

// Functions are in one array, in input order, so their addresses have that order.
static int compare_places(const struct function *a, const struct function *b)
{
	return compare_numbers((uintptr_t)a, (uintptr_t)b);
}

static int order_by_words(const void *a, const void *b)
{
	const struct function *x = *(struct function *const *)a, *y = *(struct function *const *)b;
	int difference = compare_words(x, y);

	return difference ? difference : compare_places(x, y);
}

static int order_by_lonely_callees(const void *a, const void *b)
{
	const struct function *x = *(struct function *const *)a, *y = *(struct function *const *)b;
	int difference = compare_lonely_callees(x, y);

	return difference ? difference : compare_places(x, y);
}

static int order_by_place(const void *a, const void *b)
{
	return compare_places(*(struct function *const *)a, *(struct function *const *)b);
}

// Set the next leader of each of the sorted functions: the first of those equal to it.
static void find_leaders(struct sharing *sharing, compare_fn *compare)
{
	for (size_t i = 0; i < sharing->count; i++) {
		struct function *function = sharing->items[i];
		struct function *before = i ? sharing->items[i - 1] : NULL;

		function->next_leader =
			before && compare(before, function) == 0 ? before->next_leader : function;
	}
	for (size_t i = 0; i < sharing->count; i++)
		sharing->items[i]->leader = sharing->items[i]->next_leader;
}

// Leave those of the sorted functions that are not alone in their class.
static void drop_lonely(struct sharing *sharing)
{
	size_t kept = 0;

	for (size_t i = 0; i < sharing->count; i++) {
		struct function *function = sharing->items[i];
		bool first = function->leader == function;
		bool followed = i + 1 < sharing->count && sharing->items[i + 1]->leader == function;

		function->shares = !first || followed;
		if (function->shares)
			sharing->items[kept++] = function;
	}
	sharing->count = kept;
}

// The calls among items, by who is called.
static void list_calls(const struct sharing *sharing, struct refinement *refinement,
		       struct arena *arena)
{
	uint32_t *first = arena_new_array(arena, uint32_t, (size_t)refinement->item_count + 1);
	struct referrer *referrers;
	uint32_t total;

	for (size_t i = 0; i < sharing->count; i++) {
		array_each(callee, &sharing->items[i]->callees)
			first[(*callee)->item] += (*callee)->shares;
	}
	total = lists_find_ends(first, refinement->item_count);
	referrers = arena_new_array(arena, struct referrer, total);
	for (uint32_t i = refinement->item_count; i-- > 0;) {
		const struct function *function = sharing->items[i];

		for (size_t position = function->callees.count; position-- > 0;) {
			const struct function *callee = function->callees.items[position];

			if (callee->shares)
				referrers[--first[callee->item]] =
					(struct referrer){ i, (uint32_t)position };
		}
	}
	refinement->first = first;
	refinement->referrers = referrers;
}

// Split the classes of functions that call different items.
static void refine_classes(struct sharing *sharing, struct arena *arena)
{
	uint32_t count = (uint32_t)sharing->count;
	uint32_t *key = arena_new_array(arena, uint32_t, count);
	struct refinement refinement = { .item_count = count, .key_count = count, .key = key };
	struct function **leaders;

	array_sort(sharing, order_by_place);
	for (uint32_t i = 0; i < count; i++)
		sharing->items[i]->item = i;
	for (uint32_t i = 0; i < count; i++)
		key[i] = sharing->items[i]->leader->item;
	// Calls lead from item to item, of which there is one group.
	refinement.group = arena_new_array(arena, uint32_t, count);
	list_calls(sharing, &refinement, arena);
	refine(&refinement, arena);
	leaders = arena_new_array(arena, struct function *, refinement.class_count);
	for (uint32_t i = 0; i < count; i++) {
		struct function **leader = &leaders[refinement.class_of[i]];

		if (!*leader)
			*leader = sharing->items[i];
		sharing->items[i]->leader = *leader;
	}
}

// Let the leader of each function be the first of its equals.
static void find_equals(struct sharing *sharing, struct arena *arena)
{
	array_sort(sharing, order_by_words);
	find_leaders(sharing, compare_words);
	drop_lonely(sharing);
	if (!sharing->count)
		return;
	array_sort(sharing, order_by_lonely_callees);
	find_leaders(sharing, compare_lonely_callees);
	refine_classes(sharing, arena);
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
	struct arena *scratch;

	if (linker->options->icf == BPFLD_ICF_NONE)
		return;
	read_functions(linker, &functions);
	if (functions.count == 0)
		return;
	scratch = arena_nest(linker->arena);
	sharing.items = arena_new_array(scratch, struct function *, functions.count);
	sharing.count = functions.count;
	for (size_t i = 0; i < functions.count; i++)
		sharing.items[i] = &functions.items[i];
	find_equals(&sharing, scratch);
	arena_deinit(scratch);
	array_each(function, &functions) {
		if (function->leader != function)
			function->atom->folded = function->leader->atom;
	}
	linker->function_count = (uint32_t)functions.count;
	if (linker->options->icf == BPFLD_ICF_ALL)
		warn_names(linker, &functions);
}
