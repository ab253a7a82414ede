/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fields of debug sections that say where something is.
 *
 * What names a symbol is made a place: readers that take fields as they are (libdw, Go's
 * debug/dwarf) then see the right number, and no loader looks. Debug information keeps nothing
 * alive: what leads to something that does not go out gets a value that no address has (a
 * tombstone), and no relocation. It is all ones. That is the start of an address in the lists of
 * DWARF 4, which get one less. 0, as other linkers use, is an address here: that of the first
 * function.
 *
 * Source: DWARF 5, 2.17.3 and 7.7.3; "Tombstone values", https://dwarfstd.org/issues/200609.1.html.
 */
#include "atoms.h"
#include "base/bisect.h"
#include "base/integers.h"
#include "debug_object.h"
#include "debug_strings.h"
#include "relocation.h"

// What a field gets.
struct outcome {
	enum {
		GONE,     // a tombstone
		ABSOLUTE, // the value, without a relocation
		LEADS,    // the value, relative to the target
	} sort;
	uint64_t target; // DEBUG_TARGET()
	uint64_t value;
};

static const struct outcome gone = { GONE, 0, 0 };

static struct outcome lead_to_section(const struct debug_object *debug, struct destination to)
{
	if (!to.section)
		return gone;
	// What another file has must not change the output.
	to.section->wants_symbol |= keeps_debug(debug->linker);
	return (struct outcome){ LEADS, DEBUG_TARGET(DEBUG_TO_SECTION, to.section->shndx),
				 (uint64_t)to.offset };
}

// Byte @offset of @section of some object.
static struct outcome lead_to_place(const struct debug_object *debug, const struct section *section,
				    uint64_t offset)
{
	const struct object *object = debug->object;

	if (!role_is_content(section->role))
		return gone;
	if (section->object == object && debug_has_map(section))
		return lead_to_section(debug,
				       collapse_destination(debug_map(debug, section), offset));
	return lead_to_section(debug,
			       section_destination(section, section_atom(section, (int64_t)offset),
						   (int64_t)offset));
}

// Let @offset of @part be where that is since it was written anew; false when it is nowhere. Of
// line tables only starts of units have a place: what leads elsewhere is no compiler's.
static bool move_offset(const struct debug_part *part, uint64_t *offset)
{
	size_t after = bisect(part->moves.count, i, part->moves.items[i].from <= *offset);
	const struct debug_move *move = after ? &part->moves.items[after - 1] : NULL;

	if (part->moves.count == 0)
		return true;
	if (!move || (move->from != *offset && part->section->kind == DEBUG_LINE))
		return false;
	*offset += move->to - move->from;
	return true;
}

// Byte @offset of what goes out in the place of a part.
static struct outcome lead_to_kept(const struct debug_object *debug, const struct debug_kept *kept,
				   uint64_t offset)
{
	if (offset > kept->size)
		return gone;
	debug->linker->debug.outputs.items[kept->output].wants_symbol = true;
	return (struct outcome){ LEADS, DEBUG_TARGET(DEBUG_TO_DEBUG, kept->output),
				 kept->place + offset };
}

// Byte @offset of @part, which holds it.
static struct outcome lead_to_part(const struct debug_object *debug, const struct debug_part *part,
				   uint64_t offset)
{
	struct debug_output *output = &debug->linker->debug.outputs.items[part->output];

	if (part->kept)
		return lead_to_kept(debug, part->kept, offset);
	// debug_load() looked, but what is hostile has fields that are parts of others.
	if (offset > part->read || (part->strings && offset >= part->size) ||
	    !move_offset(part, &offset))
		return gone;
	output->wants_symbol = true;
	return (struct outcome){
		.sort = LEADS,
		.target = DEBUG_TARGET(DEBUG_TO_DEBUG, part->output),
		.value = part->strings ? debug_strings_place(debug, part, offset)
				       : part->place + offset,
	};
}

// Name @index of debug->names.
static struct outcome lead_to_name(const struct debug_object *debug, uint64_t index)
{
	debug->linker->debug.outputs.items[debug->names_output].wants_symbol = true;
	return (struct outcome){
		.sort = LEADS,
		.target = DEBUG_TARGET(DEBUG_TO_DEBUG, debug->names_output),
		.value = debug_strings_name(debug, debug->names.items[index]),
	};
}

