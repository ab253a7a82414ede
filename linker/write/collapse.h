/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where did a byte of code go, for lengths and ranges? destination.h answers for pointers: one to
 * code that was folded leads to what took its place. Here the end of a function, which is the start
 * of the next one, has to stay behind its start, whatever became of the next one.
 *
 * A byte of what stays moves with its atom. A byte of what is gone is where the next atom of the
 * section begins that stays, or where the last one ends. Atoms of a section keep their order, so
 * the map is monotone and makes no distance longer: (start, length) and (base, from, to) become
 * right when both ends are mapped, and what is gone gets length 0.
 */
#ifndef BPFLD_COLLAPSE_H
#define BPFLD_COLLAPSE_H

#include "destination.h"

struct collapse {
	const struct section *section;
	bool rigid;             // all of it stays, and moved as a block
	bool nowhere;           // none of it stays
	const uint64_t *places; // by atom, where it begins; NULL: not rigid
};

/**
 * Whether the bytes of @atom, of code in @section, stay its own and in that. Functions that --bind
 * takes out of a section do not: what is told by distances cannot lead to them.
 */
static inline bool collapse_keeps(const struct section *section, const struct atom *atom)
{
	return atom->live && !atom->folded && atom->section == section;
}

/** The map of @section, code of which lay_out() has placed what stays; in @arena. */
struct collapse collapse_make(const struct section *section, struct arena *arena);

/** Where byte @offset went. */
struct destination collapse_destination(const struct collapse *collapse, uint64_t offset);

#endif
