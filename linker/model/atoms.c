/* SPDX-License-Identifier: BSD-2-Clause */
#include "atoms.h"

#include "base/bisect.h"

// Bounds of the last atom that starts at or before @at. Atoms are of one size as a rule: from where
// it then is, look further and further away.
static void bound_atom(const struct section *section, uint64_t at, size_t *low, size_t *high)
{
	const struct atom *atoms = section->atoms.items;
	size_t guess = at < section->size ? at * *high / section->size : *high - 1, step = 1;

	if (atoms[guess].offset <= at) {
		for (*low = guess; *high - *low > step && atoms[*low + step].offset <= at;
		     step *= 2)
			*low += step;
		if (*high - *low > step)
			*high = *low + step;
	} else {
		for (*high = guess; *high > step && atoms[*high - step].offset > at; step *= 2)
			*high -= step;
		if (*high > step)
			*low = *high - step;
	}
}

struct atom *section_atom(const struct section *section, int64_t offset)
{
	uint64_t at = offset < 0 ? 0 : (uint64_t)offset;
	struct atom *atoms = section->atoms.items;
	size_t low = 0, high = section->atoms.count;

	if (high == 0)
		return NULL;
	bound_atom(section, at, &low, &high);
	low += bisect(high - low - 1, i, atoms[low + 1 + i].offset <= at);
	return &atoms[low];
}

struct place atom_place(const struct linker *linker, const struct atom *atom)
{
	struct place where = place_at(section_place(atom->section), atom->offset);

	where.whole = true;
	if (atom->symbol)
		where.symbol = linker_name(linker, atom->symbol->name);
	return where;
}
