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

// What the object's BTF says of @function, or NULL. It is not tied to symbols yet.
static const struct declaration *find_declaration(const struct symbol *function)
{
	bool is_extern = function->home == HOME_UNDEFINED;

	array_each(declaration, &function->object->declarations) {
		if ((*declaration)->kind == BTF_KIND_FUNC &&
		    (*declaration)->name == function->name &&
		    ((*declaration)->linkage == BTF_FUNC_EXTERN) == is_extern)
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

// Why @function cannot be global where a program of @section is, or calls it; NULL: it can.
static const char *reason_in(struct linker *linker, const struct section *section,
			     const struct declaration *function)
{
	const struct btf_graph *graph = linker->graph;
	const struct program_kind *kind = section_kind(section);
	const struct btf_type *prototype;
	const struct btf_param *params;

	if (!kind || !kind->context)
		return arena_format(linker->arena,
				    "a program of section '%s' may have to return what "
				    "the kernel knows of no global function",
				    section->text_name);
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

const char *static_reason(struct linker *linker, const struct symbol *program)
{
	return reason_in(linker, program->section, find_declaration(program));
}

// The same for the programs of the object that declares @caller; *@found: there are some.
static const char *reason_of_programs(struct linker *linker, const struct symbol *caller,
				      bool *found)
{
	const struct declaration *function = find_declaration(caller);
	const struct object *object = caller->object;
	const char *reason = NULL;

	for (uint32_t i = 1; i < object->section_count && !reason; i++) {
		const struct section *section = &object->sections[i];

		if (!section_has_programs(linker, section) || section->size == 0)
			continue;
		*found = true;
		reason = reason_in(linker, section, function);
	}
	return reason;
}

const char *slot_static_reason(struct linker *linker, const struct global *slot)
{
	const char *reason = NULL;
	bool found = false;

	for (const struct symbol *each = slot->mentions; each && !reason; each = each->next) {
		if (each->home == HOME_UNDEFINED)
			reason = reason_of_programs(linker, each, &found);
	}
	return found ? reason : "no file that refers to it has a program";
}
