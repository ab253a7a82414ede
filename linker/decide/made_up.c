/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A function without BTF goes out as a static 'int f()' (bare.c), although its symbol may be
 * global. That prototype must not be taken seriously, neither by this link nor by one that finds it
 * in an input. The declarations of its callers are better: the function gets the prototype of one.
 *
 * A made-up function is recognised by its form: no compiler writes a static FUNC for a global
 * symbol.
 */
#include "made_up.h"

static bool is_int(const struct btf_graph *graph, uint32_t node)
{
	const struct btf_type *type = node ? btf_graph_type(graph, node) : NULL;

	return type && btf_info_kind(type->info) == BTF_KIND_INT && type->size == sizeof(int32_t) &&
	       str_equal(btf_graph_name(graph, node), STR("int"));
}

// Whether @proto is 'int f()'.
static bool says_nothing(const struct btf_graph *graph, uint32_t proto)
{
	const struct btf_type *type = btf_graph_type(graph, proto);

	return btf_info_vlen(type->info) == 0 && is_int(graph, type->type);
}

// Whether a global symbol at the place of @function has its name. A place with two names has one
// FUNC.
static bool has_global_name(const struct declaration *function, const struct symbol *definition)
{
	const struct symbol *first = function->atom->symbol;

	return function->name == definition->name ||
	       (first && first->global && function->name == first->name);
}

struct declaration *made_up_function(const struct linker *linker, const struct global *global)
{
	const struct symbol *definition = global->definition;
	const struct atom *atom = definition ? definition->atom : NULL;
	struct declaration *function = atom ? atom->declaration : NULL;

	if (!function || function->kind != BTF_KIND_FUNC || function->linkage != BTF_FUNC_STATIC ||
	    function->offset != definition->value || !has_global_name(function, definition) ||
	    !says_nothing(linker->graph, function->node))
		return NULL;
	return function;
}

void made_up_take(struct linker *linker, struct declaration *function,
		  const struct declaration *declaration)
{
	function->node = btf_graph_name_parameters(linker->graph, declaration->node);
}
