/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sections, symbols and relocations: what the gABI says of a relocatable object, and what BPF
 * loaders add to it.
 *
 * Source: gABI chapters "Sections", "Symbol Table", "Relocation"; libbpf's bpf_object__open() for
 * what it looks for.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "subject.h"

static void check_section(const struct subject *subject, const struct subject_section *section)
{
	const GElf_Shdr *header = &section->header;
	uint64_t align = header->sh_addralign;

	if (align & (align - 1))
		complain(subject, "section %s: alignment %lu is no power of two", section->name,
			 align);
	if (header->sh_flags & SHF_GROUP)
		complain(subject, "section %s is still in a group", section->name);
	if (subject_is_code(section) && header->sh_size % 8)
		complain_of_input(subject, "section %s: size %lu is no multiple of 8",
				  section->name, header->sh_size);
	if (subject_is_code(section) && !header->sh_size)
		complain_of_input(subject, "section %s is empty", section->name);
	if (header->sh_type != SHT_NOBITS && section->size != header->sh_size)
		complain(subject, "section %s: %zu of %lu bytes in the file", section->name,
			 section->size, header->sh_size);
	if (subject_find_section(subject, section->name) != section)
		complain(subject, "two sections %s", section->name);
}

static void check_rel_section(const struct subject *subject, const struct subject_section *section)
{
	const struct subject_section *place = &subject->sections[section->header.sh_info];
	const GElf_Shdr *header = &section->header;

	if (strncmp(section->name, ".rel", 4) || strcmp(section->name + 4, place->name))
		complain(subject, "%s changes %s", section->name, place->name);
	if (header->sh_link != subject->symtab)
		complain(subject, "%s: sh_link %u is not the symbol table", section->name,
			 header->sh_link);
	if (!(header->sh_flags & SHF_INFO_LINK))
		complain(subject, "%s lacks SHF_INFO_LINK", section->name);
	if (header->sh_entsize != sizeof(Elf64_Rel) || header->sh_size % sizeof(Elf64_Rel))
		complain(subject, "%s: entry size %lu, size %lu", section->name, header->sh_entsize,
			 header->sh_size);
	if (header->sh_addralign != 8)
		complain(subject, "%s: alignment %lu", section->name, header->sh_addralign);
	if (!header->sh_size)
		complain(subject, "%s is empty", section->name);
}

// The null symbol, then locals, then the others; sh_info says where these begin.
static void check_symbol_order(const struct subject *subject)
{
	static const struct subject_symbol null_symbol;
	const GElf_Shdr *header = &subject->sections[subject->symtab].header;
	const struct subject_symbol *first = subject->symbols;
	size_t locals = 0;

	if (!subject->symbol_count || *first->name || first->value || first->size || first->shndx ||
	    first->bind || first->type != null_symbol.type)
		complain(subject, "symbol 0 is not the null symbol");
	while (locals < subject->symbol_count && subject->symbols[locals].bind == STB_LOCAL)
		locals++;
	if (header->sh_info != locals)
		complain(subject, "symbol table: sh_info %u, first non-local symbol %zu",
			 header->sh_info, locals);
	for (size_t i = locals; i < subject->symbol_count; i++)
		if (subject->symbols[i].bind == STB_LOCAL)
			complain(subject, "local symbol %s after a global one",
				 subject->symbols[i].name);
	if (header->sh_addralign != 8)
		complain(subject, "symbol table: alignment %lu", header->sh_addralign);
}

