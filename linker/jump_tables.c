/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Jump tables of indirect jumps (gotox, -mcpu=v4 since LLVM 22).
 *
 * An entry of .jumptables is the offset of an instruction from the start of a code section, without
 * a relocation and without a word on which section that is. The code tells: it loads the address of
 * its table by a relocation, and jumps within its own section. So the section of that instruction
 * is the one that all entries of the table are about.
 *
 * Source: llvm-project, "[BPF] Support Jump Table", section .jumptables and symbols BPF.JT.*.
 */
#include "jump_tables.h"

#include <inttypes.h>

#include "insn.h"
#include "integers.h"

#define ENTRY_SIZE 8u

static bool is_table(const struct symbol *symbol)
{
	return symbol && symbol->section && symbol->section->role == ROLE_JUMP_TABLES;
}

static bool check_table(struct linker *linker, const struct symbol *table)
{
	if (table->size && table->value % ENTRY_SIZE == 0 && table->size % ENTRY_SIZE == 0 &&
	    table->section->data)
		return true;
	diag_error(linker->diag, symbol_place(linker, table),
		   "jump table '%s' is not a whole number of entries",
		   linker_name(linker, table->name));
	return false;
}

static void add_entry(struct linker *linker, const struct symbol *table, struct section *code,
		      uint64_t offset)
{
	struct section *section = table->section;
	uint64_t target = get64(section->data + offset, section->object->big_endian);

	if (target >= code->size || target % INSN_SIZE) {
		diag_error(linker->diag, place_at(section_place(section), offset),
			   "jump table entry leads to offset 0x%" PRIx64
			   " of section '%s', where no instruction is",
			   target, code->text_name);
		return;
	}
	*array_add(linker->arena, &section->references) = (struct reference){
		.offset = (uint32_t)offset,
		.kind = REFERENCE_JUMP_TABLE,
		.target = code,
		.addend = (int64_t)target,
	};
}

// The code section of each table, by symbol; a table is read when it is met first.
static void add_table(struct linker *linker, struct section **owners, const struct symbol *table,
		      struct section *code, uint64_t offset)
{
	struct section **owner = &owners[table->symndx];

	if (*owner == code || !check_table(linker, table))
		return;
	if (*owner) {
		diag_error(linker->diag, place_at(section_place(code), offset),
			   "jump table '%s' is used by code in section '%s', too",
			   linker_name(linker, table->name), (*owner)->text_name);
		return;
	}
	*owner = code;
	for (uint64_t at = 0; at < table->size; at += ENTRY_SIZE)
		add_entry(linker, table, code, table->value + at);
}

static struct section *find_tables(const struct object *object)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		if (object->sections[i].role == ROLE_JUMP_TABLES)
			return &object->sections[i];
	}
	return NULL;
}

void read_jump_tables(struct linker *linker, struct object *object)
{
	const struct section *tables = find_tables(object);
	struct section **owners;

	// LLVM 22 had relocations for the entries while it was in the making.
	if (!tables || tables->references.count)
		return;
	owners = arena_new_array(linker->arena, struct section *, object->symbol_count);
	for (uint32_t i = 1; i < object->section_count; i++) {
		struct section *code = &object->sections[i];

		if (code->role != ROLE_CODE)
			continue;
		array_each(reference, &code->references) {
			if (is_table(reference->symbol))
				add_table(linker, owners, reference->symbol, code,
					  reference->offset);
		}
	}
}
