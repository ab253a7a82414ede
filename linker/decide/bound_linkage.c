/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Of a global function the verifier knows only its prototype. It wants a number as result. It takes
 * the first argument for the context of the program only if that points to the struct that the
 * type of program has as context, or has the tag "arg:ctx". And it knows no range of the result,
 * which some types of programs need. A static function it verifies within its callers, with all
 * that it knows of their registers. So what does not fit has to be static, and the rest is global:
 * it is verified once, whoever calls it, and loaders can replace it by freplace.
 *
 * Source: btf_prepare_func_args() and btf_is_prog_ctx_type() of the kernel.
 */
#include "bound_linkage.h"

#include "program_kinds.h"

// What the object's BTF says of @program, or NULL. It is not tied to symbols yet.
static const struct declaration *find_declaration(const struct symbol *program)
{
	array_each(declaration, &program->object->declarations) {
		if ((*declaration)->kind == BTF_KIND_FUNC &&
		    (*declaration)->name == program->name &&
		    (*declaration)->linkage != BTF_FUNC_EXTERN)
			return *declaration;
	}
	return NULL;
}

static bool is_number(const struct btf_graph *graph, uint32_t node)
{
	switch (btf_graph_kind(graph, btf_graph_strip(graph, node))) {
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return true;
	}
	return false;
}

// Whether @node is a pointer to the struct @name.
static bool points_to(const struct btf_graph *graph, uint32_t node, const char *name)
{
	node = btf_graph_strip(graph, node);
	if (btf_graph_kind(graph, node) != BTF_KIND_PTR)
		return false;
	node = btf_graph_strip(graph, btf_graph_type(graph, node)->type);
	return btf_graph_kind(graph, node) == BTF_KIND_STRUCT &&
	       str_equal(btf_graph_name(graph, node), str_of(name));
}

// Whether the first argument of @function has the tag that says that it is the context.
static bool has_context_tag(const struct linker *linker, const struct declaration *function)
{
	array_each(tag, &function->object->tags) {
		if (tag->target == function->type_id && tag->component == 0 &&
		    strcmp(linker_name(linker, tag->value), "arg:ctx") == 0)
			return true;
	}
	return false;
}

const char *static_reason(struct linker *linker, const struct symbol *program)
{
	const struct btf_graph *graph = linker->graph;
	const struct program_kind *kind = section_kind(program->section);
	const struct declaration *function = find_declaration(program);
	const struct btf_type *prototype;
	const struct btf_param *params;

	if (!kind || !kind->context)
		return arena_format(linker->arena,
				    "a program of section '%s' may have to return what "
				    "the kernel knows of no global function",
				    program->section->text_name);
	if (!function || function->linkage == BTF_FUNC_STATIC)
		return "it has no BTF";
	prototype = btf_graph_type(graph, function->node);
	params = btf_record_tail(prototype);
	if (!is_number(graph, prototype->type))
		return "it does not return a number";
	if (btf_info_vlen(prototype->info) == 0)
		return NULL;
	if (points_to(graph, params[0].type, kind->context) || has_context_tag(linker, function))
		return NULL;
	return arena_format(linker->arena, "its argument is no 'struct %s *'", kind->context);
}
