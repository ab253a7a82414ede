/* SPDX-License-Identifier: BSD-2-Clause */
/* The map for programs: the same data as the text, as one JSON object. */
#include "base/json.h"
#include "link_map.h"

static void add_counts(struct json *json, const struct map_counts *counts)
{
	json_number(json, "instructions", counts->instructions);
	json_number(json, "func_info", counts->records[BTF_EXT_FUNC]);
	json_number(json, "line_info", counts->records[BTF_EXT_LINE]);
	json_number(json, "core_relo", counts->records[BTF_EXT_CORE]);
}

// Add the place of an atom in its input, and its name if it has one.
static void add_atom(const struct link_map *map, struct json *json, const struct section *section,
		     const struct atom *atom)
{
	const char *symbol = atom ? map_symbol(map, atom) : "";

	json_string(json, "input", section->object->name);
	json_string(json, "section", section->text_name);
	json_number(json, "offset", atom ? atom->offset : 0);
	json_number(json, "size", atom ? atom->size : section->size);
	if (*symbol)
		json_string(json, "symbol", symbol);
}

// Begin an element on a new line.
static void begin_element(struct json *json)
{
	json_line(json);
	json_begin_object(json, NULL);
}

static void add_section(const struct link_map *map, struct json *json,
			const struct map_section *section)
{
	const struct output_section *output = section->output;

	begin_element(json);
	json_string(json, "name", linker_name(map->linker, output->name));
	json_number(json, "size", output->size);
	json_number(json, "align", output->align);
	add_counts(json, &section->counts);
	json_begin_list(json, "atoms");
	for (size_t i = 0; i < output->atoms.count; i++) {
		const struct map_atom *entry = &section->atoms[i];

		begin_element(json);
		add_atom(map, json, entry->atom->section, entry->atom);
		json_number(json, "place", entry->atom->place);
		add_counts(json, &entry->counts);
		json_end(json);
	}
	json_end(json);
	json_end(json);
}

static void add_function(struct json *json, const struct call_trees *calls, uint32_t index)
{
	const struct call_function *function = &calls->functions.items[index];

	json_begin_object(json, NULL);
	json_string(json, "symbol", call_name(calls, index));
	json_number(json, "instructions", function->atom->size / 8);
	json_number(json, "stack", function->stack);
	if (function->added)
		json_number(json, "added", function->added);
	json_end(json);
}

static void add_way(struct json *json, const struct call_trees *calls, uint32_t root)
{
	uint32_t count = 0;

	json_begin_list(json, "way");
	for (uint32_t at = root; at != CALL_NONE && count++ < CALL_WAY_MAX;
	     at = calls->functions.items[at].deepest)
		json_string(json, NULL, call_name(calls, at));
	json_end(json);
}

static void add_program(struct json *json, struct call_trees *calls, uint32_t entry)
{
	struct call_tree tree;

	call_tree_init(&tree, calls, entry);
	begin_element(json);
	json_string(json, "symbol", call_name(calls, entry));
	json_string(json, "section", calls->functions.items[entry].atom->section->text_name);
	json_number(json, "instructions", tree.instructions);
	json_number(json, "stack", tree.depth);
	json_number(json, "frames", tree.frames);
	json_number(json, "tail_calls", tree.tail_calls);
	json_number(json, "recursive", tree.recursive);
	add_way(json, calls, tree.root);
	json_begin_list(json, "functions");
	for (uint32_t i = 0; i < tree.count; i++)
		add_function(json, calls, tree.functions[i]);
	json_end(json);
	json_end(json);
}

static void add_programs(struct json *json, struct call_trees *calls)
{
	for (uint32_t i = 0; i < calls->functions.count; i++) {
		if (call_is_entry(calls, i))
			add_program(json, calls, i);
	}
}

static void add_folded(const struct link_map *map, struct json *json)
{
	array_each(rest, &map->folded) {
		begin_element(json);
		add_atom(map, json, rest->section, rest->atom);
		json_begin_object(json, "into");
		add_atom(map, json, rest->folded->section, rest->folded);
		json_end(json);
		json_end(json);
	}
}

