/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The map as a table for people; the manual has the format. Addresses and sizes are hexadecimal,
 * counts are decimal.
 */
#include <inttypes.h>

#include "link_map.h"

static void add_place(struct text *text, const struct section *section, uint64_t offset)
{
	text_format(text, "%s:(%s+0x%" PRIx64 ")", text_name(text, section->object->name),
		    text_name(text, section->text_name), offset);
}

static void add_atom(const struct link_map *map, struct text *text, const struct section *section,
		     const struct atom *atom)
{
	const char *symbol = atom ? map_symbol(map, atom) : "";

	add_place(text, section, atom ? atom->offset : 0);
	if (*symbol)
		text_format(text, " %s", text_name(text, symbol));
}

static void add_counts(struct text *text, const struct map_counts *counts)
{
	text_format(text, " %6" PRIu64 " %6" PRIu64 " %6" PRIu64 " %6" PRIu64 "  ",
		    counts->instructions, counts->records[BTF_EXT_FUNC],
		    counts->records[BTF_EXT_LINE], counts->records[BTF_EXT_CORE]);
}

static void add_section(const struct link_map *map, struct text *text,
			const struct map_section *section)
{
	const struct output_section *output = section->output;

	text_format(text, "%8s %8" PRIx64 " %5" PRIx64, "", output->size, output->align);
	add_counts(text, &section->counts);
	text_format(text, "%s\n", text_name(text, linker_name(map->linker, output->name)));
	for (size_t i = 0; i < output->atoms.count; i++) {
		const struct map_atom *entry = &section->atoms[i];

		text_format(text, "%8" PRIx32 " %8" PRIx32 " %5s", entry->atom->place,
			    entry->atom->size, "");
		add_counts(text, &entry->counts);
		text_string(text, "  ");
		add_atom(map, text, entry->atom->section, entry->atom);
		text_string(text, "\n");
	}
}

static uint64_t rest_size(const struct map_rest *rest)
{
	return rest->atom ? rest->atom->size : rest->section->size;
}

static void add_folded(const struct link_map *map, struct text *text)
{
	text_format(text, "\nFolded: %zu\n", map->folded.count);
	array_each(rest, &map->folded) {
		text_format(text, "%8s %8" PRIx64 "  ", "", rest_size(rest));
		add_atom(map, text, rest->section, rest->atom);
		text_string(text, " into ");
		add_atom(map, text, rest->folded->section, rest->folded);
		text_string(text, "\n");
	}
}

static void add_dropped(const struct link_map *map, struct text *text)
{
	text_format(text, "\nDropped: %zu\n", map->dropped.count);
	array_each(rest, &map->dropped) {
		text_format(text, "%8s %8" PRIx64 "  ", "", rest_size(rest));
		add_atom(map, text, rest->section, rest->atom);
		text_format(text, ": %s\n", text_name(text, rest->reason));
	}
}

static void add_duplicates(const struct link_map *map, struct text *text)
{
	const struct duplicates *duplicates = &map->duplicates;

	text_format(text, "\nDuplicated statics: %zu", duplicates->count);
	if (duplicates->count == 0) {
		text_string(text, "\n");
		return;
	}
	text_format(text,
		    ", of %" PRIx64 " bytes together, %" PRIx64 " more than one of each\n"
		    "  Copies     Size Together  Section, symbol, inputs\n",
		    duplicates->size, duplicates->size - duplicates->kept);
	array_each(duplicate, duplicates) {
		const struct symbol *first = duplicate->copies[0];

		text_format(text, "%8zu %8" PRIx64 " %8" PRIx64 "  %s %s:", duplicate->count,
			    first->size, duplicate_size(duplicate),
			    text_name(text, linker_name(map->linker, first->section->output_name)),
			    text_name(text, linker_name(map->linker, first->name)));
		for (size_t i = 0; i < duplicate->count; i++)
			text_format(text, " %s",
				    text_name(text, duplicate->copies[i]->object->name));
		text_string(text, "\n");
	}
}

