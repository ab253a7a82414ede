/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns everything in a section that points somewhere into one kind of record: relocations, with
 * the addend in the relocated field, and calls that the assembler resolved without a relocation.
 *
 * Source: Documentation/bpf/llvm_reloc.rst of Linux.
 */
#include <inttypes.h>

#include "base/integers.h"
#include "elf_records.h"
#include "insn.h"
#include "jump_tables.h"
#include "passes.h"
#include "relocation.h"

static const char *const kind_names[] = {
	[REFERENCE_LD_IMM64] = "a 64-bit immediate", [REFERENCE_CALL] = "a call",
	[REFERENCE_LOCAL_CALL] = "a call",           [REFERENCE_DATA64] = "64-bit data",
	[REFERENCE_DATA32] = "32-bit data",
};

// By kind: bytes that must be at the offset.
static const uint8_t field_sizes[] = {
	[REFERENCE_LD_IMM64] = 16, [REFERENCE_CALL] = 8,   [REFERENCE_LOCAL_CALL] = 8,
	[REFERENCE_DATA64] = 8,    [REFERENCE_DATA32] = 4, [REFERENCE_JUMP_TABLE] = 8,
};

// The kind of a relocation, from its type and section; false when the type has no meaning there.
static bool reference_kind(const struct section *section, uint32_t type, enum reference_kind *kind)
{
	if (section->flags & SHF_EXECINSTR) {
		*kind = type == R_BPF_64_64 ? REFERENCE_LD_IMM64 : REFERENCE_CALL;
		return type == R_BPF_64_64 || type == R_BPF_64_32;
	}
	// LLVM up to 12 used the types for instructions also in data.
	switch (type) {
	case R_BPF_64_64:
	case R_BPF_64_ABS64:
		*kind = REFERENCE_DATA64;
		return true;
	case R_BPF_64_32:
	case R_BPF_64_ABS32:
	case R_BPF_64_NODYLD32:
		*kind = REFERENCE_DATA32;
		return true;
	}
	return false;
}

static struct place field_place(const struct section *section, uint64_t offset)
{
	return place_at(section_place(section), offset);
}

// Check that the field at @offset lies in the section and suits @kind.
static bool check_field(struct linker *linker, const struct section *section, uint64_t offset,
			enum reference_kind kind)
{
	uint8_t opcode;

	if (!range_fits(offset, field_sizes[kind], section->size)) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, field_place(section, offset),
			   "relocation of %s ends past its section's %" PRIu64 " bytes",
			   kind_names[kind], section->size);
		return false;
	}
	if (!section->data) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, field_place(section, offset),
			   "relocation in a section without content (SHT_NOBITS)");
		return false;
	}
	if (section->role != ROLE_CODE)
		return true;
	opcode = section->data[offset];
	if (offset % INSN_SIZE || (kind == REFERENCE_LD_IMM64 && opcode != INSN_LD_IMM64) ||
	    (kind == REFERENCE_CALL && opcode != INSN_CALL)) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, field_place(section, offset),
			   "relocation of %s does not match the instruction there (opcode 0x%02x)",
			   kind_names[kind], opcode);
		return false;
	}
	return true;
}

// The addend in the relocated field, in bytes.
static int64_t read_addend(const struct section *section, uint64_t offset, enum reference_kind kind)
{
	const uint8_t *field = section->data + offset;
	bool big_endian = section->object->big_endian;

	switch (kind) {
	case REFERENCE_LD_IMM64:
		return (int32_t)get32(field + INSN_IMM, big_endian);
	case REFERENCE_CALL:
	case REFERENCE_LOCAL_CALL:
		return ((int64_t)(int32_t)get32(field + INSN_IMM, big_endian) + 1) * INSN_SIZE;
	case REFERENCE_DATA64:
	case REFERENCE_JUMP_TABLE:
		return (int64_t)get64(field, big_endian);
	case REFERENCE_DATA32:
		return get32(field, big_endian);
	}
	return 0;
}

