/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions and data, field by field: bytes are the same, except where a field leads somewhere;
 * there, where it leads to is the same.
 */
#include <inttypes.h>
#include <string.h>

#include "comparison.h"

// Where a field leads to: a place in a section, or a name that is not defined.
struct target {
	const struct subject *subject;
	const struct subject_section *home; // NULL: undefined
	const char *name;                   // of the symbol that the relocation names
	uint64_t offset;                    // in home; undefined: what is added
	bool by_section;                    // relative to the section rather than to a symbol
};

static struct target target_of(const struct subject *subject, const struct subject_reloc *reloc,
			       int64_t addend)
{
	const struct subject_symbol *symbol = &subject->symbols[reloc->symndx];
	const struct subject_section *home = subject_home(subject, symbol);

	return (struct target){
		.subject = subject,
		.home = home,
		.name = symbol->name,
		.offset = (home ? symbol->value : 0) + (uint64_t)addend,
		.by_section = symbol->type == STT_SECTION,
	};
}

// The bytes at @offset, at most @size; those of a section without bytes are zero.
static size_t bytes_at(const struct subject_section *section, uint64_t offset, size_t size,
		       uint8_t *bytes)
{
	memset(bytes, 0, size);
	if (offset >= section->header.sh_size)
		return 0;
	if (size > section->header.sh_size - offset)
		size = section->header.sh_size - offset;
	if (section->data)
		memcpy(bytes, section->data + offset, size);
	return size;
}

static bool same_string_at(const struct target *input, const struct target *linked)
{
	const struct subject_section *a = input->home, *b = linked->home;

	for (uint64_t i = 0; input->offset + i < a->size && linked->offset + i < b->size; i++) {
		if (a->data[input->offset + i] != b->data[linked->offset + i])
			return false;
		if (!a->data[input->offset + i])
			return true;
	}
	return false;
}

// Data without a name: what is read there first.
static bool same_start(const struct target *input, const struct target *linked)
{
	size_t size = input->home->header.sh_entsize > 8 ? input->home->header.sh_entsize : 8;
	uint8_t a[64] = { 0 }, b[64] = { 0 };

	size = size > sizeof(a) ? sizeof(a) : size;
	size = bytes_at(input->home, input->offset, size, a);
	return bytes_at(linked->home, linked->offset, size, b) == size && !memcmp(a, b, size);
}

// Jump tables hold offsets of instructions, from the start of the section.
static bool same_jump_table(const struct target *input, const struct target *linked,
			    const struct subject_symbol *from, const struct subject_symbol *to)
{
	const struct subject_symbol *table = subject_symbol_around(
		input->subject, subject_shndx(input->subject, input->home), input->offset);

	if (!table)
		return false;
	for (uint64_t at = 0; at < table->size; at += 8) {
		uint64_t a, b;

		if (input->offset + at + 8 > input->home->size ||
		    linked->offset + at + 8 > linked->home->size)
			return false;
		a = subject_read64(input->subject, input->home->data + input->offset + at);
		b = subject_read64(linked->subject, linked->home->data + linked->offset + at);
		if (a - from->value != b - to->value)
			return false;
	}
	return true;
}

static bool same_place(const struct target *input, const struct target *linked)
{
	const struct subject_symbol *a = subject_symbol_around(
		input->subject, subject_shndx(input->subject, input->home), input->offset);
	const struct subject_symbol *b = subject_symbol_around(
		linked->subject, subject_shndx(linked->subject, linked->home), linked->offset);

	if (input->home->header.sh_flags & SHF_STRINGS)
		return same_string_at(input, linked);
	if (input->home->header.sh_flags & SHF_MERGE || !a)
		return same_start(input, linked);
	if (!b || input->offset - a->value != linked->offset - b->value)
		return false;
	return subject_is_code(input->home) && a->bind == STB_LOCAL
		       ? same_function_name(a->name, b->name)
		       : !strcmp(a->name, b->name);
}

// @from and @to are the functions where the field is, NULL in data.
static bool same_target(const struct target *input, const struct target *linked,
			const struct subject_symbol *from, const struct subject_symbol *to)
{
	if (!input->home)
		return !strcmp(input->name, linked->name) &&
		       (linked->home || input->offset == linked->offset);
	if (!linked->home || strcmp(output_name(input->home), output_name(linked->home)))
		return false;
	if (!strcmp(input->home->name, ".jumptables"))
		return from && same_jump_table(input, linked, from, to);
	// Loaders tell these apart: a map must have a name, a callback must not.
	if (input->by_section != linked->by_section && !(input->home->header.sh_flags & SHF_MERGE))
		return false;
	return same_place(input, linked);
}

static void tell_target(const struct comparison *comparison, const char *where, uint64_t offset,
			const struct target *input, const struct target *linked)
{
	differ(comparison,
	       "%s+%#" PRIx64 ": leads to %s%s+%#" PRIx64 ", in the output to %s%s+%#" PRIx64,
	       where, offset, input->home ? input->home->name : "undefined ", input->name,
	       input->offset, linked->home ? linked->home->name : "undefined ", linked->name,
	       linked->offset);
}

// ---------------------------------------------------------------------------------------------
// Code

struct code {
	const struct side *side;
	const struct subject_symbol *function;
	const struct subject_section *section;
};

