/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Of an object only those sections are read that the link is about: debug sections are nine tenths
 * of most objects. Sections that are neighbours in the file are read by one call, which costs more
 * than the bytes that it brings.
 *
 * What tables say is turned into symbols and references; they need not be kept beside these.
 */
#include "load_sections.h"

#include <stdlib.h>

#include "elf_records.h"
#include "gcc.h"
#include "input.h"

// Bytes between two neighbours that cost less than one more call.
#define GAP_MAX 1024
// What tables of words need, however a run of sections starts.
#define RUN_ALIGN 8

// A section that is needed, and where it is in its object.
struct extent {
	struct section *section;
	uint64_t start, end;
	bool table; // done with when references are read
};

struct extents {
	struct extent *items;
	size_t count, capacity;
};

const uint8_t *object_bytes(struct linker *linker, const struct object *object, uint64_t offset,
			    uint64_t size, struct arena *arena)
{
	return file_bytes(linker, object->source, object->start + offset, size, arena);
}

// LLVM has one table for all names, and its numbers of relocations are ours. Of others those of BTF
// may be the only ones that tell.
static bool is_by_llvm(const struct object *object, const struct header_table *table)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		if (object->sections[i].type == SHT_SYMTAB)
			return object->sections[i].link == table->names_shndx;
	}
	return false;
}

static bool is_relocation_of(const struct section *section, enum role role)
{
	const struct object *object = section->object;

	return section->type == SHT_REL && section->info < object->section_count &&
	       object->sections[section->info].role == role;
}

// Most of an object is about sections that do not go out.
static bool is_needed(const struct section *section, bool by_llvm)
{
	const struct object *object = section->object;

	switch (section->type) {
	case SHT_NOBITS:
		return false;
	case SHT_SYMTAB:
	case SHT_SYMTAB_SHNDX:
	case SHT_GROUP:
		return true;
	case SHT_REL:
		// Names say what section BTF is about, unless several have one name.
		if (is_relocation_of(section, ROLE_BTF))
			return object->ambiguous || !by_llvm;
		if (is_relocation_of(section, ROLE_BTF_EXT))
			return object->ambiguous;
		return section->info < object->section_count &&
		       object->sections[section->info].role != ROLE_DROP;
	}
	return section->role != ROLE_DROP || gcc_asks_for(section);
}

// Relocations of BTF are looked at when declarations are read.
static bool is_table(const struct section *section)
{
	switch (section->type) {
	case SHT_SYMTAB:
	case SHT_SYMTAB_SHNDX:
	case SHT_GROUP:
		return true;
	case SHT_REL:
		return !is_relocation_of(section, ROLE_BTF) &&
		       !is_relocation_of(section, ROLE_BTF_EXT);
	}
	return false;
}

static int compare_extents(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	if (x->table != y->table)
		return x->table ? -1 : 1;
	return x->start < y->start ? -1 : x->start > y->start;
}

static struct extents find_extents(struct linker *linker, struct object *object,
				   const struct header_table *table)
{
	bool by_llvm = is_by_llvm(object, table);
	struct extents extents = { 0 };

	for (uint32_t i = 1; i < object->section_count; i++) {
		struct section *section = &object->sections[i];
		uint64_t start;

		if (!is_needed(section, by_llvm))
			continue;
		start = shdr_get(table->bytes, i, object->big_endian).sh_offset;
		*array_add(linker_early(linker), &extents) = (struct extent){
			.section = section,
			.start = start,
			.end = start + section->size,
			.table = is_table(section),
		};
	}
	if (extents.count)
		qsort(extents.items, extents.count, sizeof(*extents.items), compare_extents);
	return extents;
}

// Read neighbours from @first on; returns how many they are, 0 when an error was reported.
static size_t load_run(struct linker *linker, const struct object *object,
		       const struct extents *extents, size_t first)
{
	const struct extent *run = &extents->items[first];
	uint64_t start = run->start / RUN_ALIGN * RUN_ALIGN, end = run->end;
	const uint8_t *bytes;
	size_t count = 1;

	while (first + count < extents->count && run[count].table == run->table &&
	       run[count].start <= end + GAP_MAX) {
		if (run[count].end > end)
			end = run[count].end;
		count++;
	}
	bytes = object_bytes(linker, object, start, end - start,
			     run->table ? linker_early(linker) : linker->arena);
	for (size_t i = 0; bytes && i < count; i++)
		run[i].section->data = bytes + (run[i].start - start);
	return bytes ? count : 0;
}

bool load_sections(struct linker *linker, struct object *object, const struct header_table *table)
{
	struct extents extents = find_extents(linker, object, table);

	for (size_t i = 0, count; i < extents.count; i += count) {
		count = load_run(linker, object, &extents, i);
		if (!count)
			return false;
	}
	return true;
}
