/* SPDX-License-Identifier: BSD-2-Clause */
#include "debug_output.h"

#include "elf_records.h"
#include "number_symbols.h"

// The symbol of DEBUG_TARGET() @target.
static uint32_t target_symbol(const struct linker *linker, uint64_t target)
{
	uint64_t index = target & ((UINT64_C(1) << DEBUG_TARGET_SHIFT) - 1);

	switch ((enum debug_target)(target >> DEBUG_TARGET_SHIFT)) {
	case DEBUG_TO_SECTION:
		return linker->sections.items[index - 1]->symbol;
	case DEBUG_TO_DEBUG:
		return linker->debug.outputs.items[index].symbol;
	case DEBUG_TO_NAME:
		return symbol_output(linker->debug.names.items[index]);
	}
	return 0;
}

void debug_number(const struct linker *linker, const struct debug_piece *piece)
{
	for (size_t i = 0; i < piece->relocation_count; i++) {
		Elf64_Rel *relocation = &piece->relocations[i];
		uint64_t target = ELF64_R_SYM(relocation->r_info);

		relocation->r_info = ELF64_R_INFO((uint64_t)target_symbol(linker, target),
						  ELF64_R_TYPE(relocation->r_info));
		rel_order(relocation, linker->big_endian);
	}
}
