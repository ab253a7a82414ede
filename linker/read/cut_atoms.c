/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cutting sections into atoms.
 *
 * Symbols with a size are the cuts. What lies between them belongs to somebody all the same
 * (compilers put private constants without symbols into .rodata), so it becomes an atom of its own,
 * unless it is only the padding that aligns the next one. Symbols that overlap, functions that jump
 * into each other, and what an instruction or a relocated field crosses cannot be moved apart and
 * share an atom.
 *
 * In a mergeable section (SHF_MERGE) what has no symbol is cut further, into the constants that the
 * section is made of: strings, or values of one size. One with a name is a variable and stays as it
 * is, for BTF may describe it. So is what BTF alone describes, because its symbol was stripped.
 *
 * Source: gABI, "Section Attribute Flags".
 */
#include "atoms.h"

#include "base/integers.h"
#include "insn.h"
#include "passes.h"
#include "reading.h"

// A piece of a section that cannot be cut; `symbol` is the first in it, or NULL.
struct range {
	uint64_t start, end;
	struct symbol *symbol;
};

struct ranges {
	ARRAY_FIELDS(struct range);
};

// By section, for one object after the other; that of the null section has the ties of the one at
// hand.
struct range_lists {
	ARRAY_FIELDS(struct ranges);
	ARRAY(const struct section *) named; // by name; stale entries are another object's
};

// Whether a symbol is the compiler's own name of a constant; assemblers keep it only where a
// relocation has an addend.
static bool is_private(const struct linker *linker, const struct symbol *symbol)
{
	return symbol->section->flags & SHF_MERGE && symbol->binding == STB_LOCAL &&
	       str_starts_with(strings_get(&linker->strings, symbol->name), STR(".L"));
}

// Whether a symbol says where something starts and ends.
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

// Sort, and make one range of those that overlap.
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

// A range, or a gap between two of them, on a walk through a section.
struct piece {
	uint64_t start, end;
	size_t next; // range behind it
};

// Walk on to the piece that holds @at.
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

// Keep [start, end), a part of which is in @piece, together where a cut would go through it.
static void add_tie(struct arena *arena, const struct piece *piece, struct ranges *ties,
		    uint64_t start, uint64_t end)
{
	if (start < piece->start || end > piece->end)
		*array_add(arena, ties) = (struct range){ start, end, NULL };
}

// Code that jumps from one function into another must move with it.
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
		// Some assemblers fill gaps with jumps to the next instruction.
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

// What no cut may separate: code that jumps, instructions, relocated fields.
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

// Whether a constant can end, or start, at @offset of a section that is made of them.
static bool is_boundary(const struct section *section, uint64_t offset)
{
	if (offset % section->entsize)
		return false;
	return offset == 0 || !(section->flags & SHF_STRINGS) ||
	       is_zero(section->data + offset - section->entsize, section->entsize);
}

// Constants are multiples of entsize apart; the alignment of a mergeable section must not disturb
// that, here and in the output.
static bool align_fits_entsize(const struct section *section)
{
	if (section->align <= section->entsize)
		return section->entsize % section->align == 0;
	// Then there is padding, which must read as empty strings.
	return section->flags & SHF_STRINGS && is_power_of_two(section->entsize);
}

// Whether the section is what SHF_MERGE says: constants from end to end, and nothing that differs
// once it moves.
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

// What no symbol speaks of.
static void add_gap(struct linker *linker, struct section *section, uint64_t start, uint64_t end)
{
	if (!section->mergeable && start < end)
		add_atom(linker, section, start, end, NULL);
	while (section->mergeable && start < end) {
		uint64_t next = start + section->entsize;

		while (!is_boundary(section, next))
			next += section->entsize;
		add_atom(linker, section, start, next, NULL)->constant = true;
		start = next;
	}
}

// Whether [start, end) only aligns what follows, or once did.
static bool is_padding(const struct section *section, uint64_t start, uint64_t end)
{
	if (section->role == ROLE_CODE || section->mergeable || end - start >= section->align)
		return false;
	return !section->data || is_zero(section->data + start, end - start);
}

// Padding goes with what is before it, other gaps become atoms.
static void add_space(struct linker *linker, struct section *section, uint64_t start, uint64_t end)
{
	if (section->atoms.count && is_padding(section, start, end))
		section->atoms.items[section->atoms.count - 1].size += end - start;
	else
		add_gap(linker, section, start, end);
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

// Ranges and gaps become atoms, in order.
static void cut_section(struct linker *linker, struct section *section, const struct ranges *ranges)
{
	uint64_t at = 0;

	if (section->role == ROLE_LICENSE || section->role == ROLE_VERSION) {
		add_atom(linker, section, 0, section->size,
			 ranges->count ? ranges->items[0].symbol : NULL);
		return;
	}
	// Constants are counted by nobody.
	if (!section->mergeable)
		array_reserve(linker->arena, &section->atoms, count_pieces(section, ranges));
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

// The section of @datasec where that says where its variables are; NULL otherwise. Compilers leave
// it open how large a section is, and some offsets; linkers do not.
static const struct section *described_section(const struct object *object,
					       const struct datasec *datasec,
					       const struct range_lists *lists)
{
	const struct section *section = array_get(&lists->named, datasec->name);

	return section && section->object == object && section->size == datasec->size ? section
										      : NULL;
}

// A static variable whose symbol was stripped is a variable still.
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

// Constants end where a variable begins, also one that only .rel.BTF puts among them: a later link
// will know it by its DATASEC.
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

// BTF may know less of the size than the symbol did: what is behind a variable and is nobody's may
// be its own. Constants are of one size.
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
	// Nobody looks at the tables of ELF any more.
	reading_end(linker);
}
