/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types that CO-RE relocations refer to are the kernel's, and described in part on purpose. Most
 * links never need to know which types these are, so they are collected when two types differ for
 * the first time.
 */
#include "compare_types.h"

static void mark_records(const struct linker *linker, const struct object *object,
			 const struct btf_ext_block *block, uint8_t *relocated)
{
	for (uint32_t i = 0; i < block->count; i++) {
		uint32_t node = btf_unit_node(object->btf, btf_ext_record(block, i).field[0]);

		relocated[btf_graph_strip(linker->graph, node)] = 1;
	}
}

static uint8_t *find_relocated(const struct linker *linker)
{
	uint8_t *relocated =
		arena_new_array(linker->arena, uint8_t, btf_graph_node_count(linker->graph));

	array_each(each, &linker->objects) {
		const struct object *object = *each;

		for (size_t i = 0; object->ext && i < object->ext->blocks.count; i++) {
			if (object->ext->blocks.items[i].kind == BTF_EXT_CORE)
				mark_records(linker, object, &object->ext->blocks.items[i],
					     relocated);
		}
	}
	return relocated;
}

enum btf_verdict compare_nodes(struct linker *linker, uint32_t a, uint32_t b, bool by_address,
			       struct btf_difference *difference)
{
	enum btf_verdict verdict;

	linker->usage.by_address = by_address;
	verdict = btf_compatible(linker->graph, a, b, &linker->usage, linker->arena, difference);
	if (verdict != BTF_SUSPICIOUS || linker->usage.relocated)
		return verdict;
	linker->usage.relocated = find_relocated(linker);
	return btf_compatible(linker->graph, a, b, &linker->usage, linker->arena, difference);
}
