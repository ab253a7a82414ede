/* SPDX-License-Identifier: BSD-2-Clause */
#include "debug_cut.h"

#include "base/bisect.h"
#include "relocation.h"

Elf64_Rel *debug_relocation(const struct debug_part *part, uint64_t offset)
{
	size_t index = bisect(part->relocation_count, i, part->relocations[i].r_offset < offset);

	if (index == part->relocation_count || part->relocations[index].r_offset != offset)
		return NULL;
	return &part->relocations[index];
}

static uint64_t field_value(const struct debug_object *debug, const struct debug_part *part,
			    const Elf64_Rel *relocation)
{
	const struct symbol *symbol = &debug->object->symbols[ELF64_R_SYM(relocation->r_info)];

	return debug_addend(debug, part, relocation) + symbol->value;
}

struct code_place debug_code_at(const struct debug_object *debug, const struct debug_part *part,
				uint64_t offset)
{
	const struct code_place unknown = { NULL, 0 };
	const struct object *object = debug->object;
	const Elf64_Rel *relocation = debug_relocation(part, offset);
	const struct symbol *symbol;

	if (!relocation)
		return unknown;
	symbol = &object->symbols[ELF64_R_SYM(relocation->r_info)];
	if (!symbol->section || !debug_has_map(symbol->section) ||
	    (symbol->global && symbol->global->definition != symbol))
		return unknown;
	return (struct code_place){
		.map = debug_map(debug, symbol->section),
		.offset = field_value(debug, part, relocation),
	};
}

struct code_place debug_code_of_index(const struct debug_object *debug,
				      const struct debug_unit *unit, uint64_t index)
{
	const struct debug_part *part = unit->addresses;

	if (!part || unit->address_base > part->size || index > part->size)
		return (struct code_place){ NULL, 0 };
	return debug_code_at(debug, part, unit->address_base + index * unit->format.address_size);
}

struct debug_part *debug_part_at(const struct debug_object *debug, const struct debug_part *part,
				 uint64_t offset, uint64_t *value)
{
	const Elf64_Rel *relocation = debug_relocation(part, offset);
	uint32_t number = relocation ? debug->part_of_symbol[ELF64_R_SYM(relocation->r_info)] : 0;

	if (!number)
		return NULL;
	*value = field_value(debug, part, relocation);
	return &debug->parts[number - 1];
}

uint64_t debug_distance(struct code_place from, uint64_t distance)
{
	struct destination start = collapse_destination(from.map, from.offset);
	struct destination end = collapse_destination(from.map, from.offset + distance);

	return start.section && end.offset > start.offset ? (uint64_t)(end.offset - start.offset)
							  : 0;
}

struct reader debug_reader(const struct debug_object *debug, const struct debug_part *part)
{
	return reader_of(part->bytes, part->size, debug->object->big_endian,
			 place_in(debug->object->name, NULL), debug->linker->diag);
}

void debug_put(const struct debug_object *debug, const struct debug_part *part, uint64_t offset,
	       size_t size, uint64_t value)
{
	uint8_t *field = part->bytes + offset;
	bool big_endian = debug->object->big_endian;

	switch (size) {
	case sizeof(uint8_t):
		*field = (uint8_t)value;
		break;
	case sizeof(uint16_t):
		put16(field, (uint16_t)value, big_endian);
		break;
	case sizeof(uint32_t):
		put32(field, (uint32_t)value, big_endian);
		break;
	default:
		put64(field, value, big_endian);
	}
}

bool debug_put_uleb(const struct debug_part *part, uint64_t offset, size_t size, uint64_t value)
{
	return debug_put_leb(part->bytes + offset, size, value);
}

static bool cut_part(struct debug_object *debug, struct debug_part *part)
{
	switch (part->section->kind) {
	case DEBUG_LINE:
		return debug_cut_lines(debug, part);
	case DEBUG_ARANGES:
		return debug_cut_aranges(debug, part);
	case DEBUG_FRAME:
		return debug_cut_frames(debug, part);
	default:
		return true;
	}
}

bool debug_cut(struct debug_object *debug)
{
	struct debug_lists lists = { 0 };

	for (size_t i = 0; i < debug->part_count; i++) {
		if (!cut_part(debug, &debug->parts[i]))
			return false;
	}
	return debug_cut_entries(debug, &lists) && debug_cut_lists(debug, &lists);
}
