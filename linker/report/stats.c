/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --stats: counts and sizes of a link as tables, in which each number has its unit: beside it, or
 * in the head of its column. What depends on the machine, time and memory, is in lines of its own.
 */
#include <inttypes.h>

#include "call_trees.h"
#include "duplicates.h"
#include "reports.h"

// What a link makes of what it is given. NO_NUMBER: the output has no such thing.
#define NO_NUMBER UINT64_MAX

static void add_row(struct text *text, const char *what, uint64_t before, uint64_t after,
		    const char *unit)
{
	text_format(text, "%-14s %12" PRIu64, what, before);
	if (after == NO_NUMBER)
		text_format(text, " %12s", "-");
	else
		text_format(text, " %12" PRIu64, after);
	text_format(text, "  %s\n", unit);
}

static void add_inputs(const struct linker *linker, struct text *text)
{
	uint64_t bytes = 0, archives = 0, objects = 0;

	array_each(file, &linker->files) {
		bytes += (*file)->size;
		archives += (*file)->archive != NULL;
	}
	array_each(object, &linker->objects)
		objects += !(*object)->made;
	add_row(text, "Files", linker->files.count, NO_NUMBER, "files");
	add_row(text, "Archives", archives, NO_NUMBER, "of these files");
	add_row(text, "Objects", objects, 1, "objects linked");
	add_row(text, "Size", bytes, linker->image_size, "bytes");
}

static bool is_section_content(const struct section *section)
{
	return role_is_content(section->role) && section->size;
}

static void add_sections(const struct linker *linker, struct text *text)
{
	uint64_t sections = 0, symbols = 0, before = 0, after = 0;

	array_each(each, &linker->objects) {
		const struct object *object = *each;

		// Entry 0 of both tables is the null entry.
		symbols += object->symbol_count ? object->symbol_count - 1 : 0;
		for (uint32_t i = 1; i < object->section_count; i++) {
			const struct section *section = &object->sections[i];

			sections += is_section_content(section);
			before += section->role == ROLE_CODE ? section->size / 8 : 0;
		}
	}
	array_each(output, &linker->sections)
		after += (*output)->role == ROLE_CODE ? (*output)->size / 8 : 0;
	add_row(text, "Sections", sections, linker->sections.count, "sections of code and data");
	add_row(text, "Symbols", symbols, linker->symbols.count - 1, "symbols");
	add_row(text, "Code", before, after, "instructions of 8 bytes");
}

static void add_types(const struct linker *linker, struct text *text)
{
	uint64_t types = 0, type_bytes = 0, ext_bytes = 0;

	array_each(each, &linker->objects) {
		const struct object *object = *each;

		types += object->btf ? object->btf->type_count : 0;
		for (uint32_t i = 1; i < object->section_count; i++) {
			const struct section *section = &object->sections[i];

			type_bytes += section->role == ROLE_BTF ? section->size : 0;
			ext_bytes += section->role == ROLE_BTF_EXT ? section->size : 0;
		}
	}
	add_row(text, "BTF types", types,
		linker->encoder ? btf_encoder_type_count(linker->encoder) : 0, "types");
	add_row(text, ".BTF", type_bytes, linker->btf.size, "bytes");
	add_row(text, ".BTF.ext", ext_bytes, linker->btf_ext.size, "bytes");
}

static void add_duplicates(const struct linker *linker, struct text *text)
{
	struct duplicates duplicates = find_duplicates(linker);

	text_format(text, "\nStatic variables that several inputs have: %zu\n", duplicates.count);
	if (duplicates.count == 0)
		return;
	text_format(text, "%12s %12s %14s  Variable\n", "Copies", "Each, bytes", "All, bytes");
	array_each(duplicate, &duplicates)
		text_format(text, "%12zu %12" PRIu64 " %14" PRIu64 "  %s\n", duplicate->count,
			    duplicate->copies[0]->size, duplicate_size(duplicate),
			    text_name(text, linker_name(linker, duplicate->copies[0]->name)));
	text_format(text, "%12s %12" PRIu64 " %14" PRIu64 "  together\n", "", duplicates.kept,
		    duplicates.size);
}

static void add_program(struct call_trees *calls, struct text *text, uint32_t entry)
{
	struct call_tree tree;

	call_tree_init(&tree, calls, entry);
	text_format(text,
		    "%12" PRIu64 " %9" PRIu32 " %12" PRIu64 " %6" PRIu32 " %10" PRIu32 "  %s: ",
		    tree.instructions, tree.count, tree.depth, tree.frames, tree.tail_calls,
		    text_name(text, call_name(calls, entry)));
	call_add_way(text, calls, tree.root);
	text_string(text, "\n");
}

static void add_programs(struct linker *linker, struct text *text)
{
	struct arena *arena = arena_nest(linker->arena);
	struct call_trees calls;
	uint32_t count = 0;

	call_trees_init(&calls, linker, arena);
	for (uint32_t i = 0; i < calls.functions.count; i++)
		count += call_is_entry(&calls, i);
	text_format(text, "\nPrograms, each with all that it calls: %" PRIu32 "\n", count);
	if (count)
		text_format(text, "%12s %9s %12s %6s %10s  %s\n", "Instructions", "Functions",
			    "Stack, bytes", "Frames", "Tail calls",
			    "Program: calls that take the most stack, bytes of each");
	for (uint32_t i = 0; i < calls.functions.count; i++) {
		if (call_is_entry(&calls, i))
			add_program(&calls, text, i);
	}
	arena_deinit(arena);
}

static void add_memory(const struct linker *linker, struct text *text)
{
	const uint64_t kib = 1024, mib = kib * 1024;
	uint64_t used = linker->arena->used;

	if (used < mib)
		text_format(text, "Memory %.1f KiB\n", (double)used / (double)kib);
	else
		text_format(text, "Memory %.1f MiB\n", (double)used / (double)mib);
}

// Reports come after all passes that make the output.
static void add_time(const struct linker *linker, struct text *text)
{
	const struct timespec *start = &linker->timings.items[0].start;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	text_format(text, "Time   %.2f ms\n",
		    (double)(now.tv_sec - start->tv_sec) * 1e3 +
			    (double)(now.tv_nsec - start->tv_nsec) / 1e6);
}

void report_stats(struct linker *linker, struct text *text)
{
	text_format(text, "%-14s %12s %12s  Unit\n", "", "Inputs", "Output");
	add_inputs(linker, text);
	add_sections(linker, text);
	add_types(linker, text);
	add_duplicates(linker, text);
	add_programs(linker, text);
	text_string(text, "\n");
	add_memory(linker, text);
	add_time(linker, text);
}
