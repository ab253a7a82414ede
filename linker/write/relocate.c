/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of what goes out, with every reference written back as what it was, in copies of the
 * sections that have references: those of an input may be the caller's, or mapped.
 *
 * A reference to a symbol keeps its addend; one to a place gets the place's new offset, relative to
 * the section symbol. Neither is turned into the other: loaders disagree on symbols with addends,
 * and accept function pointers only relative to their section.
 */
#include <inttypes.h>

#include "atoms.h"
#include "core_records.h"
#include "destination.h"
#include "insn.h"
#include "number_symbols.h"
#include "output_types.h"
#include "passes.h"
#include "relocation.h"

static const uint32_t relocation_types[] = {
	[REFERENCE_LD_IMM64] = R_BPF_64_64,
	[REFERENCE_CALL] = R_BPF_64_32,
	[REFERENCE_DATA64] = R_BPF_64_ABS64,
	[REFERENCE_DATA32] = R_BPF_64_ABS32,
};

// A reference, with its place and target in the output.
struct move {
	const struct section *section;
	const struct reference *reference;
	struct destination from;
	struct destination to; // for references to a place
};

// Those that copy_sections() made.
static uint8_t *own_bytes(const struct section *section)
{
	return (uint8_t *)section->data;
}

// Write the value into the field; false when the field has too few bits.
static bool write_field(const struct linker *linker, const struct move *move)
{
	uint8_t *field = own_bytes(move->section) + move->reference->offset;
	int64_t value = move->to.offset;

	switch (move->reference->kind) {
	case REFERENCE_LD_IMM64:
		put32(field + INSN_IMM, (uint32_t)value, linker->big_endian);
		return value == (int32_t)value;
	case REFERENCE_LOCAL_CALL:
		value -= move->from.offset;
		/* fallthrough */
	case REFERENCE_CALL:
		value = value / INSN_SIZE - 1;
		put32(field + INSN_IMM, (uint32_t)value, linker->big_endian);
		return value == (int32_t)value;
	case REFERENCE_DATA64:
	case REFERENCE_JUMP_TABLE:
		put64(field, (uint64_t)value, linker->big_endian);
		return true;
	case REFERENCE_DATA32:
		put32(field, (uint32_t)value, linker->big_endian);
		return value == (uint32_t)value;
	}
	return false;
}

static bool relocate_place(struct linker *linker, struct move *move)
{
	const struct reference *reference = move->reference;

	move->to = place_destination(reference);
	if (reference->kind == REFERENCE_CALL || reference->kind == REFERENCE_LOCAL_CALL)
		move->to.offset = move->to.offset / INSN_SIZE * INSN_SIZE;
	if (move->to.section && write_field(linker, move))
		return true;
	diag_error(linker->diag, ERROR_RELOCATION_OVERFLOW,
		   place_at(section_place(move->section), reference->offset),
		   "reference to offset %" PRId64
		   " of section '%s' does not fit its field after linking",
		   reference->addend, reference->target->text_name);
	return false;
}

// Check that a call leads to an instruction. For a call by name this is known only now, because
// another input defines the function. The target must be inside that function: what follows it may
// be something else in the output.
static bool check_call(struct linker *linker, const struct move *move)
{
	const struct reference *reference = move->reference;
	const struct symbol *symbol = reference_symbol(reference);
	const struct section *target = symbol ? NULL : reference->target;
	const struct atom *atom = reference->atom;
	int64_t offset = reference->addend;

	if (symbol) {
		symbol = symbol->global ? symbol->global->definition : symbol;
		if (!symbol || !symbol->section)
			return true;
		target = symbol->section;
		offset += (int64_t)symbol->value;
	}
	if (target->role == ROLE_CODE && atom && offset >= (int64_t)atom->offset &&
	    (uint64_t)offset - atom->offset < atom->size && offset % INSN_SIZE == 0)
		return true;
	diag_error(linker->diag, ERROR_MISPLACED_TARGET,
		   place_at(section_place(move->section), reference->offset),
		   "call goes to offset %" PRId64
		   " of section '%s' in '%s', where no instruction is, or another function",
		   offset, target->text_name, target->object->name);
	return false;
}

static void add_relocation(struct linker *linker, struct move *move)
{
	const struct reference *reference = move->reference;
	uint32_t symbol =
		reference->named ? symbol_output(reference->symbol) : move->to.section->symbol;

	if (symbol == 0) {
		diag_error(linker->diag, ERROR_DISCARDED_REFERENCE,
			   place_at(section_place(move->section), reference->offset),
			   "'%s' is referred to, but is not in the output",
			   linker_name(linker, reference->symbol->name));
		return;
	}
	*array_add(linker->arena, &move->from.section->relocations) = (Elf64_Rel){
		.r_offset = (uint64_t)move->from.offset,
		.r_info = ELF64_R_INFO((uint64_t)symbol, relocation_types[reference->kind]),
	};
}

static void relocate_atom(struct linker *linker, const struct atom *atom)
{
	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++) {
		const struct reference *reference = &atom->section->references.items[i];
		struct move move = {
			.section = atom->section,
			.reference = reference,
			.from = atom_destination(atom, reference->offset),
		};

		if (reference->kind == REFERENCE_CALL && !check_call(linker, &move))
			continue;
		if (!reference->named && !relocate_place(linker, &move))
			continue;
		if (reference_has_relocation(reference))
			add_relocation(linker, &move);
	}
}

static void copy_section(struct linker *linker, struct section *section)
{
	// The type ids in code are no references.
	bool changes = section->references.count || section->role == ROLE_CODE;

	if (changes && section->output && section->data && section->size)
		section->data = memcpy(arena_alloc(linker->arena, section->size), section->data,
				       section->size);
}

static void copy_sections(struct linker *linker, const struct object *object)
{
	for (uint32_t i = 1; i < object->section_count; i++)
		copy_section(linker, &object->sections[i]);
	array_each(section, &object->bound)
		copy_section(linker, *section);
}

static void relocate_section(struct linker *linker, struct output_section *output)
{
	array_each(atom, &output->atoms)
		relocate_atom(linker, *atom);
	array_end(linker->arena, &output->relocations);
}

// bpf_core_type_id_local() and _target() have a type id of the input's BTF in their instruction.
static void renumber_type_id(struct linker *linker, const struct section *section,
			     struct btf_ext_record record)
{
	const struct object *object = section->object;
	const struct atom *atom = section_atom(section, record.insn_off);
	struct destination to = record_destination(section, atom, record.insn_off);
	uint8_t *field;

	if (!to.section)
		return;
	field = own_bytes(atom->section) + record.insn_off + INSN_IMM;
	// Only if the compiler put the id there: libbpf uses the record, not the instruction.
	if (get32(field, linker->big_endian) == record.field[0])
		put32(field, output_type_id(linker, object, record.field[0]), linker->big_endian);
}

static void renumber_type_ids(struct linker *linker, const struct object *object)
{
	struct core_records records = { .object = object };

	while (core_records_next(&records)) {
		uint32_t kind = records.record.field[2];

		if (kind == BPF_CORE_TYPE_ID_LOCAL || kind == BPF_CORE_TYPE_ID_TARGET)
			renumber_type_id(linker, records.section, records.record);
	}
}

/*
 * Needs: places, symbol indices, type ids. Gives: data of sections that go out, relocations of
 * output sections.
 */
void relocate(struct linker *linker)
{
	array_each(object, &linker->objects)
		copy_sections(linker, *object);
	array_each(output, &linker->sections)
		relocate_section(linker, *output);
	array_each(object, &linker->objects)
		renumber_type_ids(linker, *object);
}
