/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What BTF says of symbols: its FUNCs and VARs tied to globals, sections and atoms.
 *
 * BTF and ELF name the same things twice. Non-static ones meet by name; static functions through
 * func_info, static variables through their DATASEC, because their names need not be unique. Where
 * there is no func_info, names have to do.
 */
#include <inttypes.h>

#include "atoms.h"
#include "bare.h"
#include "gcc.h"
#include "passes.h"
#include "scope.h"

// How many names are on their way to the cache at once.
#define NAMES_AHEAD 8

static struct section *find_role(const struct object *object, enum role role)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		if (object->sections[i].role == role && object->sections[i].size)
			return &object->sections[i];
	}
	return NULL;
}

/*
 * Needs: sections. Gives: object->btf and ext; linker->graph is settled.
 */
void read_types(struct linker *linker)
{
	array_each(each, &linker->objects) {
		struct object *object = *each;
		const struct section *btf = find_role(object, ROLE_BTF);
		const struct section *ext = find_role(object, ROLE_BTF_EXT);

		if (btf)
			object->btf =
				btf_unit_read(linker->graph, btf->data, btf->size,
					      object->big_endian, section_place(btf), linker->diag);
		if (ext && object->btf)
			object->ext =
				btf_ext_read(object->btf, ext->data, ext->size, object->big_endian,
					     section_place(ext), linker->arena, linker->diag);
		else if (ext && !btf)
			diag_error(linker->diag, section_place(ext),
				   ".BTF.ext without a .BTF that it belongs to");
	}
	if (linker->diag->error_count)
		return;
	describe_bare_objects(linker);
	btf_graph_settle(linker->graph);
}

static uint32_t intern_name(struct linker *linker, const struct btf_unit *unit, uint32_t name_off)
{
	return strings_intern(&linker->strings, btf_unit_string(unit, name_off));
}

static struct declaration *make_declaration(struct linker *linker, struct object *object,
					    uint32_t type_id)
{
	const struct btf_type *type = btf_unit_type(object->btf, type_id);
	uint32_t kind = btf_info_kind(type->info);
	struct declaration *declaration = arena_new(linker->arena, struct declaration);
	const struct btf_var *var = btf_record_tail(type);

	*declaration = (struct declaration){
		.object = object,
		.type_id = type_id,
		.kind = kind,
		.name = intern_name(linker, object->btf, type->name_off),
		.linkage = kind == BTF_KIND_VAR ? var->linkage : btf_info_vlen(type->info),
		.node = btf_unit_node(object->btf, type->type),
	};
	return declaration;
}

static void tie(struct linker *linker, struct declaration *declaration, struct section *section,
		uint64_t offset)
{
	struct atom *atom = section_atom(section, (int64_t)offset);
	bool is_function = declaration->kind == BTF_KIND_FUNC;

	if (!declaration_fits(declaration, section)) {
		diag_error(linker->diag, place_at(section_place(section), offset),
			   "'%s' is %s in BTF, but %s here", linker_name(linker, declaration->name),
			   is_function ? "a function" : "a variable",
			   is_function ? "data" : "code");
		return;
	}
	declaration->offset = offset;
	declaration->atom = atom;
	if (atom && !atom->declaration)
		atom->declaration = declaration;
}

// Tie a non-static declaration to the symbol of its name.
static void bind_global(struct linker *linker, struct scope *scope, struct declaration *declaration)
{
	struct symbol *symbol = scope_global(scope, declaration->name);
	struct symbol *local = scope_local(scope, declaration->name);

	if (symbol) {
		// Which may be another name: --wrap.
		declaration->name = symbol->global->name;
		declaration->global = symbol->global;
		global_add_type(symbol->global, declaration);
	} else if (local) {
		// Made local after it was compiled.
		declaration->linkage = BTF_FUNC_STATIC;
		symbol = local;
	}
	if (symbol && symbol->section)
		tie(linker, declaration, symbol->section, symbol->value);
}

