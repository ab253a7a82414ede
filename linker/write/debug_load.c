/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads what an object has of debug information, and checks what the next steps rely on. Nothing is
 * an error here: programs do not need debug information, so that what is wrong with it only keeps
 * it from going out.
 *
 * Sections that go out are read into memory of their own, where they are changed and stay.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "debug_compress.h"
#include "debug_object.h"
#include "elf_records.h"
#include "input.h"
#include "relocation.h"

// Types of binutils up to 2.40 (see gcc.c). Other tools have none of these numbers.
enum {
	OLD_DATA_32 = 11,
	OLD_DATA_64 = 12,
};

#define COMPRESSED_ZSTD 2 // ELFCOMPRESS_ZSTD, which not every C library has

bool debug_leave_out(const struct debug_object *debug, const struct debug_section *section,
		     uint64_t offset, const char *format, ...)
{
	struct place where = place_in(debug->object->name, NULL);
	va_list arguments;
	const char *reason;

	if (section) {
		where.section = linker_name(debug->linker, section->name);
		where.offset = offset;
	}
	va_start(arguments, format);
	reason = arena_vformat(debug->arena, format, arguments);
	va_end(arguments);
	diag_warning(debug->linker->diag, WARN_DEBUG_INFORMATION, where,
		     "debug information of this object is left out: %s", reason);
	return false;
}

// The type of a relocation as LLVM has it; R_BPF_NONE for one that debug sections do not have.
// LLVM up to 12 used the types for instructions also in data.
static uint32_t new_type(uint64_t type)
{
	switch (type) {
	case R_BPF_64_32:
	case R_BPF_64_ABS32:
	case OLD_DATA_32:
		return R_BPF_64_ABS32;
	case R_BPF_64_64:
	case R_BPF_64_ABS64:
	case OLD_DATA_64:
		return R_BPF_64_ABS64;
	}
	return R_BPF_NONE;
}

static size_t field_size(const Elf64_Rel *relocation)
{
	return ELF64_R_TYPE(relocation->r_info) == R_BPF_64_ABS32 ? sizeof(uint32_t)
								  : sizeof(uint64_t);
}

// Check a relocation, whose type is a new one.
static bool check_relocation(const struct debug_object *debug, const struct debug_part *part,
			     const Elf64_Rel *relocation)
{
	const struct debug_section *section = part->section;
	uint64_t symndx = ELF64_R_SYM(relocation->r_info), offset = relocation->r_offset;
	size_t size = field_size(relocation);
	bool big_endian = debug->object->big_endian;
	const struct debug_part *target;
	uint64_t value;

	if (!range_fits(offset, size, part->size))
		return debug_leave_out(debug, section, offset,
				       "a relocation ends past the section");
	if (symndx == 0 || symndx >= debug->object->symbol_count)
		return debug_leave_out(debug, section, offset,
				       "a relocation refers to symbol %" PRIu64 " of %" PRIu32,
				       symndx, debug->object->symbol_count);
	if (!debug->part_of_symbol[symndx])
		return true;
	target = &debug->parts[debug->part_of_symbol[symndx] - 1];
	value = size == sizeof(uint32_t) ? get32(part->bytes + offset, big_endian)
					 : get64(part->bytes + offset, big_endian);
	// Past the last string there is none.
	return range_fits(debug->object->symbols[symndx].value, value,
			  target->size - (target->section->kind == DEBUG_STRINGS)) ||
	       debug_leave_out(debug, section, offset, "a relocation leads past the end of '%s'",
			       linker_name(debug->linker, target->section->name));
}

static int compare_relocations(const void *a, const void *b)
{
	const Elf64_Rel *x = a, *y = b;

	return x->r_offset < y->r_offset ? -1 : x->r_offset > y->r_offset;
}

static bool check_relocations(const struct debug_object *debug, struct debug_part *part)
{
	uint64_t end = 0;

	sort_items(part->relocations, part->relocation_count, sizeof(*part->relocations),
		   compare_relocations);
	for (size_t i = 0; i < part->relocation_count; i++) {
		const Elf64_Rel *relocation = &part->relocations[i];

		if (!check_relocation(debug, part, relocation))
			return false;
		if (relocation->r_offset < end)
			return debug_leave_out(debug, part->section, relocation->r_offset,
					       "two relocations of one field");
		end = relocation->r_offset + field_size(relocation);
	}
	return true;
}

