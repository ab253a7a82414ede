/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Local symbols that nobody needs. Loaders find programs, functions, maps and variables by what is
 * global, static functions by their symbols, and static variables by BTF; all of that stays
 * whatever is stripped, as does what a relocation names. In assembly that tells no types, the
 * symbol of a function that BTF describes need not be a FUNC.
 */
#include "strip.h"

struct strip strip_prepare(struct linker *linker)
{
	const struct bpfld_strings *names = &linker->options->retain_symbols;
	struct strip strip = { .linker = linker };

	for (size_t i = 0; i < names->count; i++) {
		uint32_t name = strings_intern(&linker->strings, str_of(names->items[i]));

		*array_at(linker->arena, &strip.retained, name) = true;
	}
	return strip;
}

// Whether @symbol is a label of a compiler: .L by the convention of ELF, LBB0_1 or Ltmp0 of LLVM
// for BPF.
static bool is_label(const struct linker *linker, const struct symbol *symbol)
{
	struct str name = strings_get(&linker->strings, symbol->name);

	return str_starts_with(name, STR(".L")) ||
	       (symbol->type == STT_NOTYPE && symbol->section &&
		symbol->section->role == ROLE_CODE && str_starts_with(name, STR("L")));
}

bool symbol_is_stripped(const struct strip *strip, const struct symbol *symbol)
{
	const struct bpfld_options *options = strip->linker->options;
	bool all = options->strip_all || options->retain_only;

	if (symbol->wanted || symbol->type == STT_FUNC || array_get(&strip->retained, symbol->name))
		return false;
	// An empty section is kept only for its symbols; see lay_out.c.
	if (symbol->section && symbol->section->size == 0)
		return false;
	if (symbol->type == STT_FILE)
		return all;
	if (all || options->discard_all)
		return true;
	return options->discard_labels && is_label(strip->linker, symbol);
}