static void add_dropped(const struct link_map *map, struct json *json)
{
	array_each(rest, &map->dropped) {
		begin_element(json);
		add_atom(map, json, rest->section, rest->atom);
		json_string(json, "reason", rest->reason);
		json_end(json);
	}
}

static void add_duplicates(const struct link_map *map, struct json *json)
{
	array_each(duplicate, &map->duplicates) {
		const struct symbol *first = duplicate->copies[0];

		begin_element(json);
		json_string(json, "symbol", linker_name(map->linker, first->name));
		json_string(json, "section", linker_name(map->linker, first->section->output_name));
		json_number(json, "size", first->size);
		json_number(json, "together", duplicate_size(duplicate));
		json_begin_list(json, "inputs");
		for (size_t i = 0; i < duplicate->count; i++)
			json_string(json, NULL, duplicate->copies[i]->object->name);
		json_end(json);
		json_end(json);
	}
}

static void add_metadata(const struct link_map *map, struct json *json)
{
	array_each(each, &map->metadata) {
		const struct declaration *declaration = each->declaration;

		begin_element(json);
		json_string(json, "key", each->key);
		if (each->text)
			json_string(json, "value", each->text);
		json_string(json, "input", declaration->atom->section->object->name);
		json_string(json, "section", declaration->atom->section->text_name);
		json_number(json, "offset", declaration->offset);
		json_number(json, "size", declaration->size);
		json_end(json);
	}
}

// What a function is: one of an input, or a number that it returns.
static void add_bound(struct json *json, const struct linker *linker, const struct binding *binding)
{
	const struct bpfld_slot *slot = binding->slot;

	if (slot && slot->negative) {
		json_integer(json, "returns", (int64_t)slot->value);
	} else if (slot) {
		json_number(json, "returns", slot->value);
	} else {
		json_string(json, "input", binding->function->object->name);
		json_string(json, "symbol", linker_name(linker, binding->function->name));
	}
}

static void add_bindings(const struct link_map *map, struct json *json)
{
	const struct linker *linker = map->linker;

	array_each(binding, &linker->bindings) {
		begin_element(json);
		json_string(json, "name", linker_name(linker, binding->name));
		add_bound(json, linker, binding);
		if (binding->why_static)
			json_string(json, "static", binding->why_static);
		json_end(json);
	}
}

static void add_renamed(const struct link_map *map, struct json *json)
{
	array_each(each, &map->renamed) {
		begin_element(json);
		json_string(json, "name", each->name);
		json_string(json, "input", each->symbol->object->name);
		json_string(json, "symbol", linker_name(map->linker, each->old));
		json_number(json, "size", each->symbol->size);
		if (each->rival) {
			json_number(json, "local", each->symbol->global->local);
			json_string(json, "because", each->rival->object->name);
		}
		json_end(json);
	}
}

static void begin_list(struct json *json, const char *key)
{
	json_line(json);
	json_begin_list(json, key);
}

void write_map_json(const struct link_map *map, struct text *text)
{
	struct json json = { .text = text };

	json_begin_object(&json, NULL);
	json_begin_list(&json, "sections");
	for (size_t i = 0; i < map->linker->sections.count; i++)
		add_section(map, &json, &map->sections[i]);
	json_end(&json);
	begin_list(&json, "programs");
	add_programs(&json, map->calls);
	json_end(&json);
	begin_list(&json, "folded");
	add_folded(map, &json);
	json_end(&json);
	begin_list(&json, "dropped");
	add_dropped(map, &json);
	json_end(&json);
	begin_list(&json, "duplicates");
	add_duplicates(map, &json);
	json_end(&json);
	begin_list(&json, "metadata");
	add_metadata(map, &json);
	json_end(&json);
	if (map->linker->bindings.count) {
		begin_list(&json, "bound");
		add_bindings(map, &json);
		json_end(&json);
	}
	if (map->renamed.count) {
		begin_list(&json, "renamed");
		add_renamed(map, &json);
		json_end(&json);
	}
	json_line(&json);
	json_begin_object(&json, "types");
	json_number(&json, "inputs", map->types_before);
	json_number(&json, "output", map->types_after);
	json_end(&json);
	json_end(&json);
	text_string(text, "\n");
}
