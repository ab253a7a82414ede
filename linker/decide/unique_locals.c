/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes names of functions unique in the output: cilium/ebpf finds functions, static ones too, by
 * name, and refuses an object in which two have one name.
 *
 * A global function keeps its name, and so does the first local one in the order of inputs. Each
 * other one becomes NAME__1, NAME__2 and so on, the first that no input has as a string: so new
 * names clash with nothing, and linking an output again renames nothing. Symbols of one object that
 * have one name and place stay alike. There are underscores
 * instead of a dot because kernels before 6.4 refuse a dot in the name of a function in BTF.
 *
 * Variables are left alone: loaders find only global variables by name.
 */
#include <inttypes.h>

#include "base/table.h"

#include "atoms.h"
#include "callbacks.h"
#include "passes.h"

// The most bytes of a name that new names are made from; kernels accept no longer ones. Without a
// limit new names could take many times the size of the input.
#define STEM_MAX 512

// Who has a name.
struct claim {
	uint32_t next;              // the number to try next; 0 when no function has the name
	const struct symbol *first; // the local function that keeps it; or NULL
};

struct renaming {
	struct linker *linker;
	ARRAY(struct claim) claims; // by name
	struct table places; // of this object's renamed functions: hash -> index in functions
	ARRAY(struct symbol *) functions; // the list that `places` refers to
};

static struct claim *name_claim(struct renaming *renaming, uint32_t name)
{
	return array_at(renaming->linker->arena, &renaming->claims, name);
}

// Claim all names of globals: an undefined symbol may be a function of the kernel, a name in a tag
// one of a later link.
static void claim_globals(struct renaming *renaming)
{
	struct linker *linker = renaming->linker;

	array_each(object, &linker->objects) {
		array_each(callback, &(*object)->callbacks) {
			uint32_t name = callback_wants(linker, callback);

			if (name)
				name_claim(renaming, name)->next = 1;
		}
	}
	array_each(each, &linker->globals) {
		const struct global *global = *each;

		if (!global->enclosed &&
		    (!global->definition || global->definition->type == STT_FUNC))
			*name_claim(renaming, global->name) = (struct claim){
				.next = 1,
				.first = global->local ? global->definition : NULL,
			};
	}
}

static uint32_t fresh_name(struct renaming *renaming, uint32_t name)
{
	struct linker *linker = renaming->linker;
	struct str stem = strings_get(&linker->strings, name);

	if (stem.size > STEM_MAX) {
		stem.size = STEM_MAX;
		name = strings_intern(&linker->strings, stem);
	}
	for (;;) {
		uint32_t number = name_claim(renaming, name)->next++;
		size_t known = linker->strings.strings.count;
		uint32_t fresh = strings_intern(&linker->strings,
						str_of(arena_format(linker->arena, "%.*s__%" PRIu32,
								    STR_ARGS(stem), number)));

		if (fresh == known)
			return fresh;
	}
}

// Whether @symbol is a local function that goes out, or a global one that lost its name but not its
// body.
static bool is_local_function(const struct symbol *symbol)
{
	const struct atom *atom = symbol->atom;

	return atom && atom->live && !atom->folded && symbol->type == STT_FUNC &&
	       symbol->section->role == ROLE_CODE &&
	       (!symbol->global || symbol->global->definition != symbol ||
		symbol->global->enclosed);
}

static uint32_t hash_place(const struct renaming *renaming, const struct section *section,
			   uint64_t offset, uint32_t name)
{
	const uint64_t place[] = { (uint64_t)section->shndx << 32 | name, offset };

	return hash_bytes(&renaming->linker->strings.key, place, sizeof(place));
}

// The renamed function with that old name at a place of this object; NULL for none.
static struct symbol **find_renamed(const struct renaming *renaming, const struct section *section,
				    uint64_t offset, uint32_t name)
{
	struct table_probe probe =
		table_probe(&renaming->places, hash_place(renaming, section, offset, name));
	uint32_t index;

	while (table_next(&renaming->places, &probe, &index)) {
		struct symbol **symbol = &renaming->functions.items[index];

		if ((*symbol)->section == section && (*symbol)->value == offset &&
		    (*symbol)->name == name)
			return symbol;
	}
	return NULL;
}

static void add_renamed(struct renaming *renaming, struct symbol *symbol)
{
	struct arena *arena = renaming->linker->arena;

	table_add(&renaming->places, arena,
		  hash_place(renaming, symbol->section, symbol->value, symbol->name),
		  (uint32_t)renaming->functions.count);
	*array_add(arena, &renaming->functions) = symbol;
}

// The symbol before @symbol that says the same: the name and place of a local function; or NULL.
static const struct symbol *find_twin(const struct renaming *renaming, const struct symbol *symbol,
				      const struct symbol *first)
{
	struct symbol **renamed;

	if (first && first->section == symbol->section && first->value == symbol->value)
		return first;
	renamed = find_renamed(renaming, symbol->section, symbol->value, symbol->name);
	return renamed ? *renamed : NULL;
}

static void rename_symbol(struct renaming *renaming, struct symbol *symbol)
{
	struct claim *claim = name_claim(renaming, symbol->name);
	const struct symbol *twin;

	if (claim->next == 0) {
		*claim = (struct claim){ 1, symbol };
		return;
	}
	twin = find_twin(renaming, symbol, claim->first);
	if (twin) {
		symbol->output_name = twin->output_name;
		return;
	}
	symbol->output_name = fresh_name(renaming, symbol->name);
	add_renamed(renaming, symbol);
}

static void rename_symbols(struct renaming *renaming, struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		if (is_local_function(&object->symbols[i]))
			rename_symbol(renaming, &object->symbols[i]);
	}
}

// Rename a declaration like its symbol, found by place and name: an object may have a name twice,
// and a place may have two names.
static void rename_declaration(const struct renaming *renaming, struct declaration *declaration)
{
	struct symbol *const *symbol = find_renamed(renaming, declaration->atom->section,
						    declaration->offset, declaration->name);

	if (symbol)
		declaration->output_name = (*symbol)->output_name;
}

static void keep_names(struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++)
		object->symbols[i].output_name = object->symbols[i].name;
	array_each(first, &object->declarations) {
		for (struct declaration *each = *first; each; each = each->next)
			each->output_name = each->name;
	}
}

static void rename_object(struct renaming *renaming, struct object *object)
{
	keep_names(object);
	if (renaming->linker->options->no_unique_locals)
		return;
	rename_symbols(renaming, object);
	if (renaming->places.count == 0)
		return;
	array_each(first, &object->declarations) {
		for (struct declaration *each = *first; each; each = each->next) {
			if (each->atom)
				rename_declaration(renaming, each);
		}
	}
	table_clear(&renaming->places, renaming->linker->arena);
}

/*
 * Needs: live atoms, folded functions. Gives: output_name of symbols and declarations; texts of
 * tags that name them.
 */
void unique_locals(struct linker *linker)
{
	struct renaming renaming = { .linker = linker };

	claim_globals(&renaming);
	array_each(object, &linker->objects)
		rename_object(&renaming, *object);
	array_each(binding, &linker->bindings)
		binding->function->output_name = binding->global->output_name;
	callbacks_rename(linker);
	array_release(linker->arena, &renaming.claims);
	array_release(linker->arena, &renaming.functions);
}
