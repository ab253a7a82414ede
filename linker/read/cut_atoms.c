/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cutting sections into atoms.
 *
 * Symbols with a size determine the cuts. Bytes between them matter as well (compilers put private
 * constants without symbols into .rodata), so they become atoms of their own, unless they are only
 * padding before the next atom. Symbols that overlap, functions that jump into each other, and
 * parts that an instruction or a relocated field spans cannot be separated; they share an atom.
 *
 * In a mergeable section (SHF_MERGE) bytes without a symbol are cut further, into the constants of
 * the section: strings, or values of one size. A constant with a name is a variable and stays
 * whole, because BTF may describe it. So does a variable that only BTF describes, because its
 * symbol was stripped.
 *
 * Source: gABI, "Section Attribute Flags".
 */
#include "atoms.h"

#include "base/integers.h"
#include "insn.h"
#include "passes.h"
#include "reading.h"

// A part of a section that cannot be cut; `symbol` is the first in it, or NULL.
struct range {
	uint64_t start, end;
	struct symbol *symbol;
};

struct ranges {
	ARRAY_FIELDS(struct range);
};

// By section of the current object; entry 0, of the null section, has the ties of the current
// section.
struct range_lists {
	ARRAY_FIELDS(struct ranges);
	ARRAY(const struct section *) named; // by name; stale entries are another object's
};

// Whether a symbol is the compiler's private name of a constant. Assemblers keep such a name only
// when a relocation has an addend.
static bool is_private(const struct linker *linker, const struct symbol *symbol)
{
	return symbol->section->flags & SHF_MERGE && symbol->binding == STB_LOCAL &&
	       str_starts_with(strings_get(&linker->strings, symbol->name), STR(".L"));
}

// Whether a symbol determines where an atom starts and ends.
static bool symbol_cuts(const struct linker *linker, const struct symbol *symbol)
{
	const struct section *section = symbol->section;

	if (!section || symbol->size == 0 || is_private(linker, symbol))
		return false;
	if (section->role == ROLE_CODE)
		return symbol->type == STT_FUNC;
	return symbol->type != STT_SECTION;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (!x->symbol || !y->symbol)
		return !x->symbol - !y->symbol;
	return x->symbol < y->symbol ? -1 : x->symbol > y->symbol;
}

// Sort the ranges, and join those that overlap.
static void merge_ranges(struct ranges *ranges)
{
	size_t kept = 0;

	if (ranges->count == 0)
		return;
	array_sort(ranges, compare_ranges);
	for (size_t i = 1; i < ranges->count; i++) {
		struct range *last = &ranges->items[kept], *next = &ranges->items[i];

		if (next->start >= last->end) {
			ranges->items[++kept] = *next;
			continue;
		}
		if (next->end > last->end)
			last->end = next->end;
		if (!last->symbol)
			last->symbol = next->symbol;
	}
	ranges->count = kept + 1;
}

// A range, or a gap between ranges, in a walk through a section.
struct piece {
	uint64_t start, end;
	size_t next; // index of the next range
};

// Advance to the piece that contains @at.
static void walk_to(const struct ranges *ranges, struct piece *piece, uint64_t at)
{
	while (at >= piece->end) {
		const struct range *next =
			piece->next < ranges->count ? &ranges->items[piece->next] : NULL;
		bool inside = next && next->start == piece->end;

		piece->start = piece->end;
		piece->end = inside ? next->end : next ? next->start : UINT64_MAX;
		piece->next += inside;
	}
}

static bool is_gap(const struct ranges *ranges, const struct piece *piece)
{
	return piece->next == 0 || ranges->items[piece->next - 1].end != piece->end;
}

// Add a tie for [start, end) when it begins in @piece and ends beyond it, so that no cut goes
// through it.
static void add_tie(struct arena *arena, const struct piece *piece, struct ranges *ties,
		    uint64_t start, uint64_t end)
{
	if (start < piece->start || end > piece->end)
		*array_add(arena, ties) = (struct range){ start, end, NULL };
}

