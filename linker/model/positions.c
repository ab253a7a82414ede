/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Source lines by .BTF.ext. Compilers write a record for each instruction whose line or column is
 * another one than before, in the order of instructions, and the text of the line with it.
 *
 * The file and the text are the link's strings since the object was read, so nothing is read here.
 */
#include "positions.h"

#include "atoms.h"
#include "base/bisect.h"
#include "base/paths.h"

// The most blocks and records to look at for all messages of a link: some tenths of a second.
#define MOST_WORK ((size_t)1 << 25)

// The low bits of the last word of a record are the column, the others the line.
#define COLUMN_BITS 10
#define COLUMN_MASK ((1u << COLUMN_BITS) - 1)

// Whether block @index is about @section. read_declarations() knows; before, names tell.
static bool is_block_of(const struct object *object, size_t index, const struct section *section)
{
	if (object->ext_sections && object->ext_sections[index])
		return object->ext_sections[index]->shndx == section->shndx;
	return !object->ambiguous && object->ext->blocks.items[index].section == section->name;
}

// The last record of @block from @first to @last, offsets in the section; false when there is none.
// Of a block that is not in order it may be any of these.
static bool find_record(const struct btf_ext_block *block, uint64_t first, uint64_t last,
			struct btf_ext_record *ret)
{
	size_t after = bisect(block->count, i, btf_ext_record(block, (uint32_t)i).insn_off <= last);

	if (after == 0)
		return false;
	*ret = btf_ext_record(block, (uint32_t)after - 1);
	return ret->insn_off >= first && ret->insn_off <= last;
}

// The last record for @section from @first to @last. Objects with several blocks for a section are
// not what compilers make, but what split_ext_blocks() does.
static bool find_line(struct linker *linker, const struct section *section, uint64_t first,
		      uint64_t last, struct btf_ext_record *ret)
{
	const struct object *object = section->object;
	struct btf_ext_record record;
	bool found = false;

	for (size_t i = 0; i < object->ext->blocks.count; i++) {
		const struct btf_ext_block *block = &object->ext->blocks.items[i];

		if (linker->position_work++ >= MOST_WORK)
			return false;
		if (block->kind != BTF_EXT_LINE || !is_block_of(object, i, section) ||
		    !find_record(block, first, last, &record))
			continue;
		if (!found || record.insn_off > ret->insn_off)
			*ret = record;
		found = true;
	}
	return found;
}

static bool has_lines(const struct section *section)
{
	return section->role == ROLE_CODE && section->object->ext && section->atoms.count;
}

// Let @record, the first of function @atom, stand for the function itself. Without a column the
// line is the function's own. Else it is a statement, near enough; but one that was inlined may be
// from anywhere, as another file than that of the last instruction shows.
static bool begins_function(struct linker *linker, const struct atom *atom,
			    struct btf_ext_record *record)
{
	uint64_t last = (uint64_t)atom->offset + atom->size - 1;
	struct btf_ext_record end;

	if ((record->field[2] & COLUMN_MASK) == 0)
		return true;
	if (!find_line(linker, atom->section, atom->offset, last, &end) ||
	    end.field[0] != record->field[0])
		return false;
	record->field[1] = 0;
	record->field[2] &= ~COLUMN_MASK;
	return true;
}

bool positions_find(const struct place *where, struct position *ret, void *argument)
{
	struct linker *linker = argument;
	const struct section *section = where->origin;
	const struct atom *atom;
	struct btf_ext_record record;

	if (!section || where->offset >= section->size || !has_lines(section))
		return false;
	atom = section_atom(section, (int64_t)where->offset);
	if (!find_line(linker, section, atom->offset, where->offset, &record) ||
	    (where->whole && !begins_function(linker, atom, &record)))
		return false;
	*ret = (struct position){
		.file = path_from_here(linker_name(linker, record.field[0])),
		.line = record.field[2] >> COLUMN_BITS,
		.column = record.field[2] & COLUMN_MASK,
		.source = record.field[1] ? linker_name(linker, record.field[1]) : NULL,
	};
	// Line 0 is what no line made, as compilers say.
	return *ret->file && ret->line;
}
