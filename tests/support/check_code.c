/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contents of sections: functions and variables cover theirs, and whatever leads from one
 * instruction to another still arrives where an instruction or a function starts.
 *
 * Source: Documentation/bpf/standardization/instruction-set.rst.
 */
#include <stdlib.h>
#include <string.h>

#include "subject.h"

static int compare_places(const void *a, const void *b)
{
	const struct subject_symbol *x = *(struct subject_symbol *const *)a;
	const struct subject_symbol *y = *(struct subject_symbol *const *)b;

	return x->value != y->value ? (x->value < y->value ? -1 : 1) : 0;
}

static bool is_data(const struct subject_section *section)
{
	return !strncmp(section->name, ".data", 5) || !strncmp(section->name, ".bss", 4);
}

static void check_gap(const struct subject *subject, const struct subject_section *section,
		      uint64_t from, uint64_t to)
{
	// There may be padding between variables.
	uint64_t padding = is_data(section) ? section->header.sh_addralign : 1;

	if (to >= from + padding && !(subject->flags & CHECK_CODE_GAPS))
		complain_of_input(subject, "%s: nothing has [%#lx, %#lx)", section->name, from, to);
}

// Dropped code and data must be gone: functions cover their section, and variables theirs. Two
// names for one place are an alias and allowed.
static void check_tiling(const struct subject *subject, const struct subject_section *section)
{
	const struct subject_symbol **symbols = calloc(subject->symbol_count, sizeof(*symbols));
	uint8_t type = is_data(section) ? STT_OBJECT : STT_FUNC;
	uint64_t start = 0, end = 0;
	size_t count = 0;

	for (size_t i = 0; i < subject->symbol_count; i++)
		if (subject->symbols[i].type == type &&
		    subject->symbols[i].shndx == subject_shndx(subject, section))
			symbols[count++] = &subject->symbols[i];
	qsort(symbols, count, sizeof(*symbols), compare_places);
	for (size_t i = 0; i < count; i++) {
		const struct subject_symbol *symbol = symbols[i];

		if (symbol->value < end &&
		    (symbol->value != start || symbol->value + symbol->size != end))
			complain_of_input(subject, "%s: %s overlaps %s", section->name,
					  symbol->name, symbols[i - 1]->name);
		check_gap(subject, section, end, symbol->value);
		start = symbol->value;
		if (end < start + symbol->size)
			end = start + symbol->size;
	}
	check_gap(subject, section, end, section->header.sh_size);
	free(symbols);
}

// libbpf copies what a program calls or points to behind it, but only from there.
static void check_callee(const struct subject *subject, const struct subject_section *section,
			 uint64_t offset, const struct subject_section *callee)
{
	if (strcmp(callee->name, ".text"))
		complain_of_input(subject, "%s+%#lx: libbpf looks for functions in .text, not %s",
				  section->name, offset, callee->name);
}

static void check_local_call(const struct subject *subject, const struct subject_section *section,
			     uint64_t offset, int32_t imm)
{
	uint64_t target = offset + ((int64_t)imm + 1) * 8;

	if (!subject_function_at(subject, subject_shndx(subject, section), target))
		complain_of_input(subject, "%s+%#lx: call to %#lx, where no function starts",
				  section->name, offset, target);
	check_callee(subject, section, offset, section);
}

static void check_jump(const struct subject *subject, const struct subject_section *section,
		       uint64_t offset, int64_t distance)
{
	uint32_t shndx = subject_shndx(subject, section);
	uint64_t target = offset + (distance + 1) * 8;
	const struct subject_symbol *from = subject_function_around(subject, shndx, offset);

	if (from && from != subject_function_around(subject, shndx, target))
		complain_of_input(subject, "%s+%#lx: jump to %#lx, out of %s", section->name,
				  offset, target, from->name);
}

