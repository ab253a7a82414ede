/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object that the checks (check_*.c) and comparisons (compare*.c) look at, read once through
 * libelf and libbpf. Only they include this.
 */
#ifndef BPFLD_TESTS_SUBJECT_H
#define BPFLD_TESTS_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <bpf/btf.h>
#include <gelf.h>

#include "check.h"

struct subject_section {
	const char *name;
	GElf_Shdr header;
	const uint8_t *data; // NULL when the file holds no bytes for it
	size_t size;         // of data; header.sh_size counts NOBITS too
};

struct subject_symbol {
	const char *name;
	uint64_t value;
	uint64_t size;
	uint16_t shndx;
	uint8_t bind;
	uint8_t type;
	uint8_t visibility;
};

struct subject_reloc {
	uint64_t offset;
	uint32_t symndx;
	uint32_t type;
	uint32_t place; // shndx of the section it changes
};

struct subject {
	FILE *report;
	unsigned int flags;
	Elf *elf;
	bool big_endian;
	GElf_Ehdr header;
	struct subject_section *sections; // by shndx
	size_t section_count;
	struct subject_symbol *symbols; // by symndx
	size_t symbol_count;
	uint32_t symtab;              // shndx; 0 when there is none
	struct subject_reloc *relocs; // by place and offset
	size_t reloc_count;
	struct subject_section **sections_by_name;
	struct subject_symbol **globals_by_name; // not local ones
	size_t global_count;
	struct btf *btf; // NULL when there is none
};

// BPF relocation types, Documentation/bpf/llvm_reloc.rst.
enum { R_64_64 = 1, R_64_ABS64 = 2, R_64_ABS32 = 3, R_64_NODYLD32 = 4, R_64_32 = 10 };

// Opcodes, include/uapi/linux/bpf.h.
enum { OP_LD_IMM64 = 0x18, OP_CALL = 0x85, OP_MOV_IMM = 0xb7 };

/** One instruction slot in the machine's byte order. */
struct subject_insn {
	uint8_t code;
	uint8_t src;
	int16_t off;
	int32_t imm;
};

/**
 * Read the object in @image, which must stay, into a subject that has nothing but report and flags.
 * @return false when it cannot be read; the report says why. subject_deinit() is due in any case.
 */
bool subject_init(struct subject *subject, const void *image, size_t size);
void subject_deinit(struct subject *subject);

__attribute__((format(printf, 2, 3))) void complain(const struct subject *subject,
						    const char *format, ...);

/** complain(), of what a wrong input brings with it: nothing where inputs may be wrong. */
__attribute__((format(printf, 2, 3))) void complain_of_input(const struct subject *subject,
							     const char *format, ...);

uint32_t subject_read32(const struct subject *subject, const uint8_t *bytes);
uint64_t subject_read64(const struct subject *subject, const uint8_t *bytes);

/** @offset must be a multiple of 8 that leaves 8 bytes in @section. */
struct subject_insn subject_insn_at(const struct subject *subject,
				    const struct subject_section *section, uint64_t offset);

/** The section of that name, NULL when there is none. */
const struct subject_section *subject_find_section(const struct subject *subject, const char *name);

static inline uint32_t subject_shndx(const struct subject *subject,
				     const struct subject_section *section)
{
	return (uint32_t)(section - subject->sections);
}

static inline bool subject_is_code(const struct subject_section *section)
{
	return section->header.sh_type == SHT_PROGBITS && section->header.sh_flags & SHF_EXECINSTR;
}

/** The function that starts at @offset, NULL when none does. */
const struct subject_symbol *subject_function_at(const struct subject *subject, uint32_t shndx,
						 uint64_t offset);

/** The function around @offset, NULL when there is none. */
const struct subject_symbol *subject_function_around(const struct subject *subject, uint32_t shndx,
						     uint64_t offset);

/** The variable or function around @offset, NULL when there is none. */
const struct subject_symbol *subject_symbol_around(const struct subject *subject, uint32_t shndx,
						   uint64_t offset);

/** The first relocation of the field at @offset, NULL when it has none. */
const struct subject_reloc *subject_reloc_at(const struct subject *subject, uint32_t shndx,
					     uint64_t offset);

/** The global, weak or undefined symbol of that name, NULL when there is none. */
const struct subject_symbol *subject_find_global(const struct subject *subject, const char *name);

/** The section where @symbol is defined; NULL for an undefined, absolute or common one. */
static inline const struct subject_section *subject_home(const struct subject *subject,
							 const struct subject_symbol *symbol)
{
	if (symbol->shndx == SHN_UNDEF || symbol->shndx >= subject->section_count)
		return NULL;
	return &subject->sections[symbol->shndx];
}

/** The name of type @type_id, "" when it has none. */
const char *subject_type_name(const struct subject *subject, uint32_t type_id);

// The checks, each in the file of its name.
void check_elf(const struct subject *subject);
void check_code(const struct subject *subject);
void check_btf(const struct subject *subject);
void check_btf_ext(const struct subject *subject);

// list_references().
void print_references(const struct subject *subject);

#endif
