/* SPDX-License-Identifier: BSD-2-Clause */
#include "elf_object.h"

#include <stdlib.h>

static uint32_t add_name(struct elf_object *object, const char *name)
{
	uint32_t offset = (uint32_t)object->names.count;
	size_t size = strlen(name) + 1;

	for (size_t i = 0; i < size; i++)
		*array_add(object->arena, &object->names) = name[i];
	return offset;
}

struct elf_object elf_object_begin(struct arena *arena, bool big_endian)
{
	struct elf_object object = {
		.arena = arena,
		.big_endian = big_endian,
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
				     big_endian ? ELFDATA2MSB : ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_REL,
			.e_machine = EM_BPF,
			.e_version = EV_CURRENT,
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_shentsize = sizeof(Elf64_Shdr),
		},
	};

	add_name(&object, "");
	elf_object_section(&object, "", SHT_NULL, 0, 0);
	elf_object_symbol(&object, "", STB_LOCAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	return object;
}

uint32_t elf_object_section(struct elf_object *object, const char *name, uint32_t type,
			    uint64_t flags, uint64_t align)
{
	*array_add(object->arena, &object->sections) = (struct elf_object_section){
		.name = name,
		.header = { .sh_type = type, .sh_flags = flags, .sh_addralign = align },
	};
	return (uint32_t)object->sections.count - 1;
}

void elf_object_bytes(struct elf_object *object, uint32_t shndx, const void *data, size_t size)
{
	struct elf_object_section *section = &object->sections.items[shndx];

	for (size_t i = 0; i < size; i++)
		*array_add(object->arena, &section->bytes) = ((const uint8_t *)data)[i];
}

