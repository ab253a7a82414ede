/* SPDX-License-Identifier: BSD-2-Clause */
#include "debug_rewrite.h"

#include "base/bisect.h"
#include "relocation.h"

void debug_rewrite_mark(struct debug_rewrite *rewrite, uint64_t start)
{
	struct debug_part *part = rewrite->part;
	size_t index = rewrite->move_count++;

	// A section may be written twice. What led to the object's units still does.
	if (index == part->moves.count)
		array_add(rewrite->debug->arena, &part->moves)->from = start;
	part->moves.items[index].to = rewrite->text.size;
}

void debug_rewrite_unit(struct debug_rewrite *rewrite, uint64_t start)
{
	debug_rewrite_mark(rewrite, start);
	rewrite->unit = rewrite->text.size;
}

static uint64_t field_end(const Elf64_Rel *relocation)
{
	return relocation->r_offset + (ELF64_R_TYPE(relocation->r_info) == R_BPF_64_ABS32
					       ? sizeof(uint32_t)
					       : sizeof(uint64_t));
}

void debug_rewrite_copy(struct debug_rewrite *rewrite, uint64_t start, uint64_t end)
{
	const struct debug_part *part = rewrite->part;
	uint64_t shift = rewrite->text.size - start;
	size_t index = bisect(part->relocation_count, i, part->relocations[i].r_offset < start);

	text_bytes(&rewrite->text, part->bytes + start, end - start);
	for (; index < part->relocation_count && part->relocations[index].r_offset < end; index++) {
		Elf64_Rel *relocation;

		// Of a field that goes on behind the bytes only hostile objects have one.
		if (field_end(&part->relocations[index]) > end)
			break;
		relocation = array_add(rewrite->debug->arena, &rewrite->relocations);
		*relocation = part->relocations[index];
		relocation->r_offset += shift;
	}
}

bool debug_rewrite_length(struct debug_rewrite *rewrite, uint8_t offset_size)
{
	bool big_endian = rewrite->debug->object->big_endian;
	bool is_64 = offset_size == sizeof(uint64_t);
	size_t head = is_64 ? sizeof(uint32_t) + sizeof(uint64_t) : sizeof(uint32_t);
	uint64_t length = rewrite->text.size - rewrite->unit - head;
	char *field = rewrite->text.data + rewrite->unit;

	if (is_64)
		put64(field + sizeof(uint32_t), length, big_endian);
	else
		put32(field, (uint32_t)length, big_endian);
	return is_64 || length < DWARF_LENGTH_MAX;
}

void debug_rewrite_finish(struct debug_rewrite *rewrite)
{
	struct arena *arena = rewrite->debug->linker->arena;
	struct debug_part *part = rewrite->part;
	size_t count = rewrite->relocations.count;

	debug_release(rewrite->debug, part);
	part->size = rewrite->text.size;
	part->bytes = arena_alloc(arena, part->size);
	memcpy(part->bytes, rewrite->text.data, part->size);
	part->relocations = arena_alloc_array(arena, count, sizeof(Elf64_Rel));
	if (count)
		memcpy(part->relocations, rewrite->relocations.items, count * sizeof(Elf64_Rel));
	part->relocation_count = part->relocation_room = count;
}