// Read the relocations of @part, with the types of LLVM.
static bool read_relocations(struct debug_object *debug, struct debug_part *part,
			     const uint8_t *table)
{
	size_t count = part->section->table_size / sizeof(Elf64_Rel);
	Elf64_Rel *relocations = arena_alloc_array(debug->linker->arena, count, sizeof(Elf64_Rel));

	part->relocations = relocations;
	part->relocation_room = count;
	for (size_t i = 0; i < count; i++) {
		Elf64_Rel relocation = rel_get(table, i, debug->object->big_endian);
		uint64_t type = ELF64_R_TYPE(relocation.r_info);

		if (type == R_BPF_NONE)
			continue;
		if (new_type(type) == R_BPF_NONE)
			return debug_leave_out(debug, part->section, relocation.r_offset,
					       "relocation type %" PRIu64 " is not known", type);
		debug->added_values |= type == OLD_DATA_32 || type == OLD_DATA_64;
		relocation.r_info = ELF64_R_INFO(ELF64_R_SYM(relocation.r_info), new_type(type));
		relocations[part->relocation_count++] = relocation;
	}
	return true;
}

void debug_release(struct debug_object *debug, struct debug_part *part)
{
	struct arena *arena = debug->linker->arena;

	if (part->section->kind != DEBUG_STRINGS)
		arena_release(arena, part->bytes, part->size);
	arena_release(arena, part->relocations, part->relocation_room * sizeof(Elf64_Rel));
	part->bytes = NULL;
	part->relocations = NULL;
}

// The largest alignment, which bounds what is between sections: compilers have 8.
#define ALIGN_MAX 64

// Allocate the bytes of @part, which has its size, where they will stay.
static void allocate(struct debug_object *debug, struct debug_part *part)
{
	bool strings = part->section->kind == DEBUG_STRINGS;

	part->bytes = arena_alloc(strings ? debug->arena : debug->linker->arena, part->size);
}

// Read the header of compressed bytes.
static bool read_size(const struct debug_object *debug, struct debug_part *part)
{
	const struct debug_section *section = part->section;
	const uint8_t *header = debug->bytes + section->offset;
	bool big_endian = debug->object->big_endian;
	uint64_t size, align;

	if (section->size < sizeof(Elf64_Chdr))
		return debug_leave_out(debug, section, NO_OFFSET, "it is no compressed section");
	size = get64(header + offsetof(Elf64_Chdr, ch_size), big_endian);
	align = get64(header + offsetof(Elf64_Chdr, ch_addralign), big_endian);
	if (!debug_expands(section->size, size) || !is_power_of_two(align) || align > UINT32_MAX)
		return debug_leave_out(debug, section, NO_OFFSET,
				       "its header is like none of a compiler");
	part->size = size;
	part->align = (uint32_t)align;
	return true;
}

static bool expand(struct debug_object *debug, struct debug_part *part)
{
	const struct bpfld_options *options = debug->linker->options;
	const struct debug_section *section = part->section;
	const uint8_t *header = debug->bytes + section->offset;

	if (debug->compressed++ == DEBUG_COMPRESSED_MAX)
		return debug_leave_out(debug, NULL, NO_OFFSET,
				       "more than %d of its sections are compressed",
				       DEBUG_COMPRESSED_MAX);
	if (!read_size(debug, part))
		return false;
	allocate(debug, part);
	if (options->decompress && options->decompress(debug->bytes, debug->object->size,
						       section->shndx, part->bytes, part->size))
		return true;
	if (get32(header, debug->object->big_endian) == COMPRESSED_ZSTD)
		return debug_leave_out(debug, section, NO_OFFSET,
				       "it is compressed by zstd, which this libelf cannot read; "
				       "compile with -gz=zlib");
	return debug_leave_out(debug, section, NO_OFFSET, "it cannot be decompressed");
}

