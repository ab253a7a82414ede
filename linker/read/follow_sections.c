/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sections that a tool renamed (objcopy --rename-section): BTF still has their old names.
 *
 * The section that an old name means is found by what BTF has in it: the names and places of the
 * functions of func_info and of the variables of a DATASEC.
 */
#include "follow_symbols.h"

static bool is_unknown(const struct scope *scope, uint32_t name)
{
	return !scope_section(scope, name) && !scope_is_ambiguous(scope, name);
}

// The section of the symbol of that name, if the symbol is at @offset; else NULL.
static struct section *section_at(const struct scope *scope, uint32_t name, uint64_t offset)
{
	const struct symbol *symbol = scope_global(scope, name);

	if (!symbol)
		symbol = scope_local(scope, name);
	return symbol && symbol->value == offset ? symbol->section : NULL;
}

static void follow_datasec(struct scope *scope, const struct datasec *datasec)
{
	// Variables with relocations in .rel.BTF need no name; a DATASEC without a size has no
	// offsets.
	if (datasec->size == 0 || !is_unknown(scope, datasec->name))
		return;
	for (uint32_t i = 0; i < datasec->count; i++) {
		const struct datasec_entry *entry = &datasec->entries[i];
		struct section *section =
			section_at(scope, entry->declaration->name, entry->offset);

		if (entry->symbol || !section || !role_is_content(section->role) ||
		    section->role == ROLE_CODE)
			continue;
		scope_rename_section(scope, datasec->name, section);
		return;
	}
}

static void follow_block(struct scope *scope, const struct btf_ext_block *block,
			 const uint8_t *known)
{
	if (block->kind != BTF_EXT_FUNC || !is_unknown(scope, block->section))
		return;
	for (uint32_t i = 0; i < block->count; i++) {
		struct btf_ext_record record = btf_ext_record(block, i);
		const struct declaration *declaration =
			object_declaration(scope->object, record.field[0]);
		struct section *section = section_at(scope, declaration->name, record.insn_off);

		if (!section || section->role != ROLE_CODE ||
		    known[section - scope->object->sections])
			continue;
		scope_rename_section(scope, block->section, section);
		return;
	}
}

static void follow_blocks(struct scope *scope)
{
	const struct object *object = scope->object;
	struct arena *arena = scope->linker->arena;
	// By section: whether records refer to it by its current name.
	uint8_t *known = arena_new_array(arena, uint8_t, object->section_count);
	bool wanted = false;

	array_each(block, &object->ext->blocks) {
		const struct section *section = scope_section(scope, block->section);

		if (section)
			known[section - object->sections] = true;
		else
			wanted = true;
	}
	if (wanted) {
		array_each(block, &object->ext->blocks)
			follow_block(scope, block, known);
	}
	arena_release(arena, known, object->section_count);
}

void follow_sections(struct scope *scope)
{
	array_each(datasec, &scope->object->datasecs)
		follow_datasec(scope, datasec);
	if (scope->object->ext && !scope->object->bare)
		follow_blocks(scope);
}
