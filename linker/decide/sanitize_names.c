/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names in BTF that kernels refuse: compilers of C++ and Rust write types like 'Cell<unsigned
 * char>'.
 *
 * By default such a name is said, with the input that has it. --sanitize-btf-names calls it
 * otherwise in the output: each byte that is no letter, digit or '_' becomes its value in
 * hexadecimal between underscores, as aya's bpf-linker has it ('Cell_3C_unsigned_20_char_3E_'), and
 * so does a digit at the beginning. What gets longer than kernels before 6.1 take ends with a hash
 * instead. A name that some input has already gets a number, so that no two become one.
 *
 * Functions and variables that are defined are renamed in the symbol table, too, so that a later
 * link finds both under one name. Others, and sections, keep their names.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"
#include "records.h"

#include "callbacks.h"
#include "passes.h"
#include "warnings.h"

// KSYM_NAME_LEN of kernels before 6.1, less the NUL.
#define NAME_SIZE_MAX 127
#define HASH_SIZE     17 // with an underscore

// Messages in full; the rest is counted.
#define NAMES_SHOWN 3

static char *rewrite(struct linker *linker, struct str name)
{
	char *text = arena_alloc(linker->arena, 4 * name.size + 1);
	size_t size = 0;

	for (size_t i = 0; i < name.size; i++) {
		if (btf_name_byte_is_valid(name, i))
			text[size++] = name.data[i];
		else
			size += (size_t)sprintf(text + size, "_%X_", (unsigned char)name.data[i]);
	}
	text[size] = '\0';
	if (size > NAME_SIZE_MAX)
		sprintf(text + NAME_SIZE_MAX - HASH_SIZE, "_%016" PRIx64,
			hash_stable(name.data, name.size));
	return text;
}

// The first of TEXT, TEXT__1, TEXT__2 ... that is no string of any input.
static uint32_t fresh_name(struct linker *linker, const char *text)
{
	const char *candidate = text;

	for (uint32_t number = 1;; number++) {
		size_t known = linker->strings.strings.count;
		uint32_t fresh = strings_intern(&linker->strings, str_of(candidate));

		if (fresh == known)
			return fresh;
		candidate = arena_format(linker->arena, "%s__%" PRIu32, text, number);
	}
}

// Whether @name of an identifier goes out as it is. Dots were always good in names of variables.
static bool is_good(struct str name, bool variable)
{
	for (size_t i = 0; i < name.size; i++) {
		if (!btf_name_byte_is_valid(name, i) && !(variable && name.data[i] == '.'))
			return false;
	}
	return btf_name_is_valid(BTF_NAME_IDENTIFIER, name);
}

// What @name is called in the output, of anything but a variable.
static uint32_t sanitize(struct linker *linker, uint32_t name)
{
	struct str text = strings_get(&linker->strings, name);
	uint32_t *known = array_at(linker->arena, &linker->sanitized, name);

	if (*known == 0)
		*known = is_good(text, false) ? name : fresh_name(linker, rewrite(linker, text));
	return *known;
}

static uint32_t sanitize_symbol(struct linker *linker, uint32_t name, bool variable)
{
	if (variable && is_good(strings_get(&linker->strings, name), true))
		return name;
	return sanitize(linker, name);
}

static void sanitize_types(struct linker *linker)
{
	for (uint32_t node = 1; node < btf_graph_node_count(linker->graph); node++) {
		const struct btf_type *type = btf_graph_type(linker->graph, node);
		const uint32_t *record = (const uint32_t *)type;
		uint32_t kind = btf_info_kind(type->info);

		for (uint32_t n = 0; n < record_name_count(type->info); n++) {
			if (btf_name_rule(kind, n) == BTF_NAME_IDENTIFIER)
				sanitize(linker, record[record_name_word(type->info, n)]);
		}
	}
}

static void sanitize_locals(struct linker *linker, struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];

		if (symbol->section && (symbol->type == STT_FUNC || symbol->type == STT_OBJECT))
			symbol->output_name = sanitize_symbol(linker, symbol->output_name,
							      symbol->type == STT_OBJECT);
	}
	array_each(first, &object->declarations) {
		for (struct declaration *each = *first; each; each = each->next) {
			if (each->atom)
				each->output_name = sanitize_symbol(linker, each->output_name,
								    each->kind == BTF_KIND_VAR);
		}
	}
}

static void sanitize_globals(struct linker *linker)
{
	array_each(each, &linker->globals) {
		struct global *global = *each;
		const struct symbol *definition = global->definition;

		if (definition && definition->section)
			global->output_name = sanitize_symbol(
				linker, global->name, definition->section->role != ROLE_CODE);
	}
}

/*
 * Needs: output_name of symbols and declarations. Gives: the same, and that of globals, as kernels
 * allow it; texts of tags that name them; linker->sanitized.
 */
void sanitize_names(struct linker *linker)
{
	if (!linker->options->sanitize_btf_names)
		return;
	sanitize_types(linker);
	sanitize_globals(linker);
	array_each(object, &linker->objects)
		sanitize_locals(linker, *object);
	callbacks_rename(linker);
}

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

static void check_name(struct name_check *check, const struct object *object, uint32_t kind,
		       uint32_t n, uint32_t name, uint32_t outer)
{
	enum btf_name_rule rule = btf_name_rule(kind, n);
	struct linker *linker = check->linker;
	struct str text;

	if (name == 0 || rule == BTF_NAME_ANY ||
	    (rule == BTF_NAME_IDENTIFIER && is_known(check, name)))
		return;
	text = strings_get(&linker->strings, name);
	if (btf_name_is_valid(rule, text))
		return;
	if (check->count++ >= NAMES_SHOWN)
		return;
	check->first = place_in(object->name, ".BTF");
	diag_warning(linker->diag, WARN_BTF_NAME, check->first,
		     "%s has a name for which kernels refuse all BTF of the output%s",
		     describe(linker, kind, n, text, strings_get(&linker->strings, outer)),
		     linker->options->sanitize_btf_names ? ""
							 : "; --sanitize-btf-names rewrites it");
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
