/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints types as C.
 *
 * BTF describes a type from the name outwards (a pointer to an array of int); C writes it around
 * the name: int (*x)[3]. So a type is first unfolded into its chain of pointers, arrays and
 * functions down to the base type. Then the parts are printed: the base, the pointers from the base
 * towards the name, the name, and the arrays and parameter lists from the name towards the base. A
 * pointer to an array or a function takes parentheses, because these bind tighter.
 *
 * Parameters and bodies without a tag nest. Depth, chain and text are bounded, so a hostile graph
 * costs no more than a large honest one.
 */
#include "btf.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/printable.h"

#define DEPTH_LIMIT       16
#define CHAIN_LIMIT       64
#define DECLARATION_LIMIT (4 * 1024)
#define MARKED_LIMIT      1024
#define MARKED_MEMBERS    4
#define DEFINITION_LIMIT  (1024 * 1024)

struct printer {
	const struct btf_graph *graph;
	struct arena *arena;
	ARRAY(char) text;
	size_t limit;          // most bytes of text
	uint32_t members;      // the most members or values that are shown of each body; 0: all
	bool cut;              // the limit was reached: nothing is added any more
	bool gap;              // the text ends in a word: the next word needs a space before it
	bool lines;            // bodies have one member per line
	unsigned depth;        // bodies and parameter lists that are open
	struct btf_mark *mark; // in the outermost declaration; NULL: none
};

// One step of a declarator, or the base type at the end of the chain.
struct link {
	uint32_t modifiers; // the first of the qualifiers and type tags before `node`, or `node`
	uint32_t node;
};

struct chain {
	struct link links[CHAIN_LIMIT];
	size_t base; // index of the last link; when the chain is too long, that is not a base type
};

static void put_char(struct printer *printer, char c)
{
	if (printer->text.count < printer->limit)
		*array_add(printer->arena, &printer->text) = c;
	else
		printer->cut = true;
}

static void put_gap(struct printer *printer)
{
	if (printer->gap)
		put_char(printer, ' ');
	printer->gap = false;
}

static void put(struct printer *printer, const char *text)
{
	if (strchr(")[,; \n", *text))
		printer->gap = false;
	put_gap(printer);
	while (*text && !printer->cut)
		put_char(printer, *text++);
}

static void put_word(struct printer *printer, const char *word)
{
	put(printer, word);
	printer->gap = true;
}

// @name, which a NUL ends, is the input's.
static void put_name(struct printer *printer, struct str name)
{
	if (name.size == 0 || printer->cut)
		return;
	put_gap(printer);
	put(printer, printable(name.data, printer->arena));
}

__attribute__((format(printf, 2, 3))) static void put_number(struct printer *printer,
							     const char *format, ...)
{
	char text[48];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	put(printer, text);
}

static void put_separator(struct printer *printer)
{
	put(printer, printer->lines ? "\n" : " ");
	for (unsigned i = 0; printer->lines && i < printer->depth; i++)
		put_char(printer, '\t');
}

static struct str name_at(const struct printer *printer, uint32_t name)
{
	return strings_get(btf_graph_strings(printer->graph), name);
}

// ---------------------------------------------------------------------------------------------
// Unfolding

static bool is_modifier(uint32_t kind)
{
	return kind == BTF_KIND_CONST || kind == BTF_KIND_VOLATILE || kind == BTF_KIND_RESTRICT ||
	       kind == BTF_KIND_TYPE_TAG;
}

// A pointer to one of these needs parentheses.
static bool is_suffix(const struct printer *printer, const struct link *link)
{
	uint32_t kind = btf_graph_kind(printer->graph, link->node);

	return kind == BTF_KIND_ARRAY || kind == BTF_KIND_FUNC_PROTO;
}

static struct link link_at(const struct printer *printer, uint32_t node)
{
	struct link link = { .modifiers = node, .node = node };

	for (int i = 0; i < CHAIN_LIMIT; i++) {
		if (!is_modifier(btf_graph_kind(printer->graph, link.node)))
			break;
		link.node = btf_graph_type(printer->graph, link.node)->type;
	}
	return link;
}

