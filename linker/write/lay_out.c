/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the output sections, and gives every live atom a place in them.
 *
 * Sections with one name are joined. An input section that is complete moves as a block. One that
 * lost atoms is closed up, and each atom keeps its alignment.
 *
 * Source: gABI, "Sections"; ld's rules for orphan sections.
 */
#include <inttypes.h>

#include "atoms.h"
#include "base/integers.h"
#include "map_order.h"
#include "passes.h"

// The most zeros that the output may have, for alignment and for variables without content between
// others: so many bytes, or so many per byte of input. BPF programs stay far below.
#define ZEROES_LEAST (2 << 20)
#define ZEROES_EACH  16

static bool goes_out(const struct section *section)
{
	array_each(atom, &section->atoms) {
		if (atom->live && atom->section == section)
			return true;
	}
	return section->wanted;
}

static bool is_empty(const struct section *section)
{
	return section->size == 0 && role_is_content(section->role);
}

// Keep empty sections that a symbol or a DATASEC refers to. A DATASEC of code does not count: it
// only declares functions.
static void want_empty_sections(struct object *object)
{
	bool found = false;

	for (uint32_t i = 1; i < object->section_count; i++)
		found |= is_empty(&object->sections[i]);
	for (uint32_t i = 1; found && i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->section && symbol->type != STT_SECTION && is_empty(symbol->section))
			symbol->section->wanted = true;
	}
	array_each(datasec, &object->datasecs) {
		struct section *section = datasec->section;

		if (section && section->size == 0 && section->role != ROLE_CODE)
			section->wanted = true;
	}
}

// Whether @section has constants that become part of .rodata.
static bool joins_variables(const struct section *section)
{
	return section->mergeable && section->output_name != section->name;
}

// The flags of a section, without SHF_MERGE if it is not really mergeable, or will not be.
static uint64_t merge_flags(const struct section *section)
{
	bool mergeable = section->mergeable && !joins_variables(section);

	return mergeable ? section->flags & (SHF_MERGE | SHF_STRINGS) : 0;
}

static struct output_section *find_output(struct linker *linker, const struct section *section)
{
	struct output_section *output = linker_section(linker, section->output_name);

	if (output)
		return output;
	output = arena_new(linker->arena, struct output_section);
	*output = (struct output_section){
		.name = section->output_name,
		.type = SHT_NOBITS,
		.align = 1,
		.entsize = merge_flags(section) ? section->entsize : 0,
		.role = section->role,
		.flags = merge_flags(section),
	};
	*array_at(linker->arena, &linker->section_by_name, section->output_name) = output;
	*array_add(linker->arena, &linker->sections) = output;
	output->shndx = (uint32_t)linker->sections.count;
	return output;
}

// Add the attributes of @section: what one part needs, the whole section gets.
static void merge_attributes(struct output_section *output, const struct section *section)
{
	const uint64_t mergeable = SHF_MERGE | SHF_STRINGS;

	if (section->type != SHT_NOBITS)
		output->type = SHT_PROGBITS;
	if (merge_flags(section) != (output->flags & mergeable) ||
	    section->entsize != output->entsize) {
		output->flags &= ~mergeable;
		output->entsize = 0;
	}
	output->flags |= section->flags & (SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR);
	if (section->align > output->align)
		output->align = section->align;
}

static void add_input(struct linker *linker, struct section *section)
{
	struct output_section *output;

	if (!goes_out(section))
		return;
	output = find_output(linker, section);
	if (output->role != section->role) {
		diag_error(linker->diag, ERROR_SECTION_MISMATCH, section_place(section),
			   "is %s here, but %s in '%s'",
			   section->role == ROLE_CODE ? "code" : "data",
			   output->role == ROLE_CODE ? "code" : "data",
			   output->inputs.items[0]->object->name);
		return;
	}
	section->output = output;
	merge_attributes(output, section);
	*array_add(linker->arena, &output->inputs) = section;
}

// Give @atom the next place. If it does not fit, the section's size shows that.
static void put_atom(struct output_section *output, struct atom *atom)
{
	uint64_t place = align_up(output->size, atom_align(atom));

	atom->place = (uint32_t)place;
	output->size = place + atom->size;
}

static void place_atom(struct linker *linker, struct output_section *output, struct atom *atom)
{
	put_atom(output, atom);
	*array_add(linker->arena, &output->atoms) = atom;
}