static struct outcome lead_to_undefined(const struct debug_object *debug, struct symbol *symbol,
					uint64_t value)
{
	struct linker *linker = debug->linker;
	const struct global *global = symbol->global;

	if (!global || global->local || !global_goes_out(linker, global))
		return gone;
	*array_add(linker->arena, &linker->debug.names) = symbol;
	return (struct outcome){ LEADS, DEBUG_TARGET(DEBUG_TO_NAME, linker->debug.names.count - 1),
				 value };
}

// What @symbol of the object, plus @value, is in the output.
static struct outcome lead_to_symbol(const struct debug_object *debug, struct symbol *symbol,
				     uint64_t value)
{
	uint32_t part = debug->part_of_symbol[symbol_index(symbol)];
	const struct symbol *definition = symbol->global ? symbol->global->definition : symbol;

	if (part)
		return lead_to_part(debug, &debug->parts[part - 1], symbol->value + value);
	if (!definition || definition->home == HOME_UNDEFINED)
		return lead_to_undefined(debug, symbol, value);
	if (definition->home == HOME_ABSOLUTE)
		return (struct outcome){ ABSOLUTE, 0, definition->value + value };
	if (!definition->section)
		return gone;
	return lead_to_place(debug, definition->section, definition->value + value);
}

uint64_t debug_field(const struct debug_object *debug, const struct debug_part *part,
		     const Elf64_Rel *relocation)
{
	const uint8_t *field = part->bytes + relocation->r_offset;
	bool big_endian = debug->object->big_endian;

	return ELF64_R_TYPE(relocation->r_info) == R_BPF_64_ABS32 ? get32(field, big_endian)
								  : get64(field, big_endian);
}

uint64_t debug_addend(const struct debug_object *debug, const struct debug_part *part,
		      const Elf64_Rel *relocation)
{
	const struct symbol *symbol = &debug->object->symbols[ELF64_R_SYM(relocation->r_info)];
	uint64_t value = debug_field(debug, part, relocation);

	if (debug->added_values && symbol->type != STT_SECTION && symbol->home == HOME_SECTION)
		value -= symbol->value;
	return value;
}

static void write_field(const struct debug_object *debug, uint8_t *field, uint32_t type,
			uint64_t value)
{
	if (type == R_BPF_64_ABS32)
		put32(field, (uint32_t)value, debug->object->big_endian);
	else
		put64(field, value, debug->object->big_endian);
}

// Whether all ones mean something else in @part.
static bool is_old_list(const struct debug_part *part)
{
	return part->section->kind == DEBUG_RANGES || part->section->kind == DEBUG_LOC;
}

// What @relocation of @part leads to in the output.
static struct outcome resolve(const struct debug_object *debug, const struct debug_part *part,
			      const Elf64_Rel *relocation)
{
	const struct object *object = debug->object;
	uint64_t symndx = ELF64_R_SYM(relocation->r_info);

	if (symndx >= object->symbol_count)
		return lead_to_name(debug, symndx - object->symbol_count);
	return lead_to_symbol(debug, &object->symbols[symndx],
			      debug_addend(debug, part, relocation));
}

static struct outcome relocate_field(const struct debug_object *debug,
				     const struct debug_part *part, const Elf64_Rel *relocation)
{
	uint32_t type = (uint32_t)ELF64_R_TYPE(relocation->r_info);
	uint8_t *field = part->bytes + relocation->r_offset;
	struct outcome outcome = resolve(debug, part, relocation);

	if (outcome.sort == GONE)
		outcome.value = is_old_list(part) ? UINT64_MAX - 1 : UINT64_MAX;
	write_field(debug, field, type, outcome.value);
	return outcome;
}

static void relocate_part(struct debug_object *debug, struct debug_part *part)
{
	size_t count = 0;

	for (size_t i = 0; i < part->relocation_count; i++) {
		Elf64_Rel relocation = part->relocations[i];
		uint64_t type = ELF64_R_TYPE(relocation.r_info);
		struct outcome outcome;

		if (type == R_BPF_NONE)
			continue;
		outcome = relocate_field(debug, part, &relocation);

		if (outcome.sort != LEADS)
			continue;
		part->relocations[count++] = (Elf64_Rel){
			.r_offset = part->place + relocation.r_offset,
			.r_info = ELF64_R_INFO(outcome.target, type),
		};
	}
	part->relocation_count = count;
}

void debug_relocate(struct debug_object *debug)
{
	for (size_t i = 0; i < debug->part_count; i++)
		relocate_part(debug, &debug->parts[i]);
}
