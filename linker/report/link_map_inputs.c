/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each input gives to the output: bytes of code and data, and types of BTF. A type that
 * several inputs have is of the first one; this goes by the list that settling makes
 * (btf_unit->first).
 */
#include "link_map.h"

#include "base/integers.h"

static uint64_t record_size(uint32_t info)
{
	return btf_record_words(info) * sizeof(uint32_t);
}

static void count_sections(struct map_input *input)
{
	const struct object *object = input->object;

	for (uint32_t i = 1; i < object->section_count; i++) {
		const struct section *section = &object->sections[i];

		if (section->role == ROLE_BTF)
			input->btf += section->size;
		else if (role_is_content(section->role))
			input->content += section->size;
	}
}

static void count_types(const struct linker *linker, struct map_input *input)
{
	const struct btf_unit *unit = input->object->btf;

	if (!unit)
		return;
	input->types = unit->type_count;
	for (uint32_t i = 0; linker->encoder && i < unit->first_count; i++) {
		uint32_t node = btf_unit_node(unit, unit->first[i]);

		if (!node || !btf_encoder_id(linker->encoder, node))
			continue;
		input->types_out++;
		input->btf_out += record_size(btf_graph_type(linker->graph, node)->info);
	}
}

// Count each FUNC and VAR of the output for the first input that has it. @seen is by id.
static void count_declarations(struct map_input *input, uint8_t *seen)
{
	array_each(first, &input->object->declarations) {
		for (const struct declaration *each = *first; each; each = each->next) {
			if (!each->output || seen[each->output])
				continue;
			seen[each->output] = true;
			input->types_out++;
			input->btf_out += record_size(btf_make_info(each->kind, 0, false));
		}
	}
}

struct map_input *link_map_inputs(const struct link_map *map)
{
	const struct linker *linker = map->linker;
	size_t count = linker->objects.count;
	struct map_input *inputs = arena_new_array(linker->arena, struct map_input, count);
	uint8_t *seen = arena_new_array(linker->arena, uint8_t, map->types_after + 1);

	for (size_t i = 0; i < count; i++) {
		inputs[i].object = linker->objects.items[i];
		count_sections(&inputs[i]);
		count_types(linker, &inputs[i]);
		count_declarations(&inputs[i], seen);
	}
	for (size_t i = 0; i < linker->sections.count; i++) {
		array_each(atom, &linker->sections.items[i]->atoms)
			inputs[(*atom)->section->object->index].content_out += (*atom)->size;
	}
	return inputs;
}