static void check_defined(const struct subject *subject, const struct subject_symbol *symbol)
{
	const struct subject_section *home = subject_home(subject, symbol);

	if (!home) {
		if (symbol->shndx == SHN_COMMON)
			complain(subject, "symbol %s is common: libbpf refuses it", symbol->name);
		else if (symbol->shndx != SHN_ABS)
			complain(subject, "symbol %s: no section %u", symbol->name, symbol->shndx);
		return;
	}
	if (symbol->value > home->header.sh_size ||
	    symbol->size > home->header.sh_size - symbol->value)
		complain(subject, "symbol %s: [%#lx, +%#lx) is beyond section %s", symbol->name,
			 symbol->value, symbol->size, home->name);
	if (symbol->type == STT_SECTION && (symbol->value || symbol->bind != STB_LOCAL))
		complain(subject, "section symbol of %s: value %#lx, binding %u", home->name,
			 symbol->value, symbol->bind);
	if (symbol->type == STT_NOTYPE && symbol->bind != STB_LOCAL)
		complain_of_input(subject, "symbol %s is defined without a type", symbol->name);
	if (symbol->type != STT_FUNC)
		return;
	if (!subject_is_code(home))
		complain_of_input(subject, "function %s is in section %s", symbol->name,
				  home->name);
	if (!symbol->size || symbol->size % 8 || symbol->value % 8)
		complain_of_input(subject, "function %s: offset %#lx, size %#lx", symbol->name,
				  symbol->value, symbol->size);
	if (symbol->bind == STB_LOCAL && strcmp(home->name, ".text"))
		complain_of_input(subject,
				  "static function %s in %s: libbpf takes it for a program",
				  symbol->name, home->name);
}

static void check_undefined(const struct subject *subject, const struct subject_symbol *symbol)
{
	if (symbol->bind == STB_LOCAL)
		complain(subject, "local symbol %s is undefined", symbol->name);
	if (symbol->type != STT_NOTYPE || symbol->size || symbol->value)
		complain(subject, "undefined symbol %s: type %u, size %#lx, value %#lx",
			 symbol->name, symbol->type, symbol->size, symbol->value);
}

static void check_symbol(const struct subject *subject, const struct subject_symbol *symbol)
{
	if (symbol->bind > STB_WEAK)
		complain(subject, "symbol %s: binding %u", symbol->name, symbol->bind);
	// An absolute local one says which variable is a tentative definition.
	if (symbol->type > STT_FILE &&
	    !(symbol->type == STT_COMMON && symbol->bind == STB_LOCAL && symbol->shndx == SHN_ABS))
		complain_of_input(subject, "symbol %s: type %u", symbol->name, symbol->type);
	if (symbol->bind != STB_LOCAL && subject_find_global(subject, symbol->name) != symbol)
		complain(subject, "two non-local symbols %s", symbol->name);
	if (symbol->shndx == SHN_UNDEF)
		check_undefined(subject, symbol);
	else
		check_defined(subject, symbol);
}

static void check_section_symbols(const struct subject *subject)
{
	bool *seen = calloc(subject->section_count + 1, sizeof(*seen));

	for (size_t i = 1; i < subject->symbol_count; i++) {
		const struct subject_symbol *symbol = &subject->symbols[i];

		if (symbol->type != STT_SECTION || !subject_home(subject, symbol))
			continue;
		if (seen[symbol->shndx])
			complain(subject, "two section symbols of section %u", symbol->shndx);
		seen[symbol->shndx] = true;
	}
	free(seen);
}

// Where a map value or a struct_ops member points to, libbpf reads from the symbol alone.
static bool needs_named_targets(const struct subject_section *place)
{
	return !strcmp(place->name, ".maps") || strstr(place->name, ".struct_ops");
}

static void check_code_reloc(const struct subject *subject, const struct subject_reloc *reloc)
{
	const struct subject_section *place = &subject->sections[reloc->place];
	struct subject_insn insn = subject_insn_at(subject, place, reloc->offset);
	bool is_call = insn.code == OP_CALL && insn.src == 1;

	if (!(reloc->type == R_64_64 && insn.code == OP_LD_IMM64) &&
	    !(reloc->type == R_64_32 && is_call))
		complain_of_input(subject, "%s+%#lx: relocation type %u on opcode %#x", place->name,
				  reloc->offset, reloc->type, insn.code);
	if (insn.code == OP_LD_IMM64 && insn.src)
		complain_of_input(subject, "%s+%#lx: relocated ld_imm64 has source register %u",
				  place->name, reloc->offset, insn.src);
	if (!subject_function_around(subject, reloc->place, reloc->offset) &&
	    !(subject->flags & CHECK_CODE_GAPS))
		complain_of_input(subject, "%s+%#lx: relocation outside of any function",
				  place->name, reloc->offset);
}