static void put(const struct elf_object *object, uint8_t *at, size_t bytes, uint64_t value)
{
	for (size_t i = 0; i < bytes; i++)
		at[object->big_endian ? bytes - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

void elf_object_integer(struct elf_object *object, uint32_t shndx, size_t bytes, uint64_t value)
{
	uint8_t integer[8];

	put(object, integer, bytes, value);
	elf_object_bytes(object, shndx, integer, bytes);
}

uint64_t elf_object_size(const struct elf_object *object, uint32_t shndx)
{
	return object->sections.items[shndx].bytes.count + object->sections.items[shndx].nobits;
}

uint32_t elf_object_symbol(struct elf_object *object, const char *name, uint8_t binding,
			   uint8_t type, uint32_t shndx, uint64_t value, uint64_t size)
{
	*array_add(object->arena, &object->symbols) = (Elf64_Sym){
		.st_name = *name ? add_name(object, name) : 0,
		.st_info = ELF64_ST_INFO(binding, type),
		.st_shndx = (Elf64_Half)shndx,
		.st_value = value,
		.st_size = size,
	};
	return (uint32_t)object->symbols.count - 1;
}

uint32_t elf_object_section_symbol(struct elf_object *object, uint32_t shndx)
{
	for (uint32_t i = 1; i < object->symbols.count; i++) {
		const Elf64_Sym *symbol = &object->symbols.items[i];

		if (ELF64_ST_TYPE(symbol->st_info) == STT_SECTION && symbol->st_shndx == shndx)
			return i;
	}
	return elf_object_symbol(object, "", STB_LOCAL, STT_SECTION, shndx, 0, 0);
}

static uint32_t relocator(struct elf_object *object, uint32_t shndx)
{
	struct elf_object_section *section = &object->sections.items[shndx];
	char *name = arena_format(object->arena, ".rel%s", section->name);
	uint32_t made;

	if (section->relocator)
		return section->relocator;
	made = elf_object_section(object, name, SHT_REL, SHF_INFO_LINK, 8);
	object->sections.items[made].header.sh_info = shndx;
	object->sections.items[made].header.sh_entsize = sizeof(Elf64_Rel);
	object->sections.items[shndx].relocator = made;
	return made;
}

void elf_object_relocation(struct elf_object *object, uint32_t shndx, uint64_t offset,
			   uint32_t type, uint32_t symndx)
{
	uint32_t table = relocator(object, shndx);

	elf_object_integer(object, table, 8, offset);
	elf_object_integer(object, table, 8, ELF64_R_INFO((uint64_t)symndx, type));
}

// Write a record as the integers that it is made of; @sizes ends with a 0.
static void put_record(const struct elf_object *object, uint8_t *at, const void *record,
		       const uint8_t *sizes)
{
	const uint8_t *from = record;

	for (; *sizes; from += *sizes, at += *sizes, sizes++) {
		uint64_t value = 0;

		for (size_t i = 0; i < *sizes; i++)
			value |= (uint64_t)from[__BYTE_ORDER == __BIG_ENDIAN ? *sizes - 1 - i : i]
				 << 8 * i;
		put(object, at, *sizes, value);
	}
}

static void add_tables(struct elf_object *object)
{
	static const uint8_t layout[] = { 4, 1, 1, 2, 8, 8, 0 };
	uint32_t symtab = elf_object_section(object, ".symtab", SHT_SYMTAB, 0, 8);
	uint32_t strtab = elf_object_section(object, ".strtab", SHT_STRTAB, 0, 1);
	uint32_t locals = 0;

	array_each(symbol, &object->symbols) {
		uint8_t bytes[sizeof(*symbol)];

		locals += ELF64_ST_BIND(symbol->st_info) == STB_LOCAL;
		put_record(object, bytes, symbol, layout);
		elf_object_bytes(object, symtab, bytes, sizeof(bytes));
	}
	object->symtab = symtab;
	object->header.e_shstrndx = (Elf64_Half)strtab;
	object->header.e_shnum = (Elf64_Half)object->sections.count;
	array_each(section, &object->sections) {
		section->header.sh_name = *section->name ? add_name(object, section->name) : 0;
		if (section->header.sh_type == SHT_REL || section->header.sh_type == SHT_GROUP)
			section->header.sh_link = symtab;
	}
	object->sections.items[symtab].header.sh_link = strtab;
	object->sections.items[symtab].header.sh_info = locals;
	object->sections.items[symtab].header.sh_entsize = sizeof(Elf64_Sym);
	elf_object_bytes(object, strtab, object->names.items, object->names.count);
}

// What the header has no room for is in the null section: gABI, "ELF Header".
static void extend_header(struct elf_object *object)
{
	Elf64_Shdr *null = &object->sections.items[0].header;
	uint32_t count = (uint32_t)object->sections.count;

	if (count >= SHN_LORESERVE) {
		object->header.e_shnum = 0;
		object->sections.items[0].nobits = count;
	}
	if (count - 1 >= SHN_LORESERVE) {
		object->header.e_shstrndx = SHN_XINDEX;
		null->sh_link = count - 1;
	}
}

struct str elf_object_finish(struct elf_object *object)
{
	static const uint8_t header[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
					  1, 2, 2, 4, 8, 8, 8, 4, 2, 2, 2, 2, 2, 2, 0 };
	static const uint8_t section_header[] = { 4, 4, 8, 8, 8, 8, 4, 4, 8, 8, 0 };
	uint64_t end = sizeof(Elf64_Ehdr);
	uint8_t *image;

	add_tables(object);
	extend_header(object);
	array_each(section, &object->sections) {
		section->header.sh_offset = end = (end + 7) & ~UINT64_C(7);
		section->header.sh_size = section->bytes.count + section->nobits;
		end += section->bytes.count;
	}
	object->header.e_shoff = end = (end + 7) & ~UINT64_C(7);
	end += object->sections.count * sizeof(Elf64_Shdr);
	image = arena_alloc(object->arena, end);
	put_record(object, image, &object->header, header);
	for (size_t i = 0; i < object->sections.count; i++) {
		struct elf_object_section *section = &object->sections.items[i];

		put_record(object, image + object->header.e_shoff + i * sizeof(Elf64_Shdr),
			   &section->header, section_header);
		if (section->bytes.count)
			memcpy(image + section->header.sh_offset, section->bytes.items,
			       section->bytes.count);
	}
	return (struct str){ (const char *)image, end };
}

static uint64_t record_offset(const struct elf_object *object, struct elf_field field)
{
	switch (field.record) {
	case ELF_RECORD_HEADER:
		return 0;
	case ELF_RECORD_SECTION:
		return object->header.e_shoff + field.index * sizeof(Elf64_Shdr);
	case ELF_RECORD_SYMBOL:
		return object->sections.items[object->symtab].header.sh_offset +
		       field.index * sizeof(Elf64_Sym);
	case ELF_RECORD_CONTENT:
		return object->sections.items[field.index].header.sh_offset;
	}
	abort();
}

void elf_object_poke(const struct elf_object *object, struct str image, struct elf_field field,
		     uint64_t value)
{
	put(object, (uint8_t *)image.data + record_offset(object, field) + field.offset,
	    field.bytes, value);
}
