/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ties declarations to symbols: FUNCs and VARs of BTF to globals, sections and atoms.
 *
 * BTF and ELF describe the same things. Non-static ones are matched by name; static functions by
 * func_info, static variables by their DATASEC, because names of static things need not be unique.
 * Without func_info, names must do.
 */
#include <inttypes.h>

#include "atoms.h"
#include "btf_relocations.h"
#include "follow_symbols.h"
#include "gcc.h"
#include "passes.h"
#include "scope.h"

// The most bytes of a name that are looked at: kernels take fewer, and any number of records may
// have the same name.
#define IDENTIFIER_MAX 1024

// The most pairs of a tag and a function, where functions share a FUNC: so many for each tag and
// record, or the minimum. Compilers stay below.
#define SHARED_EACH 16
#define SHARED_MIN  65536

// The most symbols of an object that are looked at to find functions that no table has.
#define LOOKS_MAX (1 << 22)

static void tie(struct linker *linker, struct declaration *declaration, struct section *section,
		uint64_t offset)
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
	if (atom && !atom->declaration)
		atom->declaration = declaration;
}

static void bind_symbol(struct declaration *declaration, const struct symbol *symbol)
{
	// The global may have another name: --wrap.
	declaration->name = symbol->global->name;
	declaration->global = symbol->global;
	global_add_type(symbol->global, declaration);
}

// Tie a non-static declaration to the symbol with its name.
static void bind_global(struct linker *linker, struct scope *scope, struct declaration *declaration)
{
	struct symbol *symbol = scope_global(scope, declaration->name);

	if (symbol) {
		bind_symbol(declaration, symbol);
	} else {
		symbol = scope_local(scope, declaration->name);
		// A tool made the symbol local.
		if (symbol)
			declaration->linkage = BTF_FUNC_STATIC;
	}
	if (!symbol || !symbol->section)
		return;
	symbol->wanted |= declaration->kind == BTF_KIND_FUNC;
	tie(linker, declaration, symbol->section, symbol->value);
}

// The place of a static variable: that of the symbol of its entry's relocation, or else @offset in
// the section named like the DATASEC.
static struct section *locate_variable(struct scope *scope, const struct datasec *datasec,
				       const struct datasec_entry *entry, uint64_t *offset)
{
	const struct symbol *symbol = entry->symbol;

	if (symbol && symbol->section) {
		*offset = entry->offset + symbol->value;
		return symbol->section->role == ROLE_DISCARDED ? NULL : symbol->section;
	}
	if (!datasec->section && scope_is_ambiguous(scope, datasec->name)) {
		diag_error(scope->linker->diag, ERROR_AMBIGUOUS_SECTION, scope->object->btf->where,
			   "several sections are called '%s', and no relocation says which one "
			   "variable '%s' is in",
			   linker_name(scope->linker, datasec->name),
			   linker_name(scope->linker, entry->declaration->name));
		return NULL;
	}
	*offset = datasec->section ? gcc_static_offset(scope, datasec, entry) : 0;
	return datasec->section;
}

static void place_variable(struct scope *scope, const struct datasec *datasec,
			   const struct datasec_entry *entry)
{
	struct linker *linker = scope->linker;
	struct declaration *declaration = entry->declaration;
	uint64_t offset;
	struct section *section = locate_variable(scope, datasec, entry, &offset);

	if (!section)
		return;
	if (offset >= section->size && entry->size) {
		diag_error(linker->diag, ERROR_MALFORMED_BTF, scope->object->btf->where,
			   "variable '%s' at offset %" PRIu64 " is past the end of section '%s'",
			   linker_name(linker, declaration->name), offset, section->text_name);
		return;
	}
	tie(linker, declaration, section, offset);
	follow_place(scope, declaration);
	if (declaration->linkage != BTF_VAR_STATIC)
		bind_global(linker, scope, declaration);
}

// Report a declaration without a symbol: loaders find variables and maps by symbols.
static void check_symbol(const struct scope *scope, const struct datasec *datasec,
			 const struct declaration *declaration)
{
	const struct section *section = datasec->section;

	if (declaration->linkage == BTF_VAR_GLOBAL_ALLOCATED && !declaration->global && section &&
	    (section->role == ROLE_DATA || section->role == ROLE_MAPS))
		diag_error(scope->linker->diag, ERROR_STRIPPED, scope->object->btf->where,
			   "variable '%s' of section '%s' has no symbol any more; keep it when you "
			   "strip or rename symbols",
			   linker_name(scope->linker, declaration->name), section->text_name);
}