// Tie functions that jump into each other.
static void tie_code(struct arena *arena, const struct section *section,
		     const struct ranges *ranges, struct ranges *ties)
{
	bool big_endian = section->object->big_endian;
	struct piece piece = { 0 };
	uint8_t opcode;

	for (uint64_t at = 0; at < section->size; at += insn_size(opcode)) {
		uint64_t target;
		int64_t distance;
		bool jumps;

		opcode = section->data[at];
		jumps = insn_is_jump(insn_read(section->data + at, big_endian), &distance);
		if (!jumps && insn_size(opcode) == INSN_SIZE)
			continue;
		walk_to(ranges, &piece, at);
		add_tie(arena, &piece, ties, at, at + insn_size(opcode));
		// A jump to the next instruction in a gap is padding of some assemblers.
		if (!jumps || (distance == 0 && is_gap(ranges, &piece)))
			continue;
		target = at + INSN_SIZE + (uint64_t)distance;
		if (target < section->size)
			add_tie(arena, &piece, ties, at < target ? at : target,
				(at < target ? target : at) + INSN_SIZE);
	}
}

static void tie_fields(struct arena *arena, const struct section *section,
		       const struct ranges *ranges, struct ranges *ties)
{
	struct piece piece = { 0 };

	array_each(reference, &section->references) {
		walk_to(ranges, &piece, reference->offset);
		add_tie(arena, &piece, ties, reference->offset,
			(uint64_t)reference->offset +
				(reference->kind == REFERENCE_DATA32 ? 4 : 8));
	}
}

// Add ties for all that no cut may separate: functions that jump into each other, instructions,
// relocated fields.
static void add_ties(struct arena *arena, const struct section *section, struct ranges *ranges,
		     struct ranges *ties)
{
	ties->count = 0;
	if (section->role == ROLE_CODE)
		tie_code(arena, section, ranges, ties);
	else
		tie_fields(arena, section, ranges, ties);
	if (ties->count == 0)
		return;
	array_each(tie, ties)
		*array_add(arena, ranges) = *tie;
	merge_ranges(ranges);
}

