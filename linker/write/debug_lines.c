/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Line tables of an object that was cut, as if each of its functions had been compiled alone.
 *
 * A line table is a program that makes rows, address by address. Compilers write one sequence of
 * rows for all functions of a section. The program is run; where a row is of another atom than the
 * one before, the sequence is closed and another one opened, with an address of its own; rows of
 * what is gone are not written. The header is copied.
 *
 * The result has relocations to symbols of the object, like what was read. It is some twenty bytes
 * larger for each function; debug_part.moves says where units went.
 *
 * Source: DWARF 5, 6.2.
 */
#include "atoms.h"
#include "debug_rewrite.h"
#include "relocation.h"

// The registers of the machine, without those of VLIW.
struct registers {
	uint64_t address; // bytes from the start of the section
	uint64_t file, line, column, isa, discriminator;
	bool is_stmt, basic_block, prologue_end, epilogue_begin;
};

// A unit of .debug_line.
struct line_unit {
	struct debug_object *debug;
	struct debug_part *part;
	struct reader reader; // up to the end of the unit
	uint8_t offset_size;
	uint8_t step; // minimum_instruction_length
	bool is_stmt; // default_is_stmt
	int8_t line_base;
	uint8_t line_range, opcode_base;
	const uint8_t *argument_counts; // of standard opcodes, the first of which is 1

	// The row that the input is about to make, and its sequence:
	struct registers now;
	const Elf64_Rel *relocation; // of its last address; NULL: it has none
	struct code_place origin;    // that address

	// The row that was written last, and its sequence:
	struct registers last;
	const struct atom *atom; // that it is about; NULL: none is open
	struct text *text;       // of `rewrite`
	struct debug_rewrite *rewrite;
};

#define OPCODES 13

// How many arguments each standard opcode has; the first is no opcode.
static const uint8_t standard_counts[OPCODES] = { 0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1 };

static struct registers initial(const struct line_unit *unit)
{
	return (struct registers){ .file = 1, .line = 1, .is_stmt = unit->is_stmt };
}

static void put_byte(struct line_unit *unit, uint8_t byte)
{
	text_bytes(unit->text, &byte, 1);
}

static void put_uleb(struct line_unit *unit, uint64_t value)
{
	for (; value > 0x7f; value >>= 7)
		put_byte(unit, (uint8_t)(value | 0x80));
	put_byte(unit, (uint8_t)value);
}

static void put_sleb(struct line_unit *unit, int64_t value)
{
	for (; value < -0x40 || value > 0x3f; value >>= 7)
		put_byte(unit, (uint8_t)(value | 0x80));
	put_byte(unit, value & 0x7f);
}

static void put_extended(struct line_unit *unit, uint8_t opcode, uint64_t size)
{
	put_byte(unit, DW_LNS_EXTENDED);
	put_uleb(unit, size + 1);
	put_byte(unit, opcode);
}

// Set the address to that of the row at hand, by a relocation like that of the input.
static void put_address(struct line_unit *unit)
{
	uint64_t type = ELF64_R_TYPE(unit->relocation->r_info);
	size_t size = type == R_BPF_64_ABS32 ? sizeof(uint32_t) : sizeof(uint64_t);
	uint64_t value = debug_field(unit->debug, unit->part, unit->relocation) +
			 (unit->now.address - unit->origin.offset);
	bool big_endian = unit->debug->object->big_endian;
	uint8_t field[sizeof(uint64_t)];

	if (type == R_BPF_64_ABS32)
		put32(field, (uint32_t)value, big_endian);
	else
		put64(field, value, big_endian);
	put_extended(unit, DW_LNE_SET_ADDRESS, size);
	*array_add(unit->debug->arena, &unit->rewrite->relocations) = (Elf64_Rel){
		.r_offset = unit->text->size,
		.r_info = unit->relocation->r_info,
	};
	text_bytes(unit->text, field, size);
	unit->last.address = unit->now.address;
}

