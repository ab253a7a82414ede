/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading reports what makes an object unreadable; all else is left to those who look at it, so
 * that one run lists all problems.
 */
#include "subject.h"

#include <endian.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

void complain(const struct subject *subject, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(subject->report, format, args);
	va_end(args);
	fputc('\n', subject->report);
}

void complain_of_input(const struct subject *subject, const char *format, ...)
{
	va_list args;

	if (subject->flags & CHECK_ANY_INPUT)
		return;
	va_start(args, format);
	vfprintf(subject->report, format, args);
	va_end(args);
	fputc('\n', subject->report);
}

uint32_t subject_read32(const struct subject *subject, const uint8_t *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return subject->big_endian ? be32toh(value) : le32toh(value);
}

uint64_t subject_read64(const struct subject *subject, const uint8_t *bytes)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof(value));
	return subject->big_endian ? be64toh(value) : le64toh(value);
}

struct subject_insn subject_insn_at(const struct subject *subject,
				    const struct subject_section *section, uint64_t offset)
{
	const uint8_t *bytes = section->data + offset;
	uint16_t off;

	memcpy(&off, bytes + 2, sizeof(off));
	// The two register numbers swap their halves of the byte with the byte order.
	return (struct subject_insn){
		.code = bytes[0],
		.src = subject->big_endian ? bytes[1] & 0xf : bytes[1] >> 4,
		.off = (int16_t)(subject->big_endian ? be16toh(off) : le16toh(off)),
		.imm = (int32_t)subject_read32(subject, bytes + 4),
	};
}

// Of equal names the first comes first.
static int compare_sections(const void *a, const void *b)
{
	const struct subject_section *x = *(struct subject_section *const *)a;
	const struct subject_section *y = *(struct subject_section *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x > y) - (x < y);
}

static int compare_symbols(const void *a, const void *b)
{
	const struct subject_symbol *x = *(struct subject_symbol *const *)a;
	const struct subject_symbol *y = *(struct subject_symbol *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x > y) - (x < y);
}

static void index_names(struct subject *subject)
{
	subject->sections_by_name = calloc(subject->section_count + 1, sizeof(void *));
	for (size_t i = 1; i < subject->section_count; i++)
		subject->sections_by_name[i - 1] = &subject->sections[i];
	if (subject->section_count)
		qsort(subject->sections_by_name, subject->section_count - 1, sizeof(void *),
		      compare_sections);
	subject->globals_by_name = calloc(subject->symbol_count + 1, sizeof(void *));
	for (size_t i = 1; i < subject->symbol_count; i++)
		if (subject->symbols[i].bind != STB_LOCAL)
			subject->globals_by_name[subject->global_count++] = &subject->symbols[i];
	qsort(subject->globals_by_name, subject->global_count, sizeof(void *), compare_symbols);
}

