/* SPDX-License-Identifier: BSD-2-Clause */
#include "adopt.h"

#include <string.h>

#include "base/arena.h"

static const struct bpfld_sizes our_sizes = BPFLD_SIZES;

// The arrays of struct bpfld_options whose elements may grow.
static const struct list {
	const char *name, *size_name;
	size_t items, count; // where they are in struct bpfld_options
	size_t theirs;       // where struct bpfld_sizes has the size of an element
	size_t ours;         // that size here
} lists[] = {
#define LIST(items, count, type)                                                                   \
	{                                                                                          \
#items, #type, offsetof(struct bpfld_options, items),                              \
			offsetof(struct bpfld_options, count), offsetof(struct bpfld_sizes, type), \
			sizeof(struct bpfld_##type),                                               \
	}
	LIST(inputs, input_count, input),
	LIST(aliases, alias_count, alias),
	LIST(bindings, binding_count, binding),
	LIST(scope_rules, scope_rule_count, scope_rule),
	LIST(prefix_maps, prefix_map_count, prefix_map),
	LIST(metadata, metadata_count, metadata),
	LIST(levels, level_count, level_rule),
	LIST(renames, rename_count, alias),
	LIST(prefixes, prefix_count, input_prefix),
	LIST(slots, slot_count, slot),
	LIST(kernels, kernel_count, kernel),
#undef LIST
};

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

void adopt_options(struct adoption *adoption, const struct bpfld_options *options,
		   const struct bpfld_sizes *sizes)
{
	*adoption = (struct adoption){ .theirs = options, .sizes = our_sizes };
	memcpy(&adoption->sizes, sizes, smaller(sizes->sizes, sizeof(*sizes)));
	if (options)
		memcpy(&adoption->options, options, smaller(sizes->options, sizeof(*options)));
}

// Whether the members that only they know are zero, of a struct that is @theirs bytes large there.
static bool is_known(const void *start, size_t theirs, size_t ours)
{
	const char *bytes = start;

	for (size_t i = ours; i < theirs; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

static void refuse(struct diag *diag, const char *what)
{
	diag_error(diag, ERROR_REQUEST, place_in(NULL, NULL),
		   "%s: the program sets a member that libbpfld " BPFLD_VERSION
		   " does not have; install the version that the program is compiled for",
		   what);
}

// The elements as ours; NULL after an error.
static void *copy_elements(const struct list *list, const char *items, size_t count, size_t size,
			   struct arena *arena, struct diag *diag)
{
	char *copies = arena_alloc_array(arena, count, list->ours);

	for (size_t i = 0; i < count; i++) {
		if (!is_known(items + i * size, size, list->ours)) {
			refuse(diag, arena_format(arena, "%s[%zu]", list->name, i));
			return NULL;
		}
		memcpy(copies + i * list->ours, items + i * size, smaller(size, list->ours));
	}
	return copies;
}

static void adopt_list(struct adoption *adoption, const struct list *list, struct arena *arena,
		       struct diag *diag)
{
	const char **items = (const char **)((char *)&adoption->options + list->items);
	size_t count = *(size_t *)((char *)&adoption->options + list->count);
	size_t size = *(size_t *)((char *)&adoption->sizes + list->theirs);
	size_t larger = size < list->ours ? list->ours : size;

	// What no memory holds is refused later, like all that cannot be right.
	if (size == list->ours || !*items || count > PTRDIFF_MAX / larger)
		return;
	if (size == 0)
		diag_error(diag, ERROR_REQUEST, place_in(NULL, NULL),
			   "bpfld_sizes.%s is 0; set it to the size of struct bpfld_%s",
			   list->size_name, list->size_name);
	else
		*items = copy_elements(list, *items, count, size, arena, diag);
}

void adopt_arrays(struct adoption *adoption, struct arena *arena, struct diag *diag)
{
	const struct bpfld_sizes *sizes = &adoption->sizes;

	if (adoption->theirs &&
	    !is_known(adoption->theirs, sizes->options, sizeof(*adoption->theirs)))
		refuse(diag, "bpfld_options");
	// A callback would read or write what is not there.
	if (adoption->options.locate && (sizes->question > sizeof(struct bpfld_question) ||
					 sizes->position > sizeof(struct bpfld_position)))
		refuse(diag, "bpfld_options.locate");
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		adopt_list(adoption, &lists[i], arena, diag);
}

const struct bpfld_diagnostic *adopted_diagnostics(const struct adoption *adoption,
						   const struct bpfld_diagnostic *diagnostics,
						   size_t count, struct arena *arena)
{
	size_t size = adoption->sizes.diagnostic;
	char *copies;

	if (size == sizeof(*diagnostics) || count == 0)
		return diagnostics;
	copies = arena_alloc_array(arena, count, size);
	for (size_t i = 0; i < count; i++)
		memcpy(copies + i * size, &diagnostics[i], smaller(size, sizeof(*diagnostics)));
	return (const struct bpfld_diagnostic *)copies;
}

void adopt_result(const struct adoption *adoption, const struct bpfld_result *result,
		  struct bpfld_result *theirs)
{
	size_t size = adoption->sizes.result;

	memcpy(theirs, result, smaller(size, sizeof(*result)));
	if (size > sizeof(*result))
		memset((char *)theirs + sizeof(*result), 0, size - sizeof(*result));
}
