/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Repairs symbols and BTF when a tool changed one without the other.
 *
 * A renamed variable (objcopy --redefine-sym, --prefix-symbols) has its old name in BTF. References
 * and other objects use the symbol's name, so BTF gets it. .rel.BTF tells which symbol is meant.
 * Outputs of linkers have no .rel.BTF, but then the DATASEC has the place.
 *
 * Conversely, BTF knows more than a symbol without type and size. libbpf's linker writes such a
 * symbol for an extern in a section that the object has (maps, arenas); its DATASECs have offsets
 * and sizes. Assemblers write one for a definition without .type and .size; there the DATASEC has
 * no size yet.
 */
#include "follow_symbols.h"

#include <inttypes.h>

#include "base/bisect.h"
#include "base/integers.h"

// Limits of what is compared for each declaration: symbols at one place, and bytes of a name.
#define STRAYS_MAX 16
#define TEXT_MAX   512

// Strays: symbols whose names no declaration has, sorted by place.
struct strays {
	ARRAY_FIELDS(const struct symbol *);
};

static int compare_places(const void *a, const void *b)
{
	const struct symbol *x = *(const struct symbol *const *)a;
	const struct symbol *y = *(const struct symbol *const *)b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x < y ? -1 : x > y;
}

static bool is_named(const struct symbol *symbol)
{
	return symbol->name && symbol->type != STT_SECTION && symbol->type != STT_FILE;
}

static const struct symbol *symbol_of_name(const struct scope *scope, uint32_t name)
{
	const struct symbol *symbol = scope_global(scope, name);

	return symbol ? symbol : scope_local(scope, name);
}

static void find_strays(struct scope *scope, struct strays *strays)
{
	const struct object *object = scope->object;
	struct arena *arena = scope->linker->arena;
	uint8_t *known = arena_new_array(arena, uint8_t, object->symbol_count);

	array_each(declaration, &object->declarations) {
		const struct symbol *symbol = symbol_of_name(scope, (*declaration)->name);

		if (symbol)
			known[symbol_index(symbol)] = true;
	}
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (!known[i] && symbol->section && is_named(symbol))
			*array_add(arena, strays) = symbol;
	}
	array_sort(strays, compare_places);
	arena_release(arena, known, object->symbol_count);
}

// The index of the first stray at or behind a place.
static size_t find_place(const struct strays *strays, const struct section *section,
			 uint64_t offset)
{
	const struct symbol *const *items = strays->items;

	return bisect(strays->count, i,
		      items[i]->section < section ||
			      (items[i]->section == section && items[i]->value < offset));
}

static bool ends_with(struct str text, struct str end)
{
	return text.size >= end.size && end.size <= TEXT_MAX &&
	       memcmp(text.data + text.size - end.size, end.data, end.size) == 0;
}

// Whether a symbol lacks type and size: an extern of libbpf's linker, or a definition in assembly.
static bool is_vague(const struct symbol *symbol)
{
	return symbol->type == STT_NOTYPE && symbol->size == 0;
}

// How well @symbol fits @declaration, which is at the same place; more is better.
static int rate_stray(const struct linker *linker, const struct declaration *declaration,
		      const struct symbol *symbol)
{
	bool alike = ends_with(strings_get(&linker->strings, symbol->name),
			       strings_get(&linker->strings, declaration->name));

	return 1 + alike +
	       2 * (is_vague(symbol) == (declaration->linkage == BTF_VAR_GLOBAL_EXTERN));
}

// The stray at a place that fits best; NULL when there is none, a tie, or too many.
static const struct symbol *find_stray(const struct linker *linker, const struct strays *strays,
				       const struct section *section,
				       const struct datasec_entry *entry)
{
	size_t first = find_place(strays, section, entry->offset);
	const struct symbol *found = NULL;
	int best = 0;

	for (size_t i = first; i < strays->count && strays->items[i]->section == section &&
			       strays->items[i]->value == entry->offset;
	     i++) {
		int rating = rate_stray(linker, entry->declaration, strays->items[i]);

		if (i - first == STRAYS_MAX)
			return NULL;
		if (rating >= best)
			found = rating > best ? strays->items[i] : NULL;
		if (rating > best)
			best = rating;
	}
	return found;
}

// Whether @symbol is a copy (v.0) of a static variable, made by GCC; BTF has the name of the
// original.
static bool is_copy(const struct linker *linker, const struct declaration *declaration,
		    const struct symbol *symbol)
{
	return declaration->linkage == BTF_VAR_STATIC &&
	       scope_is_clone(linker, symbol->name, declaration->name);
}

