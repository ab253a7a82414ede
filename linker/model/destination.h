/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where did a byte of an input go? The one answer that all passes use: no other code adds the
 * offset of a byte in its atom to the place of the atom.
 *
 * A byte moves with the atom that holds it, to the place that lay_out() gave to that or to the one
 * that it folded into. An offset before the first atom of a section, or past the last, moves with
 * that one, so that a pointer to the end of an array stays at its end. What is in a section without
 * atoms stays where it is. Whoever asks for a byte has its atom, or gets it by section_atom().
 *
 * All but atom_follow() need lay_out().
 */
#ifndef BPFLD_DESTINATION_H
#define BPFLD_DESTINATION_H

#include "model.h"

// A place in the output.
struct destination {
	struct output_section *section; // NULL: the byte is not in the output
	int64_t offset;                 // bytes; may be outside of it, as it was in the input
};

/**
 * What stands for @atom: itself, or what it folded into. *@distance, of a byte from the start of
 * @atom, becomes that of the byte in its place. Before constants and functions have folded
 * (fold_constants, fold_identical) that is nothing final.
 */
static inline const struct atom *atom_follow(const struct atom *atom, uint64_t *distance)
{
	for (; atom->folded; atom = atom->folded)
		*distance += atom->fold_offset;
	return atom;
}

/** Where byte @offset of the section of @atom, which holds it, went. */
static inline struct destination atom_destination(const struct atom *atom, int64_t offset)
{
	// Data may point anywhere, as far as 64 bits go; then addresses wrap.
	uint64_t distance = (uint64_t)offset - atom->offset;
	const struct atom *survivor = atom_follow(atom, &distance);

	if (!survivor->live)
		return (struct destination){ NULL, 0 };
	return (struct destination){
		.section = survivor->section->output,
		.offset = (int64_t)(survivor->place + distance),
	};
}

/** Where byte @offset of @section went, which @atom holds; NULL when nothing was cut there. */
static inline struct destination section_destination(const struct section *section,
						     const struct atom *atom, int64_t offset)
{
	return atom ? atom_destination(atom, offset)
		    : (struct destination){ section->output, offset };
}

/** Where what @reference, which names nothing, leads to went. */
static inline struct destination place_destination(const struct reference *reference)
{
	return section_destination(reference->target, reference->atom, reference->addend);
}

/** Where @symbol, which is in a section, went. */
static inline struct destination symbol_destination(const struct symbol *symbol)
{
	return section_destination(symbol->section, symbol->atom, (int64_t)symbol->value);
}

/**
 * Where a .BTF.ext record about byte @offset of @section went, which @atom holds. Those of folded
 * code are nowhere: the code that took its place has its own. Records about one atom stay as far
 * apart as they were.
 */
static inline struct destination record_destination(const struct section *section,
						    const struct atom *atom, uint32_t offset)
{
	if (atom && atom->folded)
		return (struct destination){ NULL, 0 };
	return section_destination(section, atom, offset);
}

/**
 * Which function stands for @atom in the output: the section that it is in, and its *@index among
 * the atoms there; NULL when it is none.
 */
static inline const struct output_section *atom_output_function(const struct atom *atom,
								uint32_t *index)
{
	const struct output_section *output;

	while (atom && atom->folded)
		atom = atom->folded;
	if (!atom || !atom->live || atom->section->role != ROLE_CODE || !atom->section->output)
		return NULL;
	output = atom->section->output;
	*index = (uint32_t)bisect(output->atoms.count, i,
				  output->atoms.items[i]->place < atom->place);
	return output;
}

#endif