// Where a static variable is: at @offset of the section of its DATASEC's name. Where several have
// that name, relocations tell which, and offsets are from what they name.
static struct section *locate_variable(struct scope *scope, const struct datasec *datasec,
				       const struct btf_var_secinfo *entry, uint64_t *offset)
{
	const struct object *object = scope->object;
	const uint32_t *field = &entry->offset;
	const struct symbol *symbol;

	if (datasec->section) {
		*offset = gcc_static_offset(scope, datasec, object_declaration(object, entry->type),
					    entry->offset);
		return datasec->section;
	}
	if (!scope_is_ambiguous(scope, datasec->name))
		return NULL;
	symbol = btf_relocations_symbol(
		&scope->relocations,
		object->btf->words_at + (uint64_t)(field - object->btf->words) * sizeof(*field));
	if (!symbol || !symbol->section) {
		diag_error(
			scope->linker->diag, object->btf->where,
			"several sections are called '%s', and no relocation says which one "
			"variable '%s' is in",
			linker_name(scope->linker, datasec->name),
			linker_name(scope->linker, object_declaration(object, entry->type)->name));
		return NULL;
	}
	*offset = entry->offset + symbol->value;
	return symbol->section->role == ROLE_DISCARDED ? NULL : symbol->section;
}

static void place_variable(struct scope *scope, const struct datasec *datasec,
			   const struct btf_var_secinfo *entry)
{
	struct linker *linker = scope->linker;
	struct declaration *declaration = object_declaration(scope->object, entry->type);
	uint64_t offset;
	struct section *section = locate_variable(scope, datasec, entry, &offset);

	if (!section)
		return;
	if (offset >= section->size && entry->size) {
		diag_error(linker->diag, scope->object->btf->where,
			   "variable '%s' at offset %" PRIu64 " is past the end of section '%s'",
			   linker_name(linker, declaration->name), offset, section->text_name);
		return;
	}
	tie(linker, declaration, section, offset);
}

