/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Jump tables of indirect jumps (gotox, -mcpu=v4 since LLVM 22).
 *
 * An entry of .jumptables is the offset of an instruction from the start of a code section, without
 * a relocation that tells which section. Code loads the address of its table by a relocation, and
 * jumps within its own section. So all entries of a table refer to the section of the instruction
 * that loads the table.
 *
 * Source: llvm-project, "[BPF] Support Jump Table", section .jumptables and symbols BPF.JT.*.
 */
#include "jump_tables.h"

#include <inttypes.h>

#include "base/integers.h"
#include "insn.h"

#define ENTRY_SIZE 8u

// Bytes of tables per byte of .jumptables, at most. Compilers do not overlap tables.
#define OVERLAP_MAX 16

// The tables of an object.
struct tables {
	struct section **owners; // by symbol: the code section of the table; NULL: not met yet
	uint64_t room;           // bytes that further tables may have
};

static bool is_table(const struct symbol *symbol)
{
	return symbol && symbol->section && symbol->section->role == ROLE_JUMP_TABLES;
}

static bool check_table(struct linker *linker, const struct symbol *table)
{
	if (table->size && table->value % ENTRY_SIZE == 0 && table->size % ENTRY_SIZE == 0 &&
	    table->section->data)
		return true;
	diag_error(linker->diag, ERROR_JUMP_TABLE, symbol_place(linker, table),
		   "jump table '%s' is not a whole number of entries",
		   linker_name(linker, table->name));
	return false;
}

static void check_entry(struct linker *linker, const struct section *section,
			const struct reference *entry)
{
	uint64_t target = (uint64_t)entry->addend;

	if (target >= entry->target->size || target % INSN_SIZE)
		diag_error(linker->diag, ERROR_JUMP_TABLE,
			   place_at(section_place(section), entry->offset),
			   "jump table entry leads to offset 0x%" PRIx64
			   " of section '%s', where no instruction is",
			   target, entry->target->text_name);
}

static void add_entry(struct linker *linker, struct section *section, struct section *code,
		      uint64_t offset)
{
	struct reference *entry = array_add(linker->arena, &section->references);

	*entry = (struct reference){
		.offset = (uint32_t)offset,
		.kind = REFERENCE_JUMP_TABLE,
		.target = code,
		.addend = (int64_t)get64(section->data + offset, section->object->big_endian),
	};
	check_entry(linker, section, entry);
}

// Note that @code, at @offset, uses @table; read the table when it is met first.
static void add_table(struct linker *linker, struct tables *tables, const struct symbol *table,
		      struct section *code, uint64_t offset)
{
	struct section **owner = &tables->owners[symbol_index(table)];

	if (*owner == code || !check_table(linker, table))
		return;
	if (*owner) {
		diag_error(linker->diag, ERROR_JUMP_TABLE, place_at(section_place(code), offset),
			   "jump table '%s' is used by code in section '%s', too",
			   linker_name(linker, table->name), (*owner)->text_name);
		return;
	}
	*owner = code;
	if (table->size > tables->room) {
		diag_error(linker->diag, ERROR_EXCESSIVE_WORK, symbol_place(linker, table),
			   "jump table '%s' overlaps with others more than any compiler would do",
			   linker_name(linker, table->name));
		return;
	}
	tables->room -= table->size;
	for (uint64_t at = 0; at < table->size; at += ENTRY_SIZE)
		add_entry(linker, table->section, code, table->value + at);
}

// Development versions of LLVM 22 wrote relocations for the entries. Loaders do not know them, so
// they are resolved: to offsets in the section.
static void resolve_entries(struct linker *linker, struct section *section)
{
	array_each(entry, &section->references) {
		const struct symbol *symbol = reference_symbol(entry);

		if (symbol) {
			entry->named = false;
			entry->target = symbol->section;
			entry->addend = (int64_t)((uint64_t)entry->addend + symbol->value);
		}
		if (entry->kind != REFERENCE_DATA64 || !entry->target ||
		    entry->target->role != ROLE_CODE) {
			diag_error(linker->diag, ERROR_JUMP_TABLE,
				   place_at(section_place(section), entry->offset),
				   "jump table entry is not an address of code in this object");
			return;
		}
		entry->kind = REFERENCE_JUMP_TABLE;
		check_entry(linker, section, entry);
	}
}

static void read_code(struct linker *linker, struct tables *tables, struct section *code)
{
	array_each(reference, &code->references) {
		if (is_table(reference_symbol(reference)))
			add_table(linker, tables, reference->symbol, code, reference->offset);
		else if (!reference->named && reference->target->role == ROLE_JUMP_TABLES)
			diag_error(
				linker->diag, ERROR_JUMP_TABLE,
				place_at(section_place(code), reference->offset),
				"refers to jump tables without a symbol that says where one ends");
	}
}

// Check tables, including unused ones: these move along with tables that they overlap.
static bool check_tables(struct linker *linker, const struct object *object)
{
	bool valid = true;

	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (is_table(symbol) && symbol->size)
			valid &= check_table(linker, symbol);
	}
	return valid;
}

void read_jump_tables(struct linker *linker, struct object *object)
{
	bool found = false, relocated = false;
	struct tables tables = { 0 };

	for (uint32_t i = 1; i < object->section_count; i++) {
		struct section *section = &object->sections[i];

		if (section->role != ROLE_JUMP_TABLES)
			continue;
		found = true;
		tables.room += section->size * OVERLAP_MAX;
		relocated |= section->references.count > 0;
		resolve_entries(linker, section);
	}
	if (!found || !check_tables(linker, object) || relocated)
		return;
	tables.owners = arena_new_array(linker->arena, struct section *, object->symbol_count);
	for (uint32_t i = 1; i < object->section_count; i++) {
		if (object->sections[i].role == ROLE_CODE)
			read_code(linker, &tables, &object->sections[i]);
	}
}
