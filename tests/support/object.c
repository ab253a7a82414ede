/* SPDX-License-Identifier: BSD-2-Clause */
#include "object.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <gelf.h>

static const char *const binds[] = { "LOCAL", "GLOBAL", "WEAK" };
static const char *const visibilities[] = { "", "INTERNAL ", "HIDDEN ", "PROTECTED " };
static const char *const types[] = { "NOTYPE", "OBJECT", "FUNC", "SECTION", "FILE", "COMMON" };
static const char *const linkages[] = { "static", "global", "extern" };

struct object {
	Elf *elf;
	size_t shstrndx;
	struct btf *btf; // NULL when there is none
	FILE *out;
};

static void print_section(const struct object *object, size_t shndx)
{
	Elf_Scn *section = shndx < SHN_LORESERVE ? elf_getscn(object->elf, shndx) : NULL;
	GElf_Shdr header;

	if (shndx == SHN_UNDEF)
		fputs("undefined", object->out);
	else if (shndx == SHN_ABS)
		fputs("absolute", object->out);
	else if (shndx == SHN_COMMON)
		fputs("common", object->out);
	else if (section && gelf_getshdr(section, &header))
		fprintf(object->out, "in %s",
			elf_strptr(object->elf, object->shstrndx, header.sh_name));
	else
		fprintf(object->out, "in %#zx", shndx);
}

/** The name of the DATASEC that lists @type_id, NULL when none does. */
static const char *datasec_of(const struct btf *btf, uint32_t type_id)
{
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		for (int i = 0; btf_is_datasec(type) && i < btf_vlen(type); i++)
			if (btf_var_secinfos(type)[i].type == type_id)
				return btf__name_by_offset(btf, type->name_off);
	}
	return NULL;
}

static void print_tags(const struct object *object, uint32_t type_id)
{
	for (uint32_t id = 1; id < btf__type_cnt(object->btf); id++) {
		const struct btf_type *type = btf__type_by_id(object->btf, id);

		if (btf_is_decl_tag(type) && type->type == type_id)
			fprintf(object->out, " tag(%d) %s", btf_decl_tag(type)->component_idx,
				btf__name_by_offset(object->btf, type->name_off));
	}
}

// By name, as loaders do it; that several are printed for a local symbol is no mistake.
static void print_btf(const struct object *object, const char *name, bool local)
{
	const struct btf *btf = object->btf;

	for (uint32_t id = 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *datasec;
		unsigned int linkage;

		if (!btf_is_func(type) && !btf_is_var(type))
			continue;
		linkage = btf_is_func(type) ? btf_vlen(type) : btf_var(type)->linkage;
		if (linkage > BTF_FUNC_EXTERN || local != (linkage == BTF_FUNC_STATIC) ||
		    strcmp(btf__name_by_offset(btf, type->name_off), name))
			continue;
		datasec = datasec_of(btf, id);
		fprintf(object->out, "; BTF: %s %s%s%s", linkages[linkage],
			btf_is_func(type) ? "FUNC" : "VAR", datasec ? " in " : "",
			datasec ? datasec : "");
		print_tags(object, id);
	}
}

static void print_symbol(const struct object *object, const GElf_Sym *symbol, const char *name)
{
	unsigned int bind = GELF_ST_BIND(symbol->st_info);
	unsigned int type = GELF_ST_TYPE(symbol->st_info);

	fprintf(object->out, "%s: %s %s%s ", name, bind < 3 ? binds[bind] : "?",
		visibilities[GELF_ST_VISIBILITY(symbol->st_other)], type < 6 ? types[type] : "?");
	print_section(object, symbol->st_shndx);
	if (symbol->st_size)
		fprintf(object->out, ", %ju bytes", (uintmax_t)symbol->st_size);
	print_btf(object, name, bind == STB_LOCAL);
	fputc('\n', object->out);
}

static bool print_symbols(const struct object *object)
{
	for (Elf_Scn *section = NULL; (section = elf_nextscn(object->elf, section));) {
		Elf_Data *data = elf_getdata(section, NULL);
		GElf_Shdr header;
		GElf_Sym symbol;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB)
			continue;
		for (int i = 1; gelf_getsym(data, i, &symbol); i++)
			if (symbol.st_name)
				print_symbol(
					object, &symbol,
					elf_strptr(object->elf, header.sh_link, symbol.st_name));
		return true;
	}
	return false;
}

static struct btf *read_btf(const struct object *object)
{
	for (Elf_Scn *section = NULL; (section = elf_nextscn(object->elf, section));) {
		Elf_Data *data = elf_getdata(section, NULL);
		GElf_Shdr header;
		const char *name = NULL;

		if (gelf_getshdr(section, &header))
			name = elf_strptr(object->elf, object->shstrndx, header.sh_name);
		if (name && data && data->d_size && !strcmp(name, ".BTF"))
			return btf__new(data->d_buf, (uint32_t)data->d_size);
	}
	return NULL;
}

// Ends @elf.
static char *describe(Elf *elf)
{
	struct object object = { .elf = elf };
	char *text = NULL;
	size_t size;
	bool ok;

	object.out = open_memstream(&text, &size);
	ok = elf && !elf_getshdrstrndx(elf, &object.shstrndx);
	if (ok) {
		object.btf = read_btf(&object);
		ok = print_symbols(&object);
	}
	fclose(object.out);
	btf__free(object.btf);
	elf_end(elf);
	if (ok)
		return text;
	free(text);
	return NULL;
}

char *object_symbols(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text;

	elf_version(EV_CURRENT);
	text = describe(elf_begin(fd, ELF_C_READ, NULL));
	close(fd);
	return text;
}

char *object_symbols_in(const void *image, size_t size)
{
	elf_version(EV_CURRENT);
	return describe(elf_memory((char *)image, size));
}
