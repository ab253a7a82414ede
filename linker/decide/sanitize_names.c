/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --sanitize-btf-names: names in BTF that kernels refuse (check_names.c) are rewritten in the
 * output.
 *
 * Each byte that is no letter, digit or '_' becomes its value in hexadecimal between underscores,
 * as aya's bpf-linker has it ('Cell_3C_unsigned_20_char_3E_'), and so does a digit at the
 * beginning. A name that gets longer than kernels before 6.1 take ends with a hash instead. A name
 * that some input has already gets a number, so that no two become one.
 *
 * Defined functions and variables are renamed in the symbol table as well, so that a later link
 * finds both under one name. Undefined ones, and sections, keep their names.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"
#include "records.h"

#include "callbacks.h"
#include "passes.h"

// KSYM_NAME_LEN of kernels before 6.1, less the NUL.
#define NAME_SIZE_MAX 127
#define HASH_SIZE     17 // bytes of the hash and its underscore

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

// The first of TEXT, TEXT__1, TEXT__2, ... that no input has as a string.
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

// Whether @name goes out as it is. Names of variables may always have dots.
static bool is_good(struct str name, bool variable)
{
	for (size_t i = 0; i < name.size; i++) {
		if (!btf_name_byte_is_valid(name, i) && !(variable && name.data[i] == '.'))
			return false;
	}
	return btf_name_is_valid(BTF_NAME_IDENTIFIER, name);
}

// The name in the output for @name, of anything but a variable.
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