static void read_datasec(struct linker *linker, struct scope *scope, uint32_t type_id)
{
	struct object *object = scope->object;
	const struct btf_type *type = btf_unit_type(object->btf, type_id);
	const struct btf_var_secinfo *entries = btf_record_tail(type);
	uint32_t name = intern_name(linker, object->btf, type->name_off);
	struct datasec datasec = { type_id, name, scope_section(scope, name) };
	uint32_t count = btf_info_vlen(type->info);
	bool kept = count == 0;

	if (datasec.section && datasec.section->role == ROLE_DISCARDED)
		datasec.section = NULL;
	for (uint32_t i = 0; i < count; i++) {
		struct declaration *declaration = object_declaration(object, entries[i].type);

		declaration->size = entries[i].size;
		if (declaration->linkage == BTF_VAR_GLOBAL_EXTERN &&
		    gcc_lists_by_default(linker_name(linker, name)))
			continue;
		// Where others define an extern function. Kernels want nothing but variables.
		if (declaration->kind == BTF_KIND_FUNC && declaration->linkage != BTF_FUNC_EXTERN)
			continue;
		kept = true;
		declaration->datasec = name;
		if (declaration->linkage == BTF_VAR_STATIC)
			place_variable(scope, &datasec, &entries[i]);
	}
	if (kept)
		*array_add(linker->arena, &object->datasecs) = datasec;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

// What the kernel takes for the name of a FUNC; 'twice<int>' is none.
static bool is_identifier(struct str name)
{
	for (size_t i = 0; i < name.size; i++) {
		bool digit = name.data[i] >= '0' && name.data[i] <= '9';

		if (!is_letter(name.data[i]) && (i == 0 || !digit))
			return false;
	}
	return name.size > 0;
}

// A function that BTF calls by another name than ELF (C++ without its mangling): ELF's name is the
// one that references use, and that kernels accept.
static void bind_place(struct declaration *declaration, const struct symbol *symbol)
{
	declaration->name = symbol->name;
	declaration->global = symbol->global;
	if (symbol->global)
		global_add_type(symbol->global, declaration);
	else
		declaration->linkage = BTF_FUNC_STATIC;
}

// Another linker may have made one FUNC of the equal ones of several static functions.
static struct declaration *split_declaration(struct linker *linker, struct object *object,
					     const struct declaration *merged)
{
	struct declaration **first = object_declaration_slot(object, merged->type_id);
	struct declaration *declaration = make_declaration(linker, object, merged->type_id);

	declaration->next = *first;
	declaration->tags = merged->tags;
	*first = declaration;
	return declaration;
}

// The function that a record of func_info is about.
static struct declaration *read_function(struct linker *linker, struct object *object,
					 const struct btf_ext_record *record,
					 struct section *section)
{
	struct declaration *declaration = object_declaration(object, record->field[0]);
	struct atom *atom = section_atom(section, record->insn_off);

	if (declaration->global ||
	    (declaration->atom == atom && declaration->offset == record->insn_off))
		return declaration;
	if (declaration->atom)
		declaration = split_declaration(linker, object, declaration);
	tie(linker, declaration, section, record->insn_off);
	if (atom->symbol && atom->symbol->value == record->insn_off &&
	    (declaration->linkage != BTF_FUNC_STATIC ||
	     !is_identifier(strings_get(&linker->strings, declaration->name))))
		bind_place(declaration, atom->symbol);
	return declaration;
}

static struct declaration **read_func_info(struct linker *linker, struct object *object,
					   const struct btf_ext_block *block,
					   struct section *section)
{
	struct declaration **functions =
		arena_new_array(linker->arena, struct declaration *, block->count);

	for (uint32_t i = 0; i < block->count; i++) {
		struct btf_ext_record record = btf_ext_record(block, i);

		functions[i] = read_function(linker, object, &record, section);
	}
	return functions;
}

static const char *const record_names[] = { "func_info", "line_info", "core_relo" };

// The section that all records of block @index are about; NULL when an error was reported.
static struct section *locate_block(struct scope *scope, size_t index)
{
	struct linker *linker = scope->linker;
	const struct object *object = scope->object;
	const struct btf_ext_block *block = &object->ext->blocks.items[index];
	struct place where = place_at(place_in(object->name, ".BTF.ext"), block->offset);
	uint32_t name = strings_intern(&linker->strings, block->section);
	struct section *section = object->ext_sections[index];

	if (!section)
		section = scope_section(scope, name);
	if (section && (section->role == ROLE_CODE || section->role == ROLE_DISCARDED))
		return section;
	if (!section && scope_is_ambiguous(scope, name))
		diag_error(linker->diag, where,
			   "several sections are called '%.*s', and no relocation says which one "
			   "%s speaks of",
			   STR_ARGS(block->section), record_names[block->kind]);
	else
		diag_error(linker->diag, where,
			   "%s speaks of section '%.*s', which is no code here",
			   record_names[block->kind], STR_ARGS(block->section));
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
		diag_error(linker->diag, where,
			   "%s speaks of offset 0x%" PRIx32
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
			object->functions[i] = read_func_info(linker, object, block, section);
	}
}

// Static functions that no func_info places.
static void bind_functions(const struct scope *scope)
{
	const struct object *object = scope->object;

	array_each(each, &object->declarations) {
		struct declaration *declaration = *each;
		const struct symbol *symbol;

		if (declaration->atom || declaration->kind != BTF_KIND_FUNC ||
		    declaration->linkage != BTF_FUNC_STATIC)
			continue;
		symbol = scope_local(scope, declaration->name);
		if (symbol && symbol->type == STT_FUNC && symbol->section)
			tie(scope->linker, declaration, symbol->section, symbol->value);
	}
}

static void add_tag(struct linker *linker, struct object *object, const struct btf_type *type)
{
	struct declaration *target = object_declaration(object, type->type);
	const struct btf_decl_tag *tag = btf_record_tail(type);

	if (!target)
		return;
	target->tags =
		strings_intern(&linker->strings,
			       str_of(arena_format(linker->arena, "%u,%d,%d;%s",
						   intern_name(linker, object->btf, type->name_off),
						   tag->component_idx, btf_info_kflag(type->info),
						   linker_name(linker, target->tags))));
}

// Mark the FUNCs that records or DATASECs speak of.
static void mark_mentioned(const struct object *object, uint8_t *mentioned)
{
	const struct btf_unit *unit = object->btf;

	for (size_t i = 0; object->ext && i < object->ext->blocks.count; i++) {
		const struct btf_ext_block *block = &object->ext->blocks.items[i];

		for (uint32_t j = 0; block->kind == BTF_EXT_FUNC && j < block->count; j++)
			mentioned[btf_ext_record(block, j).field[0]] = true;
	}
	for (uint32_t i = 0; i < unit->declaration_count; i++) {
		const struct btf_type *type = btf_unit_type(unit, unit->declarations[i]);
		const struct btf_var_secinfo *entries = btf_record_tail(type);

		if (btf_info_kind(type->info) != BTF_KIND_DATASEC)
			continue;
		for (uint32_t j = 0; j < btf_info_vlen(type->info); j++)
			mentioned[entries[j].type] = true;
	}
}

// BTF that a kernel's was copied into has 100,000 FUNCs that nothing in the object is about. What
// has the name of a symbol has one that is known here.
static bool is_about_object(const struct linker *linker, const struct btf_unit *unit,
			    uint32_t type_id, const uint8_t *mentioned)
{
	const struct btf_type *type = btf_unit_type(unit, type_id);

	switch (btf_info_kind(type->info)) {
	case BTF_KIND_VAR:
		return true;
	case BTF_KIND_FUNC:
		return mentioned[type_id] ||
		       strings_has(&linker->strings, btf_unit_string(unit, type->name_off));
	default:
		return false;
	}
}

static const char *declaration_name(const struct btf_unit *unit, uint32_t index)
{
	return unit->strings.data + btf_unit_type(unit, unit->declarations[index])->name_off;
}

static void find_declarations(struct linker *linker, struct object *object)
{
	const struct btf_unit *unit = object->btf;
	uint8_t *mentioned = arena_new_array(linker->arena, uint8_t, (size_t)unit->type_count + 1);

	mark_mentioned(object, mentioned);
	for (uint32_t i = 0; i < unit->declaration_count; i++) {
		uint32_t id = unit->declarations[i];

		// Names are all over the strings.
		if (i + NAMES_AHEAD < unit->declaration_count)
			__builtin_prefetch(declaration_name(unit, i + NAMES_AHEAD));
		if (is_about_object(linker, unit, id, mentioned))
			*array_add(linker->arena, &object->declarations) =
				make_declaration(linker, object, id);
	}
}

static void read_object_declarations(struct linker *linker, struct scope *scope)
{
	struct object *object = scope->object;
	const struct btf_unit *unit = object->btf;

	find_declarations(linker, object);
	gcc_repair_linkage(scope);
	array_each(declaration, &object->declarations) {
		if ((*declaration)->linkage != BTF_FUNC_STATIC)
			bind_global(linker, scope, *declaration);
	}
	for (uint32_t i = 0; i < unit->declaration_count; i++) {
		const struct btf_type *type = btf_unit_type(unit, unit->declarations[i]);

		if (btf_info_kind(type->info) == BTF_KIND_DECL_TAG)
			add_tag(linker, object, type);
		else if (btf_info_kind(type->info) == BTF_KIND_DATASEC)
			read_datasec(linker, scope, unit->declarations[i]);
	}
	if (object->ext)
		read_blocks(linker, scope);
	bind_functions(scope);
}

/*
 * Needs: globals, atoms, object->btf and ext. Gives: object->declarations, datasecs, ext_sections;
 * global->types.
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
}
