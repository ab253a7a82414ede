/* SPDX-License-Identifier: BSD-2-Clause */
#include "collapse.h"

#include "atoms.h"

struct collapse collapse_make(const struct section *section, struct arena *arena)
{
	struct collapse collapse = { .section = section, .rigid = true, .nowhere = true };
	uint64_t next = 0;
	uint64_t *places;

	array_each(atom, &section->atoms) {
		collapse.rigid &= collapse_keeps(section, atom);
		collapse.nowhere &= !collapse_keeps(section, atom);
		if (collapse_keeps(section, atom))
			next = (uint64_t)atom->place + atom->size;
	}
	if (!section->output && section->size)
		collapse.nowhere = true;
	if (collapse.rigid || collapse.nowhere)
		return collapse;
	places = arena_new_array(arena, uint64_t, section->atoms.count);
	for (size_t i = section->atoms.count; i-- > 0;) {
		if (collapse_keeps(section, &section->atoms.items[i]))
			next = section->atoms.items[i].place;
		places[i] = next;
	}
	collapse.places = places;
	return collapse;
}

struct destination collapse_destination(const struct collapse *collapse, uint64_t offset)
{
	const struct section *section = collapse->section;
	const struct atom *atoms = section->atoms.items, *atom;

	if (!section->output || collapse->nowhere)
		return (struct destination){ NULL, 0 };
	if (collapse->rigid)
		return (struct destination){ section->output,
					     (int64_t)(atoms[0].place - atoms[0].offset + offset) };
	atom = section_atom(section, (int64_t)offset);
	return (struct destination){
		.section = section->output,
		.offset = (int64_t)(collapse->places[atom - atoms] +
				    (collapse_keeps(section, atom) ? offset - atom->offset : 0)),
	};
}
