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

#include "output_types.h"

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

// Whether @symbol is a function; of two names of one place, the one that the atom has.
static bool is_function(const struct symbol *symbol)
{
	if (symbol->type != STT_FUNC || !symbol->section || symbol->section->role != ROLE_CODE)
		return false;
	return symbol->atom && symbol->atom->symbol == symbol;
}

// The output's FUNC of @symbol, a function; 0: none.
static uint32_t function_of(const struct symbol *symbol)
{
	const struct declaration *function = symbol->atom->declaration;

	return function && function->offset == symbol->value ? output_function_id(function) : 0;
}

struct descriptions describe_functions(const struct describer *describer,
				       const struct object *object, enum btf_ext_kind kind)
{
	struct descriptions descriptions = { 0 };

	if (has_records(object, kind) ||
	    (has_records(object, BTF_EXT_FUNC) && !describer->has_lines))
		return descriptions;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];
		uint32_t function = is_function(symbol) ? function_of(symbol) : 0;

		if (!function)
			continue;
		*array_add(describer->linker->arena, &descriptions) = (struct description){
			.section = symbol->section,
			.record.insn_off = (uint32_t)symbol->value,
			.record.field[0] = kind == BTF_EXT_FUNC ? function : 0,
		};
	}
	return descriptions;
}
