/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Section groups: code and data that a compiler emits in every object that needs them (inline
 * functions and variables of C++), of which one copy is kept.
 *
 * Of the COMDAT groups with one signature the first is kept. The sections of the others are
 * discarded, and their global symbols become references to those of the first. Their local symbols
 * stay where they were, so that a reference to one can be reported.
 *
 * Outputs have no groups. The symbols of the kept group become weak, as compilers nearly always
 * write them: a later link may meet the same group again, which must not be a duplicate definition.
 *
 * Source: gABI, "Section Groups".
 */
#include <inttypes.h>

#include "base/reader.h"
#include "overlap.h"
#include "passes.h"

struct signatures {
	ARRAY(struct section *) first; // by number of the name
};

// The signature of @group: the number of its name; 0 when an error was reported.
static uint32_t read_signature(struct linker *linker, const struct section *group)
{
	struct object *object = group->object;

	// Which was told of; the names are not measured again and again.
	if (reading_get(linker)->overlaps)
		return 0;
	if (group->info && group->info < object->symbol_count) {
		const struct symbol *symbol = &object->symbols[group->info];

		if (symbol->type == STT_SECTION && symbol->section) {
			struct str name = str_of(symbol->section->text_name);

			if (!overlap_add_name(linker, object, name.size))
				return 0;
			return strings_intern(&linker->strings, name);
		}
		if (symbol->name)
			return symbol->name;
	}
	diag_error(linker->diag, ERROR_MALFORMED_ELF, section_place(group),
		   "section group has no signature: its sh_info is no symbol with a name");
	return 0;
}

// Treat the members of a group; @kept when it is the first with its signature.
static void judge_members(struct object *object, struct reader members, bool kept)
{
	while (reader_left(&members) >= sizeof(uint32_t)) {
		uint64_t at = reader_offset(&members);
		uint32_t shndx = reader_u32(&members);

		if (shndx == 0 || shndx >= object->section_count) {
			reader_error(&members, ERROR_MALFORMED_ELF, at,
				     "section group has section %" PRIu32
				     ", but the object has %" PRIu32,
				     shndx, object->section_count);
			return;
		}
		if (kept)
			object->sections[shndx].shared = true;
		else if (role_is_content(object->sections[shndx].role))
			object->sections[shndx].role = ROLE_DISCARDED;
	}
}

static void read_group(struct linker *linker, struct signatures *signatures, struct section *group)
{
	struct reader words = reader_of(group->data, group->size, group->object->big_endian,
					section_place(group), linker->diag);
	uint32_t name = read_signature(linker, group);
	uint32_t flags = reader_u32(&words);
	struct section **first;

	if (name == 0 || !(flags & GRP_COMDAT))
		return;
	first = array_at(linker->arena, &signatures->first, name);
	judge_members(group->object, words, !*first);
	if (!*first)
		*first = group;
}

static void judge_symbols(struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];

		if (!symbol->section || symbol->binding == STB_LOCAL)
			continue;
		if (symbol->section->shared)
			symbol->binding = STB_WEAK;
		if (symbol->section->role != ROLE_DISCARDED)
			continue;
		symbol->home = HOME_UNDEFINED;
		symbol->section = NULL;
		symbol->value = 0;
		symbol->size = 0;
	}
}

/*
 * Needs: sections and symbols. Gives: the role and the symbols of discarded sections.
 */
void discard_groups(struct linker *linker)
{
	struct signatures signatures = { 0 };

	array_each(each, &linker->objects) {
		struct object *object = *each;

		overlap_begin_names(linker);
		for (uint32_t i = 1; i < object->section_count; i++) {
			struct section *section = &object->sections[i];

			if (section->type == SHT_GROUP && section->data)
				read_group(linker, &signatures, section);
		}
		judge_symbols(object);
	}
}
