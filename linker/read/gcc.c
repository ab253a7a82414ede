/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes objects of GNU tools like those of LLVM.
 *
 * GNU as up to 2.40 has its own numbers of relocation types, and adds the value S of a named symbol
 * to the field, as if a linker had run: S + A, and for calls S + A / 8 - 1 with S in bytes. Both
 * are undone in copies of the sections. Types 1 and 10 are the same in both numberings; 2 to 4 are
 * for instructions in the old one, and GCC does not use them. When an object of GNU tools has only
 * types 1 and 10, the values in the fields tell which numbering it has.
 *
 * GCC up to 12 writes BTF that contradicts ELF: all functions are static and no variable is extern.
 * So does pahole, which makes BTF from DWARF, without .BTF.ext. All versions of GCC leave offsets
 * in DATASECs open, also those of static variables. In each case ELF is right.
 *
 * Source: include/elf/bpf.h and bpf_elf_generic_reloc() in bfd/elf64-bpf.c of binutils 2.40;
 * gcc/btfout.cc of GCC 12 and 13.
 */
#define _GNU_SOURCE // memmem()
#include "gcc.h"

#include "base/integers.h"
#include "elf_records.h"
#include "insn.h"
#include "relocation.h"

// Types of binutils up to 2.40 that LLVM does not have.
enum {
	OLD_DATA_8_PCREL = 5, // the first of five
	OLD_DATA_16 = 9,      // the last
	OLD_DATA_32 = 11,
	OLD_DATA_64 = 12,
	OLD_DATA_64_PCREL = 13,
};

// A table of relocations and what it applies to.
struct relocations {
	const struct object *object;
	struct section *table;
	struct section *target;
	size_t count;
};

static bool open_relocations(const struct object *object, uint32_t shndx, struct relocations *ret)
{
	struct section *table = &object->sections[shndx];

	if (table->type != SHT_REL || !table->data || table->info >= object->section_count)
		return false;
	*ret = (struct relocations){
		.object = object,
		.table = table,
		.target = &object->sections[table->info],
		.count = table->size / sizeof(Elf64_Rel),
	};
	// Debug sections have most relocations of an object, but are dropped.
	return ret->target->role != ROLE_DROP && ret->target->role != ROLE_BTF_EXT;
}

static Elf64_Rel get_relocation(const struct relocations *from, size_t index)
{
	return rel_get(from->table->data, index, from->object->big_endian);
}

static bool is_old_number(uint64_t type)
{
	return (type >= OLD_DATA_8_PCREL && type <= OLD_DATA_16) ||
	       (type >= OLD_DATA_32 && type <= OLD_DATA_64_PCREL);
}

static uint64_t new_number(uint64_t type)
{
	if (type == OLD_DATA_32)
		return R_BPF_64_ABS32;
	return type == OLD_DATA_64 ? R_BPF_64_ABS64 : type;
}

// The value that may have been added to the field at @rel: that of a named symbol, else 0.
static uint64_t symbol_value(const struct object *object, const Elf64_Rel *rel)
{
	uint64_t symndx = ELF64_R_SYM(rel->r_info);
	const struct symbol *symbol =
		symndx < object->symbol_count ? &object->symbols[symndx] : NULL;

	// The value of a common symbol is its alignment.
	if (!symbol || symbol->type == STT_SECTION || symbol->home == HOME_COMMON)
		return 0;
	return symbol->value;
}

// Where the addend is: bytes from the relocation's offset, its size, and the bytes that must be
// there.
static const struct field {
	uint8_t at, bytes, room;
} fields[] = {
	[R_BPF_64_64] = { INSN_IMM, 4, 2 * INSN_SIZE },
	[R_BPF_64_ABS64] = { 0, 8, 8 },
	[R_BPF_64_ABS32] = { 0, 4, 4 },
	[R_BPF_64_32] = { INSN_IMM, 4, INSN_SIZE },
};

// The field of @rel, or NULL; faults are reported later.
static const struct field *find_field(const struct relocations *from, const Elf64_Rel *rel)
{
	uint64_t type = new_number(ELF64_R_TYPE(rel->r_info));
	const struct field *field;

	if (!from->target->data || type >= sizeof(fields) / sizeof(*fields))
		return NULL;
	field = &fields[type];
	if (field->room == 0 || !range_fits(rel->r_offset, field->room, from->target->size))
		return NULL;
	return field;
}

// Whether the content of the field at @rel shows that no symbol value was added: it is smaller.
static bool lacks_value(const struct relocations *from, const Elf64_Rel *rel)
{
	const struct field *field = find_field(from, rel);
	uint64_t value = symbol_value(from->object, rel);
	// The value of an absolute symbol may be any number.
	int64_t least = (int64_t)(value - (ELF64_R_TYPE(rel->r_info) == R_BPF_64_32));
	bool big_endian = from->object->big_endian;
	const uint8_t *bytes;

	if (!field || value == 0)
		return false;
	bytes = from->target->data + rel->r_offset + field->at;
	if (field->bytes == sizeof(uint64_t))
		return (int64_t)get64(bytes, big_endian) < least;
	return (int32_t)get32(bytes, big_endian) < least;
}

bool gcc_asks_for(const struct section *section)
{
	// A table that is called like this is gone when it is asked what it says.
	return section->type == SHT_PROGBITS && !strcmp(section->text_name, ".comment");
}

static bool says_gcc(const struct section *section)
{
	return gcc_asks_for(section) && section->data &&
	       memmem(section->data, section->size, "GCC: ", strlen("GCC: "));
}

