/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GCC 12 writes neither func_info nor line_info. The kernel needs func_info for callbacks, and
 * libbpf needs either kind for all functions of a program or for none, so code of clang could not
 * call code of GCC. Therefore each function gets minimal records: its FUNC, and one line without
 * text. Outputs of --strip-btf-ext-lines have func_info but lack lines as well.
 *
 * Source: reloc_prog_func_and_line_info() of libbpf; check_btf_func() and check_btf_line() of the
 * kernel's verifier.
 */
#include "describe.h"

#include "atoms.h"
#include "base/hash.h"
#include "scope.h"

static bool has_records(const struct object *object, enum btf_ext_kind kind)
{
	for (size_t i = 0; object->ext && i < object->ext->blocks.count; i++) {
		if (object->ext->blocks.items[i].kind == kind)
			return true;
	}
	return false;
}

struct describer describer_create(struct linker *linker)
{
	struct describer describer = { .linker = linker };

	array_each(object, &linker->objects)
		describer.has_lines |= has_records(*object, BTF_EXT_LINE);
	return describer;
}

static struct str function_text(const struct describer *describer,
				const struct declaration *function)
{
	return strings_get(&describer->linker->strings, function->name);
}

// The indexed FUNC with that name, or NULL. Compares texts: after strings_close() a name can no
// longer be looked up.
static const struct declaration *find_function(const struct describer *describer,
					       const struct object *object, struct str name)
{
	struct table_probe probe =
		table_probe(&describer->functions, strings_hash(&describer->linker->strings, name));
	uint32_t index;

	while (table_next(&describer->functions, &probe, &index)) {
		const struct declaration *each = object->declarations.items[index];

		if (str_equal(function_text(describer, each), name))
			return each;
	}
	return NULL;
}

// Index the last FUNC of each name only: any number may have one name.
static void index_functions(struct describer *describer, const struct object *object)
{
	table_clear(&describer->functions, describer->linker->arena);
	for (size_t i = object->declarations.count; i-- > 0;) {
		const struct declaration *declaration = object->declarations.items[i];
		struct str text = function_text(describer, declaration);

		if (declaration->kind == BTF_KIND_FUNC && !find_function(describer, object, text))
			table_add(&describer->functions, describer->linker->arena,
				  strings_hash(&describer->linker->strings, text), (uint32_t)i);
	}
}

// The FUNC of @symbol, found by name: without func_info nothing else connects ELF and BTF.
static const struct declaration *function_of(const struct describer *describer,
					     const struct symbol *symbol)
{
	const struct linker *linker = describer->linker;
	const struct declaration *found = find_function(
		describer, symbol->object, strings_get(&linker->strings, symbol->name));

	if (found || symbol->binding != STB_LOCAL)
		return found;
	return find_function(describer, symbol->object, scope_clone_origin(linker, symbol->name));
}

// Whether @symbol is a function; of two names of one place, the one that the atom has.
static bool is_function(const struct symbol *symbol)
{
	if (symbol->type != STT_FUNC || !symbol->section || symbol->section->role != ROLE_CODE)
		return false;
	return symbol->atom && symbol->atom->symbol == symbol;
}

struct descriptions describe_functions(struct describer *describer, const struct object *object,
				       enum btf_ext_kind kind)
{
	struct descriptions descriptions = { 0 };

	if (has_records(object, kind) ||
	    (has_records(object, BTF_EXT_FUNC) && !describer->has_lines))
		return descriptions;
	index_functions(describer, object);
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];
		const struct declaration *function;

		function = is_function(symbol) ? function_of(describer, symbol) : NULL;
		if (!function)
			continue;
		*array_add(describer->linker->arena, &descriptions) = (struct description){
			.section = symbol->section,
			.record.insn_off = (uint32_t)symbol->value,
			.record.field[0] = kind == BTF_EXT_FUNC ? function->output : 0,
		};
	}
	return descriptions;
}