// What @node is a pointer to, an array of or a function returning; false for a base type.
static bool derived_from(const struct printer *printer, uint32_t node, uint32_t *from)
{
	const struct btf_type *type = node ? btf_graph_type(printer->graph, node) : NULL;
	const struct btf_array *array;

	switch (btf_graph_kind(printer->graph, node)) {
	case BTF_KIND_PTR:
	case BTF_KIND_FUNC_PROTO:
		*from = type->type;
		return true;
	case BTF_KIND_ARRAY:
		array = btf_record_tail(type);
		*from = array->type;
		return true;
	default:
		return false;
	}
}

static struct chain unfold(const struct printer *printer, uint32_t node)
{
	struct chain chain = { .base = 0 };

	for (;;) {
		chain.links[chain.base] = link_at(printer, node);
		if (!derived_from(printer, chain.links[chain.base].node, &node) ||
		    chain.base + 1 == CHAIN_LIMIT)
			return chain;
		chain.base++;
	}
}

// ---------------------------------------------------------------------------------------------
// Qualifiers and type tags

static bool link_has(const struct printer *printer, const struct link *link, uint32_t kind)
{
	for (uint32_t node = link->modifiers; node != link->node;
	     node = btf_graph_type(printer->graph, node)->type) {
		if (btf_graph_kind(printer->graph, node) == kind)
			return true;
	}
	return false;
}

static void put_qualifiers(struct printer *printer, const struct chain *chain, size_t i)
{
	static const struct {
		uint32_t kind;
		const char *word;
	} qualifiers[] = {
		{ BTF_KIND_CONST, "const" },
		{ BTF_KIND_VOLATILE, "volatile" },
		{ BTF_KIND_RESTRICT, "restrict" },
	};

	for (size_t q = 0; q < sizeof(qualifiers) / sizeof(*qualifiers); q++) {
		bool found = link_has(printer, &chain->links[i], qualifiers[q].kind);

		// C qualifies an array only by its elements; BTF of GCC may qualify both.
		for (size_t k = i; !found && k > 0; k--) {
			const struct link *outer = &chain->links[k - 1];

			if (btf_graph_kind(printer->graph, outer->node) != BTF_KIND_ARRAY)
				break;
			found = link_has(printer, outer, qualifiers[q].kind);
		}
		if (found)
			put_word(printer, qualifiers[q].word);
	}
}

static void put_tags(struct printer *printer, const struct link *link)
{
	uint32_t tags[CHAIN_LIMIT];
	size_t count = 0;

	for (uint32_t node = link->modifiers; node != link->node;
	     node = btf_graph_type(printer->graph, node)->type) {
		if (btf_graph_kind(printer->graph, node) == BTF_KIND_TYPE_TAG)
			tags[count++] = node;
	}
	// The tag next to the type is written first.
	while (count-- > 0) {
		uint32_t info = btf_graph_type(printer->graph, tags[count])->info;
		bool is_attribute = btf_info_kflag(info);

		put(printer, is_attribute ? "__attribute__((" : "__attribute__((btf_type_tag(\"");
		put_name(printer, btf_graph_name(printer->graph, tags[count]));
		put_word(printer, is_attribute ? "))" : "\")))");
	}
}

// ---------------------------------------------------------------------------------------------
// Declarations

// Declarations nest at most DEPTH_LIMIT deep. NOLINTBEGIN(misc-no-recursion)
static void put_declaration(struct printer *printer, uint32_t node, struct str name);

static void put_members(struct printer *printer, const struct btf_type *type)
{
	const struct btf_member *members = btf_record_tail(type);

	for (uint32_t i = 0; i < btf_info_vlen(type->info) && !printer->cut; i++) {
		put_separator(printer);
		if (printer->members && i == printer->members) {
			put_word(printer, "...");
			return;
		}
		put_declaration(printer, members[i].type, name_at(printer, members[i].name_off));
		if (btf_info_kflag(type->info) && BTF_MEMBER_BITFIELD_SIZE(members[i].offset))
			put_number(printer, " : %u", BTF_MEMBER_BITFIELD_SIZE(members[i].offset));
		put(printer, ";");
	}
}