// Close the open sequence at @address, which is not before its last row.
static void close_sequence(struct line_unit *unit, uint64_t address)
{
	uint64_t distance = address - unit->last.address;

	// The end of a function is a whole number of instructions away, unless the input is odd.
	if (distance / unit->step) {
		put_byte(unit, DW_LNS_ADVANCE_PC);
		put_uleb(unit, distance / unit->step);
	}
	put_extended(unit, DW_LNE_END_SEQUENCE, 0);
	unit->atom = NULL;
}

static void open_sequence(struct line_unit *unit, const struct atom *atom)
{
	unit->last = initial(unit);
	unit->atom = atom;
	put_address(unit);
}

static uint64_t atom_end(const struct atom *atom)
{
	return (uint64_t)atom->offset + atom->size;
}

static void put_changes(struct line_unit *unit)
{
	const struct registers *now = &unit->now, *last = &unit->last;

	if (now->file != last->file) {
		put_byte(unit, DW_LNS_SET_FILE);
		put_uleb(unit, now->file);
	}
	if (now->column != last->column) {
		put_byte(unit, DW_LNS_SET_COLUMN);
		put_uleb(unit, now->column);
	}
	if (now->isa != last->isa) {
		put_byte(unit, DW_LNS_SET_ISA);
		put_uleb(unit, now->isa);
	}
	if (now->discriminator) {
		struct text *text = unit->text;
		size_t at = text->size;

		// Its size is not known before.
		put_extended(unit, DW_LNE_SET_DISCRIMINATOR, 0);
		put_uleb(unit, now->discriminator);
		text->data[at + 1] = (char)(text->size - at - 2);
	}
	if (now->is_stmt != last->is_stmt)
		put_byte(unit, DW_LNS_NEGATE_STMT);
	if (now->basic_block)
		put_byte(unit, DW_LNS_SET_BASIC_BLOCK);
	if (now->prologue_end)
		put_byte(unit, DW_LNS_SET_PROLOGUE_END);
	if (now->epilogue_begin)
		put_byte(unit, DW_LNS_SET_EPILOGUE_BEGIN);
}

// Advance by @steps and @lines and make a row; false when no opcode does that.
static bool put_special(struct line_unit *unit, uint64_t steps, int64_t lines)
{
	uint64_t opcode;

	if (lines < unit->line_base || lines >= unit->line_base + unit->line_range || steps > 255)
		return false;
	opcode = (uint64_t)(lines - unit->line_base) + unit->line_range * steps + unit->opcode_base;
	if (opcode > UINT8_MAX)
		return false;
	put_byte(unit, (uint8_t)opcode);
	return true;
}

// Make the row at hand of the one before.
static void put_row(struct line_unit *unit)
{
	int64_t lines = (int64_t)(unit->now.line - unit->last.line);
	uint64_t steps;

	put_changes(unit);
	if ((unit->now.address - unit->last.address) % unit->step)
		put_address(unit);
	steps = (unit->now.address - unit->last.address) / unit->step;
	if (!put_special(unit, steps, lines)) {
		if (lines) {
			put_byte(unit, DW_LNS_ADVANCE_LINE);
			put_sleb(unit, lines);
		}
		if (steps) {
			put_byte(unit, DW_LNS_ADVANCE_PC);
			put_uleb(unit, steps);
		}
		put_byte(unit, DW_LNS_COPY);
	}
	unit->last = unit->now;
}

// The atom that the row at hand is about; NULL when it is not in the output.
static const struct atom *find_atom(const struct line_unit *unit)
{
	const struct section *section = unit->origin.map ? unit->origin.map->section : NULL;
	const struct atom *atom;
	uint64_t address = unit->now.address;

	if (!section || address >= section->size)
		return NULL;
	atom = unit->atom;
	if (!atom || atom->section != section || address < atom->offset ||
	    address >= atom_end(atom))
		atom = section_atom(section, (int64_t)address);
	return atom && collapse_keeps(section, atom) ? atom : NULL;
}

