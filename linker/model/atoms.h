/* SPDX-License-Identifier: BSD-2-Clause */
/* Where did byte `offset` of an input section go? The one answer that all passes use. */
#ifndef BPFLD_ATOMS_H
#define BPFLD_ATOMS_H

#include "model.h"

/**
 * The atom that holds byte @offset of @section. Offsets before the first or past the last atom
 * belong to that one, so that a pointer to the end of an array finds its array; NULL only when the
 * section has no atoms.
 */
struct atom *section_atom(const struct section *section, int64_t offset);

/** For messages. */
struct place atom_place(const struct linker *linker, const struct atom *atom);

/** The atom that stands for @atom in the output: itself, or the one it was folded into. */
static inline struct atom *atom_survivor(struct atom *atom)
{
	while (atom->folded)
		atom = atom->folded;
	return atom;
}

/** What its bytes and those of the atoms folded into it need. */
static inline uint64_t atom_align(const struct atom *atom)
{
	uint64_t lowest = atom->offset & -atom->offset;
	uint64_t align = lowest && lowest < atom->section->align ? lowest : atom->section->align;

	return align > atom->fold_align ? align : atom->fold_align;
}

/** Whether reference @index of the section's list lies in @atom, which starts at or before it. */
static inline bool atom_has_reference(const struct atom *atom, size_t index)
{
	return index < atom->section->references.count &&
	       atom->section->references.items[index].offset < atom->offset + atom->size;
}

// A place in the output.
struct destination {
	struct output_section *section; // NULL: the byte is not in the output
	int64_t offset;
};

/** Where byte @offset of the section of @atom, which holds it, went; needs lay_out(). */
struct destination atom_destination(const struct atom *atom, int64_t offset);

/** Where byte @offset of @section went; needs lay_out(). */
struct destination section_destination(const struct section *section, int64_t offset);

/** Where the place that @reference, which names nothing, leads to went. */
struct destination place_destination(const struct reference *reference);

/** Where @symbol, which is in a section, went. */
struct destination symbol_destination(const struct symbol *symbol);

/**
 * Where a .BTF.ext record about byte @offset of @section went. Those of folded code are nowhere:
 * the code that took its place has its own.
 */
struct destination record_destination(const struct section *section, uint32_t offset);

#endif