static void place_section(struct linker *linker, struct output_section *output,
			  struct section *section)
{
	// The first atom gets the alignment of the section; in a complete section the others then
	// keep their distance from it.
	array_each(atom, &section->atoms) {
		if (atom->live && !atom->folded && atom->section == section)
			place_atom(linker, output, atom);
	}
}

// Variables come first, so that they are where they would be without constants; then constants by
// falling alignment, then strings, likewise.
static int compare_inputs(const void *a, const void *b)
{
	const struct section *x = *(struct section *const *)a, *y = *(struct section *const *)b;
	bool x_joins = joins_variables(x), y_joins = joins_variables(y);
	uint32_t x_strings = x->flags & SHF_STRINGS, y_strings = y->flags & SHF_STRINGS;

	if (x_joins != y_joins)
		return x_joins - y_joins;
	if (x_joins && x_strings != y_strings)
		return x_strings < y_strings ? -1 : 1;
	if (x_joins && x->align != y->align)
		return x->align > y->align ? -1 : 1;
	if (x->object->index != y->object->index)
		return x->object->index < y->object->index ? -1 : 1;
	return x->shndx < y->shndx ? -1 : x->shndx > y->shndx;
}

static void order_inputs(struct output_section *output)
{
	array_each(section, &output->inputs) {
		if (joins_variables(*section)) {
			array_sort(&output->inputs, compare_inputs);
			return;
		}
	}
}

static void place_inputs(struct linker *linker, struct output_section *output)
{
	order_inputs(output);
	array_each(section, &output->inputs)
		place_section(linker, output, *section);
	array_end(linker->arena, &output->atoms);
	if (output->role == ROLE_MAPS) {
		order_maps(linker, output);
		output->size = 0;
		array_each(atom, &output->atoms)
			put_atom(output, *atom);
	}
	if (output->size > UINT32_MAX)
		diag_error(linker->diag, ERROR_TOO_LARGE,
			   place_in(NULL, linker_name(linker, output->name)),
			   "section would be %" PRIu64 " bytes large; BTF and loaders end at 4 GiB",
			   output->size);
}

// Check that the name differs from those of relocation sections: ".rel" and the name of another
// section.
static void check_name(struct linker *linker, const struct output_section *output)
{
	struct str rel = STR(".rel"), name = strings_get(&linker->strings, output->name);
	struct str place = { name.data + rel.size, name.size - rel.size };
	uint32_t number;

	if (!str_starts_with(name, rel))
		return;
	number = strings_find(&linker->strings, place, strings_hash(&linker->strings, place));
	number = strings_final(&linker->strings, number);
	if (number && !(number & TEXT_BIT) && linker_section(linker, number))
		diag_error(linker->diag, ERROR_UNSUPPORTED_SECTION,
			   section_place(output->inputs.items[0]),
			   "section has the name of the relocations of '%s'", place.data);
}

static uint64_t count_zeroes(const struct output_section *output)
{
	uint64_t content = 0;

	if (output->type == SHT_NOBITS)
		return 0;
	array_each(atom, &output->atoms)
		content += (*atom)->section->data ? (*atom)->size : 0;
	return output->size - content;
}

// Check that the size of the output is bounded by that of the inputs.
static void check_zeroes(struct linker *linker)
{
	uint64_t zeroes = 0, most = ZEROES_LEAST;

	array_each(object, &linker->objects)
		most += (*object)->size * ZEROES_EACH;
	array_each(output, &linker->sections) {
		zeroes += count_zeroes(*output);
		if (zeroes <= most)
			continue;
		diag_error(linker->diag, ERROR_PADDING,
			   place_in(NULL, linker_name(linker, (*output)->name)),
			   "section would be %" PRIu64 " bytes of zeroes beside %" PRIu64
			   " of content; align variables less, or keep those without content in "
			   ".bss",
			   count_zeroes(*output), (*output)->size - count_zeroes(*output));
		return;
	}
}

/*
 * Needs: live atoms. Gives: linker->sections, section->output, atom->place.
 */
void lay_out(struct linker *linker)
{
	array_each(each, &linker->objects) {
		struct object *object = *each;

		want_empty_sections(object);
		for (uint32_t i = 1; i < object->section_count; i++)
			add_input(linker, &object->sections[i]);
		array_each(section, &object->bound)
			add_input(linker, *section);
		if (object->commons)
			add_input(linker, object->commons);
	}
	array_each(output, &linker->sections) {
		place_inputs(linker, *output);
		check_name(linker, *output);
	}
	check_zeroes(linker);
}
