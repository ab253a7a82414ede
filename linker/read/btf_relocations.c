/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * .rel.BTF and .rel.BTF.ext: the symbol of each variable, and the section of each record.
 *
 * BTF also has names for these, but names may be wrong: tools rename symbols, and clang 14 lists
 * variables of .rodata.cst16 under .rodata. So .rel.BTF decides about variables when there is one.
 * .rel.BTF.ext is large, and only used when sections of one object share a name
 * (-fno-unique-section-names).
 */
#include "btf_relocations.h"

#include "base/bisect.h"
#include "elf_records.h"

// .rel.BTF or .rel.BTF.ext of an object.
struct btf_relocations {
	const struct object *object;
	const struct section *table; // NULL when there is none
};

static struct btf_relocations find_relocations(const struct object *object, enum role role)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		const struct section *table = &object->sections[i];

		if (table->type == SHT_REL && table->data && table->info < object->section_count &&
		    object->sections[table->info].role == role)
			return (struct btf_relocations){ object, table };
	}
	return (struct btf_relocations){ object, NULL };
}

// The symbol for the field at byte @offset of the section, or NULL.
static const struct symbol *find_symbol(const struct btf_relocations *relocations, uint64_t offset)
{
	const struct object *object = relocations->object;
	const struct section *table = relocations->table;
	size_t count = table ? table->size / sizeof(Elf64_Rel) : 0, at;
	Elf64_Rel rel;

	// Compilers write relocations in order of offset.
	at = bisect(count, i, rel_get(table->data, i, object->big_endian).r_offset < offset);
	if (at == count)
		return NULL;
	rel = rel_get(table->data, at, object->big_endian);
	if (rel.r_offset != offset || ELF64_R_SYM(rel.r_info) >= object->symbol_count)
		return NULL;
	return &object->symbols[ELF64_R_SYM(rel.r_info)];
}

static void forget_symbols(struct object *object)
{
	array_each(datasec, &object->datasecs) {
		for (uint32_t i = 0; i < datasec->count; i++)
			datasec->entries[i].symbol = NULL;
	}
}

void object_follow_variables(struct object *object)
{
	const struct btf_relocations relocations = find_relocations(object, ROLE_BTF);
	size_t left = relocations.table ? relocations.table->size / sizeof(Elf64_Rel) : 0;

	if (left == 0)
		return;
	array_each(datasec, &object->datasecs) {
		for (uint32_t i = 0; i < datasec->count; i++) {
			struct datasec_entry *entry = &datasec->entries[i];

			entry->symbol = find_symbol(
				&relocations, datasec->first_field +
						      (uint64_t)i * sizeof(struct btf_var_secinfo));
			left -= entry->symbol != NULL;
		}
	}
	// Relocations that no entry has are left when a tool rewrote .BTF: then all are about other
	// bytes.
	if (left)
		forget_symbols(object);
}

// The run of records of @block from @first on that are about one section.
static struct btf_ext_block run_from(const struct btf_ext_block *block, uint32_t first)
{
	struct btf_ext_block run = *block;

	run.count = 1;
	run.words += (size_t)first * btf_ext_record_words(block->kind);
	run.offset += first * block->stride;
	return run;
}

void split_ext_blocks(struct linker *linker, struct object *object)
{
	struct btf_ext_blocks runs = { 0 };
	ARRAY(struct section *) sections = { 0 };
	const struct btf_relocations relocations = find_relocations(object, ROLE_BTF_EXT);

	array_each(block, &object->ext->blocks) {
		struct section *before = NULL;

		for (uint32_t i = 0; i < block->count; i++) {
			struct btf_ext_block run = run_from(block, i);
			const struct symbol *symbol = find_symbol(&relocations, run.offset);
			struct section *section = symbol ? symbol->section : NULL;

			if (i && section == before) {
				runs.items[runs.count - 1].count++;
				continue;
			}
			before = section;
			*array_add(linker->arena, &runs) = run;
			*array_add(linker->arena, &sections) = section;
		}
	}
	object->ext->blocks = runs;
	object->ext_sections = sections.items;
}
