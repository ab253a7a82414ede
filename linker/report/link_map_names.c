/* SPDX-License-Identifier: BSD-2-Clause */
/* Of the map in JSON: what inputs give, and what names mean: externs, renamed and bound symbols. */
#include "map_writer.h"

void map_add_inputs(struct map_writer *writer)
{
	const struct link_map *map = writer->map;
	struct json *json = &writer->json;

	for (size_t i = 0; i < map->linker->objects.count; i++) {
		const struct map_input *input = &map->inputs[i];

		map_begin_element(writer);
		map_name(writer, "name", input->object->name);
		json_number(json, "size", input->object->size);
		json_number(json, "content", input->content);
		json_number(json, "content_output", input->content_out);
		json_number(json, "types", input->types);
		json_number(json, "types_output", input->types_out);
		json_number(json, "btf", input->btf);
		json_number(json, "btf_output", input->btf_out);
		json_end(json);
	}
}

// Who resolves @global, which some input does not define.
static const char *resolver(const struct linker *linker, const struct global *global)
{
	const struct declaration *types = global->declaration ? global->declaration : global->types;
	const char *datasec = types && types->datasec ? linker_name(linker, types->datasec) : "";

	if (global->bound)
		return "bind";
	if (global->definition)
		return global->definition->object->file && global->definition->object->file->runtime
			       ? "runtime"
			       : "input";
	if (strcmp(datasec, ".ksyms") == 0)
		return "kernel";
	return strcmp(datasec, ".kconfig") == 0 ? "kconfig" : "nobody";
}

static void add_users(struct map_writer *writer, const struct global *global)
{
	json_begin_list(&writer->json, "users");
	for (const struct symbol *each = global->mentions; each; each = each->next) {
		if (each->home == HOME_UNDEFINED)
			map_name(writer, NULL, each->object->name);
	}
	json_end(&writer->json);
}

static bool is_extern(const struct global *global)
{
	for (const struct symbol *each = global->mentions; each; each = each->next) {
		if (each->home == HOME_UNDEFINED)
			return true;
	}
	return false;
}

void map_add_externs(struct map_writer *writer)
{
	const struct linker *linker = writer->map->linker;

	array_each(each, &linker->globals) {
		const struct global *global = *each;
		const struct symbol *definition = global->definition;

		if (!is_extern(global) || !global_goes_out(linker, global))
			continue;
		map_begin_element(writer);
		map_name(writer, "symbol", linker_name(linker, global->name));
		map_name(writer, "resolver", resolver(linker, global));
		map_name(writer, "input", definition ? definition->object->name : NULL);
		map_name(writer, "section",
			 definition && definition->section ? definition->section->text_name : NULL);
		json_number(&writer->json, "weak", global->binding == STB_WEAK);
		add_users(writer, global);
		json_end(&writer->json);
	}
}

static void add_renaming(struct map_writer *writer, const struct map_renaming *renaming)
{
	const struct symbol *symbol = renaming->symbol, *rival = renaming->rival;
	struct json *json = &writer->json;

	map_begin_element(writer);
	map_name(writer, "name", renaming->name);
	map_name(writer, "input", symbol->object->name);
	map_name(writer, "symbol", linker_name(writer->map->linker, renaming->old));
	json_number(json, "size", symbol->size);
	if (rival)
		json_number(json, "local", symbol->global->local);
	else
		json_absent(json, "local");
	map_name(writer, "because", rival ? rival->object->name : NULL);
	map_name(writer, "reason",
		 rival ? "another input has one of the name" : "an option says so");
	json_end(json);
}

// A symbol that is called @name because of kernels or loaders.
static void add_made_name(struct map_writer *writer, const struct symbol *symbol, uint32_t name)
{
	const struct linker *linker = writer->map->linker;
	struct json *json = &writer->json;

	map_begin_element(writer);
	map_name(writer, "name", linker_name(linker, name));
	map_name(writer, "input", symbol->object->name);
	map_name(writer, "symbol", linker_name(linker, symbol->name));
	json_number(json, "size", symbol->size);
	json_absent(json, "local");
	json_absent(json, "because");
	map_name(writer, "reason",
		 array_get(&linker->sanitized, symbol->name)
			 ? "kernels refuse the name"
			 : "another function of the output has the name");
	json_end(json);
}

// What @symbol is called by unique_locals() and sanitize_names(); 0: it keeps its name, or an
// option gave it a new one, or it does not go out.
static uint32_t made_name(const struct linker *linker, const struct symbol *symbol)
{
	const struct global *global = symbol->global;
	uint32_t name = global && !global->local ? global->output_name : symbol->output_name;

	if (symbol->home == HOME_UNDEFINED || !symbol->atom || !symbol->atom->live ||
	    symbol->atom->folded || name == symbol->name)
		return 0;
	// What becomes of other globals is told above.
	if (global &&
	    (global->definition != symbol || array_get(&linker->new_names.old, symbol->name) ||
	     !array_get(&linker->sanitized, symbol->name)))
		return 0;
	return name;
}

void map_add_renamed(struct map_writer *writer)
{
	const struct linker *linker = writer->map->linker;

	array_each(renaming, &writer->map->renamed)
		add_renaming(writer, renaming);
	array_each(each, &linker->objects) {
		const struct object *object = *each;

		for (uint32_t i = 1; i < object->symbol_count; i++) {
			uint32_t name = made_name(linker, &object->symbols[i]);

			if (name)
				add_made_name(writer, &object->symbols[i], name);
		}
	}
}

// What a slot that stayed empty returns.
static void add_returned(struct map_writer *writer, const struct bpfld_slot *slot)
{
	if (!slot)
		json_absent(&writer->json, "returns");
	else if (slot->negative)
		json_integer(&writer->json, "returns", (int64_t)slot->value);
	else
		json_number(&writer->json, "returns", slot->value);
}

void map_add_bindings(struct map_writer *writer)
{
	const struct linker *linker = writer->map->linker;

	array_each(binding, &linker->bindings) {
		const struct symbol *function = binding->slot ? NULL : binding->function;

		map_begin_element(writer);
		map_name(writer, "name", linker_name(linker, binding->name));
		add_returned(writer, binding->slot);
		map_name(writer, "input", function ? function->object->name : NULL);
		map_name(writer, "symbol", function ? linker_name(linker, function->name) : NULL);
		map_name(writer, "static", binding->why_static);
		json_end(&writer->json);
	}
}
