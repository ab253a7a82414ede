/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The door for ELF: a hostile file goes in, sections and symbols come out that later passes may
 * trust. Every section lies within the file, every symbol within its section.
 *
 * Source: System V gABI, chapters 4 "Object Files" and 4 "Symbol Table".
 */
#include <inttypes.h>

#include "classify.h"
#include "elf_records.h"
#include "gcc.h"
#include "load_sections.h"
#include "read_object.h"

// Sections above this are hostile: a DATASEC has 32 bits for its size, and no loader takes more.
#define SECTION_SIZE_MAX UINT32_MAX
// More than any page size; padding costs memory.
#define SECTION_ALIGN_MAX (1u << 20)

// First bytes that tell what a file is, and what to do about it.
static const struct signature {
	struct str magic;
	const char *text;
} signatures[] = {
	{ STR("BC\xC0\xDE"),
	  "is LLVM bitcode, not an object: compile without -flto and -emit-llvm, or "
	  "make an object of it with 'llc -march=bpf -filetype=obj'" },
	{ STR("\xDE\xC0\x17\x0B"),
	  "is LLVM bitcode in a wrapper, not an object: compile without -flto" },
	{ STR("\x9f\xeb\x01"), "is raw BTF, not an object" },
	{ STR("\xeb\x9f\x01"), "is raw BTF, not an object" },
};

static const struct machine {
	uint16_t number;
	const char *name;
} machines[] = {
	{ EM_X86_64, "x86-64" }, { EM_AARCH64, "AArch64" }, { EM_386, "i386" },
	{ EM_ARM, "ARM" },       { EM_RISCV, "RISC-V" },    { EM_S390, "S/390" },
	{ EM_PPC64, "PowerPC" }, { EM_MIPS, "MIPS" },
};

static bool reject(struct linker *linker, const struct object *object, const char *text)
{
	diag_error(linker->diag, place_in(object->name, NULL), "%s", text);
	return false;
}

static bool check_machine(struct linker *linker, const struct object *object, uint16_t machine)
{
	struct place where = place_in(object->name, NULL);

	if (machine == EM_BPF)
		return true;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (machines[i].number == machine) {
			diag_error(linker->diag, where,
				   "is an object for %s, not for BPF: compile with --target=bpf",
				   machines[i].name);
			return false;
		}
	}
	diag_error(linker->diag, where,
		   "is an object for machine %u, not for BPF (%u): compile with --target=bpf",
		   machine, EM_BPF);
	return false;
}

// What the first bytes say.
static bool identify(struct linker *linker, const struct object *object, const uint8_t *head)
{
	struct str start = { (const char *)head, object->size };

	if (object->size == 0)
		return reject(linker, object, "is empty; did the compiler fail?");
	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		if (str_starts_with(start, signatures[i].magic))
			return reject(linker, object, signatures[i].text);
	}
	if (!str_starts_with(start, STR("\177ELF")))
		return reject(linker, object, "is not an ELF object");
	if (object->size < sizeof(Elf64_Ehdr))
		return reject(linker, object, "is truncated: it ends within the ELF header");
	if (head[EI_CLASS] != ELFCLASS64)
		return reject(linker, object, "is not a 64-bit ELF object; BPF objects are");
	if (head[EI_DATA] != ELFDATA2LSB && head[EI_DATA] != ELFDATA2MSB)
		return reject(linker, object, "has no valid byte order in its ELF header");
	return true;
}

static bool check_type(struct linker *linker, const struct object *object, const Elf64_Ehdr *header)
{
	if (!check_machine(linker, object, header->e_machine))
		return false;
	if (header->e_type != ET_REL) {
		diag_error(linker->diag, place_in(object->name, NULL),
			   "is not a relocatable object (ELF type %u)", header->e_type);
		return false;
	}
	if (header->e_shoff == 0)
		return reject(linker, object, "has no sections");
	if (header->e_shentsize != sizeof(Elf64_Shdr)) {
		diag_error(linker->diag, place_in(object->name, NULL),
			   "has section headers of %u bytes, not of %zu", header->e_shentsize,
			   sizeof(Elf64_Shdr));
		return false;
	}
	return true;
}

