/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ties FUNCs to functions: by func_info, which says where each is, or else by name.
 */
#include "functions.h"

#include "atoms.h"
#include "ties.h"

// The most bytes of a name that are looked at: kernels take fewer, and any number of records may
// have the same name.
#define IDENTIFIER_MAX 1024

// The most symbols of an object that are looked at to find functions that no table has.
#define LOOKS_MAX (1 << 22)

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

// Whether the kernel accepts @name for a FUNC; not 'twice<int>'.
static bool is_identifier(struct str name)
{
	for (size_t i = 0; i < name.size && i < IDENTIFIER_MAX; i++) {
		bool digit = name.data[i] >= '0' && name.data[i] <= '9';

		if (!is_letter(name.data[i]) && (i == 0 || !digit))
			return false;
	}
	return name.size > 0;
}

// Tie a function to @symbol at its place. Their names may differ (C++ without mangling in BTF):
// ELF's name is the one that references use and kernels accept.
static void bind_place(struct declaration *declaration, const struct symbol *symbol)
{
	declaration->name = symbol->name;
	declaration->global = symbol->global;
	if (symbol->global)
		global_add_type(symbol->global, declaration);
	else
		declaration->linkage = BTF_FUNC_STATIC;
}

// Another linker may have merged equal FUNCs of several static functions into one: copy it for this
// function.
static struct declaration *split_declaration(struct linker *linker, struct object *object,
					     const struct declaration *merged)
{
	struct declaration **first = object_declaration_slot(object, merged->type_id);
	struct declaration *declaration = arena_new(linker->arena, struct declaration);

	*declaration = (struct declaration){
		.object = object,
		.next = *first,
		.type_id = merged->type_id,
		.kind = merged->kind,
		.linkage = merged->written_linkage,
		.written_linkage = merged->written_linkage,
		.name = merged->written_name,
		.written_name = merged->written_name,
		.type = merged->type,
		.node = merged->node,
		.tags = merged->tags,
		.callbacks = merged->callbacks,
	};
	*first = declaration;
	return declaration;
}

static bool is_at(const struct symbol *symbol, const struct symbol *other)
{
	return symbol && symbol->section == other->section && symbol->value == other->value;
}

// Whether a tool renamed the symbol of a static function. Clones (f.constprop.0) also differ in
// name: in BTF they have that of the original.
static bool is_renamed(const struct scope *scope, const struct declaration *declaration,
		       const struct symbol *symbol)
{
	// A made-up function has the name of a global symbol if there is one (bare.c).
	if (is_at(scope_local(scope, declaration->name), symbol) ||
	    is_at(scope_global(scope, declaration->name), symbol))
		return false;
	if (!is_identifier(strings_get(&scope->linker->strings, declaration->name)))
		return true;
	return symbol->binding == STB_LOCAL && symbol->name != declaration->name &&
	       !scope_is_clone(scope->linker, symbol->name, declaration->name);
}

// Symbols of sections are made anew, without names.
static bool stands_for(const struct symbol *symbol, const struct declaration *declaration)
{
	return symbol && symbol->type != STT_SECTION &&
	       symbol->section == declaration->atom->section &&
	       symbol->value == declaration->offset;
}

// The local symbol that has the name and the place of a function. Several may have the name; where
// there are too many to look at, the first is taken for it.
static struct symbol *find_local(struct scope *scope, const struct declaration *declaration)
{
	const struct object *object = scope->object;
	struct symbol *first = scope_local(scope, declaration->name);

	if (!first || stands_for(first, declaration) || scope->looks >= LOOKS_MAX)
		return first;
	scope->looks += object->symbol_count;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];

		if (symbol->name == declaration->name && stands_for(symbol, declaration))
			return symbol;
	}
	return NULL;
}

// Report a function without a symbol: loaders find functions by symbols, static ones too.
static struct symbol *find_function(struct scope *scope, const struct declaration *declaration)
{
	struct symbol *first = declaration->atom->symbol, *global;

	if (first && first->value == declaration->offset)
		return first;
	global = scope_global(scope, declaration->name);
	return stands_for(global, declaration) ? global : find_local(scope, declaration);
}

static void check_function(struct scope *scope, const struct declaration *declaration)
{
	struct symbol *symbol = find_function(scope, declaration);

	if (symbol)
		symbol->wanted = true;
	else
		diag_error(scope->linker->diag, ERROR_STRIPPED,
			   place_at(section_place(declaration->atom->section), declaration->offset),
			   "function '%s' has no symbol any more; keep it when you strip symbols",
			   linker_name(scope->linker, declaration->name));
}

// Tie a non-static function to a symbol where it is: that of its name, or else @first. Its name may
// be that of another function, as of C++, which BTF has without its mangling.
static void bind_function(struct scope *scope, struct declaration *declaration,
			  const struct symbol *first)
{
	struct symbol *symbol = scope_global(scope, declaration->name);

	// It is defined, whatever BTF says.
	if (declaration->linkage == BTF_FUNC_EXTERN)
		declaration->linkage = BTF_FUNC_GLOBAL;
	if (stands_for(symbol, declaration))
		declaration_bind(declaration, symbol);
	else if (stands_for(find_local(scope, declaration), declaration))
		declaration->linkage = BTF_FUNC_STATIC; // since it was compiled
	else if (first && first->value == declaration->offset)
		bind_place(declaration, first);
}