// A call must lead to an instruction; data may point anywhere, as pointers in C may.
static bool check_target(struct linker *linker, const struct section *section,
			 const struct reference *reference, const struct section *target)
{
	if (!role_is_content(target->role)) {
		diag_error(linker->diag, ERROR_DISCARDED_REFERENCE,
			   field_place(section, reference->offset),
			   "%s refers to section '%s', which %s", kind_names[reference->kind],
			   target->text_name,
			   target->role == ROLE_DISCARDED
				   ? "is in a section group that another object has, too"
				   : "no loader knows");
		return false;
	}
	if (reference->named ||
	    (reference->kind != REFERENCE_CALL && reference->kind != REFERENCE_LOCAL_CALL))
		return true;
	if (target->role != ROLE_CODE || reference->addend < 0 ||
	    (uint64_t)reference->addend >= target->size || reference->addend % INSN_SIZE) {
		diag_error(linker->diag, ERROR_MISPLACED_TARGET,
			   field_place(section, reference->offset),
			   "call goes to offset %" PRId64
			   " of section '%s', where no instruction is",
			   reference->addend, target->text_name);
		return false;
	}
	return true;
}

static void add_relocation(struct linker *linker, struct section *section, const Elf64_Rel *rel)
{
	struct object *object = section->object;
	uint32_t type = ELF64_R_TYPE(rel->r_info), symndx = ELF64_R_SYM(rel->r_info);
	struct reference reference = { .offset = (uint32_t)rel->r_offset };
	enum reference_kind kind;
	struct symbol *symbol;

	if (type == R_BPF_NONE)
		return;
	if (!reference_kind(section, type, &kind)) {
		diag_error(linker->diag, ERROR_UNSUPPORTED_RELOCATION,
			   field_place(section, rel->r_offset),
			   "relocation type %" PRIu32 " is not supported in %s", type,
			   section->role == ROLE_CODE ? "code" : "data");
		return;
	}
	if (symndx == 0 || symndx >= object->symbol_count) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, field_place(section, rel->r_offset),
			   "relocation has symbol %" PRIu32 ", but the object has %" PRIu32, symndx,
			   object->symbol_count);
		return;
	}
	if (!check_field(linker, section, rel->r_offset, kind))
		return;
	symbol = &object->symbols[symndx];
	reference.kind = kind;
	reference.addend = read_addend(section, rel->r_offset, kind);
	reference.named = symbol->type != STT_SECTION;
	if (reference.named)
		reference.symbol = symbol;
	else
		reference.target = symbol->section;
	if (!reference.named && !reference.target) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, field_place(section, rel->r_offset),
			   "relocation has the symbol of a section that the object does not have");
		return;
	}
	if (symbol->section && !check_target(linker, section, &reference, symbol->section))
		return;
	*array_add(linker->arena, &section->references) = reference;
}

// A relocation in a section that does not go out: only its target matters, and faults are ignored.
static void add_discarded_relocation(struct linker *linker, struct section *section,
				     const Elf64_Rel *rel)
{
	const struct object *object = section->object;
	uint32_t symndx = ELF64_R_SYM(rel->r_info);
	struct reference reference = { .offset = (uint32_t)rel->r_offset };
	enum reference_kind kind;
	struct symbol *symbol;

	if (!section->data || !reference_kind(section, ELF64_R_TYPE(rel->r_info), &kind) ||
	    symndx == 0 || symndx >= object->symbol_count ||
	    !range_fits(rel->r_offset, field_sizes[kind], section->size))
		return;
	symbol = &object->symbols[symndx];
	if (!symbol->section || !role_is_content(symbol->section->role))
		return;
	reference.kind = kind;
	reference.addend = read_addend(section, rel->r_offset, kind);
	reference.target = symbol->section;
	if (symbol->type != STT_SECTION)
		reference.addend = (int64_t)symbol->value;
	*array_add(linker->arena, &section->references) = reference;
}