static void add_row(struct line_unit *unit)
{
	const struct atom *atom = find_atom(unit);

	if (unit->atom && atom != unit->atom)
		close_sequence(unit, atom_end(unit->atom));
	else if (unit->atom && unit->now.address < unit->last.address)
		close_sequence(unit, unit->last.address);
	if (atom) {
		if (!unit->atom)
			open_sequence(unit, atom);
		put_row(unit);
	}
	unit->now.discriminator = 0;
	unit->now.basic_block = unit->now.prologue_end = unit->now.epilogue_begin = false;
}

static void end_sequence(struct line_unit *unit)
{
	const struct atom *atom = unit->atom;
	uint64_t address = unit->now.address;

	if (atom) {
		// The sequence may go on past its atom, or end in another section or nowhere.
		if (!unit->origin.map || unit->origin.map->section != atom->section ||
		    address > atom_end(atom))
			address = atom_end(atom);
		close_sequence(unit, address < unit->last.address ? unit->last.address : address);
	}
	unit->now = initial(unit);
	unit->origin.map = NULL;
}

static bool set_address(struct line_unit *unit, uint64_t offset, uint64_t size)
{
	const Elf64_Rel *relocation = debug_relocation(unit->part, offset);

	unit->origin = debug_code_at(unit->debug, unit->part, offset);
	unit->relocation = relocation;
	unit->now.address = unit->origin.offset;
	return !relocation ||
	       size == (ELF64_R_TYPE(relocation->r_info) == R_BPF_64_ABS32 ? sizeof(uint32_t)
									   : sizeof(uint64_t));
}

static bool run_extended(struct line_unit *unit)
{
	uint64_t start = reader_offset(&unit->reader) - 1;
	uint64_t size = reader_uleb(&unit->reader);
	struct reader arguments = reader_part(&unit->reader, 0, size);
	uint8_t opcode = reader_u8(&arguments);

	if (arguments.failed)
		return false;
	reader_bytes(&unit->reader, size);
	switch ((enum dwarf_line_extended)opcode) {
	case DW_LNE_END_SEQUENCE:
		end_sequence(unit);
		return true;
	case DW_LNE_SET_ADDRESS:
		return set_address(unit, reader_offset(&arguments), size - 1);
	case DW_LNE_SET_DISCRIMINATOR:
		unit->now.discriminator = reader_uleb(&arguments);
		return !arguments.failed;
	case DW_LNE_DEFINE_FILE:
		text_bytes(unit->text, unit->part->bytes + start,
			   reader_offset(&unit->reader) - start);
		return true;
	}
	return true; // of some vendor
}

static void advance(struct line_unit *unit, uint8_t adjusted)
{
	unit->now.address += (uint64_t)(adjusted / unit->line_range) * unit->step;
}

static void run_special(struct line_unit *unit, uint8_t opcode)
{
	uint8_t adjusted = (uint8_t)(opcode - unit->opcode_base);

	advance(unit, adjusted);
	unit->now.line += (uint64_t)(int64_t)(unit->line_base + adjusted % unit->line_range);
	add_row(unit);
}

static bool run_standard(struct line_unit *unit, uint8_t opcode)
{
	struct reader *reader = &unit->reader;
	struct registers *now = &unit->now;

	switch ((enum dwarf_line_opcode)opcode) {
	case DW_LNS_EXTENDED:
		return run_extended(unit);
	case DW_LNS_COPY:
		add_row(unit);
		return true;
	case DW_LNS_ADVANCE_PC:
		now->address += reader_uleb(reader) * unit->step;
		return true;
	case DW_LNS_ADVANCE_LINE:
		now->line += (uint64_t)reader_sleb(reader);
		return true;
	case DW_LNS_SET_FILE:
		now->file = reader_uleb(reader);
		return true;
	case DW_LNS_SET_COLUMN:
		now->column = reader_uleb(reader);
		return true;
	case DW_LNS_NEGATE_STMT:
		now->is_stmt = !now->is_stmt;
		return true;
	case DW_LNS_SET_BASIC_BLOCK:
		now->basic_block = true;
		return true;
	case DW_LNS_CONST_ADD_PC:
		advance(unit, (uint8_t)(UINT8_MAX - unit->opcode_base));
		return true;
	case DW_LNS_FIXED_ADVANCE_PC:
		now->address += reader_u16(reader);
		return true;
	case DW_LNS_SET_PROLOGUE_END:
		now->prologue_end = true;
		return true;
	case DW_LNS_SET_EPILOGUE_BEGIN:
		now->epilogue_begin = true;
		return true;
	case DW_LNS_SET_ISA:
		now->isa = reader_uleb(reader);
		return true;
	}
	for (uint8_t i = 0; i < unit->argument_counts[opcode - 1]; i++)
		reader_uleb(reader);
	return true;
}

