/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BPF ELF objects in memory for tests, in either byte order, right or deliberately wrong.
 *
 *	struct elf_object object = elf_object_begin(&arena, false);
 *	uint32_t text = elf_object_section(&object, ".text", SHT_PROGBITS, SHF_ALLOC, 8);
 *
 *	elf_object_bytes(&object, text, code, sizeof(code));
 *	elf_object_symbol(&object, "f", STB_GLOBAL, STT_FUNC, text, 0, sizeof(code));
 *	image = elf_object_finish(&object);
 *	elf_object_poke(&object, image, ELF_SECTION(text, sh_size), 1 << 20);
 *
 * Nothing is checked: any index, offset or size goes in as it is. elf_text.h is shorter where the
 * object is right.
 */
#ifndef BPFLD_TESTS_ELF_OBJECT_H
#define BPFLD_TESTS_ELF_OBJECT_H

#include <elf.h>

#include "base/array.h"

struct elf_object_section {
	const char *name;
	Elf64_Shdr header; // sh_name, sh_offset and sh_size are set by elf_object_finish()
	ARRAY(uint8_t) bytes;
	uint64_t nobits;    // the size of an SHT_NOBITS section
	uint32_t relocator; // shndx of its relocation section; 0: none
};

struct elf_object {
	struct arena *arena;
	bool big_endian;
	Elf64_Ehdr header;
	ARRAY(struct elf_object_section) sections; // by shndx; the tables are added at the end
	ARRAY(Elf64_Sym) symbols;                  // by symndx
	ARRAY(char) names;                         // of symbols and sections
	uint32_t symtab;                           // shndx, after elf_object_finish()
};

struct elf_object elf_object_begin(struct arena *arena, bool big_endian);

/** A new section; returns its shndx. */
uint32_t elf_object_section(struct elf_object *object, const char *name, uint32_t type,
			    uint64_t flags, uint64_t align);

/** Append to a section. */
void elf_object_bytes(struct elf_object *object, uint32_t shndx, const void *data, size_t size);

/** Append an integer of @bytes bytes in the object's byte order. */
void elf_object_integer(struct elf_object *object, uint32_t shndx, size_t bytes, uint64_t value);

/** Bytes that are in a section so far. */
uint64_t elf_object_size(const struct elf_object *object, uint32_t shndx);

/** A new symbol; returns its symndx. */
uint32_t elf_object_symbol(struct elf_object *object, const char *name, uint8_t binding,
			   uint8_t type, uint32_t shndx, uint64_t value, uint64_t size);

/** The symbol of section @shndx, made when it is first wanted. */
uint32_t elf_object_section_symbol(struct elf_object *object, uint32_t shndx);

/** A relocation of byte @offset of section @shndx. */
void elf_object_relocation(struct elf_object *object, uint32_t shndx, uint64_t offset,
			   uint32_t type, uint32_t symndx);

/** The file, in memory that the caller may change. */
struct str elf_object_finish(struct elf_object *object);

enum elf_record {
	ELF_RECORD_HEADER,
	ELF_RECORD_SECTION, // header of section `index`
	ELF_RECORD_SYMBOL,  // symbol `index`
	ELF_RECORD_CONTENT, // bytes of section `index`
};

// An integer of a finished object.
struct elf_field {
	enum elf_record record;
	uint32_t index;
	size_t offset; // in the record
	size_t bytes;
};

#define ELF_FIELD(record, index, type, member)                                                     \
	{                                                                                          \
		record, index, offsetof(type, member), sizeof(((type *)NULL)->member)              \
	}
#define ELF_HEADER(member)         ELF_FIELD(ELF_RECORD_HEADER, 0, Elf64_Ehdr, member)
#define ELF_SECTION(shndx, member) ELF_FIELD(ELF_RECORD_SECTION, shndx, Elf64_Shdr, member)
#define ELF_SYMBOL(symndx, member) ELF_FIELD(ELF_RECORD_SYMBOL, symndx, Elf64_Sym, member)

/** Replace an integer of the finished @image. */
void elf_object_poke(const struct elf_object *object, struct str image, struct elf_field field,
		     uint64_t value);

#endif