static bool is_zero(const uint8_t *bytes, uint64_t size)
{
	for (uint64_t i = 0; i < size; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

// Whether a constant can start or end at @offset of a mergeable section.
static bool is_boundary(const struct section *section, uint64_t offset)
{
	if (offset % section->entsize)
		return false;
	return offset == 0 || !(section->flags & SHF_STRINGS) ||
	       is_zero(section->data + offset - section->entsize, section->entsize);
}

// Constants are multiples of entsize apart. The alignment of a mergeable section must allow that,
// here and in the output.
static bool align_fits_entsize(const struct section *section)
{
	if (section->align <= section->entsize)
		return section->entsize % section->align == 0;
	// Otherwise there is padding between constants, which must read as empty strings.
	return section->flags & SHF_STRINGS && is_power_of_two(section->entsize);
}

// Whether the section really is mergeable: constants from start to end, without anything that
// depends on its place.
static bool is_mergeable(const struct section *section, const struct ranges *ranges)
{
	if (section->role != ROLE_DATA || !(section->flags & SHF_MERGE) ||
	    section->flags & SHF_WRITE || !section->data || section->references.count ||
	    section->entsize == 0 || !align_fits_entsize(section))
		return false;
	array_each(range, ranges) {
		if (!is_boundary(section, range->start) || !is_boundary(section, range->end))
			return false;
	}
	return is_boundary(section, section->size);
}

static struct atom *add_atom(struct linker *linker, struct section *section, uint64_t start,
			     uint64_t end, struct symbol *symbol)
{
	struct atom *atom = array_add(linker->arena, &section->atoms);

	*atom = (struct atom){
		.section = section,
		.offset = start,
		.size = end - start,
		.symbol = symbol,
	};
	return atom;
}

// The end of the constant that starts at @offset of a mergeable section.
static uint64_t constant_end(const struct section *section, uint64_t offset)
{
	const uint8_t *start = section->data + offset, *end = start;

	if (!(section->flags & SHF_STRINGS))
		return offset + section->entsize;
	if (section->entsize == 1)
		end = memchr(start, 0, section->size - offset);
	else
		while (!is_zero(end, section->entsize))
			end += section->entsize;
	return offset + (uint64_t)(end - start) + section->entsize;
}

// Make atoms of [start, end), which no symbol covers.
static void add_gap(struct linker *linker, struct section *section, uint64_t start, uint64_t end)
{
	if (!section->mergeable && start < end)
		add_atom(linker, section, start, end, NULL);
	while (section->mergeable && start < end) {
		uint64_t next = constant_end(section, start);

		add_atom(linker, section, start, next, NULL)->constant = true;
		start = next;
	}
}

// The number of constants in [start, end), which no symbol covers.
static size_t count_gap(const struct section *section, uint64_t start, uint64_t end)
{
	size_t count = 0;

	if (!(section->flags & SHF_STRINGS))
		return (end - start) / section->entsize;
	for (; start < end; count++)
		start = constant_end(section, start);
	return count;
}

// Whether [start, end) is padding before the next symbol, or was before an earlier link.
static bool is_padding(const struct section *section, uint64_t start, uint64_t end)
{
	if (section->role == ROLE_CODE || section->mergeable || end - start >= section->align)
		return false;
	return !section->data || is_zero(section->data + start, end - start);
}

// Where the bytes without a symbol in [start, end) begin, behind padding that aligns them: an atom
// only keeps the alignment of its start, and constants in it may need a larger one.
static uint64_t skip_padding(const struct section *section, uint64_t start, uint64_t end)
{
	for (uint64_t align = section->align; align > 1; align /= 2) {
		uint64_t aligned = align_up(start, align);

		if (aligned <= end && is_padding(section, start, aligned))
			return aligned;
	}
	return start;
}

// Padding becomes part of the atom before it; other gaps become atoms.
static void add_space(struct linker *linker, struct section *section, uint64_t start, uint64_t end)
{
	uint64_t content = start;

	if (section->atoms.count)
		content = is_padding(section, start, end) ? end : skip_padding(section, start, end);
	if (content > start)
		section->atoms.items[section->atoms.count - 1].size += content - start;
	add_gap(linker, section, content, end);
}

static size_t count_pieces(const struct section *section, const struct ranges *ranges)
{
	size_t count = ranges->count;
	uint64_t at = 0;

	array_each(range, ranges) {
		count += at < range->start;
		at = range->end;
	}
	return count + (at < section->size);
}

// The same of a mergeable section.
static size_t count_constants(const struct section *section, const struct ranges *ranges)
{
	size_t count = ranges->count;
	uint64_t at = 0;

	array_each(range, ranges) {
		count += count_gap(section, at, range->start);
		at = range->end;
	}
	return count + count_gap(section, at, section->size);
}

// Make atoms of ranges and gaps, in order.
static void cut_section(struct linker *linker, struct section *section, const struct ranges *ranges)
{
	uint64_t at = 0;

	if (section->role == ROLE_LICENSE || section->role == ROLE_VERSION) {
		add_atom(linker, section, 0, section->size,
			 ranges->count ? ranges->items[0].symbol : NULL);
		return;
	}
	// An atom is many times as large as an empty string: growth would take too much memory.
	array_reserve(linker->arena, &section->atoms,
		      section->mergeable ? count_constants(section, ranges)
					 : count_pieces(section, ranges));
	array_each(range, ranges) {
		add_space(linker, section, at, range->start);
		add_atom(linker, section, range->start, range->end, range->symbol);
		at = range->end;
	}
	add_space(linker, section, at, section->size);
	array_end(linker->arena, &section->atoms);
}

static void find_references(struct section *section)
{
	size_t next = 0;

	array_each(atom, &section->atoms) {
		while (next < section->references.count &&
		       section->references.items[next].offset < atom->offset)
			next++;
		atom->first_reference = next;
	}
}

static void find_symbols(struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];

		if (symbol->section)
			symbol->atom = section_atom(symbol->section, (int64_t)symbol->value);
	}
}

static void name_sections(struct arena *arena, const struct object *object,
			  struct range_lists *lists)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		const struct section *section = &object->sections[i];

		if (section->role == ROLE_DATA)
			*array_at(arena, &lists->named, section->name) = section;
	}
}

