/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Collects and numbers the output's symbols: section symbols, then the FILE symbol and local
 * symbols of each input, then the others.
 *
 * Source: gABI, "Symbol Table": locals come before all others, FILE before the locals of its file.
 */
#include "number_symbols.h"

#include "atoms.h"
#include "commons.h"
#include "destination.h"
#include "passes.h"
#include "strip.h"

uint32_t symbol_output(const struct symbol *symbol)
{
	const struct symbol *definition = symbol;
	const struct atom *atom;

	if (symbol->global) {
		if (symbol->global->output)
			return symbol->global->referred;
		definition = symbol->global->definition;
	}
	if (!definition || definition->output || !definition->section)
		return definition ? definition->output : 0;
	// A folded license or function: the symbol of the one that took its place stands for it.
	atom = definition->atom;
	if (!atom || !atom->folded || !atom_survivor((struct atom *)atom)->symbol)
		return 0;
	symbol = atom_survivor((struct atom *)atom)->symbol;
	return symbol_is_global(symbol) ? symbol->global->output : symbol->output;
}

// Mark symbols that relocations will need: those that they name, and those of sections that they
// lead to.
static void want_symbols(const struct atom *atom)
{
	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++) {
		const struct reference *reference = &atom->section->references.items[i];
		struct destination to;

		if (!reference_has_relocation(reference))
			continue;
		if (reference->named) {
			reference->symbol->wanted = true;
			continue;
		}
		to = place_destination(reference);
		if (to.section)
			to.section->wants_symbol = true;
	}
}

static uint32_t add_symbol(struct linker *linker, struct output_symbol symbol)
{
	*array_add(linker->arena, &linker->symbols) = symbol;
	return (uint32_t)linker->symbols.count - 1;
}

static uint32_t add_section_symbol(struct linker *linker, uint32_t shndx)
{
	return add_symbol(linker, (struct output_symbol){
					  .elf.st_info = ELF64_ST_INFO(STB_LOCAL, STT_SECTION),
					  .shndx = shndx,
				  });
}

static void add_section_symbols(struct linker *linker)
{
	array_each(output, &linker->sections) {
		array_each(atom, &(*output)->atoms)
			want_symbols(*atom);
	}
	array_each(each, &linker->sections) {
		struct output_section *section = *each;

		if (section->wants_symbol)
			section->symbol = add_section_symbol(linker, section->shndx);
	}
	array_each(output, &linker->debug.outputs) {
		if (output->wants_symbol && keeps_debug(linker))
			output->symbol = add_section_symbol(linker, output->shndx);
	}
}

// Whether the symbol of a folded atom is kept. Folded licenses and local functions lose their
// symbols: loaders identify functions by place. A symbol that other objects may name stays, unless
// --icf=hidden says that there are none.
static bool keeps_symbol(const struct linker *linker, const struct atom *folded,
			 const struct symbol *symbol)
{
	return folded->constant ||
	       (folded->section->role == ROLE_CODE && symbol_is_global(symbol) &&
		linker->options->icf != BPFLD_ICF_HIDDEN);
}

// Set the place of a symbol in the output; false when it is not in the output.
static bool place_output_symbol(const struct linker *linker, const struct symbol *symbol,
				struct output_symbol *output)
{
	struct destination to;

	switch (symbol->home) {
	case HOME_UNDEFINED: // not a definition
	case HOME_COMMON:    // a local common, which has no place
		return false;
	case HOME_ABSOLUTE:
		output->special = true;
		output->shndx = SHN_ABS;
		output->elf.st_value = symbol->value;
		return true;
	case HOME_SECTION:
		break;
	}
	to = symbol_destination(symbol);
	if (!to.section ||
	    (symbol->atom && symbol->atom->folded && !keeps_symbol(linker, symbol->atom, symbol)))
		return false;
	output->special = false;
	output->shndx = to.section->shndx;
	output->elf.st_value = (uint64_t)to.offset;
	return true;
}

// Marks belong to the output, not to an input, so they come before all FILE symbols.
static void add_common_marks(struct linker *linker)
{
	array_each(each, &linker->globals) {
		const struct global *global = *each;
		struct output_symbol place, mark = {
			.elf = common_mark(global),
			.special = true,
			.shndx = SHN_ABS,
		};

		if (mark.elf.st_name && symbol_is_global(global->definition) &&
		    place_output_symbol(linker, global->definition, &place))
			add_symbol(linker, mark);
	}
}

// Whether @symbol is local in the output: a local symbol, or a global one that lost its name but
// not its body.
static bool is_local_here(const struct symbol *symbol)
{
	if (symbol->type == STT_SECTION || symbol->home == HOME_UNDEFINED ||
	    symbol_is_common_mark(symbol))
		return false;
	return !symbol->global || (!symbol_is_global(symbol) && symbol->section);
}

static void add_locals(struct linker *linker, const struct strip *strip, struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];
		struct output_symbol output = {
			.elf.st_name = symbol->output_name,
			.elf.st_info = ELF64_ST_INFO(STB_LOCAL, symbol->type),
			.elf.st_size = symbol->size,
		};

		if (is_local_here(symbol) && !symbol_is_stripped(strip, symbol) &&
		    place_output_symbol(linker, symbol, &output))
			symbol->output = add_symbol(linker, output);
	}
}

static void add_global(struct linker *linker, struct global *global)
{
	struct symbol *definition = global->definition;
	struct output_symbol output = {
		.elf.st_name = global->output_name,
		.elf.st_info =
			ELF64_ST_INFO(global->binding, definition ? definition->type : STT_NOTYPE),
		.elf.st_other = global->visibility,
		.elf.st_size = definition ? definition->size : 0,
		.special = true, // undefined, unless place_output_symbol() sets a place
	};

	if (global->local || !global_goes_out(linker, global))
		return;
	if (definition && !place_output_symbol(linker, definition, &output))
		return;
	global->output = add_symbol(linker, output);
	global->referred = global->output;
}

// The function of @global if --icf may have given it several names; else NULL.
static const struct atom *folding_function(const struct global *global)
{
	struct atom *atom = global->output && global->definition ? global->definition->atom : NULL;

	return atom && atom->candidate ? atom_survivor(atom) : NULL;
}

// cilium/ebpf knows a function by the last of its names, so references use that one.
static void refer_to_last(struct linker *linker)
{
	uint32_t *last = arena_new_array(linker->arena, uint32_t, linker->function_count + 1);

	array_each(global, &linker->globals) {
		const struct atom *atom = folding_function(*global);

		if (atom)
			last[atom->candidate] = (*global)->output;
	}
	array_each(global, &linker->globals) {
		const struct atom *atom = folding_function(*global);

		if (atom)
			(*global)->referred = last[atom->candidate];
	}
}

/*
 * Needs: places; all names of the link. Gives: linker->symbols, the output index of all symbols and
 * sections; names are known by their numbers alone.
 */
void number_symbols(struct linker *linker)
{
	struct strip strip = strip_prepare(linker);

	add_symbol(linker, (struct output_symbol){ .special = true });
	add_section_symbols(linker);
	add_common_marks(linker);
	array_each(object, &linker->objects)
		add_locals(linker, &strip, *object);
	linker->first_global = (uint32_t)linker->symbols.count;
	array_each(global, &linker->globals)
		add_global(linker, *global);
	if (linker->function_count)
		refer_to_last(linker);
	array_end(linker->arena, &linker->symbols);
	// Free memory now: the following passes need most.
	strings_close(&linker->strings);
}
