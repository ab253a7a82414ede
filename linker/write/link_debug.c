/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug information, where it is kept. Sections of one name are joined, strings are merged, and
 * fields are relocated, object by object: what an object has is read now, goes to its place and is
 * forgotten. Only what goes out stays in memory.
 */
#include "base/bisect.h"
#include "base/integers.h"
#include "debug_cut.h"
#include "debug_groups.h"
#include "debug_paths.h"
#include "debug_strings.h"
#include "passes.h"

// The output of sections called @name, as an index.
static uint32_t find_output(struct linker *linker, uint32_t name, enum debug_kind kind)
{
	struct debug *all = &linker->debug;
	uint32_t *number = array_at(linker->arena, &all->by_name, name);

	if (!*number) {
		*array_add(linker->arena, &all->outputs) = (struct debug_output){
			.name = name,
			.kind = kind,
			.flags = kind == DEBUG_STRINGS ? SHF_MERGE | SHF_STRINGS : 0,
			.align = 1,
		};
		*number = (uint32_t)all->outputs.count;
	}
	return *number - 1;
}

// Give @part its place; false when the output has no room.
static bool place_part(struct debug_object *debug, struct debug_part *part)
{
	struct debug_output *output;

	part->output = find_output(debug->linker, part->section->name, part->section->kind);
	output = &debug->linker->debug.outputs.items[part->output];
	if (part->align > output->align)
		output->align = part->align;
	part->place = align_up(output->size, part->align);
	if (part->place + part->size > UINT32_MAX)
		return false;
	if (output->kind == DEBUG_STRINGS)
		debug_strings_add(debug, output, part);
	else
		output->size = part->place + part->size;
	return true;
}

// Whether offsets of 32 bits reach all strings, which may be longer than they were.
static bool has_room(const struct linker *linker)
{
	array_each(output, &linker->debug.outputs) {
		if (output->size > UINT32_MAX)
			return false;
	}
	return true;
}

static void add_piece(struct debug_object *debug, const struct debug_part *part)
{
	struct debug *all = &debug->linker->debug;

	if (part->section->kind == DEBUG_STRINGS)
		debug_strings_complete(debug, part);
	else if (!part->kept)
		*array_add(debug->linker->arena, &all->outputs.items[part->output].pieces) =
			(struct debug_piece){
				.bytes = part->bytes,
				.place = part->place,
				.size = part->size,
				.relocations = part->relocations,
				.relocation_count = part->relocation_count,
			};
}

// Have an output for names that moved to it.
static void place_names(struct debug_object *debug)
{
	struct linker *linker = debug->linker;

	if (debug->names.count == 0)
		return;
	debug->names_output = find_output(
		linker, strings_intern(&linker->strings, STR(".debug_str")), DEBUG_STRINGS);
	debug_strings_begin(linker, &linker->debug.outputs.items[debug->names_output]);
}

const struct collapse *debug_map(const struct debug_object *debug, const struct section *section)
{
	const struct object *object = debug->object;
	const struct section *sections = object->sections;
	size_t index;

	if (section >= sections && section < sections + object->section_count)
		return &debug->code[section - sections];
	index = bisect(object->section_count, i, sections[i].shndx < section->shndx);
	return &debug->code[index];
}

static void map_code(struct debug_object *debug)
{
	const struct object *object = debug->object;

	debug->code = arena_new_array(debug->arena, struct collapse, object->section_count);
	for (uint32_t i = 1; i < object->section_count; i++) {
		if (debug_has_map(&object->sections[i]))
			debug->code[i] = collapse_make(&object->sections[i], debug->arena);
	}
}

// Whether some code of the object is not in the output.
static bool is_cut(const struct debug_object *debug)
{
	const struct object *object = debug->object;

	for (uint32_t i = 1; i < object->section_count; i++) {
		if (debug_has_map(&object->sections[i]) &&
		    (!debug->code[i].rigid || debug->code[i].nowhere))
			return true;
	}
	return false;
}

// Warn that functions of one section of @object are in two sections of the output, to which ranges
// cannot lead: those that moved are described like what is gone.
static void tell_bound(struct linker *linker, const struct object *object)
{
	array_each(section, &object->bound)
		diag_warning(linker->diag, WARN_DEBUG_INFORMATION, section_place(*section),
			     "debug information of functions that --bind moves away from others of "
			     "this section is left out; give each a section of its own");
}

// Read the debug information of the object and let it be as it goes out, but for fields that
// relocations are for; false when it is left out, which was told.
static bool prepare(struct debug_object *debug)
{
	if (!debug_load(debug))
		return false;
	debug_groups_fold(debug);
	return (!is_cut(debug) || debug_cut(debug)) &&
	       (debug->linker->options->prefix_map_count == 0 || debug_map_paths(debug));
}

// Link the debug information of an object; false when the output has no room.
static bool link_object(struct linker *linker, const struct object *object, struct arena *arena)
{
	struct debug_object debug = { .linker = linker, .object = object, .arena = arena };

	map_code(&debug);
	if (!prepare(&debug)) {
		for (size_t i = 0; i < debug.part_count; i++)
			debug_release(&debug, &debug.parts[i]);
		return true;
	}
	tell_bound(linker, object);
	for (size_t i = 0; i < debug.part_count; i++) {
		if (!debug.parts[i].kept && !place_part(&debug, &debug.parts[i]))
			return false;
	}
	place_names(&debug);
	debug_relocate(&debug);
	if (!has_room(linker))
		return false;
	for (size_t i = 0; i < debug.part_count; i++)
		add_piece(&debug, &debug.parts[i]);
	debug_groups_keep(&debug);
	return true;
}

static bool link_objects(struct linker *linker)
{
	array_each(object, &linker->objects) {
		struct arena *arena;
		bool linked;

		if (!(*object)->debug)
			continue;
		arena = arena_nest(linker->arena);
		linked = link_object(linker, *object, arena);
		arena_deinit(arena);
		if (!linked || linker->diag->error_count)
			return linked;
	}
	return true;
}

/*
 * Needs: places. Gives: linker->debug, and which sections need a symbol for it.
 */
void link_debug(struct linker *linker)
{
	struct debug *all = &linker->debug;

	if (!links_debug(linker))
		return;
	if (!link_objects(linker)) {
		diag_warning(linker->diag, WARN_DEBUG_INFORMATION, place_in(NULL, NULL),
			     "debug information is left out: there is more than 4 GiB of it");
		*all = (struct debug){ 0 };
	}
	for (uint32_t i = 0; i < all->outputs.count; i++) {
		struct debug_output *output = &all->outputs.items[i];

		output->shndx = (uint32_t)linker->sections.count + 1 + i;
		if (output->strings)
			debug_strings_finish(linker, output);
	}
}