static bool read_table(struct linker *linker, const struct object *object,
		       struct header_table *table)
{
	if (table->offset <= object->size &&
	    table->count <= (object->size - table->offset) / sizeof(Elf64_Shdr)) {
		table->bytes =
			object_bytes(linker, object, table->offset,
				     table->count * sizeof(Elf64_Shdr), linker_early(linker));
		return table->bytes != NULL;
	}
	diag_error(linker->diag, place_in(object->name, NULL),
		   "is truncated: section headers at 0x%" PRIx64 " end past the file's %zu bytes",
		   table->offset, object->size);
	return false;
}

static bool read_header(struct linker *linker, struct object *object, struct header_table *table)
{
	const uint8_t *head;
	Elf64_Ehdr header;
	Elf64_Shdr first;

	head = object_bytes(linker, object, 0,
			    object->size < sizeof(header) ? object->size : sizeof(header),
			    linker_early(linker));
	if (!head || !identify(linker, object, head))
		return false;
	memcpy(&header, head, sizeof(header));
	object->big_endian = header.e_ident[EI_DATA] == ELFDATA2MSB;
	ehdr_order(&header, object->big_endian);
	if (!check_type(linker, object, &header))
		return false;
	object->flags = header.e_flags;
	*table = (struct header_table){
		.offset = header.e_shoff,
		.count = header.e_shnum ? header.e_shnum : 1,
		.names_shndx = header.e_shstrndx,
	};
	if (!read_table(linker, object, table))
		return false;
	// What does not fit is in the null section's header: gABI, "ELF Header".
	first = shdr_get(table->bytes, 0, object->big_endian);
	if (header.e_shstrndx == SHN_XINDEX)
		table->names_shndx = first.sh_link;
	if (header.e_shnum)
		return true;
	table->count = first.sh_size;
	return read_table(linker, object, table);
}

static bool reject_strings(struct linker *linker, const struct object *object, uint32_t shndx)
{
	diag_error(linker->diag, place_in(object->name, NULL),
		   "section %" PRIu32 ", which should hold names, is no valid string table", shndx);
	return false;
}

// String table @shndx up to its last NUL, so that each offset in it is a string.
static bool read_strings(struct linker *linker, const struct object *object,
			 const struct header_table *table, uint32_t shndx, struct str *strings)
{
	Elf64_Shdr header = { 0 };

	if (shndx < table->count)
		header = shdr_get(table->bytes, shndx, object->big_endian);
	if (header.sh_type != SHT_STRTAB || header.sh_offset > object->size ||
	    header.sh_size > object->size - header.sh_offset)
		return reject_strings(linker, object, shndx);
	strings->data = (const char *)object_bytes(linker, object, header.sh_offset, header.sh_size,
						   linker_early(linker));
	if (!strings->data)
		return false;
	strings->size = header.sh_size;
	while (strings->size && strings->data[strings->size - 1])
		strings->size--;
	return strings->size || reject_strings(linker, object, shndx);
}

// Whether sections of that role are read for what is in them.
static bool role_has_content(enum role role)
{
	return role == ROLE_CODE || role == ROLE_JUMP_TABLES || role == ROLE_LICENSE ||
	       role == ROLE_VERSION || role == ROLE_BTF || role == ROLE_BTF_EXT;
}

// Whether sections of that name hold data, whatever their flags say.
static bool role_is_data(enum role role)
{
	return role == ROLE_MAPS || role == ROLE_JUMP_TABLES || role == ROLE_LICENSE ||
	       role == ROLE_VERSION;
}