static struct code code_of(const struct side *side, const struct subject_symbol *function)
{
	return (struct code){ side, function, subject_home(&side->subject, function) };
}

// Whether an instruction leads somewhere, and where.
static bool leads(const struct code *code, uint64_t offset, struct target *target)
{
	const struct subject *subject = &code->side->subject;
	const struct subject_reloc *reloc =
		subject_reloc_at(subject, code->function->shndx, offset);
	struct subject_insn insn = subject_insn_at(subject, code->section, offset);
	int64_t distance = ((int64_t)insn.imm + 1) * 8;

	if (reloc)
		*target = target_of(subject, reloc, insn.code == OP_CALL ? distance : insn.imm);
	else if (insn.code == OP_CALL && insn.src == 1)
		*target = (struct target){ .subject = subject,
					   .home = code->section,
					   .name = "",
					   .offset = offset + (uint64_t)distance };
	else
		return false;
	return true;
}

// The type id that CO-RE puts into the immediate is the linker's to choose.
static bool holds_type_id(const struct code *code, uint64_t offset)
{
	const struct record *record = core_relo_at(code->side, code->function->shndx, offset);

	return record &&
	       (record->words[3] == CORE_TYPE_ID_LOCAL || record->words[3] == CORE_TYPE_ID_TARGET);
}

static bool same_insn(const struct comparison *comparison, const struct code *input,
		      const struct code *linked, uint64_t at)
{
	uint64_t from = input->function->value + at, to = linked->function->value + at;
	struct target target, found;
	bool leads_on = leads(input, from, &target);
	bool same = leads_on == leads(linked, to, &found) &&
		    !memcmp(input->section->data + from, linked->section->data + to, 4) &&
		    (leads_on || holds_type_id(input, from) ||
		     !memcmp(input->section->data + from + 4, linked->section->data + to + 4, 4));

	if (!same) {
		differ(comparison, "%s+%#" PRIx64 ": other instruction", input->function->name, at);
		return false;
	}
	if (leads_on && !same_target(&target, &found, input->function, linked->function)) {
		tell_target(comparison, input->function->name, at, &target, &found);
		return false;
	}
	return true;
}

static bool same_insns(const struct comparison *comparison, const struct code *input,
		       const struct code *linked)
{
	if (strcmp(output_name(input->section), output_name(linked->section))) {
		differ(comparison, "%s is in %s", input->function->name, linked->section->name);
		return false;
	}
	if (input->function->size != linked->function->size) {
		differ(comparison, "%s: size %#" PRIx64 ", in the output %#" PRIx64,
		       input->function->name, input->function->size, linked->function->size);
		return false;
	}
	for (uint64_t at = 0; at < input->function->size; at += 8)
		if (!same_insn(comparison, input, linked, at))
			return false;
	return true;
}

bool same_function(struct comparison *comparison, const struct subject_symbol *input,
		   const struct subject_symbol *linked)
{
	struct code from = code_of(comparison->input, input);
	struct code to = code_of(&comparison->linked, linked);

	return same_insns(comparison, &from, &to) && same_lines(comparison, input, linked) &&
	       same_core_relos(comparison, input, linked) &&
	       same_func_info(comparison, input, linked);
}

// ---------------------------------------------------------------------------------------------
// Data

static bool same_pointer(const struct comparison *comparison, const struct subject_reloc *input,
			 uint64_t linked_offset, const struct subject_section *section)
{
	const struct subject *from = &comparison->input->subject, *to = &comparison->linked.subject;
	const struct subject_reloc *reloc =
		subject_reloc_at(to, subject_shndx(to, section), linked_offset);
	const uint8_t *field = from->sections[input->place].data + input->offset;
	struct target target = target_of(from, input, (int64_t)subject_read64(from, field)), found;

	if (!reloc) {
		differ(comparison, "%s+%#" PRIx64 ": no pointer in the output",
		       from->sections[input->place].name, input->offset);
		return false;
	}
	found = target_of(to, reloc, (int64_t)subject_read64(to, section->data + reloc->offset));
	if (same_target(&target, &found, NULL, NULL))
		return true;
	tell_target(comparison, from->sections[input->place].name, input->offset, &target, &found);
	return false;
}

bool same_bytes(struct comparison *comparison, const struct subject_section *input,
		uint64_t input_offset, const struct subject_section *linked, uint64_t linked_offset,
		uint64_t size)
{
	const struct subject *from = &comparison->input->subject, *to = &comparison->linked.subject;
	uint32_t shndx = subject_shndx(from, input), linked_shndx = subject_shndx(to, linked);

	for (uint64_t at = 0; at < size; at++) {
		const struct subject_reloc *pointer =
			subject_reloc_at(from, shndx, input_offset + at);
		uint8_t a, b;

		if (pointer) {
			if (!same_pointer(comparison, pointer, linked_offset + at, linked))
				return false;
			at += 7;
			continue;
		}
		if (bytes_at(input, input_offset + at, 1, &a) !=
			    bytes_at(linked, linked_offset + at, 1, &b) ||
		    a != b || subject_reloc_at(to, linked_shndx, linked_offset + at)) {
			differ(comparison, "%s+%#" PRIx64 ": other data", input->name,
			       input_offset + at);
			return false;
		}
	}
	return true;
}
