/* SPDX-License-Identifier: BSD-2-Clause */
/* The map for programs: the same as the text, one object of JSON. */
#include <inttypes.h>

#include "link_map.h"

static void add_string(struct text *text, const char *key, const char *value)
{
	text_format(text, "\"%s\":", key);
	text_json(text, value);
}

static void add_number(struct text *text, const char *key, uint64_t value)
{
	text_format(text, ",\"%s\":%" PRIu64, key, value);
}

// Commas stand between elements.
static void begin_element(struct text *text, bool first)
{
	text_string(text, first ? "\n" : ",\n");
}

static void add_counts(struct text *text, const struct map_counts *counts)
{
	add_number(text, "instructions", counts->instructions);
	add_number(text, "func_info", counts->records[BTF_EXT_FUNC]);
	add_number(text, "line_info", counts->records[BTF_EXT_LINE]);
	add_number(text, "core_relo", counts->records[BTF_EXT_CORE]);
}

// Where it is in its input, and its name when it has one.
static void add_atom(const struct link_map *map, struct text *text, const struct section *section,
		     const struct atom *atom)
{
	const char *symbol = atom ? map_symbol(map, atom) : "";

	add_string(text, "input", section->object->name);
	text_string(text, ",");
	add_string(text, "section", section->text_name);
	add_number(text, "offset", atom ? atom->offset : 0);
	add_number(text, "size", atom ? atom->size : section->size);
	if (!*symbol)
		return;
	text_string(text, ",");
	add_string(text, "symbol", symbol);
}

static void add_section(const struct link_map *map, struct text *text,
			const struct map_section *section)
{
	const struct output_section *output = section->output;

	text_string(text, "{");
	add_string(text, "name", linker_name(map->linker, output->name));
	add_number(text, "size", output->size);
	add_number(text, "align", output->align);
	add_counts(text, &section->counts);
	text_string(text, ",\"atoms\":[");
	for (size_t i = 0; i < output->atoms.count; i++) {
		const struct map_atom *entry = &section->atoms[i];

		begin_element(text, i == 0);
		text_string(text, "{");
		add_atom(map, text, entry->atom->section, entry->atom);
		add_number(text, "place", entry->atom->place);
		add_counts(text, &entry->counts);
		text_string(text, "}");
	}
	text_string(text, "]}");
}

static void add_folded(const struct link_map *map, struct text *text)
{
	text_string(text, "],\n\"folded\":[");
	array_each(rest, &map->folded) {
		begin_element(text, rest == map->folded.items);
		text_string(text, "{");
		add_atom(map, text, rest->section, rest->atom);
		text_string(text, ",\"into\":{");
		add_atom(map, text, rest->folded->section, rest->folded);
		text_string(text, "}}");
	}
}

static void add_dropped(const struct link_map *map, struct text *text)
{
	text_string(text, "],\n\"dropped\":[");
	array_each(rest, &map->dropped) {
		begin_element(text, rest == map->dropped.items);
		text_string(text, "{");
		add_atom(map, text, rest->section, rest->atom);
		text_string(text, ",");
		add_string(text, "reason", rest->reason);
		text_string(text, "}");
	}
}

static void add_duplicates(const struct link_map *map, struct text *text)
{
	text_string(text, "],\n\"duplicates\":[");
	array_each(duplicate, &map->duplicates) {
		const struct symbol *first = duplicate->copies[0];

		begin_element(text, duplicate == map->duplicates.items);
		text_string(text, "{");
		add_string(text, "symbol", linker_name(map->linker, first->name));
		text_string(text, ",");
		add_string(text, "section", linker_name(map->linker, first->section->output_name));
		add_number(text, "size", first->size);
		add_number(text, "together", duplicate_size(duplicate));
		text_string(text, ",\"inputs\":[");
		for (size_t i = 0; i < duplicate->count; i++) {
			text_string(text, i ? "," : "");
			text_json(text, duplicate->copies[i]->object->name);
		}
		text_string(text, "]}");
	}
}

void write_map_json(const struct link_map *map, struct text *text)
{
	text_string(text, "{\"sections\":[");
	for (size_t i = 0; i < map->linker->sections.count; i++) {
		begin_element(text, i == 0);
		add_section(map, text, &map->sections[i]);
	}
	add_folded(map, text);
	add_dropped(map, text);
	add_duplicates(map, text);
	text_format(text, "],\n\"types\":{\"inputs\":%" PRIu64 ",\"output\":%" PRIu64 "}}\n",
		    map->types_before, map->types_after);
}