// Whether GNU tools made @object. Without a .comment (-fno-ident) the alignment of .BTF tells: 4
// with clang. Without BTF, the sections .data and .bss tell: GNU as always makes them.
static bool is_by_gnu(const struct object *object)
{
	bool has_btf = false, has_empty = false;

	for (uint32_t i = 1; i < object->section_count; i++) {
		const struct section *section = &object->sections[i];
		const char *name = section->text_name;

		if (says_gcc(section) || (section->role == ROLE_BTF && section->align == 1))
			return true;
		has_btf |= section->role == ROLE_BTF;
		has_empty |=
			section->size == 0 && (!strcmp(name, ".data") || !strcmp(name, ".bss"));
	}
	return has_empty && !has_btf;
}

static bool is_translated(const struct object *object)
{
	bool values = true;
	struct relocations from;

	for (uint32_t i = 1; i < object->section_count; i++) {
		if (!open_relocations(object, i, &from))
			continue;
		for (size_t j = 0; j < from.count; j++) {
			Elf64_Rel rel = get_relocation(&from, j);

			if (is_old_number(ELF64_R_TYPE(rel.r_info)))
				return false;
			values = values && !lacks_value(&from, &rel);
		}
	}
	// Soon after binutils stopped adding values they began to write a version into e_flags.
	return !values || object->flags || !is_by_gnu(object);
}

// Copy the bytes of a section so that they can be changed.
static uint8_t *make_own(struct linker *linker, struct section *section)
{
	uint8_t *copy = arena_alloc(linker->arena, section->size);

	if (section->size)
		memcpy(copy, section->data, section->size);
	section->data = copy;
	return copy;
}

static void subtract_value(const struct relocations *from, const Elf64_Rel *rel, uint8_t *content)
{
	const struct field *field = find_field(from, rel);
	uint64_t value = symbol_value(from->object, rel);
	bool big_endian = from->object->big_endian;
	uint8_t *bytes;

	if (!field)
		return;
	bytes = content + rel->r_offset + field->at;
	if (field->bytes == sizeof(uint64_t))
		put64(bytes, get64(bytes, big_endian) - value, big_endian);
	else
		put32(bytes, get32(bytes, big_endian) - (uint32_t)value, big_endian);
	// LLVM writes 0 into the upper half, whatever the sign.
	if (ELF64_R_TYPE(rel->r_info) == R_BPF_64_64)
		put32(bytes + INSN_SIZE, 0, big_endian);
}

// Translate a table of relocations. @own has, by shndx, the copies of sections made so far.
static void translate_table(struct linker *linker, const struct relocations *from, uint8_t **own)
{
	bool big_endian = from->object->big_endian;
	uint8_t *table = make_own(linker, from->table);
	uint8_t *content = own[from->table->info];

	if (!content && from->target->data)
		content = own[from->table->info] = make_own(linker, from->target);

	for (size_t i = 0; i < from->count; i++) {
		Elf64_Rel rel = get_relocation(from, i);
		uint64_t info =
			ELF64_R_INFO(ELF64_R_SYM(rel.r_info), new_number(ELF64_R_TYPE(rel.r_info)));

		subtract_value(from, &rel, content);
		put64(table + i * sizeof(rel) + offsetof(Elf64_Rel, r_info), info, big_endian);
	}
}

void gcc_translate(struct linker *linker, const struct object *object)
{
	struct relocations from;
	uint8_t **own;

	if (is_translated(object))
		return;
	own = arena_new_array(linker->arena, uint8_t *, object->section_count);
	for (uint32_t i = 1; i < object->section_count; i++) {
		if (open_relocations(object, i, &from))
			translate_table(linker, &from, own);
	}
}

// Whether a local symbol has that name. One of a clone may also be that of a global function's.
static bool has_local(const struct scope *scope, uint32_t name)
{
	const struct symbol *symbol = scope_local(scope, name);

	return symbol && symbol->name == name;
}

void gcc_repair_linkage(const struct scope *scope)
{
	const struct object *object = scope->object;
	bool lost = !object->bare && !object->has_functions && (!object->ext || is_by_gnu(object));

	array_each(each, &object->declarations) {
		struct declaration *declaration = *each;
		const struct symbol *symbol;
		bool is_static;

		if (declaration->linkage == BTF_FUNC_EXTERN)
			continue;
		is_static = declaration->linkage == BTF_FUNC_STATIC;
		if (is_static && (declaration->kind != BTF_KIND_FUNC || !lost ||
				  has_local(scope, declaration->name)))
			continue;
		symbol = scope_global(scope, declaration->name);
		if (symbol && symbol->home == HOME_UNDEFINED)
			declaration->linkage = BTF_FUNC_EXTERN;
		else if (symbol)
			declaration->linkage = BTF_FUNC_GLOBAL;
	}
}

uint64_t gcc_static_offset(const struct scope *scope, const struct datasec *datasec,
			   const struct datasec_entry *entry)
{
	const struct symbol *symbol = scope_local(scope, entry->declaration->name);

	// With a size the offsets are final; names need not be unique then.
	if (entry->offset || datasec->size || !symbol || symbol->section != datasec->section)
		return entry->offset;
	return symbol->value;
}

bool gcc_lists_by_default(const char *datasec)
{
	return !strcmp(datasec, ".bss") || !strcmp(datasec, ".data") || !strcmp(datasec, ".rodata");
}
