/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The map for programs: the data of the text and more, as one JSON object. This file has its frame,
 * and what became of atoms. link_map_code.c has what functions call and use, link_map_names.c what
 * inputs give and what names mean.
 */
#include "atoms.h"
#include "map_writer.h"
#include "metadata.h"

void map_name(struct map_writer *writer, const char *key, const char *value)
{
	if (!value)
		json_absent(&writer->json, key);
	else if (writer->names)
		json_number(&writer->json, key, strings_intern(writer->names, str_of(value)));
	else
		json_string(&writer->json, key, value);
}

void map_symbol_names(struct map_writer *writer, const struct atom *atom)
{
	const struct linker *linker = writer->map->linker;
	const struct symbol *symbol = atom->symbol;
	uint32_t name = 0;

	map_name(writer, "symbol", map_symbol(writer->map, atom));
	if (symbol)
		name = symbol_is_global(symbol) ? symbol->global->output_name : symbol->output_name;
	map_name(writer, "name", symbol && name != symbol->name ? linker_name(linker, name) : NULL);
}

void map_begin_list(struct map_writer *writer, const char *key)
{
	json_line(&writer->json);
	json_begin_list(&writer->json, key);
}

void map_begin_element(struct map_writer *writer)
{
	json_line(&writer->json);
	json_begin_object(&writer->json, NULL);
}

static void add_counts(struct json *json, const struct map_counts *counts)
{
	json_number(json, "instructions", counts->instructions);
	json_number(json, "func_info", counts->records[BTF_EXT_FUNC]);
	json_number(json, "line_info", counts->records[BTF_EXT_LINE]);
	json_number(json, "core_relo", counts->records[BTF_EXT_CORE]);
}

// Add the place of an atom in its input, and its name if it has one.
static void add_atom(struct map_writer *writer, const struct section *section,
		     const struct atom *atom)
{
	const char *symbol = atom ? map_symbol(writer->map, atom) : "";

	map_name(writer, "input", section->object->name);
	map_name(writer, "section", section->text_name);
	json_number(&writer->json, "offset", atom ? atom->offset : 0);
	json_number(&writer->json, "size", atom ? atom->size : section->size);
	map_name(writer, "symbol", *symbol ? symbol : NULL);
}

static void add_counted(struct map_counts *sum, const struct map_counts *more)
{
	sum->instructions += more->instructions;
	for (unsigned kind = 0; kind < BTF_EXT_KINDS; kind++)
		sum->records[kind] += more->records[kind];
}

// A row for @count small atoms together.
static void add_small_atoms(struct map_writer *writer, const struct map_atom *entries, size_t count)
{
	const struct atom *first = entries[0].atom;
	struct json *json = &writer->json;
	struct map_counts sum = { 0 };
	uint64_t size = 0;

	for (size_t i = 0; i < count; i++) {
		size += entries[i].atom->size;
		add_counted(&sum, &entries[i].counts);
	}
	map_begin_element(writer);
	map_name(writer, "input", first->section->object->name);
	map_name(writer, "section", first->section->text_name);
	json_number(json, "offset", first->offset);
	json_number(json, "size", size);
	json_absent(json, "symbol");
	json_number(json, "place", first->place);
	add_counts(json, &sum);
	json_number(json, "together", count);
	json_end(json);
}

static void add_placed_atom(struct map_writer *writer, const struct map_atom *entry)
{
	map_begin_element(writer);
	add_atom(writer, entry->atom->section, entry->atom);
	json_number(&writer->json, "place", entry->atom->place);
	add_counts(&writer->json, &entry->counts);
	json_absent(&writer->json, "together");
	json_end(&writer->json);
}

// Add atoms that are too small for rows of their own.
static void add_run(struct map_writer *writer, const struct map_atom *entries, size_t count)
{
	if (count > 1)
		add_small_atoms(writer, entries, count);
	else if (count)
		add_placed_atom(writer, entries);
}

// Which elements of a list are rows: those that are larger than `least`, and some of that size.
struct choice {
	uint32_t least;
	size_t ties; // how many of that size, the first ones
};

static bool choose(struct choice *choice, uint32_t size)
{
	if (size != choice->least || !choice->ties)
		return size > choice->least;
	choice->ties--;
	return true;
}

static void add_atoms(struct map_writer *writer, const struct map_section *section,
		      struct choice *choice)
{
	const struct map_atom *entries = section->atoms;
	size_t run = 0;

