/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "debug_image.h"

// Relocation types of data. LLVM: Documentation/bpf/llvm_reloc.rst; GNU: bfd/elf64-bpf.c of
// binutils up to 2.40, which writes the symbol's value into the field as well.
enum { ABS64 = 2, ABS32 = 3, GNU_DATA_32 = 11, GNU_DATA_64 = 12 };

// From the address of one section to that of the next. Undefined symbols get a section each.
#define SECTION_SPACE   (1ull << 32)
#define FIRST_UNDEFINED (1ull << 62)

bool address_is_gone(uint64_t address)
{
	// Low addresses are those that no relocation changed; -1 and -2 are tombstones.
	return address < SECTION_SPACE || address >= UINT64_MAX - 1;
}

static void fail(const struct debug_image *image, const char *what)
{
	fprintf(stderr, "%s: %s\n", image->path, what);
	exit(2);
}

static Elf_Scn *section_at(const struct debug_image *image, size_t index, GElf_Shdr *header)
{
	Elf_Scn *section = elf_getscn(image->elf, index);

	if (!section || !gelf_getshdr(section, header))
		fail(image, "no such section");
	return section;
}

static const char *section_name(const struct debug_image *image, const GElf_Shdr *header)
{
	size_t strings;

	if (elf_getshdrstrndx(image->elf, &strings))
		fail(image, "no names of sections");
	return elf_strptr(image->elf, strings, header->sh_name);
}

// The address of @symbol, number @index.
static uint64_t symbol_address(const struct debug_image *image, const GElf_Sym *symbol,
			       size_t section, size_t index)
{
	GElf_Shdr header;

	if (section == SHN_UNDEF || section == SHN_COMMON)
		return FIRST_UNDEFINED + index * SECTION_SPACE;
	if (section == SHN_ABS)
		return symbol->st_value;
	section_at(image, section, &header);
	return symbol->st_value + (header.sh_flags & SHF_ALLOC ? (section + 1) * SECTION_SPACE : 0);
}

static uint64_t get_field(const unsigned char *field, size_t size, bool big_endian)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value |= (uint64_t)field[i] << 8 * (big_endian ? size - 1 - i : i);
	return value;
}

static void put_field(unsigned char *field, size_t size, bool big_endian, uint64_t value)
{
	for (size_t i = 0; i < size; i++)
		field[i] = (unsigned char)(value >> 8 * (big_endian ? size - 1 - i : i));
}

struct symbol_table {
	Elf_Data *data;
	Elf_Data *indices; // SHT_SYMTAB_SHNDX; NULL when there is none
	size_t strings;    // section of names
	size_t count;
};

static struct symbol_table find_symbols(const struct debug_image *image)
{
	struct symbol_table table = { 0 };
	GElf_Shdr header;

	for (Elf_Scn *section = NULL; (section = elf_nextscn(image->elf, section));) {
		gelf_getshdr(section, &header);
		if (header.sh_type == SHT_SYMTAB) {
			table.data = elf_getdata(section, NULL);
			table.strings = header.sh_link;
			table.count = header.sh_size / sizeof(Elf64_Sym);
		} else if (header.sh_type == SHT_SYMTAB_SHNDX) {
			table.indices = elf_getdata(section, NULL);
		}
	}
	return table;
}

static uint64_t read_symbol(const struct debug_image *image, const struct symbol_table *table,
			    size_t index, GElf_Sym *symbol, size_t *section)
{
	Elf32_Word extended = 0;

	if (!gelf_getsymshndx(table->data, table->indices, (int)index, symbol, &extended))
		fail(image, "no such symbol");
	*section = symbol->st_shndx == SHN_XINDEX ? extended : symbol->st_shndx;
	return symbol_address(image, symbol, *section, index);
}

static void apply(struct debug_image *image, const struct symbol_table *table, Elf_Data *place,
		  const GElf_Rel *rel)
{
	bool big_endian = elf_getident(image->elf, NULL)[EI_DATA] == ELFDATA2MSB;
	size_t type = GELF_R_TYPE(rel->r_info), section;
	size_t size = type == ABS64 || type == GNU_DATA_64 ? 8 : 4;
	unsigned char *field = (unsigned char *)place->d_buf + rel->r_offset;
	GElf_Sym symbol;
	uint64_t address = read_symbol(image, table, GELF_R_SYM(rel->r_info), &symbol, &section);

	if (type != ABS64 && type != ABS32 && type != GNU_DATA_32 && type != GNU_DATA_64)
		fail(image, "a debug section has a relocation of another type");
	if (rel->r_offset > place->d_size || place->d_size - rel->r_offset < size)
		fail(image, "a relocation is outside of its section");
	if (type > ABS32)
		address -= symbol.st_value;
	put_field(field, size, big_endian, get_field(field, size, big_endian) + address);
}

