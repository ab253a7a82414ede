/* SPDX-License-Identifier: BSD-2-Clause */
#include "debug_groups.h"

#include "base/bisect.h"
#include "base/integers.h"

// The most sections of one signature that are looked at: compilers make one.
#define SECTIONS_MAX 8

// The part of section @shndx of the object; NULL: it is no debug section.
static struct debug_part *find_part(const struct debug_object *debug, uint32_t shndx)
{
	size_t index = bisect(debug->part_count, i, debug->parts[i].section->shndx < shndx);

	if (index == debug->part_count || debug->parts[index].section->shndx != shndx)
		return NULL;
	return &debug->parts[index];
}

// The section that the output has for @part, which is in a group of @signature; NULL: none.
static const struct debug_kept *find_kept(const struct debug_object *debug, uint32_t signature,
					  const struct debug_part *part)
{
	const struct debug *all = &debug->linker->debug;
	uint32_t number = array_get(&all->kept_by_signature, signature);

	for (int i = 0; number && i < SECTIONS_MAX; i++) {
		const struct debug_kept *kept = &all->kept.items[number - 1];

		if (kept->name == part->section->name && kept->size == part->size)
			return kept;
		number = kept->next;
	}
	return NULL;
}

static void fold_part(struct debug_object *debug, uint32_t signature, struct debug_part *part)
{
	const struct debug_kept *kept;

	if (part->signature || part->section->kind == DEBUG_STRINGS)
		return;
	part->signature = signature;
	kept = find_kept(debug, signature, part);
	if (!kept)
		return;
	debug_release(debug, part);
	part->kept = kept;
	part->size = part->relocation_count = 0;
}

void debug_groups_fold(struct debug_object *debug)
{
	array_each(group, &debug->object->debug->groups) {
		for (size_t i = 0; i < group->member_count; i++) {
			struct debug_part *part = find_part(debug, group->members[i]);

			if (part)
				fold_part(debug, group->signature, part);
		}
	}
}

void debug_groups_keep(struct debug_object *debug)
{
	struct arena *arena = debug->linker->arena;
	struct debug *all = &debug->linker->debug;

	for (size_t i = 0; i < debug->part_count; i++) {
		const struct debug_part *part = &debug->parts[i];
		uint32_t *number;

		// What was written anew has other offsets.
		if (!part->signature || part->kept || part->moves.count)
			continue;
		number = array_at(arena, &all->kept_by_signature, part->signature);
		*array_add(arena, &all->kept) = (struct debug_kept){
			.name = part->section->name,
			.output = part->output,
			.place = part->place,
			.size = part->read,
			.next = *number,
		};
		*number = (uint32_t)all->kept.count;
	}
}