static int compare_references(const void *a, const void *b)
{
	const struct reference *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void check_overlaps(struct linker *linker, const struct section *section)
{
	const struct reference *items = section->references.items;

	for (size_t i = 1; i < section->references.count; i++) {
		const struct reference *before = &items[i - 1];

		if (items[i].offset - before->offset < field_sizes[before->kind]) {
			diag_error(linker->diag, ERROR_MALFORMED_ELF,
				   field_place(section, items[i].offset),
				   "two relocations of one field");
			return;
		}
	}
}

// Read the relocations of sections that go out. Those of .BTF and .BTF.ext are left out: these
// sections are rewritten.
static void read_relocations(struct linker *linker, struct object *object)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		const struct section *table = &object->sections[i];
		size_t count = table->size / sizeof(Elf64_Rel);
		struct section *section;

		if (table->type != SHT_REL || table->size == 0)
			continue;
		if (table->info == 0 || table->info >= object->section_count) {
			diag_error(linker->diag, ERROR_MALFORMED_ELF, section_place(table),
				   "relocations of section %" PRIu32
				   " (sh_info), which the object does not have",
				   table->info);
			continue;
		}
		section = &object->sections[table->info];
		if (!role_is_content(section->role) && section->role != ROLE_DISCARDED)
			continue;
		if (count && section->references.count == 0)
			array_reserve(linker->arena, &section->references, count);
		for (size_t j = 0; j < count; j++) {
			Elf64_Rel rel = rel_get(table->data, j, object->big_endian);

			if (section->role == ROLE_DISCARDED)
				add_discarded_relocation(linker, section, &rel);
			else
				add_relocation(linker, section, &rel);
		}
	}
}

static void add_local_call(struct linker *linker, struct section *section, uint64_t offset)
{
	struct reference call = {
		.offset = (uint32_t)offset,
		.kind = REFERENCE_LOCAL_CALL,
		.target = section,
		.addend = (int64_t)offset + read_addend(section, offset, REFERENCE_LOCAL_CALL),
	};

	if (check_target(linker, section, &call, section))
		*array_add(linker->arena, &section->references) = call;
}

// Read calls that the assembler resolved: they must be updated when code moves.
static void read_local_calls(struct linker *linker, struct section *section)
{
	bool big_endian = section->object->big_endian;
	size_t next = 0, relocated = section->references.count;
	uint8_t opcode;

	for (uint64_t offset = 0; offset < section->size; offset += insn_size(opcode)) {
		opcode = section->data[offset];
		if (!range_fits(offset, insn_size(opcode), section->size)) {
			diag_error(linker->diag, ERROR_MALFORMED_ELF, field_place(section, offset),
				   "the section ends within a 64-bit immediate");
			return;
		}
		if (opcode != INSN_CALL ||
		    insn_read(section->data + offset, big_endian).src != BPF_PSEUDO_CALL)
			continue;
		while (next < relocated && section->references.items[next].offset < offset)
			next++;
		if (next == relocated || section->references.items[next].offset != offset)
			add_local_call(linker, section, offset);
	}
	if (section->references.count > relocated)
		array_sort(&section->references, compare_references);
}

/*
 * Needs: sections and symbols. Gives: section->references, sorted by offset.
 */
void read_references(struct linker *linker)
{
	array_each(object, &linker->objects) {
		read_relocations(linker, *object);
		read_jump_tables(linker, *object);
		for (uint32_t i = 1; i < (*object)->section_count; i++) {
			struct section *section = &(*object)->sections[i];

			array_sort(&section->references, compare_references);
			if (section->role == ROLE_CODE)
				read_local_calls(linker, section);
			if (section->role != ROLE_DISCARDED)
				check_overlaps(linker, section);
		}
	}
}
