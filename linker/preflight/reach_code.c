/* SPDX-License-Identifier: BSD-2-Clause */
/* What does not depend on the kernel: the functions of the output, and where their ways meet. */
#include "reach_code.h"

#include "atoms.h"
#include "base/bisect.h"
#include "destination.h"

static void add_function(struct reach *reach, const struct atom *atom)
{
	bool program = atom->symbol && section_has_programs(reach->linker, atom->section);
	const struct declaration *declaration = atom->declaration;

	*array_add(reach->arena, &reach->functions) = (struct reach_function){
		.atom = atom,
		.first = reach->insn_count,
		.is_program = program,
		.is_optional = program && atom->section->text_name[0] == '?',
		.is_static = !declaration || declaration->fate == FATE_STATIC,
	};
	reach->insn_count += atom->size / INSN_SIZE;
}

static void add_functions(struct reach *reach)
{
	const struct linker *linker = reach->linker;

	reach->first_function = arena_new_array(reach->arena, uint32_t, linker->sections.count);
	for (size_t i = 0; i < linker->sections.count; i++) {
		const struct output_section *output = linker->sections.items[i];

		reach->first_function[i] = (uint32_t)reach->functions.count;
		if (output->role != ROLE_CODE)
			continue;
		array_each(atom, &output->atoms)
			add_function(reach, *atom);
	}
}

uint32_t reach_index(const struct reach *reach, const struct atom *atom)
{
	uint32_t at;
	const struct output_section *output = atom_output_function(atom, &at);

	return output ? reach->first_function[output->shndx - 1] + at : REACH_NONE;
}

const struct reach_function *reach_find(const struct reach *reach, const struct atom *atom)
{
	uint32_t at = reach_index(reach, atom);

	return at == REACH_NONE ? NULL : &reach->functions.items[at];
}

const struct reach_function *reach_function_of(const struct reach *reach, uint32_t insn)
{
	size_t after = bisect(reach->functions.count, i, reach->functions.items[i].first <= insn);

	return &reach->functions.items[after - 1];
}

struct place reach_place(const struct reach *reach, uint32_t insn)
{
	const struct reach_function *function = reach_function_of(reach, insn);

	return place_at(section_place(function->atom->section),
			function->atom->offset + (insn - function->first) * INSN_SIZE);
}

struct insn reach_read(const struct atom *atom, uint32_t index)
{
	return insn_read(atom->section->data + atom->offset + (size_t)index * INSN_SIZE,
			 atom->section->object->big_endian);
}

uint32_t reach_called(const struct reach *reach, struct insn insn,
		      const struct reference *reference)
{
	if (!reference || insn.opcode != INSN_CALL)
		return REACH_NONE;
	return reach_index(reach, reference->atom);
}

// Mark where ways meet: targets of jumps, and calls, which are gone over again when it is known
// what they return.
static void find_joins(struct reach *reach, const struct reach_function *function)
{
	const struct atom *atom = function->atom;
	uint32_t count = atom->size / INSN_SIZE;

	for (uint32_t i = 0; i < count;) {
		struct insn insn = reach_read(atom, i);
		int64_t distance;

		if (insn_is_jump(insn, &distance)) {
			int64_t target = i + 1 + distance / (int64_t)INSN_SIZE;

			if (target >= 0 && target < count)
				reach->joins[function->first + target] = 1;
		} else if (reach_called(reach, insn, reach->reference[function->first + i]) !=
			   REACH_NONE) {
			reach->joins[function->first + i] = 1;
		}
		i += insn_size(insn.opcode) / INSN_SIZE;
	}
}

static void find_references(struct reach *reach, const struct reach_function *function)
{
	const struct atom *atom = function->atom;

	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++) {
		const struct reference *reference = &atom->section->references.items[i];

		reach->reference[reach_insn(function, reference->offset - atom->offset)] =
			reference;
	}
}

void reach_init(struct reach *reach, struct linker *linker,
		const struct core_relocations *relocations, struct arena *arena)
{
	*reach = (struct reach){ .linker = linker, .relocations = relocations, .arena = arena };
	add_functions(reach);
	reach->relocation = arena_new_array(arena, uint32_t, reach->insn_count);
	reach->reference = arena_new_array(arena, const struct reference *, reach->insn_count);
	reach->joins = arena_new_array(arena, uint8_t, reach->insn_count);
	for (uint32_t i = 0; i < relocations->count; i++) {
		const struct core_relocation *relocation = &relocations->items[i];
		const struct reach_function *function = reach_find(reach, relocation->atom);

		if (function)
			reach->relocation[reach_insn(function, relocation->at)] = i + 1;
	}
	array_each(function, &reach->functions)
		find_references(reach, function);
	array_each(function, &reach->functions)
		find_joins(reach, function);
}
