/* SPDX-License-Identifier: BSD-2-Clause */
#include "bare.h"
#include "passes.h"

// Order the units as the objects; members of archives were read in another order.
static void order_units(const struct linker *linker)
{
	uint32_t index = 0;

	array_each(object, &linker->objects) {
		if ((*object)->btf)
			(*object)->btf->index = index++;
	}
}

/*
 * Needs: object->btf, ext and declarations; all symbols and groups. Gives: a settled graph,
 * declaration->node.
 */
void settle_types(struct linker *linker)
{
	order_units(linker);
	describe_bare_objects(linker);
	btf_graph_settle(linker->graph);
	array_each(object, &linker->objects) {
		array_each(declaration, &(*object)->declarations)
			(*declaration)->node = btf_unit_node((*object)->btf, (*declaration)->type);
	}
}
