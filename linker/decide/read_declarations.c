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
#include "functions.h"
#include "gcc.h"
#include "passes.h"
#include "ties.h"

// The most pairs of a tag and a function, where functions share a FUNC: so many for each tag and
// record, or the minimum. Compilers stay below.
#define SHARED_EACH 16
#define SHARED_MIN  65536

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
	declaration_tie(linker, declaration, section, offset);
	follow_place(scope, declaration);
	if (declaration->linkage != BTF_VAR_STATIC)
		declaration_bind_name(scope, declaration);
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
			object->functions[i] = functions_place(scope, block, section);
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
			declaration_bind_name(scope, *declaration);
	}
	read_datasecs(scope);
	if (object->ext)
		read_blocks(linker, scope);
	functions_find(scope);
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