	for (size_t i = 0; i < section->output->atoms.count; i++) {
		bool chosen = choose(choice, entries[i].atom->size);

		if (chosen || (run && entries[i - 1].atom->section != entries[i].atom->section)) {
			add_run(writer, &entries[i - run], run);
			run = 0;
		}
		if (chosen)
			add_placed_atom(writer, &entries[i]);
		else
			run++;
	}
	add_run(writer, &entries[section->output->atoms.count - run], run);
}

static void add_section(struct map_writer *writer, const struct map_section *section,
			struct choice *choice)
{
	const struct output_section *output = section->output;
	struct json *json = &writer->json;

	map_begin_element(writer);
	map_name(writer, "name", linker_name(writer->map->linker, output->name));
	json_number(json, "size", output->size);
	json_number(json, "align", output->align);
	add_counts(json, &section->counts);
	json_begin_list(json, "atoms");
	add_atoms(writer, section, choice);
	json_end(json);
	json_end(json);
}

static int compare_sizes(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x < y) - (x > y);
}

struct sizes {
	ARRAY_FIELDS(uint32_t);
};

// Choose among elements of these sizes: all, unless there are too many for rows.
static struct choice make_choice(const struct map_writer *writer, struct sizes *sizes)
{
	struct choice choice = { 0, SIZE_MAX };

	if (!writer->names || sizes->count <= writer->rows_max)
		return choice;
	sort_items(sizes->items, sizes->count, sizeof(*sizes->items), compare_sizes);
	choice.least = sizes->items[writer->rows_max - 1];
	choice.ties = 0;
	while (choice.ties < writer->rows_max &&
	       sizes->items[writer->rows_max - 1 - choice.ties] == choice.least)
		choice.ties++;
	return choice;
}

static void add_sections(struct map_writer *writer)
{
	const struct linker *linker = writer->map->linker;
	struct sizes sizes = { 0 };
	struct choice choice;

	for (size_t i = 0; writer->names && i < linker->sections.count; i++) {
		array_each(atom, &linker->sections.items[i]->atoms)
			*array_add(linker->arena, &sizes) = (*atom)->size;
	}
	choice = make_choice(writer, &sizes);
	for (size_t i = 0; i < linker->sections.count; i++)
		add_section(writer, &writer->map->sections[i], &choice);
}

static uint32_t rest_size(const struct map_rest *rest)
{
	return rest->atom ? rest->atom->size : (uint32_t)rest->section->size;
}

static struct choice choose_rests(const struct map_writer *writer, const struct map_rest *rests,
				  size_t count)
{
	struct sizes sizes = { 0 };

	for (size_t i = 0; writer->names && i < count; i++)
		*array_add(writer->map->linker->arena, &sizes) = rest_size(&rests[i]);
	return make_choice(writer, &sizes);
}

static const char *fold_kind(const struct linker *linker, const struct map_rest *rest)
{
	const struct atom *atom = rest->atom;

	if (rest->section->role == ROLE_LICENSE)
		return "license";
	if (rest->section->role == ROLE_VERSION)
		return "version";
	if (atom->constant)
		return "constant";
	if (atom->candidate)
		return "function";
	if (atom->declaration && declaration_is_metadata(linker, atom->declaration))
		return "metadata";
	return "definition";
}

static void add_folded(struct map_writer *writer)
{
	const struct link_map *map = writer->map;
	struct choice choice = choose_rests(writer, map->folded.items, map->folded.count);

	array_each(rest, &map->folded) {
		if (!choose(&choice, rest_size(rest)))
			continue;
		map_begin_element(writer);
		add_atom(writer, rest->section, rest->atom);
		map_name(writer, "kind", fold_kind(map->linker, rest));
		json_begin_object(&writer->json, "into");
		add_atom(writer, rest->folded->section, rest->folded);
		json_end(&writer->json);
		json_end(&writer->json);
	}
}

static const char *drop_kind(const struct map_rest *rest)
{
	if (!rest->atom)
		return "group";
	if (rest->atom->in_doubt)
		return "lost";
	return rest->atom->overridden ? "overridden" : "unneeded";
}

static void add_dropped(struct map_writer *writer)
{
	const struct link_map *map = writer->map;
	struct choice choice = choose_rests(writer, map->dropped.items, map->dropped.count);

	array_each(rest, &map->dropped) {
		if (!choose(&choice, rest_size(rest)))
			continue;
		map_begin_element(writer);
		add_atom(writer, rest->section, rest->atom);
		map_name(writer, "kind", drop_kind(rest));
		map_name(writer, "reason", rest->reason);
		json_end(&writer->json);
	}
}