// Whether @datasec is still relevant.
static bool read_datasec(struct scope *scope, struct datasec *datasec)
{
	struct linker *linker = scope->linker;
	bool kept = datasec->count == 0;

	datasec->section = scope_section(scope, datasec->name);
	if (datasec->section && datasec->section->role == ROLE_DISCARDED)
		datasec->section = NULL;
	for (uint32_t i = 0; i < datasec->count; i++) {
		struct declaration *declaration = datasec->entries[i].declaration;

		declaration->size = datasec->entries[i].size;
		if (declaration->linkage == BTF_VAR_GLOBAL_EXTERN &&
		    gcc_lists_by_default(linker_name(linker, datasec_output_name(datasec))))
			continue;
		// In a DATASEC kernels accept only variables, besides extern functions, which
		// others define.
		if (declaration->kind == BTF_KIND_FUNC && declaration->linkage != BTF_FUNC_EXTERN)
			continue;
		kept = true;
		declaration->datasec = datasec->name;
		if (declaration->linkage == BTF_VAR_STATIC)
			place_variable(scope, datasec, &datasec->entries[i]);
		check_symbol(scope, datasec, declaration);
	}
	return kept;
}

static void read_datasecs(struct scope *scope)
{
	struct object *object = scope->object;
	size_t kept = 0;

	for (size_t i = 0; i < object->datasecs.count; i++) {
		if (read_datasec(scope, &object->datasecs.items[i]))
			object->datasecs.items[kept++] = object->datasecs.items[i];
	}
	object->datasecs.count = kept;
}

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
	struct str name = strings_get(&scope->linker->strings, declaration->name);

	if (!is_identifier(name))
		return true;
	// A made-up function has the name of a global symbol if there is one (bare.c).
	return symbol->binding == STB_LOCAL && symbol->name != declaration->name &&
	       !is_at(scope_local(scope, declaration->name), symbol) &&
	       !is_at(scope_global(scope, declaration->name), symbol) &&
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
		bind_symbol(declaration, symbol);
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
	tie(linker, declaration, section, record->insn_off);
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

