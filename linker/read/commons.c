/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tentative definition (-fcommon) becomes a variable in .bss, because BPF loaders know no
 * commons. All commons of a name share one place, with the largest size and alignment of them.
 *
 * A later link must know that the variable was tentative: a definition replaces it, a larger common
 * enlarges it. So the output has a mark beside it: a local symbol of the same name and size, of
 * type STT_COMMON, whose value is the alignment, as that of a common is. The mark is absolute,
 * because a local symbol in SHN_COMMON is not valid ELF. Loaders ignore it, because no relocation
 * names it; no other tool writes such a symbol.
 */
#include "commons.h"

#include <inttypes.h>

#include "atoms.h"
#include "base/integers.h"
#include "read_object.h"

uint8_t common_of_align(uint64_t align)
{
	return (uint8_t)(1 + __builtin_ctzll(align));
}

static uint64_t common_align(const struct symbol *symbol)
{
	return UINT64_C(1) << (symbol->common - 1);
}

bool symbol_is_common_mark(const struct symbol *symbol)
{
	return symbol->type == STT_COMMON && symbol->binding == STB_LOCAL &&
	       symbol->home == HOME_ABSOLUTE;
}

void common_note(struct linker *linker, const struct symbol *mark)
{
	if (!is_power_of_two(mark->value) || mark->value > SECTION_ALIGN_MAX)
		return;
	*array_at(linker->arena, &linker->common_marks, mark->name) = mark;
}

void common_recognise(const struct linker *linker, struct symbol *symbol)
{
	const struct symbol *mark = array_get(&linker->common_marks, symbol->name);

	// The table serves all objects in turn: an entry may be another object's.
	if (mark && mark->object == symbol->object && mark->size == symbol->size &&
	    symbol->section && symbol->section->role == ROLE_DATA)
		symbol->common = common_of_align(mark->value);
}

// Make the first of the largest commons the definition, with the largest alignment.
static struct symbol *merge_commons(struct global *global)
{
	uint8_t common = 0;

	for (struct symbol *mention = global->mentions; mention; mention = mention->next) {
		if (mention->common && mention->size > global->definition->size)
			global->definition = mention;
		if (mention->common > common)
			common = mention->common;
	}
	global->definition->common = common;
	return global->definition;
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

// A common that already has a place may need a larger alignment now.
static void align_in_place(const struct symbol *symbol)
{
	uint32_t align = (uint32_t)common_align(symbol);

	if (!symbol->atom || atom_align(symbol->atom) >= align)
		return;
	symbol->atom->fold_align = align;
	if (symbol->section->align < align)
		symbol->section->align = align;
}

static void allocate_common(struct linker *linker, struct symbol *symbol)
{
	struct section *section = commons_of(linker, symbol->object);
	uint64_t align = common_align(symbol);
	uint64_t offset = align_up(section->size, align);

	if (offset + symbol->size > UINT32_MAX) {
		diag_error(linker->diag, ERROR_TOO_LARGE, place_in(NULL, section->text_name),
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

// Tie commons to their atoms, which no longer move: none is added any more.
static void find_commons(const struct object *object)
{
	if (!object->commons)
		return;
	array_each(atom, &object->commons->atoms)
		atom->symbol->atom = atom;
}

void allocate_commons(struct linker *linker)
{
	array_each(each, &linker->globals) {
		struct global *global = *each;
		struct symbol *common;

		if (!global->definition || !global->definition->common)
			continue;
		common = merge_commons(global);
		if (common->home == HOME_COMMON)
			allocate_common(linker, common);
		else
			align_in_place(common);
	}
	array_each(each, &linker->objects)
		find_commons(*each);
}

Elf64_Sym common_mark(const struct global *global)
{
	const struct symbol *symbol = global->definition;

	// A weak one needs no mark: any definition replaces it.
	if (!symbol || !symbol->common || symbol->binding == STB_WEAK)
		return (Elf64_Sym){ 0 };
	return (Elf64_Sym){
		.st_name = global->output_name,
		.st_info = ELF64_ST_INFO(STB_LOCAL, STT_COMMON),
		.st_value = common_align(symbol),
		.st_size = symbol->size,
	};
}