// Where the relocation of a call or of a function pointer leads by symbol value and addend.
static void check_code_target(const struct subject *subject, const struct subject_section *section,
			      const struct subject_reloc *reloc, struct subject_insn insn)
{
	const struct subject_symbol *symbol = &subject->symbols[reloc->symndx];
	const struct subject_section *home = subject_home(subject, symbol);
	int64_t addend = insn.code == OP_CALL ? ((int64_t)insn.imm + 1) * 8 : insn.imm;
	uint64_t target = symbol->value + addend;

	if (!home) {
		if (symbol->shndx == SHN_UNDEF && addend)
			complain_of_input(subject, "%s+%#lx: %s is undefined, addend %ld",
					  section->name, reloc->offset, symbol->name, addend);
	} else if (subject_is_code(home)) {
		if (!subject_function_at(subject, subject_shndx(subject, home), target))
			complain_of_input(subject,
					  "%s+%#lx: refers to %s+%#lx, where no function starts",
					  section->name, reloc->offset, home->name, target);
		check_callee(subject, section, reloc->offset, home);
	} else if (insn.code == OP_CALL || target > home->header.sh_size) {
		complain_of_input(subject, "%s+%#lx: refers to %s+%#lx", section->name,
				  reloc->offset, home->name, target);
	} else if (!strcmp(home->name, ".maps") && (symbol->type == STT_SECTION || addend)) {
		complain_of_input(subject, "%s+%#lx: reference to a map without its name",
				  section->name, reloc->offset);
	}
}

static void check_insn(const struct subject *subject, const struct subject_section *section,
		       uint64_t offset, struct subject_insn insn)
{
	const struct subject_reloc *reloc =
		subject_reloc_at(subject, subject_shndx(subject, section), offset);
	uint8_t insn_class = insn.code & 7, op = insn.code & 0xf0;
	enum { JMP = 5, JMP32 = 6, JA = 0x00, CALL = 0x80, EXIT = 0x90 };

	if (reloc && reloc->symndx < subject->symbol_count)
		check_code_target(subject, section, reloc, insn);
	else if (insn.code == OP_CALL && insn.src == 1)
		check_local_call(subject, section, offset, insn.imm);
	else if (insn_class == JMP32 && op == JA)
		check_jump(subject, section, offset, insn.imm);
	else if ((insn_class == JMP || insn_class == JMP32) && op != CALL && op != EXIT &&
		 insn.code != (JMP | JA | 8)) // an indirect jump, through a jump table
		check_jump(subject, section, offset, insn.off);
}

static void check_insns(const struct subject *subject, const struct subject_section *section)
{
	for (uint64_t offset = 0; offset + 8 <= section->size; offset += 8) {
		struct subject_insn insn = subject_insn_at(subject, section, offset);

		check_insn(subject, section, offset, insn);
		if (insn.code == OP_LD_IMM64)
			offset += 8;
	}
}

// An entry is an offset in the code section of the function that uses the table, without any
// relocation: nothing else says that it was moved along.
static void check_jump_table(const struct subject *subject, const struct subject_section *tables,
			     const struct subject_reloc *reloc)
{
	const struct subject_symbol *table = &subject->symbols[reloc->symndx];
	const struct subject_symbol *user =
		subject_function_around(subject, reloc->place, reloc->offset);

	if (!table->size || table->size % 8 || table->value % 8)
		complain_of_input(subject, "jump table %s: offset %#lx, size %#lx", table->name,
				  table->value, table->size);
	for (uint64_t at = table->value; at + 8 <= tables->size && at < table->value + table->size;
	     at += 8) {
		uint64_t entry = subject_read64(subject, tables->data + at);

		if (!user || entry % 8 || entry < user->value || entry - user->value >= user->size)
			complain_of_input(subject, "jump table %s: entry %#lx is outside of %s",
					  table->name, entry, user ? user->name : "any function");
	}
}

static void check_jump_tables(const struct subject *subject)
{
	const struct subject_section *tables = subject_find_section(subject, ".jumptables");

	if (!tables)
		return;
	if (tables->header.sh_addralign % 8)
		complain_of_input(subject, ".jumptables: alignment %lu",
				  tables->header.sh_addralign);
	for (size_t i = 0; i < subject->reloc_count; i++) {
		const struct subject_reloc *reloc = &subject->relocs[i];

		if (subject_is_code(&subject->sections[reloc->place]) &&
		    reloc->symndx < subject->symbol_count &&
		    subject_home(subject, &subject->symbols[reloc->symndx]) == tables)
			check_jump_table(subject, tables, reloc);
	}
}

void check_code(const struct subject *subject)
{
	for (size_t i = 1; i < subject->section_count; i++) {
		const struct subject_section *section = &subject->sections[i];

		if (subject_is_code(section) || is_data(section))
			check_tiling(subject, section);
		if (subject_is_code(section))
			check_insns(subject, section);
	}
	check_jump_tables(subject);
}