static bool check_section(struct linker *linker, struct section *section, const Elf64_Shdr *header)
{
	struct place where = section_place(section);
	const struct object *object = section->object;

	if (section->align & (section->align - 1) || header->sh_addralign > SECTION_ALIGN_MAX) {
		diag_error(linker->diag, where,
			   "alignment 0x%" PRIx64 " is not a power of two up to 0x%x",
			   header->sh_addralign, SECTION_ALIGN_MAX);
		return false;
	}
	if (section->size > SECTION_SIZE_MAX) {
		diag_error(linker->diag, where, "size 0x%" PRIx64 " is larger than 4 GiB",
			   section->size);
		return false;
	}
	if (section->type != SHT_NOBITS && (header->sh_offset > object->size ||
					    section->size > object->size - header->sh_offset)) {
		diag_error(linker->diag, where,
			   "is truncated: 0x%" PRIx64 " bytes at 0x%" PRIx64
			   " end past the file's %zu bytes",
			   section->size, (uint64_t)header->sh_offset, object->size);
		return false;
	}
	if (section->type == SHT_NOBITS && section->size && role_has_content(section->role)) {
		diag_error(linker->diag, where, "has no content, which its name asks for");
		return false;
	}
	if (section->flags & SHF_EXECINSTR && role_is_data(section->role)) {
		diag_error(linker->diag, where, "is code, which its name does not allow");
		return false;
	}
	if (section->role == ROLE_CODE && (section->size % 8 || section->align > 8)) {
		diag_error(linker->diag, where, "is code, but not a whole number of instructions");
		return false;
	}
	if (section->role != ROLE_DROP && section->flags & SHF_COMPRESSED) {
		diag_error(linker->diag, where, "is compressed, which only debug sections may be");
		return false;
	}
	return true;
}

// With --license all inputs have that one. Its variable keeps its size, which may be larger.
static void replace_license(struct linker *linker, struct section *section)
{
	const char *license = linker->options->license;
	size_t size = strlen(license) + 1;
	uint8_t *data;

	if (section->size < size)
		section->size = size;
	data = arena_alloc(linker->arena, section->size);
	memcpy(data, license, size);
	section->data = data;
	section->type = SHT_PROGBITS;
}

// Of most sections of an object nobody asks for the name.
static void number_names(struct linker *linker, struct section *section)
{
	struct str output;

	if (section->role == ROLE_DROP)
		return;
	section->name = strings_intern(&linker->strings, str_of(section->text_name));
	// Names of the object go with its tables.
	section->text_name = linker_name(linker, section->name);
	output = classify_output(section);
	section->output_name = output.data == section->text_name
				       ? section->name
				       : strings_intern(&linker->strings, output);
}

static bool read_section(struct linker *linker, struct section *section,
			 const struct header_table *table)
{
	const struct object *object = section->object;
	Elf64_Shdr header = shdr_get(table->bytes, section->shndx, object->big_endian);

	if (header.sh_name >= table->names.size) {
		diag_error(linker->diag, place_in(object->name, NULL),
			   "section %" PRIu32 " has no valid name", section->shndx);
		return false;
	}
	section->text_name = table->names.data + header.sh_name;
	section->type = header.sh_type;
	section->link = header.sh_link;
	section->info = header.sh_info;
	section->flags = (uint32_t)header.sh_flags;
	section->align = header.sh_addralign ? (uint32_t)header.sh_addralign : 1;
	section->entsize = header.sh_entsize <= UINT32_MAX ? (uint32_t)header.sh_entsize : 0;
	section->size = header.sh_size;
	section->role = classify_section(linker, section);
	// Compilers say 1, loaders read words.
	if (section->role == ROLE_JUMP_TABLES && section->align < 8)
		section->align = 8;
	number_names(linker, section);
	return check_section(linker, section, &header);
}

// Whether another section of the object, with something in it, has the name of @section.
static bool shares_name(struct linker *linker, const struct section *section)
{
	struct object *other;

	if (!role_is_content(section->role) || section->size == 0)
		return false;
	while (linker->named.count <= section->name)
		*array_add(linker->arena, &linker->named) = NULL;
	other = linker->named.items[section->name];
	linker->named.items[section->name] = section->object;
	return other == section->object;
}

static void replace_licenses(struct linker *linker, struct object *object)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		if (object->sections[i].role == ROLE_LICENSE && object->sections[i].size)
			replace_license(linker, &object->sections[i]);
	}
}