static bool load_part(struct debug_object *debug, struct debug_part *part)
{
	const struct debug_section *section = part->section;

	part->size = section->size;
	part->align = section->align;
	if (!(section->flags & SHF_COMPRESSED)) {
		allocate(debug, part);
		memcpy(part->bytes, debug->bytes + section->offset, part->size);
	} else if (!expand(debug, part)) {
		return false;
	}
	if (part->align > ALIGN_MAX)
		return debug_leave_out(debug, section, NO_OFFSET,
				       "an alignment of %" PRIu32 " is like none of a compiler",
				       part->align);
	part->read = part->size;
	if (section->kind == DEBUG_STRINGS && (section->table_size || part->bytes[part->size - 1]))
		return debug_leave_out(debug, section, NO_OFFSET, "it is no table of strings");
	return section->table_size == 0 ||
	       read_relocations(debug, part, debug->bytes + section->table);
}

// Where the first unit of @part, a .debug_info, says which abbreviations it has.
static uint64_t abbreviations_offset(const struct debug_object *debug,
				     const struct debug_part *part)
{
	const size_t version_size = sizeof(uint16_t);
	bool big_endian = debug->object->big_endian;
	uint64_t at = sizeof(uint32_t);

	if (get32(part->bytes, big_endian) == UINT32_MAX)
		at += sizeof(uint64_t);
	at += version_size;
	// Version 5 has two bytes more before it, the type of the unit and the size of addresses.
	if (get16(part->bytes + at - version_size, big_endian) >= 5)
		at += 2;
	return at;
}

// Without abbreviations nothing can be read. That the first unit has none is what LLVM makes with
// -mattr=+dwarfris, where all offsets between debug sections are final.
static bool check_abbreviations(const struct debug_object *debug, const struct debug_part *part)
{
	const Elf64_Rel *relocation = part->relocations;
	uint32_t target;
	uint64_t at;

	if (part->section->kind != DEBUG_INFO || part->size < 12)
		return true;
	at = abbreviations_offset(debug, part);
	while (relocation < part->relocations + part->relocation_count && relocation->r_offset < at)
		relocation++;
	if (relocation == part->relocations + part->relocation_count || relocation->r_offset > at)
		return debug_leave_out(
			debug, part->section, NO_OFFSET,
			"offsets between its sections have no relocations; compile without "
			"-mattr=+dwarfris");
	target = debug->part_of_symbol[ELF64_R_SYM(relocation->r_info)];
	return (target && debug->parts[target - 1].section->kind == DEBUG_ABBREV) ||
	       debug_leave_out(debug, part->section, at, "it refers to no abbreviations");
}

static void map_symbols(struct debug_object *debug)
{
	debug->part_of_symbol =
		arena_new_array(debug->arena, uint32_t, debug->object->symbol_count);
	array_each(symbol, &debug->object->debug->symbols)
		debug->part_of_symbol[symbol->symndx] = symbol->section + 1;
}

static bool load_parts(struct debug_object *debug)
{
	for (size_t i = 0; i < debug->part_count; i++) {
		if (!load_part(debug, &debug->parts[i]))
			return false;
	}
	for (size_t i = 0; i < debug->part_count; i++) {
		if (!check_relocations(debug, &debug->parts[i]) ||
		    !check_abbreviations(debug, &debug->parts[i]))
			return false;
	}
	return true;
}

bool debug_load(struct debug_object *debug)
{
	const struct debug_input *input = debug->object->debug;
	struct file *file = debug->object->source;
	bool stays = file->again, loaded;
	const uint8_t *bytes;

	if (input->lost)
		diag_warning(debug->linker->diag, WARN_DEBUG_INFORMATION,
			     place_in(debug->object->name, linker_name(debug->linker, input->lost)),
			     "is left out, and what is like it: it is compressed as before ELF had "
			     "that; compile with -gz=zlib");
	if (input->sections.count == 0)
		return true;
	if (input->fault)
		return debug_leave_out(debug, NULL, NO_OFFSET, "%s", input->fault);
	debug->part_count = input->sections.count;
	debug->parts = arena_new_array(debug->arena, struct debug_part, debug->part_count);
	for (size_t i = 0; i < debug->part_count; i++)
		debug->parts[i].section = &input->sections.items[i];
	map_symbols(debug);
	bytes = file_again(debug->linker, file);
	if (!bytes)
		return debug_leave_out(debug, NULL, NO_OFFSET,
				       "it cannot be read again, or was changed");
	debug->bytes = bytes + debug->object->start;
	loaded = load_parts(debug);
	return (stays || file_forget(debug->linker, file)) && loaded;
}
