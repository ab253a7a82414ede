/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Only sections that the link needs are read: nine tenths of most objects are debug sections.
 * Neighbours in the file are read by one call, because a call costs more than the bytes it reads.
 *
 * Tables are turned into symbols and references, and types into nodes of the graph; neither is kept
 * after that.
 */
#include "load_sections.h"

#include <stdlib.h>

#include "elf_records.h"
#include "gcc.h"
#include "input.h"
#include "reading.h"

// The most bytes between neighbours: to read so many is cheaper than another call.
#define GAP_MAX 1024
// The alignment that tables of words need, wherever a run of sections starts.
#define RUN_ALIGN 8

// A section that is needed, and where it is in its object.
struct extent {
	struct section *section;
	uint64_t start, end;
	enum {
		EXTENT_CONTENT,
		EXTENT_TYPES, // freed when types are read
		EXTENT_TABLE, // freed when references are read
	} kind;
};

struct extents {
	ARRAY_FIELDS(struct extent);
};

static bool is_relocation_of(const struct section *section, enum role role)
{
	const struct object *object = section->object;

	return section->type == SHT_REL && section->info < object->section_count &&
	       object->sections[section->info].role == role;
}

// Whether the content of a section is needed; most of it belongs to sections that do not go out.
static bool is_needed(const struct section *section)
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
		// Names tell the sections of .BTF.ext, unless several sections have one name.
		if (is_relocation_of(section, ROLE_BTF_EXT))
			return object->ambiguous;
		return section->info < object->section_count &&
		       object->sections[section->info].role != ROLE_DROP;
	}
	return section->role != ROLE_DROP || gcc_asks_for(section);
}

static int extent_kind(const struct section *section)
{
	if (section->role == ROLE_BTF || section->role == ROLE_BTF_EXT)
		return EXTENT_TYPES;
	switch (section->type) {
	case SHT_SYMTAB:
	case SHT_SYMTAB_SHNDX:
	case SHT_GROUP:
		return EXTENT_TABLE;
	case SHT_REL:
		// Relocations of .BTF.ext are used later, when declarations are read.
		return is_relocation_of(section, ROLE_BTF_EXT) ? EXTENT_CONTENT : EXTENT_TABLE;
	}
	return EXTENT_CONTENT;
}

static int compare_extents(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->start < y->start ? -1 : x->start > y->start;
}

// List the ranges to read; each lies in the file. False when an error was reported: sections share
// bytes, which compilers never do.
static bool find_extents(struct linker *linker, struct object *object,
			 const struct headers *headers, struct extents *extents)
{
	uint64_t room = object->size;

	for (uint32_t i = 1; i < object->section_count; i++) {
		struct section *section = &object->sections[i];
		uint64_t start;

		if (!is_needed(section))
			continue;
		if (section->size > room) {
			diag_error(
				linker->diag, ERROR_MALFORMED_ELF, section_place(section),
				"this section and those before it hold more bytes than the file");
			return false;
		}
		room -= section->size;
		start = shdr_get(headers->bytes, i, object->big_endian).sh_offset;
		*array_add(reading_arena(linker), extents) = (struct extent){
			.section = section,
			.start = start,
			.end = start + section->size,
			.kind = extent_kind(section),
		};
	}
	array_sort(extents, compare_extents);
	return true;
}

// Read the bytes of a run. *@once, unless it is used, is the buffer for bytes that the next object
// may overwrite.
static const uint8_t *load_bytes(struct linker *linker, const struct object *object, int kind,
				 uint64_t offset, size_t size, struct scratch **once)
{
	struct scratch *scratch = *once;

	if (kind == EXTENT_CONTENT)
		return object_bytes(linker, object, offset, size, linker->arena);
	if (kind == EXTENT_TABLE || !scratch)
		return object_bytes(linker, object, offset, size, reading_arena(linker));
	*once = NULL;
	return file_bytes_once(linker, object->source, object->start + offset, size, scratch);
}

// Read a run of neighbours from @first on; return how many sections it has, 0 when an error was
// reported.
static size_t load_run(struct linker *linker, const struct object *object,
		       const struct extents *extents, size_t first, struct scratch **once)
{
	const struct extent *run = &extents->items[first];
	uint64_t start = run->start / RUN_ALIGN * RUN_ALIGN, end = run->end;
	const uint8_t *bytes;
	size_t count = 1;

	while (first + count < extents->count && run[count].kind == run->kind &&
	       run[count].start <= end + GAP_MAX) {
		if (run[count].end > end)
			end = run[count].end;
		count++;
	}
	bytes = load_bytes(linker, object, run->kind, start, end - start, once);
	for (size_t i = 0; bytes && i < count; i++)
		run[i].section->data = bytes + (run[i].start - start);
	return bytes ? count : 0;
}

bool load_sections(struct linker *linker, struct object *object, const struct headers *headers)
{
	struct scratch *once = object->fleeting ? &reading_get(linker)->type_bytes : NULL;
	struct extents extents = { 0 };

	if (!find_extents(linker, object, headers, &extents))
		return false;
	for (size_t i = 0, count; i < extents.count; i += count) {
		count = load_run(linker, object, &extents, i, &once);
		if (!count)
			return false;
	}
	// Bytes of a file that is in memory stay valid.
	object->fleeting = object->fleeting && !object->source->data;
	return true;
}
