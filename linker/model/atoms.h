/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Atoms: which atom holds a byte of an input section, and what passes ask of it. Offsets are bytes
 * from the start of the section. For where an atom or a byte went see destination.h.
 */
#ifndef BPFLD_ATOMS_H
#define BPFLD_ATOMS_H

#include "model.h"

/**
 * The atom that holds byte @offset of @section. Offsets before the first atom map to the first,
 * offsets past the last to the last, so that a pointer to the end of an array finds its array. NULL
 * only when the section has no atoms.
 */
struct atom *section_atom(const struct section *section, int64_t offset);

/** The place of @atom in its input, for messages. */
struct place atom_place(const struct linker *linker, const struct atom *atom);

/** The atom that stands for @atom in the output: itself, or the one it was folded into. */
static inline struct atom *atom_survivor(struct atom *atom)
{
	while (atom->folded)
		atom = atom->folded;
	return atom;
}

/** The alignment that @atom and the atoms folded into it need, in bytes. */
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

#endif