static struct declaration **read_func_info(struct scope *scope, const struct btf_ext_block *block,
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

static const char *const record_names[] = { "func_info", "line_info", "core_relo" };

// The section of the records of block @index; NULL when an error was reported.
static struct section *locate_block(struct scope *scope, size_t index)
{
	struct linker *linker = scope->linker;
	const struct object *object = scope->object;
	const struct btf_ext_block *block = &object->ext->blocks.items[index];
	struct place where = place_at(place_in(object->name, ".BTF.ext"), block->offset);
	const char *name = linker_name(linker, block->section);
	struct section *section = object->ext_sections[index];

	if (!section)
		section = scope_section(scope, block->section);
	if (section && (section->role == ROLE_CODE || section->role == ROLE_DISCARDED))
		return section;
	if (!section && scope_is_ambiguous(scope, block->section))
		diag_error(linker->diag, ERROR_AMBIGUOUS_SECTION, where,
			   "several sections are called '%s', and no relocation says which one "
			   "%s is for",
			   name, record_names[block->kind]);
	else
		diag_error(linker->diag, ERROR_MALFORMED_BTF, where,
			   "%s is for section '%s', which is no code here",
			   record_names[block->kind], name);
	return NULL;
}

static bool check_offsets(struct linker *linker, const struct object *object,
			  const struct btf_ext_block *block, const struct section *section)
{
	struct place where = place_at(place_in(object->name, ".BTF.ext"), block->offset);

	for (uint32_t i = 0; i < block->count; i++) {
		uint32_t insn_off = btf_ext_record(block, i).insn_off;

		if (insn_off < section->size && insn_off % 8 == 0)
			continue;
		diag_error(linker->diag, ERROR_MALFORMED_BTF, where,
			   "%s is for offset 0x%" PRIx32
			   " of section '%s', where no instruction is",
			   record_names[block->kind], insn_off, section->text_name);
		return false;
	}
	return true;
}

static void read_blocks(struct linker *linker, struct scope *scope)
{
	struct object *object = scope->object;

	if (scope->ambiguous && !object->bare)
		split_ext_blocks(linker, object);
	else if (!object->bare)
		object->ext_sections =
			arena_new_array(linker->arena, struct section *, object->ext->blocks.count);
	object->functions =
		arena_new_array(linker->arena, struct declaration **, object->ext->blocks.count);
	for (size_t i = 0; i < object->ext->blocks.count; i++) {
		const struct btf_ext_block *block = &object->ext->blocks.items[i];
		struct section *section = locate_block(scope, i);

		object->ext_sections[i] = NULL;
		if (!section || section->role == ROLE_DISCARDED ||
		    !check_offsets(linker, object, block, section))
			continue;
		object->ext_sections[i] = section;
		if (block->kind == BTF_EXT_FUNC)
			object->functions[i] = read_func_info(scope, block, section);
	}
}

// Whether @symbol, which has the name of a static function, is that. In assembly that tells no
// types it need not be a FUNC; then its section tells.
static bool may_be_function(const struct symbol *symbol)
{
	return symbol && symbol->section &&
	       (symbol->type == STT_FUNC || symbol->section->role == ROLE_CODE);
}

// Functions that no func_info places.
static void bind_functions(struct scope *scope)
{
	const struct object *object = scope->object;

	array_each(each, &object->declarations) {
		struct declaration *declaration = *each;
		struct symbol *symbol;

		if (declaration->atom || declaration->kind != BTF_KIND_FUNC)
			continue;
		if (declaration->linkage != BTF_FUNC_STATIC) {
			bind_global(scope->linker, scope, declaration);
			continue;
		}
		symbol = scope_local(scope, declaration->name);
		if (!may_be_function(symbol))
			continue;
		symbol->wanted = true;
		tie(scope->linker, declaration, symbol->section, symbol->value);
	}
}

// Loaders make maps of what BTF defines alone, and refuse slots outside of them. A declaration of
// what is defined does not go out.
static void require_map(struct linker *linker, const struct atom *atom)
{
	const struct section *section = atom->section;
	const struct declaration *map = atom->declaration;

	if (map && map->linkage != BTF_VAR_GLOBAL_EXTERN)
		return;
	if (atom->symbol)
		diag_error(linker->diag, ERROR_NO_BTF, symbol_place(linker, atom->symbol),
			   "map '%s' is not in the object's BTF, which has to "
			   "define it; compile with -g, and leave BTF as it is",
			   linker_name(linker, atom->symbol->name));
	else if (atom_has_reference(atom, atom->first_reference))
		diag_error(linker->diag, ERROR_NO_BTF,
			   place_at(section_place(section),
				    section->references.items[atom->first_reference].offset),
			   "this slot is in no map of the object's BTF, which has to define it; "
			   "compile with -g, and leave BTF as it is");
}

static void require_maps(struct linker *linker, const struct object *object)
{
	for (uint32_t i = 1; i < object->section_count && !object->bare; i++) {
		const struct section *section = &object->sections[i];

		if (section->role != ROLE_MAPS)
			continue;
		array_each(atom, &section->atoms)
			require_map(linker, atom);
	}
}

// Bound the tags of shared FUNCs: each function of a FUNC gets all of its tags.
static void check_shared_tags(struct linker *linker, const struct object *object)
{
	size_t room = SHARED_MIN + SHARED_EACH * (object->tags.count + object->btf->word_count);

	array_each(tag, &object->tags) {
		const struct declaration *each = object_declaration(object, tag->target);

		for (; each; each = each->next) {
			if (room--)
				continue;
			diag_error(linker->diag, ERROR_EXCESSIVE_WORK, object->btf->where,
				   "'%s' is one FUNC of more functions, with more tags, than any "
				   "compiler would write",
				   linker_name(linker, each->name));
			return;
		}
	}
}

static void read_object_declarations(struct linker *linker, struct scope *scope)
{
	struct object *object = scope->object;

	follow_sections(scope);
	follow_symbols(scope);
	gcc_repair_linkage(scope);
	array_each(declaration, &object->declarations) {
		if ((*declaration)->kind == BTF_KIND_VAR &&
		    (*declaration)->linkage != BTF_VAR_STATIC)
			bind_global(linker, scope, *declaration);
	}
	read_datasecs(scope);
	if (object->ext)
		read_blocks(linker, scope);
	bind_functions(scope);
	check_shared_tags(linker, object);
	require_maps(linker, object);
}

/*
 * Needs: globals, atoms, object->declarations, datasecs and ext. Gives: symbol, section and atom of
 * declarations, object->ext_sections and functions; global->types.
 */
void read_declarations(struct linker *linker)
{
	struct scope scope = { .linker = linker };

	array_each(each, &linker->objects) {
		if (!(*each)->btf)
			continue;
		scope_enter(&scope, *each);
		read_object_declarations(linker, &scope);
	}
	scope_deinit(&scope);
}
