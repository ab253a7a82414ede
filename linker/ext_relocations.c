/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * .rel.BTF.ext, which says of each record what section it is about.
 *
 * .BTF.ext says so by name, which is enough unless sections of one object share it
 * (-fno-unique-section-names). Only then the relocations are looked at.
 */
#include "ext_relocations.h"

#include <gelf.h>

static struct section *table_entry(const struct object *object, Elf_Data *table, size_t count,
				   uint32_t offset)
{
	size_t low = 0, high = count;
	GElf_Rel rel;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (!gelf_getrel(table, (int)middle, &rel))
			return NULL;
		if (rel.r_offset == offset) {
			uint64_t symndx = GELF_R_SYM(rel.r_info);

			return symndx < object->symbol_count ? object->symbols[symndx].section
							     : NULL;
		}
		if (rel.r_offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

// The relocations of .BTF.ext: their data and count; NULL when there are none.
static Elf_Data *find_table(const struct object *object, size_t *count)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(object->elf, scn))) {
		const struct section *table = &object->sections[elf_ndxscn(scn)];
		GElf_Shdr header;

		*count = table->size / sizeof(Elf64_Rel);
		if (table->type == SHT_REL && gelf_getshdr(scn, &header) &&
		    header.sh_info < object->section_count &&
		    object->sections[header.sh_info].role == ROLE_BTF_EXT)
			return elf_getdata(scn, NULL);
	}
	return NULL;
}

// The records of @block from @first on that are about one section.
static struct btf_ext_block run_from(const struct btf_ext_block *block, uint32_t first)
{
	struct btf_ext_block run = *block;

	run.count = 1;
	run.words += (size_t)first * block->record_words;
	run.offset += first * block->record_words * (uint32_t)sizeof(*run.words);
	return run;
}

void split_ext_blocks(struct linker *linker, struct object *object)
{
	__typeof__(object->ext->blocks) runs = { 0 };
	ARRAY(struct section *) sections = { 0 };
	size_t count;
	Elf_Data *table = find_table(object, &count);

	array_each(block, &object->ext->blocks) {
		struct section *before = NULL;

		for (uint32_t i = 0; i < block->count; i++) {
			struct btf_ext_block run = run_from(block, i);
			struct section *section =
				table ? table_entry(object, table, count, run.offset) : NULL;

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