// The section of @datasec if the DATASEC has the offsets of its variables; NULL otherwise.
// Compilers leave the size and some offsets open; linkers do not.
static const struct section *described_section(const struct object *object,
					       const struct datasec *datasec,
					       const struct range_lists *lists)
{
	const struct section *section = array_get(&lists->named, datasec->name);

	return section && section->object == object && section->size == datasec->size ? section
										      : NULL;
}

// Add ranges for static variables whose symbols were stripped.
static void add_variables(struct arena *arena, const struct datasec *datasec,
			  const struct section *section, struct ranges *ranges)
{
	for (uint32_t i = 0; i < datasec->count; i++) {
		const struct datasec_entry *entry = &datasec->entries[i];
		uint64_t end = (uint64_t)entry->offset + entry->size;

		if (entry->declaration->kind == BTF_KIND_VAR &&
		    entry->declaration->linkage == BTF_VAR_STATIC && entry->size &&
		    end <= section->size)
			*array_add(arena, ranges) = (struct range){ entry->offset, end, NULL };
	}
}

// Add ranges for variables that only .rel.BTF places among constants. A later link will find them
// by their DATASEC.
static void add_placed_variables(struct arena *arena, const struct object *object,
				 const struct datasec *datasec, struct range_lists *lists)
{
	for (uint32_t i = 0; i < datasec->count; i++) {
		const struct datasec_entry *entry = &datasec->entries[i];
		const struct section *section = entry->symbol ? entry->symbol->section : NULL;
		uint64_t start;

		if (!section || !(section->flags & SHF_MERGE) || !entry->size ||
		    entry->declaration->linkage != BTF_VAR_STATIC)
			continue;
		start = entry->symbol->value + entry->offset;
		if (range_fits(start, entry->size, section->size))
			*array_add(arena, &lists->items[section - object->sections]) =
				(struct range){ start, start + entry->size, NULL };
	}
}

static void add_object_variables(struct arena *arena, const struct object *object,
				 struct range_lists *lists)
{
	bool described = false;

	array_each(datasec, &object->datasecs) {
		add_placed_variables(arena, object, datasec, lists);
		described |= datasec->size != 0;
	}
	if (!described || object->ambiguous)
		return;
	name_sections(arena, object, lists);
	array_each(datasec, &object->datasecs) {
		const struct section *section = described_section(object, datasec, lists);

		if (section)
			add_variables(arena, datasec, section,
				      &lists->items[section - object->sections]);
	}
}

// Extend variables over the bytes behind them that belong to nothing else: BTF may have a smaller
// size than the stripped symbol had. Constants have one size, so they are left alone.
static void extend_variables(const struct section *section, struct ranges *ranges)
{
	if (section->flags & SHF_MERGE)
		return;
	for (size_t i = 0; i < ranges->count; i++) {
		if (!ranges->items[i].symbol)
			ranges->items[i].end =
				i + 1 < ranges->count ? ranges->items[i + 1].start : section->size;
	}
}

static void cut_object(struct linker *linker, struct object *object, struct range_lists *lists)
{
	struct arena *arena = reading_arena(linker);

	array_extend(arena, lists, object->section_count);
	array_each(ranges, lists)
		ranges->count = 0;
	add_object_variables(arena, object, lists);
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];

		if (symbol_cuts(linker, symbol))
			*array_add(arena, &lists->items[symbol->section - object->sections]) =
				(struct range){ symbol->value, symbol->value + symbol->size,
						symbol };
	}
	for (uint32_t i = 1; i < object->section_count; i++) {
		struct section *section = &object->sections[i];
		struct ranges *ranges = &lists->items[i];

		if (!role_is_content(section->role) || section->size == 0)
			continue;
		merge_ranges(ranges);
		extend_variables(section, ranges);
		add_ties(arena, section, ranges, &lists->items[0]);
		section->mergeable = is_mergeable(section, ranges);
		cut_section(linker, section, ranges);
		find_references(section);
	}
	find_symbols(object);
}

/*
 * Needs: references, symbols. Gives: section->atoms, mergeable; symbol->atom; atom->constant,
 * first_reference.
 */
void cut_atoms(struct linker *linker)
{
	struct range_lists lists = { 0 };

	array_each(object, &linker->objects)
		cut_object(linker, *object, &lists);
	// The tables of ELF are not used any more.
	reading_end(linker);
}