static bool run(struct line_unit *unit)
{
	while (reader_left(&unit->reader) && !unit->reader.failed) {
		uint8_t opcode = reader_u8(&unit->reader);

		if (opcode >= unit->opcode_base)
			run_special(unit, opcode);
		else if (!run_standard(unit, opcode))
			return false;
	}
	if (unit->atom)
		close_sequence(unit, unit->last.address);
	return !unit->reader.failed;
}

// Read the header up to the program; false for one that is like none of a compiler.
static bool read_header(struct line_unit *unit)
{
	struct reader *reader = &unit->reader;
	uint16_t version = reader_u16(reader);
	uint64_t header_size, begin;

	if (version < 2 || version > 5)
		return false;
	if (version >= 5)
		reader_u16(reader); // address_size, segment_selector_size
	header_size = reader_uint(reader, unit->offset_size);
	begin = reader_offset(reader);
	unit->step = reader_u8(reader);
	if (version >= 4 && reader_u8(reader) != 1) // maximum_operations_per_instruction
		return false;
	unit->is_stmt = reader_u8(reader);
	unit->line_base = (int8_t)reader_u8(reader);
	unit->line_range = reader_u8(reader);
	unit->opcode_base = reader_u8(reader);
	if (reader->failed || unit->step == 0 || unit->line_range == 0 ||
	    unit->opcode_base <= DW_LNS_FIXED_ADVANCE_PC)
		return false;
	unit->argument_counts = reader_bytes(reader, unit->opcode_base - 1u);
	for (uint8_t i = 1; i < OPCODES && i < unit->opcode_base && !reader->failed; i++) {
		if (unit->argument_counts[i - 1] != standard_counts[i])
			return false;
	}
	return !reader->failed && header_size >= reader_offset(reader) - begin &&
	       reader_bytes(reader, header_size - (reader_offset(reader) - begin));
}

// Write the unit at the position of @reader anew, and skip it there.
static bool cut_unit(struct line_unit *unit, struct reader *reader)
{
	uint64_t start = reader_offset(reader), length;

	length = reader_unit_length(reader, &unit->offset_size);
	if (reader->failed)
		return false;
	unit->reader = reader_part(reader, 0, length);
	reader_bytes(reader, length);
	if (!read_header(unit))
		return false;
	debug_rewrite_unit(unit->rewrite, start);
	debug_rewrite_copy(unit->rewrite, start, reader_offset(&unit->reader));
	unit->now = initial(unit);
	unit->origin.map = NULL;
	return run(unit) && debug_rewrite_length(unit->rewrite, unit->offset_size);
}

bool debug_cut_lines(struct debug_object *debug, struct debug_part *part)
{
	struct debug_rewrite rewrite = { .debug = debug, .part = part, .text.arena = debug->arena };
	struct line_unit unit = {
		.debug = debug, .part = part, .text = &rewrite.text, .rewrite = &rewrite
	};
	struct reader reader = debug_reader(debug, part);

	while (reader_left(&reader)) {
		uint64_t start = reader_offset(&reader);

		if (!cut_unit(&unit, &reader))
			return debug_leave_out(debug, part->section, start,
					       "its line table is like none of a compiler");
	}
	debug_rewrite_finish(&rewrite);
	return true;
}
