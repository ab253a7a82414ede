/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Of the map in JSON: functions with their calls, programs, and maps with who uses them. Functions,
 * maps and programs are numbered from 0 in their lists.
 *
 * Calls are those of functions, not of programs: any number of programs may share functions, and
 * the calls of each would then be listed as often.
 */
#include "map_values.h"
#include "map_writer.h"

static void add_calls(struct map_writer *writer, const struct call_function *function)
{
	const struct call_trees *calls = writer->map->calls;
	struct json *json = &writer->json;

	json_begin_list(json, "calls");
	for (uint32_t i = 0; i < function->call_count; i++)
		json_number(json, NULL, calls->calls.items[function->first_call + i].to);
	json_end(json);
}

static void add_used_maps(struct map_writer *writer, uint32_t function)
{
	const struct map_uses *uses = &writer->map->uses;
	struct json *json = &writer->json;

	json_begin_list(json, "maps");
	for (uint32_t i = uses->first[function]; i < uses->first[function + 1]; i++)
		json_number(json, NULL, uses->used.items[i]);
	json_end(json);
}

void map_add_functions(struct map_writer *writer)
{
	const struct call_trees *calls = writer->map->calls;
	const struct linker *linker = writer->map->linker;
	struct json *json = &writer->json;

	for (uint32_t i = 0; i < calls->functions.count; i++) {
		const struct call_function *function = &calls->functions.items[i];
		const struct section *section = function->atom->section;

		map_begin_element(writer);
		map_symbol_names(writer, function->atom);
		map_name(writer, "input", section->object->name);
		map_name(writer, "section", linker_name(linker, section->output_name));
		json_number(json, "instructions", function->atom->size / 8);
		json_number(json, "stack", function->stack);
		json_number(json, "added", function->added);
		json_number(json, "tail_calls", function->tail_calls);
		json_number(json, "asynchronous", function->asynchronous);
		add_calls(writer, function);
		add_used_maps(writer, i);
		json_end(json);
	}
}

static void add_function(struct map_writer *writer, uint32_t index)
{
	const struct call_function *function = &writer->map->calls->functions.items[index];
	struct json *json = &writer->json;

	json_begin_object(json, NULL);
	map_name(writer, "symbol", call_name(writer->map->calls, index));
	json_number(json, "instructions", function->atom->size / 8);
	json_number(json, "stack", function->stack);
	if (function->added)
		json_number(json, "added", function->added);
	json_end(json);
}

static void add_way(struct map_writer *writer, uint32_t root)
{
	const struct call_trees *calls = writer->map->calls;
	struct json *json = &writer->json;
	uint32_t count = 0;

	json_begin_list(json, "way");
	for (uint32_t at = root; at != CALL_NONE && count++ < CALL_WAY_MAX;
	     at = calls->functions.items[at].deepest) {
		// The page shows the frames, too.
		if (writer->names)
			json_number(json, NULL, at);
		else
			map_name(writer, NULL, call_name(calls, at));
	}
	json_end(json);
}

// The page has these by the calls of functions.
static void add_program_functions(struct map_writer *writer, const struct call_tree *tree)
{
	if (writer->names)
		return;
	json_begin_list(&writer->json, "functions");
	for (uint32_t i = 0; i < tree->count; i++)
		add_function(writer, tree->functions[i]);
	json_end(&writer->json);
}

static void add_program_maps(struct map_writer *writer, const struct call_tree *tree,
			     uint32_t number)
{
	struct program_maps maps;

	map_uses_of_program(&writer->map->uses, writer->map->linker, tree, number, &maps);
	json_begin_list(&writer->json, "maps");
	for (uint32_t i = 0; i < maps.count; i++)
		json_number(&writer->json, NULL, maps.numbers[i]);
	json_end(&writer->json);
}

static void add_program(struct map_writer *writer, uint32_t entry, uint32_t number)
{
	struct call_trees *calls = writer->map->calls;
	const struct atom *atom = calls->functions.items[entry].atom;
	struct json *json = &writer->json;
	struct call_tree tree;

	call_tree_init(&tree, calls, entry);
	map_begin_element(writer);
	map_name(writer, "symbol", call_name(calls, entry));
	map_name(writer, "section", atom->section->text_name);
	json_number(json, "instructions", tree.instructions);
	json_number(json, "stack", tree.depth);
	json_number(json, "frames", tree.frames);
	json_number(json, "tail_calls", tree.tail_calls);
	json_number(json, "recursive", tree.recursive);
	add_way(writer, tree.root);
	add_program_functions(writer, &tree);
	json_number(json, "function", entry);
	json_number(json, "function_count", tree.count);
	add_program_maps(writer, &tree, number);
	json_end(json);
}

void map_add_programs(struct map_writer *writer)
{
	const struct call_trees *calls = writer->map->calls;
	uint32_t number = 0;

	for (uint32_t i = 0; i < calls->functions.count; i++) {
		if (call_is_entry(calls, i))
			add_program(writer, i, number++);
	}
}

static void add_attributes(struct map_writer *writer, const struct used_map *map)
{
	static const char *const plain[] = { "key_size", "value_size", "max_entries" };
	static const char *const named[] = { "type", "map_flags", "pinning" };
	struct linker *linker = writer->map->linker;

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		map_name(writer, named[i],
			 map->defined ? map_value(linker, named[i],
						  map->numbers[map_attribute(str_of(named[i]))])
				      : NULL);
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		if (map->defined)
			json_number(&writer->json, plain[i],
				    map->numbers[map_attribute(str_of(plain[i]))]);
		else
			json_absent(&writer->json, plain[i]);
	}
}

static void add_map(struct map_writer *writer, const struct used_map *map)
{
	const struct linker *linker = writer->map->linker;
	const char *section = linker_name(linker, map->section->name);
	struct json *json = &writer->json;
	uint64_t memory;

	map_begin_element(writer);
	if (map->atom) {
		map_symbol_names(writer, map->atom);
	} else {
		map_name(writer, "symbol", section);
		json_absent(&writer->json, "name");
	}
	map_name(writer, "section", section);
	map_name(writer, "input", map->atom ? map->atom->section->object->name : NULL);
	add_attributes(writer, map);
	if (map_memory(map, &memory))
		json_number(json, "memory", memory);
	else
		json_absent(json, "memory");
	// The page has these by the maps of programs.
	if (!writer->names) {
		json_begin_list(json, "programs");
		array_each(program, &map->programs)
			json_number(json, NULL, *program);
		json_end(json);
	}
	json_end(json);
}

void map_add_maps(struct map_writer *writer)
{
	array_each(map, &writer->map->uses.maps)
		add_map(writer, map);
}
