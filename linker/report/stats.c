/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --stats: counts and sizes of a link, one per line: "name value", or "name before after". For
 * statics that several inputs have, "after" is the size with one copy of each; then one line for
 * each with "copies bytes". A program has a line "instructions functions stack frames tail-calls",
 * and the way that takes most of the stack.
 */
#include <inttypes.h>

#include "call_trees.h"
#include "duplicates.h"
#include "reports.h"

static void add_inputs(const struct linker *linker, struct text *text)
{
	uint64_t bytes = 0, archives = 0;

	array_each(file, &linker->files) {
		bytes += (*file)->size;
		archives += (*file)->archive != NULL;
	}
	text_format(text, "files %zu\narchives %" PRIu64 "\nobjects %zu\n", linker->files.count,
		    archives, linker->objects.count - (linker->metadata != NULL));
	text_format(text, "bytes %" PRIu64 " %zu\n", bytes, linker->image_size);
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
	text_format(text, "sections %" PRIu64 " %zu\n", sections, linker->sections.count);
	text_format(text, "symbols %" PRIu64 " %zu\n", symbols, linker->symbols.count - 1);
	text_format(text, "instructions %" PRIu64 " %" PRIu64 "\n", before, after);
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
	text_format(text, "types %" PRIu64 " %" PRIu32 "\n", types,
		    linker->encoder ? btf_encoder_type_count(linker->encoder) : 0);
	text_format(text, ".BTF-bytes %" PRIu64 " %zu\n", type_bytes, linker->btf.size);
	text_format(text, ".BTF.ext-bytes %" PRIu64 " %zu\n", ext_bytes, linker->btf_ext.size);
}

static void add_duplicates(const struct linker *linker, struct text *text)
{
	struct duplicates duplicates = find_duplicates(linker);

	text_format(text, "duplicated-statics %zu\nduplicated-bytes %" PRIu64 " %" PRIu64 "\n",
		    duplicates.count, duplicates.size, duplicates.kept);
	array_each(duplicate, &duplicates)
		text_format(text, "duplicated-static %s %zu %" PRIu64 "\n",
			    text_name(text, linker_name(linker, duplicate->copies[0]->name)),
			    duplicate->count, duplicate_size(duplicate));
}

static void add_program(struct call_trees *calls, struct text *text, uint32_t entry)
{
	struct call_tree tree;

	call_tree_init(&tree, calls, entry);
	text_format(text, "program %s %" PRIu64 " %" PRIu32 " %" PRIu64 " %" PRIu32 " %" PRIu32 " ",
		    text_name(text, call_name(calls, entry)), tree.instructions, tree.count,
		    tree.depth, tree.frames, tree.tail_calls);
	call_add_way(text, calls, tree.root);
	text_string(text, "\n");
}

static void add_programs(struct linker *linker, struct text *text)
{
	struct arena *arena = arena_nest(linker->arena);
	struct call_trees calls;

	call_trees_init(&calls, linker, arena);
	for (uint32_t i = 0; i < calls.functions.count; i++) {
		if (call_is_entry(&calls, i))
			add_program(&calls, text, i);
	}
	arena_deinit(arena);
}

void report_stats(struct linker *linker, struct text *text)
{
	add_inputs(linker, text);
	add_sections(linker, text);
	add_types(linker, text);
	add_duplicates(linker, text);
	add_programs(linker, text);
	text_format(text, "memory %zu\n", linker->arena->used);
}