static void put_value(struct printer *printer, uint32_t name, bool is_signed, uint64_t value)
{
	put_separator(printer);
	put_name(printer, name_at(printer, name));
	if (is_signed)
		put_number(printer, " = %" PRId64 ",", (int64_t)value);
	else
		put_number(printer, " = %" PRIu64 ",", value);
}

static void put_values(struct printer *printer, const struct btf_type *type)
{
	bool is_signed = btf_info_kflag(type->info);
	const struct btf_enum *values = btf_record_tail(type);
	const struct btf_enum64 *values64 = btf_record_tail(type);

	for (uint32_t i = 0; i < btf_info_vlen(type->info) && !printer->cut; i++) {
		if (printer->members && i == printer->members) {
			put(printer, " ...");
			return;
		}
		if (btf_info_kind(type->info) == BTF_KIND_ENUM64)
			put_value(printer, values64[i].name_off, is_signed,
				  (uint64_t)values64[i].val_hi32 << 32 | values64[i].val_lo32);
		else
			put_value(printer, values[i].name_off, is_signed,
				  is_signed ? (uint64_t)(int64_t)values[i].val
					    : (uint32_t)values[i].val);
	}
}

static void put_body(struct printer *printer, const struct btf_type *type)
{
	uint32_t kind = btf_info_kind(type->info);

	put(printer, " {");
	if (printer->depth == DEPTH_LIMIT) {
		put_word(printer, " ... }");
		return;
	}
	printer->depth++;
	if (kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64)
		put_values(printer, type);
	else
		put_members(printer, type);
	printer->depth--;
	put_separator(printer);
	put_word(printer, "}");
}

static const char *tag_keyword(const struct btf_type *type)
{
	switch (btf_info_kind(type->info)) {
	case BTF_KIND_STRUCT:
		return "struct";
	case BTF_KIND_UNION:
		return "union";
	case BTF_KIND_FWD:
		return btf_info_kflag(type->info) ? "union" : "struct";
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return "enum";
	default:
		return NULL;
	}
}

static void put_base(struct printer *printer, uint32_t node)
{
	const struct btf_type *type = node ? btf_graph_type(printer->graph, node) : NULL;
	uint32_t kind = btf_graph_kind(printer->graph, node);
	const char *keyword = type ? tag_keyword(type) : "void";
	// The chain may end in a modifier when there are too many; that has no name to print.
	struct str name = is_modifier(kind) ? STR("") : btf_graph_name(printer->graph, node);

	if (keyword)
		put_word(printer, keyword);
	else if (name.size == 0)
		put_word(printer, "...");
	put_name(printer, name);
	printer->gap = true;
	if (type && keyword && kind != BTF_KIND_FWD && name.size == 0)
		put_body(printer, type);
}

// What to mark in a part of the outermost declaration; NULL: something else, or nothing.
static struct btf_mark *mark_of(const struct printer *printer, enum btf_part part)
{
	bool found = printer->depth == 0 && printer->mark && printer->mark->part == part;

	return found ? printer->mark : NULL;
}

static void put_parameter(struct printer *printer, const struct btf_param *param, bool first,
			  bool last)
{
	// GCC writes `int f()` as a function with variable arguments only.
	if (last && param->type == 0)
		put(printer, first ? "" : "...");
	else
		put_declaration(printer, param->type, name_at(printer, param->name_off));
}

static void put_parameters(struct printer *printer, const struct btf_type *type)
{
	const struct btf_param *params = btf_record_tail(type);
	uint32_t count = btf_info_vlen(type->info);
	struct btf_mark *mark = mark_of(printer, BTF_PART_PARAMETER);

	if (printer->depth == DEPTH_LIMIT) {
		put(printer, "(...)");
		return;
	}
	printer->depth++;
	put(printer, "(");
	for (uint32_t i = 0; i < count && !printer->cut; i++) {
		if (i > 0)
			put(printer, ", ");
		if (mark && mark->index == i)
			mark->start = printer->text.count;
		put_parameter(printer, &params[i], i == 0, i + 1 == count);
		if (mark && mark->index == i)
			mark->end = printer->text.count;
	}
	if (mark && mark->index >= count)
		mark->start = printer->text.count;
	put(printer, count ? ")" : "void)");
	if (mark && mark->index >= count)
		mark->end = printer->text.count - (count == 0);
	printer->depth--;
	// What follows are the parameters of what the function returns.
	if (mark)
		printer->mark = NULL;
}

