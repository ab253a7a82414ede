/* SPDX-License-Identifier: BSD-2-Clause */
#include "note_declaration.h"

// The most references to look at for the places of all messages of a link.
#define WORK_MAX ((size_t)1 << 24)

const char *declaration_attribute(struct linker *linker, const struct declaration *declaration)
{
	if (declaration->kind != BTF_KIND_VAR || !declaration->datasec ||
	    declaration_is_definition(declaration))
		return "";
	if (declaration_is_in(linker, declaration, ".ksyms"))
		return " __ksym";
	if (declaration_is_in(linker, declaration, ".kconfig"))
		return " __kconfig";
	return arena_format(linker->arena, " SEC(\"%s\")",
			    printable(linker_name(linker, declaration->datasec), linker->arena));
}

// ---------------------------------------------------------------------------------------------
// Places

// Not asked for errors that are not shown any more.
static bool has_line(const struct linker *linker, const struct place *where)
{
	struct diag *diag = linker->diag;
	bool shown = !diag->full && (!diag->error_limit || diag->error_count < diag->error_limit);
	struct position position;

	return shown && diag_locate(diag, *where, &position);
}

// The symbol of the object that @declaration is about; NULL when there is none.
static const struct symbol *declared_symbol(const struct declaration *declaration)
{
	const struct symbol *each = declaration->global ? declaration->global->mentions : NULL;

	while (each && each->object != declaration->object)
		each = each->next;
	return each;
}

// The first instruction that names @symbol; false when there is none, or no time for it.
static bool find_use(struct linker *linker, const struct symbol *symbol, struct place *ret)
{
	const struct object *object = symbol->object;

	for (uint32_t i = 1; i < object->section_count; i++) {
		const struct section *section = &object->sections[i];

		if (section->role != ROLE_CODE)
			continue;
		array_each(reference, &section->references) {
			if (linker->use_work++ >= WORK_MAX)
				return false;
			if (reference_symbol(reference) != symbol)
				continue;
			*ret = place_at(section_place(section), reference->offset);
			return true;
		}
	}
	return false;
}

struct place place_to_change(struct linker *linker, const struct declaration *declaration)
{
	struct place where = declaration_place(linker, declaration), use;
	const struct symbol *symbol = declared_symbol(declaration);

	if (declaration->atom || !symbol || has_line(linker, &where) ||
	    !find_use(linker, symbol, &use) || !has_line(linker, &use)) {
		where.noted = true;
		return where;
	}
	use.symbol = where.symbol;
	return use;
}

// ---------------------------------------------------------------------------------------------
// Notes

static void note(struct linker *linker, const struct declaration *declaration, struct place where,
		 const struct quote *quote)
{
	diag_note_quote(linker->diag, where,
			declaration_is_definition(declaration) ? "defined here as"
							       : "declared here as",
			quote);
}

// Let @where, the place of a declaration, be that of a member which differs.
static void narrow(const struct linker *linker, const struct btf_difference *difference, bool there,
		   struct place *where)
{
	const struct btf_element *element = there ? &difference->b_element : &difference->a_element;
	uint32_t body = there ? difference->b_body : difference->a_body;
	uint32_t node = there ? difference->b : difference->a;

	if (difference->aspect == BTF_ASPECT_NONE || !body ||
	    (difference->aspect == BTF_ASPECT_SIZE && body == node))
		return;
	if (!element->present || !element->node || !element->name ||
	    btf_graph_kind(linker->graph, body) == BTF_KIND_TYPEDEF ||
	    btf_graph_name(linker->graph, body).size == 0)
		return;
	where->type = btf_graph_name(linker->graph, body).data;
	where->member = linker_name(linker, element->name);
}

void note_types(struct linker *linker, const struct declaration *declaration,
		const struct btf_difference *difference, bool there)
{
	struct place where = declaration_place(linker, declaration);
	struct quote quote = quote_begin(linker->arena);

	if (linker->diag->silent)
		return;
	btf_difference_quote(linker->graph, difference, there, declaration->node,
			     strings_get(&linker->strings, declaration->name), &quote);
	quote_add(&quote, declaration_attribute(linker, declaration));
	narrow(linker, difference, there, &where);
	note(linker, declaration, where, &quote);
}

// The first attribute of a map that differs, if it has that; else NULL.
static const char *differing_attribute(const struct linker *linker,
				       const struct declaration *declaration,
				       const struct map_difference *difference)
{
	uint32_t node = btf_graph_strip(linker->graph, declaration->node);
	const struct btf_member *members;
	const struct btf_type *type;

	if (btf_graph_kind(linker->graph, node) != BTF_KIND_STRUCT)
		return NULL;
	type = btf_graph_type(linker->graph, node);
	members = btf_record_tail(type);
	for (uint32_t i = 0; i < btf_info_vlen(type->info); i++) {
		struct str name = strings_get(&linker->strings, members[i].name_off);
		size_t index = map_attribute(name);

		if (index < MAP_ATTRIBUTES && difference->differs[index])
			return name.data;
	}
	return NULL;
}

void note_map(struct linker *linker, const struct declaration *declaration,
	      const struct map_difference *difference, bool there)
{
	struct place where = declaration_place(linker, declaration);
	struct quote quote = quote_begin(linker->arena);

	if (linker->diag->silent)
		return;
	map_quote(linker, declaration, difference, there, &quote);
	where.member = differing_attribute(linker, declaration, difference);
	narrow(linker, &difference->types, there, &where);
	note(linker, declaration, where, &quote);
}

void note_declaration(struct linker *linker, const struct declaration *declaration)
{
	if (declaration->kind == BTF_KIND_VAR && declaration_is_in(linker, declaration, ".maps"))
		note_map(linker, declaration, &(struct map_difference){ 0 }, false);
	else
		note_types(linker, declaration, &(struct btf_difference){ 0 }, false);
}

void note_attribute(struct linker *linker, const struct declaration *declaration)
{
	struct quote quote = quote_begin(linker->arena);
	const char *attribute = declaration_attribute(linker, declaration);

	if (linker->diag->silent)
		return;
	btf_difference_quote(linker->graph, &(struct btf_difference){ 0 }, false, declaration->node,
			     strings_get(&linker->strings, declaration->name), &quote);
	quote_add_marked(&quote, attribute, *attribute != '\0', strlen(attribute));
	note(linker, declaration, declaration_place(linker, declaration), &quote);
}

void note_type(struct linker *linker, const struct declaration *declaration)
{
	struct btf_mark mark = { .part = BTF_PART_TYPE };
	struct quote quote = quote_begin(linker->arena);
	const char *text;

	if (linker->diag->silent)
		return;
	text = btf_declaration_marked(linker->graph, declaration->node,
				      strings_get(&linker->strings, declaration->name), &mark,
				      linker->arena);
	quote_add_marked(&quote, text, mark.start, mark.end);
	note(linker, declaration, declaration_place(linker, declaration), &quote);
}