static void follow(const struct linker *linker, struct declaration *declaration,
		   const struct symbol *symbol)
{
	if (symbol && !is_copy(linker, declaration, symbol))
		declaration->name = symbol->name;
}

// Whether the variable of @entry has a known place, and no symbol has its name.
static bool is_lost(const struct scope *scope, const struct datasec *datasec,
		    const struct datasec_entry *entry)
{
	return !entry->symbol && datasec->size && entry->declaration->linkage != BTF_VAR_STATIC &&
	       !symbol_of_name(scope, entry->declaration->name);
}

void follow_symbols(struct scope *scope)
{
	struct linker *linker = scope->linker;
	struct strays strays = { 0 };
	bool known = false;

	array_each(datasec, &scope->object->datasecs) {
		const struct section *section = scope_section(scope, datasec->name);

		for (uint32_t i = 0; i < datasec->count; i++) {
			const struct datasec_entry *entry = &datasec->entries[i];

			if (entry->symbol && is_named(entry->symbol))
				follow(linker, entry->declaration, entry->symbol);
			if (!section || !is_lost(scope, datasec, entry))
				continue;
			if (!known)
				find_strays(scope, &strays);
			known = true;
			follow(linker, entry->declaration,
			       find_stray(linker, &strays, section, entry));
		}
	}
	array_release(linker->arena, &strays);
}

void follow_place(const struct scope *scope, struct declaration *declaration)
{
	const struct atom *atom = declaration->atom;
	const struct symbol *own = scope_local(scope, declaration->name);
	const struct symbol *there = atom ? atom->symbol : NULL;

	if (!there || there->value != declaration->offset ||
	    (own && own->section == there->section && own->value == there->value))
		return;
	if (there->binding == STB_LOCAL)
		follow(scope->linker, declaration, there);
	else if (there->name == declaration->name) // a tool made it global
		declaration->linkage = BTF_VAR_GLOBAL_ALLOCATED;
}

static bool says_little(const struct symbol *symbol)
{
	return (symbol->type == STT_NOTYPE || (symbol->type == STT_OBJECT && symbol->size == 0)) &&
	       symbol->section && role_is_content(symbol->section->role) && is_named(symbol);
}

static void forget_definition(struct symbol *symbol)
{
	symbol->home = HOME_UNDEFINED;
	symbol->section = NULL;
	symbol->value = 0;
}

static void complete_variable(struct linker *linker, struct symbol *symbol, uint32_t size)
{
	symbol->type = STT_OBJECT;
	if (symbol->size)
		return;
	if (!range_fits(symbol->value, size, symbol->section->size)) {
		diag_error(linker->diag, ERROR_MALFORMED_BTF, symbol_place(linker, symbol),
			   "'%s' has %" PRIu32
			   " bytes in BTF, which end past its section's %" PRIu64,
			   linker_name(linker, symbol->name), size, symbol->section->size);
		return;
	}
	symbol->size = size;
}

static void complete_symbol(struct scope *scope, const struct datasec *datasec,
			    const struct datasec_entry *entry, struct symbol *symbol)
{
	const struct declaration *declaration = entry->declaration;

	if (!symbol || !says_little(symbol) ||
	    (declaration->linkage == BTF_VAR_GLOBAL_EXTERN && symbol->binding == STB_LOCAL))
		return;
	if (declaration->linkage == BTF_VAR_GLOBAL_EXTERN && datasec->size &&
	    symbol->section->name == datasec->name && is_vague(symbol))
		forget_definition(symbol);
	else if (declaration->kind == BTF_KIND_VAR && symbol->section->role != ROLE_CODE)
		complete_variable(scope->linker, symbol, entry->size);
}

void complete_symbols(struct scope *scope, struct object *object)
{
	bool wanted = false;

	for (uint32_t i = 1; object->btf && i < object->symbol_count && !wanted; i++)
		wanted = says_little(&object->symbols[i]);
	if (!wanted)
		return;
	scope_enter(scope, object);
	follow_symbols(scope);
	array_each(datasec, &object->datasecs) {
		for (uint32_t i = 0; i < datasec->count; i++) {
			const struct datasec_entry *entry = &datasec->entries[i];
			uint32_t name = entry->declaration->name;
			struct symbol *symbol = entry->declaration->linkage == BTF_VAR_STATIC
							? NULL
							: scope_global(scope, name);

			// A symbol that a tool made local is found by its name as well.
			if (!symbol)
				symbol = scope_local(scope, name);
			complete_symbol(scope, datasec, entry, symbol);
		}
	}
}