static void add_duplicates(struct map_writer *writer)
{
	const struct linker *linker = writer->map->linker;
	struct json *json = &writer->json;

	array_each(duplicate, &writer->map->duplicates) {
		const struct symbol *first = duplicate->copies[0];

		map_begin_element(writer);
		map_name(writer, "symbol", linker_name(linker, first->name));
		map_name(writer, "section", linker_name(linker, first->section->output_name));
		json_number(json, "size", first->size);
		json_number(json, "together", duplicate_size(duplicate));
		json_begin_list(json, "inputs");
		for (size_t i = 0; i < duplicate->count; i++)
			map_name(writer, NULL, duplicate->copies[i]->object->name);
		json_end(json);
		json_end(json);
	}
}

static void add_metadata(struct map_writer *writer)
{
	struct json *json = &writer->json;

	array_each(each, &writer->map->metadata) {
		const struct declaration *declaration = each->declaration;

		map_begin_element(writer);
		map_name(writer, "key", each->key);
		map_name(writer, "value", each->text);
		map_name(writer, "input", declaration->atom->section->object->name);
		map_name(writer, "section", declaration->atom->section->text_name);
		json_number(json, "offset", declaration->offset);
		json_number(json, "size", declaration->size);
		json_end(json);
	}
}

static void add_types(struct map_writer *writer)
{
	const struct link_map *map = writer->map;
	struct json *json = &writer->json;

	json_line(json);
	json_begin_object(json, "types");
	json_number(json, "inputs", map->types_before);
	json_number(json, "output", map->types_after);
	json_end(json);
}

static void add_output(struct map_writer *writer)
{
	const struct linker *linker = writer->map->linker;
	const char *path = linker->options->output.path;
	struct json *json = &writer->json;

	json_line(json);
	json_begin_object(json, "output");
	map_name(writer, "name", path ? path : "");
	json_number(json, "size", linker->image_size);
	json_number(json, "btf", linker->btf.size);
	json_number(json, "btf_ext", linker->btf_ext.size);
	json_end(json);
}

static void write_map(struct map_writer *writer)
{
	static const struct {
		const char *key;
		void (*add)(struct map_writer *writer);
	} lists[] = {
		{ "programs", map_add_programs }, { "folded", add_folded },
		{ "dropped", add_dropped },       { "duplicates", add_duplicates },
		{ "metadata", add_metadata },     { "bound", map_add_bindings },
		{ "renamed", map_add_renamed },   { "functions", map_add_functions },
		{ "maps", map_add_maps },         { "inputs", map_add_inputs },
		{ "externs", map_add_externs },
	};
	struct json *json = &writer->json;

	json_begin_object(json, NULL);
	json_begin_list(json, "sections");
	add_sections(writer);
	json_end(json);
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		map_begin_list(writer, lists[i].key);
		lists[i].add(writer);
		json_end(json);
	}
	add_output(writer);
	add_types(writer);
}

void write_map_json(struct link_map *map, struct text *text)
{
	struct map_writer writer = { .map = map, .json.text = text };

	write_map(&writer);
	json_end(&writer.json);
	text_string(text, "\n");
}

// How many elements lists have, those as well that are no rows.
static void add_totals(struct map_writer *writer)
{
	const struct link_map *map = writer->map;
	struct json *json = &writer->json;
	uint64_t atoms = 0;

	for (size_t i = 0; i < map->linker->sections.count; i++)
		atoms += map->linker->sections.items[i]->atoms.count;
	json_line(json);
	json_begin_object(json, "totals");
	json_number(json, "atoms", atoms);
	json_number(json, "folded", map->folded.count);
	json_number(json, "dropped", map->dropped.count);
	json_end(json);
}

void write_map_rows(struct link_map *map, size_t rows_max, struct text *text)
{
	struct strings names;
	struct map_writer writer = { .map = map, .names = &names, .rows_max = rows_max };
	struct json *json = &writer.json;

	*json = (struct json){ .text = text, .rows = &writer.rows, .in_html = true };
	strings_init(&names, map->linker->arena);
	write_map(&writer);
	add_totals(&writer);
	map_begin_list(&writer, "names");
	array_each(name, &names.strings)
		json_string(json, NULL, name->data);
	json_end(json);
	json_end(json);
}
