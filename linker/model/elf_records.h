/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records of ELF files in either byte order. Each *_order() converts a record between the machine's
 * byte order and the file's; both directions are the same: swap all fields, or none. Each *_get()
 * reads a record from a table at any address.
 */
#ifndef BPFLD_ELF_RECORDS_H
#define BPFLD_ELF_RECORDS_H

#include <elf.h>

#include "base/integers.h"

static inline void ehdr_order(Elf64_Ehdr *header, bool big_endian)
{
	header->e_type = get16(&header->e_type, big_endian);
	header->e_machine = get16(&header->e_machine, big_endian);
	header->e_version = get32(&header->e_version, big_endian);
	header->e_entry = get64(&header->e_entry, big_endian);
	header->e_phoff = get64(&header->e_phoff, big_endian);
	header->e_shoff = get64(&header->e_shoff, big_endian);
	header->e_flags = get32(&header->e_flags, big_endian);
	header->e_ehsize = get16(&header->e_ehsize, big_endian);
	header->e_phentsize = get16(&header->e_phentsize, big_endian);
	header->e_phnum = get16(&header->e_phnum, big_endian);
	header->e_shentsize = get16(&header->e_shentsize, big_endian);
	header->e_shnum = get16(&header->e_shnum, big_endian);
	header->e_shstrndx = get16(&header->e_shstrndx, big_endian);
}

static inline void shdr_order(Elf64_Shdr *header, bool big_endian)
{
	header->sh_name = get32(&header->sh_name, big_endian);
	header->sh_type = get32(&header->sh_type, big_endian);
	header->sh_flags = get64(&header->sh_flags, big_endian);
	header->sh_addr = get64(&header->sh_addr, big_endian);
	header->sh_offset = get64(&header->sh_offset, big_endian);
	header->sh_size = get64(&header->sh_size, big_endian);
	header->sh_link = get32(&header->sh_link, big_endian);
	header->sh_info = get32(&header->sh_info, big_endian);
	header->sh_addralign = get64(&header->sh_addralign, big_endian);
	header->sh_entsize = get64(&header->sh_entsize, big_endian);
}

static inline void sym_order(Elf64_Sym *symbol, bool big_endian)
{
	symbol->st_name = get32(&symbol->st_name, big_endian);
	symbol->st_shndx = get16(&symbol->st_shndx, big_endian);
	symbol->st_value = get64(&symbol->st_value, big_endian);
	symbol->st_size = get64(&symbol->st_size, big_endian);
}

static inline void rel_order(Elf64_Rel *relocation, bool big_endian)
{
	relocation->r_offset = get64(&relocation->r_offset, big_endian);
	relocation->r_info = get64(&relocation->r_info, big_endian);
}

// Record @index of a table in a file, which need not be aligned.

static inline Elf64_Shdr shdr_get(const void *table, size_t index, bool big_endian)
{
	Elf64_Shdr header;

	memcpy(&header, (const char *)table + index * sizeof(header), sizeof(header));
	shdr_order(&header, big_endian);
	return header;
}

static inline Elf64_Sym sym_get(const void *table, size_t index, bool big_endian)
{
	Elf64_Sym symbol;

	memcpy(&symbol, (const char *)table + index * sizeof(symbol), sizeof(symbol));
	sym_order(&symbol, big_endian);
	return symbol;
}

static inline Elf64_Rel rel_get(const void *table, size_t index, bool big_endian)
{
	Elf64_Rel relocation;

	memcpy(&relocation, (const char *)table + index * sizeof(relocation), sizeof(relocation));
	rel_order(&relocation, big_endian);
	return relocation;
}

#endif