static bool read_sections(struct linker *linker, struct object *object, struct header_table *table)
{
	bool valid = true;

	object->sections = arena_new_array(linker_early(linker), struct section,
					   table->count ? table->count : 1);
	object->section_count = (uint32_t)table->count;
	object->sections[0].object = object;
	if (!read_strings(linker, object, table, table->names_shndx, &table->names))
		return false;
	for (uint32_t i = 1; i < table->count; i++) {
		struct section *section = &object->sections[i];

		section->object = object;
		section->shndx = i;
		section->text_name = "";
		valid &= read_section(linker, section, table);
		object->ambiguous |= shares_name(linker, section);
	}
	if (!valid || !load_sections(linker, object, table))
		return false;
	if (linker->options->license)
		replace_licenses(linker, object);
	return true;
}

// Where a symbol is, from its section index.
static bool place_symbol(struct linker *linker, struct symbol *symbol, const Elf64_Sym *source,
			 uint32_t shndx)
{
	struct object *object = symbol->object;
	struct place where = place_in(object->name, NULL);
	const char *name = linker_name(linker, symbol->name);

	switch (source->st_shndx) {
	case SHN_UNDEF:
		return true;
	case SHN_ABS:
		symbol->home = HOME_ABSOLUTE;
		return true;
	case SHN_COMMON:
		symbol->home = HOME_COMMON;
		if (symbol->value == 0)
			symbol->value = 1;
		if (!(symbol->value & (symbol->value - 1)) && symbol->value <= SECTION_ALIGN_MAX &&
		    symbol->size <= SECTION_SIZE_MAX)
			return true;
		diag_error(linker->diag, where,
			   "common symbol '%s' has an invalid size or alignment", name);
		return false;
	}
	if (shndx == 0 || shndx >= object->section_count) {
		diag_error(linker->diag, where, "symbol '%s' is in section %" PRIu32 " of %" PRIu32,
			   name, shndx, object->section_count);
		return false;
	}
	symbol->home = HOME_SECTION;
	symbol->section = &object->sections[shndx];
	// Global by mistake: every object calls its tables alike, and nobody else uses them.
	if (symbol->section->role == ROLE_JUMP_TABLES)
		symbol->binding = STB_LOCAL;
	if (symbol->value > symbol->section->size ||
	    symbol->size > symbol->section->size - symbol->value) {
		diag_error(linker->diag, symbol_place(linker, symbol),
			   "symbol '%s' of %" PRIu64 " bytes ends past its section's %" PRIu64,
			   name, symbol->size, symbol->section->size);
		return false;
	}
	if (symbol->section->role == ROLE_CODE && symbol->type == STT_FUNC &&
	    (symbol->value % 8 || symbol->size % 8)) {
		diag_error(linker->diag, symbol_place(linker, symbol),
			   "function '%s' is not a whole number of instructions", name);
		return false;
	}
	return true;
}

// The table of symbols, and what goes with it.
struct symbol_source {
	const struct section *symbols;
	const struct section *extended; // SHT_SYMTAB_SHNDX; NULL when there is none
	struct str names;
};

// Section numbers that collide with reserved ones are in a table of their own.
static uint32_t symbol_shndx(const struct symbol_source *from, uint32_t symndx, uint16_t st_shndx)
{
	if (st_shndx != SHN_XINDEX)
		return st_shndx;
	if (!from->extended || symndx >= from->extended->size / sizeof(Elf32_Word))
		return SHN_UNDEF;
	return get32(from->extended->data + symndx * sizeof(Elf32_Word),
		     from->extended->object->big_endian);
}

