/* SPDX-License-Identifier: BSD-2-Clause */
#include "metadata.h"

#include "base/integers.h"
#include "base/metadata_text.h"

bool name_is_metadata(const struct linker *linker, uint32_t name)
{
	return str_starts_with(strings_get(&linker->strings, name), STR(METADATA_PREFIX));
}

bool section_is_constant(const struct linker *linker, const struct section *section)
{
	struct str name = strings_get(&linker->strings, section->output_name);

	return section->role == ROLE_DATA && section->data &&
	       (str_equal(name, STR(".rodata")) || str_starts_with(name, STR(".rodata.")));
}

void for_each_constant(struct linker *linker, take_constant *take, void *context)
{
	array_each(object, &linker->objects) {
		array_each(datasec, &(*object)->datasecs) {
			struct str name = strings_get(&linker->strings, datasec->name);

			if (!str_starts_with(name, STR(".rodata")))
				continue;
			for (uint32_t i = 0; i < datasec->count; i++)
				take(linker, datasec->entries[i].declaration, context);
		}
	}
}

bool declaration_is_metadata(const struct linker *linker, const struct declaration *declaration)
{
	return declaration->kind == BTF_KIND_VAR && declaration->atom &&
	       name_is_metadata(linker, declaration->name) &&
	       section_is_constant(linker, declaration->atom->section);
}

const char *metadata_key(const struct linker *linker, uint32_t name)
{
	return linker_name(linker, name) + strlen(METADATA_PREFIX);
}

static bool is_text(const struct linker *linker, uint32_t node)
{
	const struct btf_graph *graph = linker->graph;
	const struct btf_array *array;
	uint32_t element;

	node = btf_graph_strip(graph, node);
	if (btf_graph_kind(graph, node) != BTF_KIND_ARRAY)
		return false;
	array = btf_record_tail(btf_graph_type(graph, node));
	element = btf_graph_strip(graph, array->type);
	return btf_graph_kind(graph, element) == BTF_KIND_INT &&
	       btf_graph_type(graph, element)->size == sizeof(char) &&
	       str_equal(btf_graph_name(graph, element), STR("char"));
}

const char *metadata_text(const struct linker *linker, const struct declaration *declaration)
{
	const struct section *section = declaration->atom->section;
	const char *text = (const char *)section->data + declaration->offset;
	uint64_t size = declaration->size;

	if (size == 0 || !range_fits(declaration->offset, size, section->size) || text[size - 1] ||
	    !is_text(linker, declaration->node))
		return NULL;
	return text;
}
