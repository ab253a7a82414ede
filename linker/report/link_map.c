/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Collects the map of a link: each atom of each input with its place, or the reason why it has
 * none.
 *
 * link_map_text.c and link_map_json.c only write the data. Records of .BTF.ext are counted where
 * record_destination() says that they went.
 */
#include "link_map.h"

#include "atoms.h"
#include "base/bisect.h"
#include "destination.h"
#include "metadata.h"
#include "reports.h"

const char *map_symbol(const struct link_map *map, const struct atom *atom)
{
	return atom->symbol ? linker_name(map->linker, atom->symbol->name) : "";
}

static void gather_section(struct linker *linker, struct map_section *section,
			   const struct output_section *output)
{
	section->output = output;
	section->atoms = arena_new_array(linker->arena, struct map_atom, output->atoms.count);
	for (size_t i = 0; i < output->atoms.count; i++) {
		struct map_atom *entry = &section->atoms[i];

		entry->atom = output->atoms.items[i];
		if (output->role == ROLE_CODE)
			entry->counts.instructions = entry->atom->size / 8;
		section->counts.instructions += entry->counts.instructions;
	}
}

// The last atom that starts at or before @offset. There is one wherever a record went.
static struct map_atom *atom_at(const struct map_section *section, uint64_t offset)
{
	size_t after =
		bisect(section->output->atoms.count, i, section->atoms[i].atom->place <= offset);

	return &section->atoms[after - 1];
}

// Where a record about byte @offset of @section went, which @atom holds.
struct counted {
	struct map_section *section; // NULL: nowhere
	struct map_atom *atom;
};

static struct counted find_counted(struct link_map *map, const struct section *section,
				   const struct atom *atom, uint32_t offset)
{
	struct destination to = record_destination(section, atom, offset);
	struct map_section *output;

	if (!to.section || !to.section->atoms.count)
		return (struct counted){ NULL, NULL };
	output = &map->sections[to.section->shndx - 1];
	return (struct counted){ output, atom_at(output, (uint64_t)to.offset) };
}

static void count_block(struct link_map *map, const struct btf_ext_block *block,
			const struct section *section)
{
	const struct atom *atom = NULL;
	struct counted counted = { 0 };

	for (uint32_t i = 0; i < block->count; i++) {
		uint32_t offset = btf_ext_record(block, i).insn_off;

		// Most records are of the atom of the one before, and went where that did.
		if (!atom || offset < atom->offset || offset - atom->offset >= atom->size) {
			atom = section_atom(section, offset);
			counted = find_counted(map, section, atom, offset);
		}
		if (!counted.section)
			continue;
		counted.section->counts.records[block->kind]++;
		counted.atom->counts.records[block->kind]++;
	}
}

static void count_records(struct link_map *map, const struct object *object)
{
	for (size_t i = 0; object->ext && i < object->ext->blocks.count; i++) {
		if (object->ext_sections[i])
			count_block(map, &object->ext->blocks.items[i], object->ext_sections[i]);
	}
}

static void gather_rest(struct link_map *map, const struct section *section)
{
	struct arena *arena = map->linker->arena;

	if (section->role == ROLE_DISCARDED) {
		*array_add(arena, &map->dropped) = (struct map_rest){
			.section = section,
			.reason = "another object has its section group",
		};
		return;
	}
	array_each(atom, &section->atoms) {
		struct map_rest rest = { .section = section, .atom = atom };

		if (atom->folded && atom_survivor(atom)->live) {
			rest.folded = atom_survivor(atom);
			*array_add(arena, &map->folded) = rest;
		} else if (!atom->live) {
			rest.reason = dropped_reason(map->linker, atom);
			*array_add(arena, &map->dropped) = rest;
		}
	}
}

static void gather_metadata(struct linker *linker, const struct declaration *declaration,
			    void *context)
{
	struct link_map *map = context;

	if (!declaration_is_metadata(linker, declaration) || !declaration->atom->live ||
	    declaration->atom->folded)
		return;
	*array_add(linker->arena, &map->metadata) = (struct map_metadata){
		.key = metadata_key(linker, declaration->name),
		.text = metadata_text(linker, declaration),
		.declaration = declaration,
	};
}

// What @symbol is called in the output. The name that --bind gives is told elsewhere.
static uint32_t final_name(const struct symbol *symbol)
{
	const struct global *global = symbol->global;

	if (global->bound || global->definition != symbol)
		return symbol->name;
	return global->local ? symbol->output_name : global->output_name;
}

static int compare_renamings(const void *left, const void *right)
{
	const struct map_renaming *a = left, *b = right;

	if (a->symbol->object != b->symbol->object)
		return a->symbol->object->index < b->symbol->object->index ? -1 : 1;
	if (a->symbol != b->symbol)
		return a->symbol < b->symbol ? -1 : 1;
	// First what options say of it.
	return (a->rival != NULL) - (b->rival != NULL);
}

static void gather_renamings(struct link_map *map)
{
	const struct linker *linker = map->linker;

	array_each(each, &linker->new_names.done) {
		const struct symbol *symbol = each->symbol;

		if (symbol->atom && !symbol->atom->live)
			continue;
		*array_add(linker->arena, &map->renamed) = (struct map_renaming){
			.symbol = symbol,
			.name = linker_name(linker, final_name(symbol)),
			.old = each->old,
			.rival = each->rival,
		};
	}
	array_sort(&map->renamed, compare_renamings);
}

void link_map_init(struct link_map *map, struct linker *linker, struct call_trees *calls)
{
	*map = (struct link_map){
		.linker = linker,
		.sections =
			arena_new_array(linker->arena, struct map_section, linker->sections.count),
		.calls = calls,
		.types_after = linker->encoder ? btf_encoder_type_count(linker->encoder) : 0,
	};
	for (size_t i = 0; i < linker->sections.count; i++)
		gather_section(linker, &map->sections[i], linker->sections.items[i]);
	array_each(each, &linker->objects) {
		const struct object *object = *each;

		count_records(map, object);
		map->types_before += object->btf ? object->btf->type_count : 0;
		for (uint32_t i = 1; i < object->section_count; i++)
			gather_rest(map, &object->sections[i]);
	}
	call_trees_init(calls, linker, linker->arena);
	map->duplicates = find_duplicates(linker);
	for_each_constant(linker, gather_metadata, map);
	gather_renamings(map);
}

void link_map_detail(struct link_map *map, struct linker *linker)
{
	map_uses_init(&map->uses, linker, map->calls);
	map->inputs = link_map_inputs(map);
}

void report_map(struct linker *linker, struct text *text)
{
	struct call_trees calls;
	struct link_map map;

	link_map_init(&map, linker, &calls);
	if (linker->options->map_format == BPFLD_MAP_JSON) {
		link_map_detail(&map, linker);
		write_map_json(&map, text);
	} else {
		write_map_text(&map, text);
	}
}