static void relocate(struct debug_image *image, const struct symbol_table *table, Elf_Scn *section,
		     const GElf_Shdr *header)
{
	GElf_Shdr target;
	Elf_Scn *place = section_at(image, header->sh_info, &target);
	Elf_Data *records = elf_getdata(section, NULL), *data;
	GElf_Rel rel;

	if (strncmp(section_name(image, &target), ".debug_", 7))
		return;
	if (target.sh_flags & SHF_COMPRESSED && elf_compress(place, 0, 0) < 0)
		fail(image, elf_errmsg(-1));
	data = elf_getdata(place, NULL);
	for (int i = 0; gelf_getrel(records, i, &rel); i++)
		apply(image, table, data, &rel);
}

static int compare_symbols(const void *a, const void *b)
{
	const struct image_symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	// Of several at one place the last is taken: a function, not its section or a label.
	if ((x->type == STT_SECTION) != (y->type == STT_SECTION))
		return x->type == STT_SECTION ? -1 : 1;
	if ((x->type == STT_NOTYPE) != (y->type == STT_NOTYPE))
		return x->type == STT_NOTYPE ? -1 : 1;
	return strcmp(y->name, x->name);
}

// What a symbol is called. Inputs have one license each, the output one of them, by its own name.
static const char *symbol_name(const struct debug_image *image, const struct symbol_table *table,
			       const GElf_Sym *symbol, size_t section)
{
	const char *name = elf_strptr(image->elf, table->strings, symbol->st_name), *place;
	GElf_Shdr header;

	if (section == SHN_UNDEF || symbol->st_shndx == SHN_ABS || symbol->st_shndx == SHN_COMMON)
		return name;
	section_at(image, section, &header);
	place = section_name(image, &header);
	return GELF_ST_TYPE(symbol->st_info) == STT_SECTION || !strcmp(place, "license") ? place
											 : name;
}

static void list_symbols(struct debug_image *image, const struct symbol_table *table)
{
	image->symbols = calloc(table->count + 1, sizeof(*image->symbols));
	for (size_t i = 1; i < table->count; i++) {
		struct image_symbol *each = &image->symbols[image->symbol_count];
		GElf_Sym symbol;
		size_t section;

		each->address = read_symbol(image, table, i, &symbol, &section);
		each->size = symbol.st_size;
		each->type = GELF_ST_TYPE(symbol.st_info);
		each->name = symbol_name(image, table, &symbol, section);
		if (!address_is_gone(each->address))
			image->symbol_count++;
	}
	qsort(image->symbols, image->symbol_count, sizeof(*image->symbols), compare_symbols);
}

void debug_image_open(struct debug_image *image, const char *path)
{
	struct symbol_table table;
	GElf_Shdr header;

	*image = (struct debug_image){ .path = path, .bytes = file_read(path) };
	elf_version(EV_CURRENT);
	if (image->bytes.data)
		image->elf = elf_memory(image->bytes.data, image->bytes.size);
	if (!image->elf || elf_kind(image->elf) != ELF_K_ELF)
		fail(image, "is not an object");
	table = find_symbols(image);
	if (!table.data)
		fail(image, "has no symbols");
	for (Elf_Scn *section = NULL; (section = elf_nextscn(image->elf, section));) {
		gelf_getshdr(section, &header);
		if (header.sh_type == SHT_REL)
			relocate(image, &table, section, &header);
	}
	list_symbols(image, &table);
	image->dwarf = dwarf_begin_elf(image->elf, DWARF_C_READ, NULL);
}

void debug_image_close(struct debug_image *image)
{
	dwarf_end(image->dwarf);
	elf_end(image->elf);
	free(image->bytes.data);
	free(image->symbols);
}

// Print the string or constant at @address, which is in a section that the linker merges; false
// when it is in another one.
static bool print_content(const struct debug_image *image, uint64_t address, FILE *out)
{
	size_t offset = address % SECTION_SPACE;
	GElf_Shdr header;
	Elf_Scn *section;
	Elf_Data *data;

	if (address >= FIRST_UNDEFINED)
		return false;
	section = section_at(image, address / SECTION_SPACE - 1, &header);
	data = elf_rawdata(section, NULL);
	if (!(header.sh_flags & SHF_MERGE) || !data || offset >= data->d_size)
		return false;
	if (header.sh_flags & SHF_STRINGS) {
		fprintf(out, "\"%s\"", (const char *)data->d_buf + offset);
		return true;
	}
	for (size_t i = 0; i < header.sh_entsize && offset + i < data->d_size; i++)
		fprintf(out, "%02x", ((const unsigned char *)data->d_buf)[offset + i]);
	return true;
}

void debug_image_print_address(const struct debug_image *image, uint64_t address, FILE *out)
{
	size_t low = 0, high = image->symbol_count;

	if (address_is_gone(address)) {
		fprintf(out, "nowhere");
		return;
	}
	if (print_content(image, address, out))
		return;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (image->symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		fprintf(out, "%#lx", address);
	else
		fprintf(out, "%s+%#lx", image->symbols[low - 1].name,
			address - image->symbols[low - 1].address);
}