// The part of the declarator that precedes the name.
static void put_prefixes(struct printer *printer, const struct chain *chain)
{
	for (size_t i = chain->base; i-- > 0;) {
		const struct link *target = &chain->links[i + 1];

		if (btf_graph_kind(printer->graph, chain->links[i].node) != BTF_KIND_PTR)
			continue;
		if (is_suffix(printer, target)) {
			put(printer, "(");
			put_tags(printer, target);
		}
		put(printer, "*");
		put_qualifiers(printer, chain, i);
		put_tags(printer, &chain->links[i]);
	}
}

// The part of the declarator that follows the name.
static void put_suffixes(struct printer *printer, const struct chain *chain)
{
	for (size_t i = 0; i < chain->base && !printer->cut; i++) {
		const struct btf_type *type = btf_graph_type(printer->graph, chain->links[i].node);
		const struct btf_array *array = btf_record_tail(type);

		switch (btf_info_kind(type->info)) {
		case BTF_KIND_ARRAY:
			put(printer, "[");
			if (array->nelems)
				put_number(printer, "%u", array->nelems);
			put(printer, "]");
			break;
		case BTF_KIND_FUNC_PROTO:
			put_parameters(printer, type);
			break;
		default:
			if (is_suffix(printer, &chain->links[i + 1]))
				put(printer, ")");
		}
	}
}

static void put_declaration(struct printer *printer, uint32_t node, struct str name)
{
	struct chain chain = unfold(printer, node);
	struct btf_mark *mark;

	put_qualifiers(printer, &chain, chain.base);
	put_base(printer, chain.links[chain.base].node);
	put_tags(printer, &chain.links[chain.base]);
	put_prefixes(printer, &chain);
	if ((mark = mark_of(printer, BTF_PART_TYPE)))
		mark->end = printer->text.count;
	put_name(printer, name);
	if ((mark = mark_of(printer, BTF_PART_SUFFIX)))
		mark->start = printer->text.count;
	put_suffixes(printer, &chain);
	if (mark)
		mark->end = printer->text.count;
}
// NOLINTEND(misc-no-recursion)

static char *printer_finish(struct printer *printer)
{
	return arena_format(printer->arena, "%.*s%s", (int)printer->text.count, printer->text.items,
			    printer->cut ? "..." : "");
}

char *btf_declaration(const struct btf_graph *graph, uint32_t node, struct str name,
		      struct arena *arena)
{
	struct printer printer = { .graph = graph, .arena = arena, .limit = DECLARATION_LIMIT };

	put_declaration(&printer, node, name);
	return printer_finish(&printer);
}

char *btf_declaration_marked(const struct btf_graph *graph, uint32_t node, struct str name,
			     struct btf_mark *mark, struct arena *arena)
{
	struct printer printer = {
		.graph = graph,
		.arena = arena,
		.limit = MARKED_LIMIT,
		.members = MARKED_MEMBERS,
		.mark = mark,
	};

	mark->start = mark->end = 0;
	put_declaration(&printer, node, name);
	return printer_finish(&printer);
}

char *btf_definition(const struct btf_graph *graph, uint32_t node, struct arena *arena)
{
	struct printer printer = {
		.graph = graph,
		.arena = arena,
		.limit = DEFINITION_LIMIT,
		.lines = true,
	};
	const struct btf_type *type = node ? btf_graph_type(graph, node) : NULL;
	uint32_t kind = btf_graph_kind(graph, node);

	if (kind == BTF_KIND_TYPEDEF) {
		put_word(&printer, "typedef");
		put_declaration(&printer, type->type, btf_graph_name(graph, node));
		return printer_finish(&printer);
	}
	put_declaration(&printer, node, STR(""));
	// The body of a type without a tag was printed with the declaration.
	if (type && tag_keyword(type) && kind != BTF_KIND_FWD &&
	    btf_graph_name(graph, node).size > 0)
		put_body(&printer, type);
	return printer_finish(&printer);
}