const struct subject_section *subject_find_section(const struct subject *subject, const char *name)
{
	size_t count = subject->section_count ? subject->section_count - 1 : 0;
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(subject->sections_by_name[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && !strcmp(subject->sections_by_name[low]->name, name)
		       ? subject->sections_by_name[low]
		       : NULL;
}

const struct subject_symbol *subject_function_at(const struct subject *subject, uint32_t shndx,
						 uint64_t offset)
{
	for (size_t i = 0; i < subject->symbol_count; i++) {
		const struct subject_symbol *symbol = &subject->symbols[i];

		if (symbol->type == STT_FUNC && symbol->shndx == shndx && symbol->value == offset)
			return symbol;
	}
	return NULL;
}

const struct subject_symbol *subject_function_around(const struct subject *subject, uint32_t shndx,
						     uint64_t offset)
{
	for (size_t i = 0; i < subject->symbol_count; i++) {
		const struct subject_symbol *symbol = &subject->symbols[i];

		if (symbol->type == STT_FUNC && symbol->shndx == shndx && offset >= symbol->value &&
		    offset - symbol->value < symbol->size)
			return symbol;
	}
	return NULL;
}

const struct subject_symbol *subject_symbol_around(const struct subject *subject, uint32_t shndx,
						   uint64_t offset)
{
	for (size_t i = 1; i < subject->symbol_count; i++) {
		const struct subject_symbol *symbol = &subject->symbols[i];

		if (symbol->shndx == shndx && offset >= symbol->value &&
		    offset - symbol->value < symbol->size)
			return symbol;
	}
	return NULL;
}

static int compare_relocs(const void *a, const void *b)
{
	const struct subject_reloc *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->offset != y->offset ? (x->offset < y->offset ? -1 : 1) : 0;
}

const struct subject_reloc *subject_reloc_at(const struct subject *subject, uint32_t shndx,
					     uint64_t offset)
{
	const struct subject_reloc key = { .place = shndx, .offset = offset };
	size_t low = 0, high = subject->reloc_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_relocs(&subject->relocs[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < subject->reloc_count && !compare_relocs(&subject->relocs[low], &key)
		       ? &subject->relocs[low]
		       : NULL;
}

const struct subject_symbol *subject_find_global(const struct subject *subject, const char *name)
{
	size_t low = 0, high = subject->global_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(subject->globals_by_name[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < subject->global_count && !strcmp(subject->globals_by_name[low]->name, name)
		       ? subject->globals_by_name[low]
		       : NULL;
}

const char *subject_type_name(const struct subject *subject, uint32_t type_id)
{
	const struct btf_type *type = btf__type_by_id(subject->btf, type_id);
	const char *name = type ? btf__name_by_offset(subject->btf, type->name_off) : NULL;

	return name ? name : "";
}

static bool read_sections(struct subject *subject, Elf *elf)
{
	size_t names;

	if (elf_getshdrnum(elf, &subject->section_count) || elf_getshdrstrndx(elf, &names)) {
		complain(subject, "no section headers: %s", elf_errmsg(-1));
		return false;
	}
	subject->sections = calloc(subject->section_count + 1, sizeof(*subject->sections));
	for (size_t i = 0; i < subject->section_count; i++) {
		struct subject_section *section = &subject->sections[i];
		Elf_Scn *scn = elf_getscn(elf, i);
		Elf_Data *data = i ? elf_rawdata(scn, NULL) : NULL;

		section->name = "";
		if (!gelf_getshdr(scn, &section->header)) {
			complain(subject, "section %zu: %s", i, elf_errmsg(-1));
			return false;
		}
		if (i)
			section->name = elf_strptr(elf, names, section->header.sh_name);
		if (!section->name) {
			complain(subject, "section %zu has no valid name", i);
			return false;
		}
		if (data && data->d_buf && section->header.sh_type != SHT_NOBITS) {
			section->data = data->d_buf;
			section->size = data->d_size;
		}
		if (section->header.sh_type == SHT_SYMTAB) {
			if (subject->symtab)
				complain(subject, "two symbol tables");
			subject->symtab = (uint32_t)i;
		}
	}
	return true;
}

static bool read_symbols(struct subject *subject, Elf *elf)
{
	const GElf_Shdr *header = &subject->sections[subject->symtab].header;
	Elf_Data *data;

	if (!subject->symtab) {
		complain(subject, "no symbol table");
		return false;
	}
	data = elf_getdata(elf_getscn(elf, subject->symtab), NULL);
	if (!data || header->sh_entsize != sizeof(Elf64_Sym)) {
		complain(subject, "bad symbol table");
		return false;
	}
	subject->symbol_count = data->d_size / sizeof(Elf64_Sym);
	subject->symbols = calloc(subject->symbol_count + 1, sizeof(*subject->symbols));
	for (size_t i = 0; i < subject->symbol_count; i++) {
		struct subject_symbol *symbol = &subject->symbols[i];
		GElf_Sym elf_symbol;

		gelf_getsym(data, (int)i, &elf_symbol);
		symbol->name = elf_strptr(elf, header->sh_link, elf_symbol.st_name);
		if (!symbol->name) {
			complain(subject, "symbol %zu has no valid name", i);
			return false;
		}
		symbol->value = elf_symbol.st_value;
		symbol->size = elf_symbol.st_size;
		symbol->shndx = elf_symbol.st_shndx;
		symbol->bind = GELF_ST_BIND(elf_symbol.st_info);
		symbol->type = GELF_ST_TYPE(elf_symbol.st_info);
		symbol->visibility = GELF_ST_VISIBILITY(elf_symbol.st_other);
	}
	return true;
}

static bool read_relocs(struct subject *subject, Elf *elf)
{
	size_t capacity = 0;

	for (size_t i = 1; i < subject->section_count; i++)
		if (subject->sections[i].header.sh_type == SHT_REL)
			capacity += subject->sections[i].size / sizeof(Elf64_Rel);
	subject->relocs = calloc(capacity + 1, sizeof(*subject->relocs));
	for (size_t i = 1; i < subject->section_count; i++) {
		const struct subject_section *section = &subject->sections[i];
		size_t count = section->size / sizeof(Elf64_Rel);
		Elf_Data *data;
		GElf_Rel rel;

		if (section->header.sh_type == SHT_RELA)
			complain(subject, "%s is SHT_RELA, which no BPF loader reads",
				 section->name);
		if (section->header.sh_type != SHT_REL)
			continue;
		if (section->header.sh_info == 0 ||
		    section->header.sh_info >= subject->section_count) {
			complain(subject, "%s changes no section", section->name);
			return false;
		}
		data = elf_getdata(elf_getscn(elf, i), NULL);
		for (size_t k = 0; k < count && gelf_getrel(data, (int)k, &rel); k++)
			subject->relocs[subject->reloc_count++] = (struct subject_reloc){
				.offset = rel.r_offset,
				.symndx = (uint32_t)GELF_R_SYM(rel.r_info),
				.type = (uint32_t)GELF_R_TYPE(rel.r_info),
				.place = section->header.sh_info,
			};
	}
	qsort(subject->relocs, subject->reloc_count, sizeof(*subject->relocs), compare_relocs);
	return true;
}

static bool read_btf(struct subject *subject)
{
	const struct subject_section *section = subject_find_section(subject, ".BTF");

	if (!section)
		return true;
	subject->btf = btf__new(section->data, (uint32_t)section->size);
	if (subject->btf)
		return true;
	complain(subject, "libbpf cannot read .BTF: %s", strerror(errno));
	return false;
}

static bool read_subject(struct subject *subject, Elf *elf)
{
	if (!elf || !gelf_getehdr(elf, &subject->header)) {
		complain(subject, "not an ELF file: %s", elf_errmsg(-1));
		return false;
	}
	subject->big_endian = subject->header.e_ident[EI_DATA] == ELFDATA2MSB;
	if (subject->header.e_ident[EI_CLASS] != ELFCLASS64 || subject->header.e_type != ET_REL ||
	    subject->header.e_machine != EM_BPF) {
		complain(subject, "not a 64-bit relocatable BPF object");
		return false;
	}
	if (!read_sections(subject, elf) || !read_symbols(subject, elf))
		return false;
	index_names(subject);
	return read_relocs(subject, elf) && read_btf(subject);
}

// libbpf reports what it refuses on stderr by itself; the error it returns is reported here.
static int drop_message(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

bool subject_init(struct subject *subject, const void *image, size_t size)
{
	libbpf_print_fn_t print = libbpf_set_print(drop_message);
	bool ok;

	elf_version(EV_CURRENT);
	// libelf wants the image writable but does not write to it.
	subject->elf = elf_memory((char *)image, size);
	ok = read_subject(subject, subject->elf);
	libbpf_set_print(print);
	return ok;
}

void subject_deinit(struct subject *subject)
{
	btf__free(subject->btf);
	elf_end(subject->elf);
	free(subject->sections);
	free(subject->symbols);
	free(subject->relocs);
	free(subject->sections_by_name);
	free(subject->globals_by_name);
}
