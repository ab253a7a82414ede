/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names in BTF that kernels refuse: compilers of C++ and Rust write types like 'Cell<unsigned
 * char>'. A warning says which, and which input has it; sanitize_names.c rewrites them on request.
 */
#include <inttypes.h>

#include "records.h"

#include "passes.h"

// Messages in full; the rest is counted.
#define NAMES_SHOWN 3

// Names of the output that kernels refuse.
struct name_check {
	struct linker *linker;
	bool *seen; // by name: it was asked of as an identifier, or is empty
	uint32_t count;
	struct place first;
};

static const char *const kind_words[BTF_KIND_LAST + 1] = {
	[BTF_KIND_PTR] = "pointer",      [BTF_KIND_ARRAY] = "array",
	[BTF_KIND_STRUCT] = "struct",    [BTF_KIND_UNION] = "union",
	[BTF_KIND_ENUM] = "enum",        [BTF_KIND_ENUM64] = "enum",
	[BTF_KIND_FWD] = "type",         [BTF_KIND_TYPEDEF] = "typedef",
	[BTF_KIND_CONST] = "const type", [BTF_KIND_VOLATILE] = "volatile type",
	[BTF_KIND_FUNC] = "function",    [BTF_KIND_FUNC_PROTO] = "function type",
	[BTF_KIND_VAR] = "variable",     [BTF_KIND_RESTRICT] = "restrict type",
	[BTF_KIND_DATASEC] = "section",
};

// "struct 'Cell<int>'", "member 'a-b' of struct 's'".
static const char *describe(const struct linker *linker, uint32_t kind, uint32_t n, struct str name,
			    struct str outer)
{
	const char *element = kind == BTF_KIND_FUNC_PROTO                        ? "parameter"
			      : kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64 ? "value"
										 : "member";

	if (n == 0)
		return arena_format(linker->arena, "%s '%.*s'", kind_words[kind], STR_ARGS(name));
	if (outer.size == 0)
		return arena_format(linker->arena, "%s '%.*s' of a nameless %s", element,
				    STR_ARGS(name), kind_words[kind]);
	return arena_format(linker->arena, "%s '%.*s' of %s '%.*s'", element, STR_ARGS(name),
			    kind_words[kind], STR_ARGS(outer));
}

// Whether the name was met before: most are, again and again.
static bool is_known(struct name_check *check, uint32_t name)
{
	if (check->seen[name])
		return true;
	check->seen[name] = true;
	return false;
}

static void report_name(struct name_check *check, const struct object *object, uint32_t kind,
			uint32_t n, uint32_t name, uint32_t outer)
{
	struct linker *linker = check->linker;

	if (check->count++ >= NAMES_SHOWN)
		return;
	check->first = place_in(object->name, ".BTF");
	diag_warning(linker->diag, WARN_BTF_NAME, check->first,
		     "%s has a name for which kernels refuse all BTF of the output; %s",
		     describe(linker, kind, n, strings_get(&linker->strings, name),
			      strings_get(&linker->strings, outer)),
		     linker->options->sanitize_btf_names ? "" : "--sanitize-btf-names rewrites it");
}

static inline void check_name(struct name_check *check, const struct object *object, uint32_t kind,
			      uint32_t n, uint32_t name, uint32_t outer)
{
	enum btf_name_rule rule = btf_name_rule(kind, n);

	if (name == 0 || rule == BTF_NAME_ANY ||
	    (rule == BTF_NAME_IDENTIFIER && is_known(check, name)))
		return;
	if (!btf_name_is_valid(rule, strings_get(&check->linker->strings, name)))
		report_name(check, object, kind, n, name, outer);
}

static void check_type(struct name_check *check, const struct object *object,
		       const struct btf_type *type)
{
	const uint32_t *record = (const uint32_t *)type;
	uint32_t kind = btf_info_kind(type->info), count = record_name_count(type->info);

	check_name(check, object, kind, 0, record[RECORD_NAME], record[RECORD_NAME]);
	// One rule is that of all elements.
	if (count == 1 || btf_name_rule(kind, 1) != BTF_NAME_IDENTIFIER)
		return;
	for (uint32_t n = 1; n < count; n++) {
		uint32_t name = record[record_name_word(type->info, n)];

		if (!check->seen[name])
			check_name(check, object, kind, n, name, record[RECORD_NAME]);
	}
}

static void check_types_of(struct name_check *check, const struct object *object)
{
	const struct linker *linker = check->linker;

	for (uint32_t i = 0; i < object->btf->first_count; i++) {
		uint32_t node = btf_unit_node(object->btf, object->btf->first[i]);

		if (btf_encoder_id(linker->encoder, node))
			check_type(check, object, btf_graph_type(linker->graph, node));
	}
}

static void check_declarations_of(struct name_check *check, const struct object *object)
{
	array_each(first, &object->declarations) {
		for (const struct declaration *each = *first; each; each = each->next) {
			if (each->fate == FATE_GLOBAL)
				check_name(check, object, each->kind, 0, each->global->output_name,
					   0);
			else if (each->fate == FATE_STATIC)
				check_name(check, object, each->kind, 0, each->output_name, 0);
		}
	}
	array_each(datasec, &object->datasecs)
		check_name(check, object, BTF_KIND_DATASEC, 0, datasec->name, 0);
}

/*
 * Needs: linker->encoder, fate of declarations. Gives: warnings.
 */
void check_names(struct linker *linker)
{
	struct name_check check = { .linker = linker };
	uint32_t rest;

	if (!linker->encoder)
		return;
	check.seen = arena_new_array(linker->arena, bool, linker->strings.strings.count);
	check.seen[0] = true;
	array_each(object, &linker->objects) {
		if (!(*object)->btf)
			continue;
		if (!linker->options->sanitize_btf_names)
			check_types_of(&check, *object);
		check_declarations_of(&check, *object);
	}
	rest = check.count - NAMES_SHOWN;
	if (check.count > NAMES_SHOWN)
		diag_note(linker->diag, check.first, "%" PRIu32 " more name%s like that", rest,
			  rest == 1 ? "" : "s");
}