static bool read_symbol(struct linker *linker, struct object *object, uint32_t symndx,
			const struct symbol_source *from)
{
	struct symbol *symbol = &object->symbols[symndx];
	struct place where = place_in(object->name, NULL);
	Elf64_Sym source = sym_get(from->symbols->data, symndx, object->big_endian);
	const char *name;

	if (source.st_name >= from->names.size) {
		diag_error(linker->diag, where, "symbol %" PRIu32 " has no valid name", symndx);
		return false;
	}
	name = from->names.data + source.st_name;
	*symbol = (struct symbol){
		.object = object,
		.name = strings_intern(&linker->strings, str_of(name)),
		.binding = ELF64_ST_BIND(source.st_info),
		.type = ELF64_ST_TYPE(source.st_info),
		.visibility = ELF64_ST_VISIBILITY(source.st_other),
		.value = source.st_value,
		.size = source.st_size,
	};
	if (symbol->binding > STB_WEAK || symbol->type == STT_TLS || symbol->type > STT_TLS ||
	    (symbol->binding != STB_LOCAL && symbol->name == 0)) {
		diag_error(linker->diag, where,
			   "symbol %" PRIu32
			   " '%s' has binding %u and type %u, which BPF does not have",
			   symndx, name, symbol->binding, symbol->type);
		return false;
	}
	// What refers to a section means its start, and is nobody's business outside.
	if (symbol->type == STT_SECTION && (symbol->value || symbol->binding != STB_LOCAL)) {
		diag_error(linker->diag, where,
			   "symbol %" PRIu32 " of a section is not local or not at its start",
			   symndx);
		return false;
	}
	return place_symbol(linker, symbol, &source, symbol_shndx(from, symndx, source.st_shndx));
}

static bool find_symbols(struct linker *linker, const struct object *object,
			 const struct header_table *table, struct symbol_source *from)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		const struct section *section = &object->sections[i];

		if (section->type == SHT_SYMTAB && !from->symbols)
			from->symbols = section;
		else if (section->type == SHT_SYMTAB_SHNDX)
			from->extended = section;
	}
	if (!from->symbols || from->symbols->size / sizeof(Elf64_Sym) > INT32_MAX)
		return reject(linker, object, "has no valid symbol table");
	// LLVM has one table for all names.
	from->names = table->names;
	return from->symbols->link == table->names_shndx ||
	       read_strings(linker, object, table, from->symbols->link, &from->names);
}

static bool read_symbols(struct linker *linker, struct object *object,
			 const struct header_table *table)
{
	struct symbol_source from = { 0 };
	bool valid = true;
	size_t count;

	if (!find_symbols(linker, object, table, &from))
		return false;
	count = from.symbols->size / sizeof(Elf64_Sym);
	if (count <= 1)
		return true;
	object->symbols = arena_new_array(linker->arena, struct symbol, count);
	object->symbols[0].object = object;
	object->symbol_count = (uint32_t)count;
	for (uint32_t i = 1; i < count; i++)
		valid &= read_symbol(linker, object, i, &from);
	return valid;
}

bool object_read(struct linker *linker, struct object *object, bool fleeting)
{
	struct header_table table;

	object->fleeting = fleeting;
	// The null symbol is there even when the table is not, so that index 0 is always valid.
	object->symbols = arena_new_array(linker->arena, struct symbol, 1);
	object->symbols[0].object = object;
	object->symbol_count = 1;
	if (!read_header(linker, object, &table) || !read_sections(linker, object, &table) ||
	    !read_symbols(linker, object, &table))
		return false;
	gcc_translate(linker, object);
	return true;
}

// One byte order for all; of the instruction sets the newest (EF_BPF_CPUVER of binutils).
void object_check_alike(struct linker *linker, const struct object *object)
{
	static const char *const orders[] = { "little-endian", "big-endian" };
	const uint32_t cpu = 0xf;
	const struct object *first = linker->objects.items[0];

	if (object->big_endian != first->big_endian)
		diag_error(
			linker->diag, place_in(object->name, NULL),
			"is %s, but '%s' is %s: compile all with the same --target=bpfel or bpfeb",
			orders[object->big_endian], first->name, orders[first->big_endian]);
	if ((object->flags & ~cpu) != (first->flags & ~cpu))
		diag_error(linker->diag, place_in(object->name, NULL),
			   "has ELF flags 0x%" PRIx32 ", but '%s' has 0x%" PRIx32, object->flags,
			   first->name, first->flags);
	if (object == first || (object->flags & cpu) > (linker->flags & cpu))
		linker->flags = object->flags;
}