static void add_metadata(const struct link_map *map, struct text *text)
{
	text_format(text, "\nMetadata: %zu\n", map->metadata.count);
	array_each(each, &map->metadata) {
		const struct declaration *declaration = each->declaration;

		text_format(text, "%8s %8" PRIx32 "  ", "", declaration->size);
		add_place(text, declaration->atom->section, declaration->offset);
		text_format(text, " %s", text_name(text, each->key));
		if (each->text)
			text_format(text, " = \"%s\"", text_name(text, each->text));
		text_string(text, "\n");
	}
}

static void add_program(struct call_trees *calls, struct text *text, uint32_t entry)
{
	struct call_tree tree;

	call_tree_init(&tree, calls, entry);
	text_format(text,
		    "%8" PRIu64 " %6" PRIu32 "%c %6" PRIu64 " %6" PRIu32 " %6" PRIu32 "  %s: ",
		    tree.instructions, tree.count, tree.more ? '+' : ' ', tree.depth, tree.frames,
		    tree.tail_calls, text_name(text, call_name(calls, entry)));
	call_add_way(text, calls, tree.root);
	text_string(text, tree.recursive ? ", calls itself\n" : "\n");
}

static void add_programs(struct call_trees *calls, struct text *text)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < calls->functions.count; i++)
		count += call_is_entry(calls, i);
	text_format(text, "\nPrograms: %" PRIu32 "\n", count);
	if (count)
		text_string(text, "   Insns  Funcs   Stack Frames  Tails  Program: deepest way\n");
	for (uint32_t i = 0; i < calls->functions.count; i++) {
		if (call_is_entry(calls, i))
			add_program(calls, text, i);
	}
}

// What a function is: one of an input, or a number that it returns.
static void add_bound(const struct linker *linker, const struct binding *binding, struct text *text)
{
	const struct symbol *function = binding->function;
	const struct bpfld_slot *slot = binding->slot;

	if (slot && slot->negative) {
		text_format(text, " <- %" PRId64, (int64_t)slot->value);
	} else if (slot) {
		text_format(text, " <- %" PRIu64, slot->value);
	} else {
		text_format(text, " <- %s", text_name(text, function->object->name));
		text_format(text, ":%s", text_name(text, linker_name(linker, function->name)));
	}
}

static void add_bindings(const struct link_map *map, struct text *text)
{
	const struct linker *linker = map->linker;

	if (linker->bindings.count == 0)
		return;
	text_format(text, "\nBound: %zu\n", linker->bindings.count);
	array_each(binding, &linker->bindings) {
		const struct symbol *function = binding->function;

		text_format(text, "%8s %8" PRIx64 "  %s", "", function->size,
			    text_name(text, linker_name(linker, binding->name)));
		add_bound(linker, binding, text);
		if (binding->why_static)
			text_format(text, ", static, because %s",
				    text_name(text, binding->why_static));
		text_string(text, "\n");
	}
}

static void add_renamed(const struct link_map *map, struct text *text)
{
	if (map->renamed.count == 0)
		return;
	text_format(text, "\nRenamed: %zu\n", map->renamed.count);
	array_each(each, &map->renamed) {
		const struct symbol *symbol = each->symbol;
		const char *old = text_name(text, linker_name(map->linker, each->old));

		text_format(text, "%8s %8" PRIx64 "  %s", "", symbol->size,
			    text_name(text, each->name));
		text_format(text, " <- %s:%s", text_name(text, symbol->object->name), old);
		if (each->rival)
			text_format(text, ",%s because '%s' has a '%s', too",
				    symbol->global->local ? " local," : "",
				    text_name(text, each->rival->object->name), old);
		text_string(text, "\n");
	}
}

void write_map_text(const struct link_map *map, struct text *text)
{
	text_string(text, "   Place     Size Align  Insns  Funcs  Lines  Relos  Section, atom\n");
	for (size_t i = 0; i < map->linker->sections.count; i++)
		add_section(map, text, &map->sections[i]);
	add_programs(map->calls, text);
	add_folded(map, text);
	add_dropped(map, text);
	add_duplicates(map, text);
	add_metadata(map, text);
	add_bindings(map, text);
	add_renamed(map, text);
	text_format(text, "\nTypes: %" PRIu64 " in the inputs, %" PRIu64 " in the output\n",
		    map->types_before, map->types_after);
}