// Tie the FUNC of a func_info record to the function that the record is about.
static struct declaration *read_function(struct scope *scope, const struct btf_ext_record *record,
					 struct section *section)
{
	struct linker *linker = scope->linker;
	struct declaration *declaration = object_declaration(scope->object, record->field[0]);
	struct atom *atom = section_atom(section, record->insn_off);

	if (declaration->atom == atom && declaration->offset == record->insn_off)
		return declaration;
	if (declaration->atom)
		declaration = split_declaration(linker, scope->object, declaration);
	declaration_tie(linker, declaration, section, record->insn_off);
	if (!declaration->atom)
		return declaration;
	if (declaration->linkage != BTF_FUNC_STATIC)
		bind_function(scope, declaration, atom->symbol);
	else if (atom->symbol && atom->symbol->value == record->insn_off &&
		 is_renamed(scope, declaration, atom->symbol))
		bind_place(declaration, atom->symbol);
	check_function(scope, declaration);
	return declaration;
}

struct declaration **functions_place(struct scope *scope, const struct btf_ext_block *block,
				     struct section *section)
{
	struct declaration **functions =
		arena_new_array(scope->linker->arena, struct declaration *, block->count);

	for (uint32_t i = 0; i < block->count; i++) {
		struct btf_ext_record record = btf_ext_record(block, i);

		functions[i] = read_function(scope, &record, section);
	}
	return functions;
}

// Whether @symbol, which has the name of a static function, is that. In assembly that tells no
// types it need not be a FUNC; then its section tells.
static bool may_be_function(const struct symbol *symbol)
{
	return symbol && symbol->section &&
	       (symbol->type == STT_FUNC || symbol->section->role == ROLE_CODE);
}

// Whether some FUNC is tied to the place of @symbol, as far as its atom knows.
static bool is_described(const struct symbol *symbol)
{
	const struct declaration *declaration = symbol->atom ? symbol->atom->declaration : NULL;

	return declaration && declaration->offset == symbol->value;
}

// Whether @symbol is a local function that no FUNC describes.
static bool is_left(const struct symbol *symbol)
{
	return symbol->binding == STB_LOCAL && symbol->type == STT_FUNC && symbol->section &&
	       symbol->section->role == ROLE_CODE && symbol->atom &&
	       symbol->atom->symbol == symbol && !is_described(symbol);
}

// The function of a static FUNC: the first of its name that no other FUNC describes, or else the
// first one. Linkers that joined objects without func_info left functions and FUNCs of one name in
// one order.
static struct symbol *find_named(struct scope *scope, const struct declaration *declaration)
{
	const struct object *object = scope->object;
	struct symbol *first = scope_local(scope, declaration->name);

	if (!may_be_function(first) || !is_described(first) || scope->looks >= LOOKS_MAX)
		return first;
	scope->looks += object->symbol_count;
	for (uint32_t i = symbol_index(first) + 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];

		if (symbol->name == declaration->name && is_left(symbol))
			return symbol;
	}
	return first;
}

// Find the function of a FUNC that no func_info places.
static void find_place(struct scope *scope, struct declaration *declaration)
{
	struct symbol *symbol;

	if (declaration->linkage != BTF_FUNC_STATIC) {
		declaration_bind_name(scope, declaration);
		return;
	}
	symbol = find_named(scope, declaration);
	if (!may_be_function(symbol))
		return;
	symbol->wanted = true;
	declaration_tie(scope->linker, declaration, symbol->section, symbol->value);
}

static bool has_func_info(const struct object *object)
{
	for (size_t i = 0; object->ext && i < object->ext->blocks.count; i++) {
		if (object->ext->blocks.items[i].kind == BTF_EXT_FUNC)
			return true;
	}
	return false;
}

static const struct declaration *find_func(const struct scope *scope, uint32_t name)
{
	const struct declaration *found = array_get(&scope->functions, name);

	return found && found->object == scope->object ? found : NULL;
}

// The last FUNC of the name of @symbol, or of the function that it is a clone of; NULL: none.
static const struct declaration *find_shared(const struct scope *scope, const struct symbol *symbol)
{
	struct linker *linker = scope->linker;
	uint32_t origin =
		strings_intern(&linker->strings, scope_clone_origin(linker, symbol->name));
	const struct declaration *found = find_func(scope, symbol->name);

	return found || !origin ? found : find_func(scope, origin);
}

// Give local functions that have no FUNC of their own a copy of one: clones, and those whose FUNC
// was equal to that of another, so that a linker made them one.
static void share_functions(struct scope *scope)
{
	struct object *object = scope->object;

	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];
		const struct declaration *shared =
			is_left(symbol) ? find_shared(scope, symbol) : NULL;
		struct declaration *copy;

		if (!shared)
			continue;
		copy = split_declaration(scope->linker, object, shared);
		copy->linkage = BTF_FUNC_STATIC;
		declaration_tie(scope->linker, copy, symbol->section, symbol->value);
	}
}

void functions_find(struct scope *scope)
{
	const struct object *object = scope->object;
	bool placed = has_func_info(object);

	array_each(each, &object->declarations) {
		if ((*each)->kind != BTF_KIND_FUNC)
			continue;
		if (!placed)
			*array_at(scope->linker->arena, &scope->functions, (*each)->name) = *each;
		if (!(*each)->atom)
			find_place(scope, *each);
	}
	if (!placed)
		share_functions(scope);
}
