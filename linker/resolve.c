/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which definition a name has.
 *
 * All symbols of a name are gathered first and judged together, so that the order of inputs decides
 * nothing but which of several weak definitions is first. How strongly a symbol refers and how
 * strongly it defines are different things: a strong reference never makes a weak definition win.
 *
 * Source: gABI, "Symbol Binding" and "Symbol Visibility".
 */
#include <inttypes.h>

#include "atoms.h"
#include "passes.h"
#include "renames.h"

static bool is_defined(const struct symbol *symbol)
{
	return symbol->home != HOME_UNDEFINED;
}

// One copy of these is kept whatever their symbols are called; fold_singletons() compares them.
static bool is_singleton(const struct symbol *symbol)
{
	return symbol->section &&
	       (symbol->section->role == ROLE_LICENSE || symbol->section->role == ROLE_VERSION);
}

// Strong before common before weak.
static int definition_rank(const struct symbol *symbol)
{
	if (!is_defined(symbol))
		return 0;
	if (symbol->binding == STB_WEAK)
		return 1;
	return symbol->home == HOME_COMMON ? 2 : 3;
}

static struct global *add_mention(struct linker *linker, struct symbol *symbol)
{
	uint32_t name = symbol_meaning(linker, symbol);
	struct global *global = linker_global(linker, name);

	while (linker->by_name.count <= name)
		*array_add(linker->arena, &linker->by_name) = NULL;
	if (!global) {
		global = arena_new(linker->arena, struct global);
		global->name = name;
		linker->by_name.items[name] = global;
		*array_add(linker->arena, &linker->globals) = global;
	}
	global_add_mention(global, symbol);
	return global;
}

// Maps and programs that are static are refused by libbpf.
static const char *duplicate_advice(const struct linker *linker, const struct section *section)
{
	if (section && (section->role == ROLE_MAPS || section_has_programs(linker, section)))
		return "declare it extern in all files but one, or use -z muldefs where all are "
		       "the same";
	return "make it static, or weak where one should replace the other";
}

static void report_duplicates(struct linker *linker, const struct global *global)
{
	const struct symbol *first = global->definition;
	const char *name = linker_name(linker, global->name);

	for (const struct symbol *each = global->mentions; each; each = each->next) {
		if (each == first || definition_rank(each) != 3)
			continue;
		diag_error(linker->diag, symbol_place(linker, each),
			   "'%s' is defined more than once; %s", name,
			   duplicate_advice(linker, first->section));
		diag_note(linker->diag, symbol_place(linker, first), "the first definition of '%s'",
			  name);
	}
}

// Internal, hidden and protected are 1 to 3, in the order of how much they hide; default is 0.
static uint8_t stricter_visibility(uint8_t a, uint8_t b)
{
	if (a == STV_DEFAULT || b == STV_DEFAULT)
		return a | b;
	return a < b ? a : b;
}

static void resolve_global(struct linker *linker, struct global *global)
{
	size_t strong = 0, singletons = 0;
	int best = 0;

	global->binding = STB_WEAK;
	for (struct symbol *symbol = global->mentions; symbol; symbol = symbol->next) {
		int rank = definition_rank(symbol);

		if (rank > best) {
			best = rank;
			global->definition = symbol;
		}
		if (rank == 3)
			*(is_singleton(symbol) ? &singletons : &strong) += 1;
		if (symbol->binding == STB_GLOBAL)
			global->binding = STB_GLOBAL;
		global->visibility = stricter_visibility(global->visibility, symbol->visibility);
	}
	if (global->definition)
		global->binding = global->definition->binding;
	if (global->definition && global->definition->object->file->hidden)
		global->visibility = stricter_visibility(global->visibility, STV_HIDDEN);
	if (strong + (singletons > 0) > 1 && !linker->options->multiple_definitions)
		report_duplicates(linker, global);
}

// A tentative definition (-fcommon) becomes a variable in .bss: BPF loaders know no commons. All of
// a name share one place, as aligned as any of them needs. The first of the largest is the
// definition, so that what BTF says of the variable fits.
static struct symbol *merge_commons(struct global *global)
{
	uint64_t align = 1;

	for (struct symbol *mention = global->mentions; mention; mention = mention->next) {
		if (mention->home != HOME_COMMON)
			continue;
		if (mention->size > global->definition->size)
			global->definition = mention;
		if (mention->value > align)
			align = mention->value;
	}
	global->definition->value = align;
	return global->definition;
}

static void check_required(struct linker *linker)
{
	const struct bpfld_strings *required = &linker->options->required;

	for (size_t i = 0; i < required->count; i++) {
		uint32_t name = strings_intern(&linker->strings, str_of(required->items[i]));
		const struct global *global = linker_global(linker, name);

		if (!global || !global->definition)
			diag_error(linker->diag, place_in(NULL, NULL),
				   "'%s' is required (--require-defined), but no input defines it",
				   required->items[i]);
	}
}

static struct section *commons_of(struct linker *linker, struct object *object)
{
	struct section *section = object->commons;

	if (section)
		return section;
	section = arena_new(linker->arena, struct section);
	*section = (struct section){
		.object = object,
		.text_name = ".bss",
		.name = strings_intern(&linker->strings, STR(".bss")),
		.output_name = strings_intern(&linker->strings, STR(".bss")),
		.type = SHT_NOBITS,
		.flags = SHF_ALLOC | SHF_WRITE,
		.align = 1,
		.role = ROLE_DATA,
	};
	object->commons = section;
	return section;
}

static void allocate_common(struct linker *linker, struct global *global)
{
	struct symbol *symbol = merge_commons(global);
	struct section *section = commons_of(linker, symbol->object);
	uint64_t align = symbol->value;
	uint64_t offset = (section->size + align - 1) & ~(align - 1);

	if (offset + symbol->size > UINT32_MAX) {
		diag_error(linker->diag, place_in(NULL, section->text_name),
			   "section would be %" PRIu64 " bytes large; BTF and loaders end at 4 GiB",
			   offset + symbol->size);
		return;
	}
	if (section->atoms.count)
		section->atoms.items[section->atoms.count - 1].size += offset - section->size;
	*array_add(linker->arena, &section->atoms) = (struct atom){
		.section = section,
		.offset = offset,
		.size = symbol->size,
		.symbol = symbol,
	};
	section->size = offset + symbol->size;
	if (align > section->align)
		section->align = align;
	symbol->home = HOME_SECTION;
	symbol->section = section;
	symbol->value = offset;
	symbol->type = STT_OBJECT;
}

// No more atoms are added to them.
static void find_commons(const struct object *object)
{
	if (!object->commons)
		return;
	array_each(atom, &object->commons->atoms)
		atom->symbol->atom = atom;
}

/*
 * Needs: symbols. Gives: linker->globals with definition, binding and visibility; commons have a
 * place.
 */
void resolve_symbols(struct linker *linker)
{
	array_reserve(linker->arena, &linker->by_name, linker->strings.strings.count);
	array_each(each, &linker->objects) {
		struct object *object = *each;

		for (uint32_t i = 1; i < object->symbol_count; i++) {
			struct symbol *symbol = &object->symbols[i];

			if (symbol->binding != STB_LOCAL)
				symbol->global = add_mention(linker, symbol);
		}
	}
	array_each(each, &linker->globals)
		resolve_global(linker, *each);
	check_required(linker);
	check_renames(linker);
	if (linker->diag->error_count)
		return;
	array_each(each, &linker->globals) {
		if ((*each)->definition && (*each)->definition->home == HOME_COMMON)
			allocate_common(linker, *each);
	}
	array_each(each, &linker->objects)
		find_commons(*each);
}