static void check_data_reloc(const struct subject *subject, const struct subject_reloc *reloc)
{
	const struct subject_section *place = &subject->sections[reloc->place];
	const struct subject_symbol *symbol = &subject->symbols[reloc->symndx];
	const struct subject_section *home = subject_home(subject, symbol);
	uint64_t addend;

	if (reloc->type != R_64_ABS64)
		complain_of_input(subject, "%s+%#lx: relocation type %u in data", place->name,
				  reloc->offset, reloc->type);
	if (symbol->type == STT_SECTION && needs_named_targets(place))
		complain_of_input(subject, "%s+%#lx: libbpf needs a named target", place->name,
				  reloc->offset);
	if (symbol->type != STT_SECTION || !place->data || !home)
		return;
	addend = subject_read64(subject, place->data + reloc->offset);
	if (addend > home->header.sh_size)
		complain_of_input(subject, "%s+%#lx: points to %s+%#lx, beyond its end",
				  place->name, reloc->offset, home->name, addend);
}

// The bytes that relocations of @place may be about: those of a compressed section are of its
// content.
static uint64_t relocated_size(const struct subject *subject, const struct subject_section *place)
{
	if (!(place->header.sh_flags & SHF_COMPRESSED) || !place->data ||
	    place->size < sizeof(Elf64_Chdr))
		return place->size;
	return subject_read64(subject, place->data + offsetof(Elf64_Chdr, ch_size));
}

static void check_reloc(const struct subject *subject, const struct subject_reloc *reloc)
{
	const struct subject_section *place = &subject->sections[reloc->place];
	bool is_data = place->header.sh_flags & SHF_ALLOC && !subject_is_code(place);
	uint64_t size = relocated_size(subject, place);
	size_t width = reloc->type == R_64_ABS32 || reloc->type == R_64_NODYLD32 ? 4 : 8;

	if (reloc->symndx == 0 || reloc->symndx >= subject->symbol_count) {
		complain(subject, "%s+%#lx: relocation against symbol %u of %zu", place->name,
			 reloc->offset, reloc->symndx, subject->symbol_count);
		return;
	}
	if (reloc->offset > size || size - reloc->offset < width ||
	    (subject_is_code(place) && reloc->offset % 8)) {
		complain(subject, "%s+%#lx: relocation outside of the section or misplaced",
			 place->name, reloc->offset);
		return;
	}
	if (subject_reloc_at(subject, reloc->place, reloc->offset) != reloc)
		complain(subject, "%s+%#lx: two relocations", place->name, reloc->offset);
	if (subject_is_code(place))
		check_code_reloc(subject, reloc);
	else if (is_data)
		check_data_reloc(subject, reloc);
}

static void check_license(const struct subject *subject)
{
	const struct subject_section *license = subject_find_section(subject, "license");
	const struct subject_section *version = subject_find_section(subject, "version");

	if (license && (!license->size || license->data[license->size - 1]))
		complain_of_input(subject, "license is not a string");
	if (version && version->size != 4)
		complain_of_input(subject, "version has %zu bytes", version->size);
}

void check_elf(const struct subject *subject)
{
	for (size_t i = 1; i < subject->section_count; i++) {
		check_section(subject, &subject->sections[i]);
		if (subject->sections[i].header.sh_type == SHT_REL)
			check_rel_section(subject, &subject->sections[i]);
	}
	check_symbol_order(subject);
	for (size_t i = 1; i < subject->symbol_count; i++)
		check_symbol(subject, &subject->symbols[i]);
	check_section_symbols(subject);
	for (size_t i = 0; i < subject->reloc_count; i++)
		check_reloc(subject, &subject->relocs[i]);
	check_license(subject);
}
