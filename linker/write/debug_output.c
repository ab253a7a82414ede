/* SPDX-License-Identifier: BSD-2-Clause */
#include "debug_output.h"

#include "elf_records.h"
#include "number_symbols.h"
#include "relocation.h"

static uint64_t target_index(uint64_t target)
{
	return target & ((UINT64_C(1) << DEBUG_TARGET_SHIFT) - 1);
}

static enum debug_target target_sort(uint64_t target)
{
	return (enum debug_target)(target >> DEBUG_TARGET_SHIFT);
}

// The symbol of DEBUG_TARGET() @target.
static uint32_t target_symbol(const struct linker *linker, uint64_t target)
{
	uint64_t index = target_index(target);

	switch (target_sort(target)) {
	case DEBUG_TO_SECTION:
		return linker->sections.items[index - 1]->symbol;
	case DEBUG_TO_DEBUG:
		return linker->debug.outputs.items[index].symbol;
	case DEBUG_TO_NAME:
		return symbol_output(linker->debug.names.items[index]);
	}
	return 0;
}

const Elf64_Rel *debug_table(const struct linker *linker, const struct debug_piece *piece)
{
	size_t count = piece->relocation_count;
	Elf64_Rel *table = piece->relocations;

	if (linker->options->reports[BPFLD_REPORT_DEBUG_FILE])
		table = arena_alloc_array(linker->arena, count, sizeof(*table));
	for (size_t i = 0; i < count; i++) {
		Elf64_Rel relocation = piece->relocations[i];
		uint64_t target = ELF64_R_SYM(relocation.r_info);

		relocation.r_info = ELF64_R_INFO((uint64_t)target_symbol(linker, target),
						 ELF64_R_TYPE(relocation.r_info));
		rel_order(&relocation, linker->big_endian);
		table[i] = relocation;
	}
	return table;
}

// Make the field of @relocation in @bytes of an output final.
static void finish_field(const struct linker *linker, const Elf64_Rel *relocation,
			 const struct debug_addresses *addresses, uint8_t *bytes)
{
	uint64_t target = ELF64_R_SYM(relocation->r_info), index = target_index(target), value;
	bool is_32 = ELF64_R_TYPE(relocation->r_info) == R_BPF_64_ABS32;
	bool big_endian = linker->big_endian;
	uint8_t *field = bytes + relocation->r_offset;

	switch (target_sort(target)) {
	case DEBUG_TO_DEBUG:
		return;
	case DEBUG_TO_SECTION:
		value = is_32 ? get32(field, big_endian) : get64(field, big_endian);
		value += addresses->items[index - 1];
		break;
	default: // it has no address
		value = UINT64_MAX;
	}
	if (is_32)
		put32(field, (uint32_t)value, big_endian);
	else
		put64(field, value, big_endian);
}

void debug_finish(const struct linker *linker, const struct debug_output *output,
		  const struct debug_addresses *addresses, uint8_t *bytes)
{
	array_each(piece, &output->pieces) {
		for (size_t i = 0; i < piece->relocation_count; i++)
			finish_field(linker, &piece->relocations[i], addresses, bytes);
	}
}

struct str debug_note(const struct linker *linker)
{
	static const char name[] = "bpfld";
	const size_t name_size = align_up(sizeof(name), sizeof(uint32_t));
	char *note = arena_alloc(linker->arena, sizeof(Elf64_Nhdr) + name_size);

	put32(note + offsetof(Elf64_Nhdr, n_namesz), sizeof(name), linker->big_endian);
	put32(note + offsetof(Elf64_Nhdr, n_type), 1, linker->big_endian);
	memcpy(note + sizeof(Elf64_Nhdr), name, sizeof(name));
	return (struct str){ note, sizeof(Elf64_Nhdr) + name_size };
}
