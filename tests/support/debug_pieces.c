/* SPDX-License-Identifier: BSD-2-Clause */
#include "debug_pieces.h"

// The sorts of DEBUG_TARGET(), as the name of what is led to.
static const char *target_name(struct world *world, uint64_t target)
{
	struct linker *linker = &world->linker;
	uint64_t index = target & ((UINT64_C(1) << DEBUG_TARGET_SHIFT) - 1);

	switch ((enum debug_target)(target >> DEBUG_TARGET_SHIFT)) {
	case DEBUG_TO_SECTION:
		return linker_name(linker, linker->sections.items[index - 1]->name);
	case DEBUG_TO_DEBUG:
		return linker_name(linker, linker->debug.outputs.items[index].name);
	case DEBUG_TO_NAME:
		return linker_name(linker, linker->debug.names.items[index]->name);
	}
	return "?";
}

static const char *describe_output(struct world *world, const struct debug_output *output)
{
	const char *text = arena_format(
		&world->arena, "%s", linker_name(&world->linker, output->name) + strlen(".debug_"));
	uint64_t end = 0;

	array_each(piece, &output->pieces) {
		for (; end < piece->place; end++)
			text = arena_format(&world->arena, "%s --", text);
		for (uint64_t i = 0; i < piece->size; i++)
			text = arena_format(&world->arena, "%s%s%02x", text, i % 4 ? "" : " ",
					    piece->bytes[i]);
		end += piece->size;
	}
	array_each(piece, &output->pieces) {
		for (size_t i = 0; i < piece->relocation_count; i++) {
			const Elf64_Rel *rel = &piece->relocations[i];

			text = arena_format(&world->arena, "%s, %lu:%s %s", text, rel->r_offset,
					    ELF64_R_TYPE(rel->r_info) == 3 ? "32" : "64",
					    target_name(world, ELF64_R_SYM(rel->r_info)));
		}
	}
	return text;
}

const char *debug_pieces(struct world *world)
{
	const char *text = "";

	array_each(output, &world->linker.debug.outputs)
		text = arena_format(&world->arena, "%s%s%s", text, *text ? "; " : "",
				    describe_output(world, output));
	return text;
}
