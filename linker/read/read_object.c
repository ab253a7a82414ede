/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks an object and reads its sections and symbols. Afterwards every section lies within the
 * file, every symbol within its section.
 *
 * Source: System V gABI, chapters 4 "Object Files" and 4 "Symbol Table".
 */
#include <inttypes.h>

#include "base/integers.h"
#include "classify.h"
#include "commons.h"
#include "debug_sections.h"
#include "elf_records.h"
#include "gcc.h"
#include "insn.h"
#include "load_sections.h"
#include "overlap.h"
#include "read_headers.h"
#include "read_object.h"
#include "reading.h"

// The largest section: a DATASEC has 32 bits for its size, and no loader takes more.
#define SECTION_SIZE_MAX UINT32_MAX

// Whether the content of sections with this role is read.
static bool role_has_content(enum role role)
{
	return role == ROLE_CODE || role == ROLE_JUMP_TABLES || role == ROLE_LICENSE ||
	       role == ROLE_VERSION || role == ROLE_BTF || role == ROLE_BTF_EXT;
}

// Whether sections with this role hold data, whatever their flags say.
static bool role_is_data(enum role role)
{
	return role == ROLE_MAPS || role == ROLE_JUMP_TABLES || role == ROLE_LICENSE ||
	       role == ROLE_VERSION;
}

static bool check_section(struct linker *linker, struct section *section, const Elf64_Shdr *header)
{
	const struct object *object = section->object;

	if (!is_power_of_two(section->align) || header->sh_addralign > SECTION_ALIGN_MAX) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, section_place(section),
			   "sh_addralign 0x%" PRIx64 " is not a power of two up to 0x%x",
			   header->sh_addralign, SECTION_ALIGN_MAX);
		return false;
	}
	if (section->size > SECTION_SIZE_MAX) {
		diag_error(linker->diag, ERROR_TOO_LARGE, section_place(section),
			   "sh_size 0x%" PRIx64 " is more than 4 GiB", section->size);
		return false;
	}
	if (section->type != SHT_NOBITS &&
	    !range_fits(header->sh_offset, section->size, object->size)) {
		diag_error(linker->diag, ERROR_TRUNCATED, section_place(section),
			   "is truncated: 0x%" PRIx64 " bytes at 0x%" PRIx64
			   " end past the file's %zu bytes; make it again",
			   section->size, (uint64_t)header->sh_offset, object->size);
		return false;
	}
	if (section->type == SHT_NOBITS && section->size && role_has_content(section->role)) {
		diag_error(linker->diag, ERROR_UNSUPPORTED_SECTION, section_place(section),
			   "has no content (SHT_NOBITS), but loaders look for some under its name");
		return false;
	}
	if (section->flags & SHF_EXECINSTR && role_is_data(section->role)) {
		diag_error(
			linker->diag, ERROR_UNSUPPORTED_SECTION, section_place(section),
			"is code (SHF_EXECINSTR), but loaders take a section of its name for data");
		return false;
	}
	if (section->role == ROLE_CODE && section->size % INSN_SIZE) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, section_place(section),
			   "is code, but its sh_size is not a whole number of instructions");
		return false;
	}
	if (section->role != ROLE_DROP && section->flags & SHF_COMPRESSED) {
		diag_error(linker->diag, ERROR_UNSUPPORTED_SECTION, section_place(section),
			   "is compressed (SHF_COMPRESSED), which only debug sections may be");
		return false;
	}
	return true;
}

// With --license every license is replaced. The variable keeps its size, which may be larger.
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

// Number the names of a section that goes out; most sections do not.
static void number_names(struct linker *linker, struct section *section, struct str name)
{
	struct str output;

	if (section->role == ROLE_DROP)
		return;
	section->name = strings_intern(&linker->strings, name);
	// Copy the name: it is in the object's tables, which are freed.
	section->text_name = linker_name(linker, section->name);
	output = classify_output(linker->options, section);
	section->output_name = output.data == section->text_name
				       ? section->name
				       : strings_intern(&linker->strings, output);
}

static bool read_section(struct linker *linker, struct section *section,
			 const struct headers *headers)
{
	struct object *object = section->object;
	Elf64_Shdr header = shdr_get(headers->bytes, section->shndx, object->big_endian);
	struct str name;

	if (header.sh_name >= headers->names.size) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, place_in(object->name, NULL),
			   "section %" PRIu32 " has a sh_name beyond the end of the names",
			   section->shndx);
		return false;
	}
	name = str_of(headers->names.data + header.sh_name);
	if (!overlap_add_name(linker, object, name.size))
		return false;
	section->text_name = name.data;
	section->type = header.sh_type;
	section->link = header.sh_link;
	section->info = header.sh_info;
	section->flags = (uint32_t)header.sh_flags;
	section->align = header.sh_addralign ? (uint32_t)header.sh_addralign : 1;
	section->entsize = header.sh_entsize <= UINT32_MAX ? (uint32_t)header.sh_entsize : 0;
	section->size = header.sh_size;
	section->role = classify_section(linker, section);
	number_names(linker, section, name);
	if (!check_section(linker, section, &header))
		return false;
	// Jump tables: compilers write 1, but loaders read words. Code: a larger alignment has no
	// meaning before the kernel translates it, and would put padding between functions.
	if ((section->role == ROLE_JUMP_TABLES && section->align < 8) ||
	    (section->role == ROLE_CODE && section->align > INSN_SIZE))
		section->align = INSN_SIZE;
	return true;
}

// Whether another section of the object, not empty, has the name of @section.
static bool shares_name(struct linker *linker, const struct section *section)
{
	struct object **last;
	bool shared;

	if (!role_is_content(section->role) || section->size == 0)
		return false;
	last = array_at(reading_arena(linker), &reading_get(linker)->named, section->name);
	shared = *last == section->object;
	*last = section->object;
	return shared;
}

static void replace_licenses(struct linker *linker, struct object *object)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		if (object->sections[i].role == ROLE_LICENSE && object->sections[i].size)
			replace_license(linker, &object->sections[i]);
	}
}

static bool read_sections(struct linker *linker, struct object *object, struct headers *headers)
{
	bool valid = true;

	object->sections = arena_new_array(reading_arena(linker), struct section,
					   headers->count ? headers->count : 1);
	object->section_count = (uint32_t)headers->count;
	object->sections[0].object = object;
	if (!headers_strings(linker, object, headers, headers->names_shndx, &headers->names))
		return false;
	for (uint32_t i = 1; i < headers->count && !reading_get(linker)->overlaps; i++) {
		struct section *section = &object->sections[i];

		section->object = object;
		section->shndx = i;
		section->text_name = "";
		valid &= read_section(linker, section, headers);
		object->ambiguous |= shares_name(linker, section);
	}
	if (!valid || !load_sections(linker, object, headers))
		return false;
	if (linker->options->license)
		replace_licenses(linker, object);
	return true;
}

// Set the place of a symbol from its section index.
static bool place_symbol(struct linker *linker, struct symbol *symbol, const Elf64_Sym *source,
			 uint32_t shndx)
{
	struct object *object = symbol->object;
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
		if (is_power_of_two(symbol->value) && symbol->value <= SECTION_ALIGN_MAX &&
		    symbol->size <= SECTION_SIZE_MAX) {
			symbol->common = common_of_align(symbol->value);
			return true;
		}
		diag_error(linker->diag, ERROR_MALFORMED_ELF, place_in(object->name, NULL),
			   "common symbol '%s' has an st_value that is no alignment, or is larger "
			   "than 4 GiB",
			   name);
		return false;
	}
	if (shndx == 0 || shndx >= object->section_count) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, place_in(object->name, NULL),
			   "symbol '%s' has st_shndx %" PRIu32 ", but the object has %" PRIu32
			   " sections",
			   name, shndx, object->section_count);
		return false;
	}
	symbol->home = HOME_SECTION;
	symbol->section = &object->sections[shndx];
	// Tables are global by mistake: all objects have the same names for them, and no other
	// object uses them.
	if (symbol->section->role == ROLE_JUMP_TABLES)
		symbol->binding = STB_LOCAL;
	if (!range_fits(symbol->value, symbol->size, symbol->section->size)) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, symbol_place(linker, symbol),
			   "symbol '%s' of %" PRIu64
			   " bytes (st_size) ends past its section's %" PRIu64,
			   name, symbol->size, symbol->section->size);
		return false;
	}
	if (symbol->section->role == ROLE_CODE && symbol->type == STT_FUNC &&
	    (symbol->value % 8 || symbol->size % 8)) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, symbol_place(linker, symbol),
			   "function '%s' is not a whole number of instructions", name);
		return false;
	}
	return true;
}

// The symbol table with its names and extended section numbers.
struct symbol_source {
	const struct section *symbols;
	const struct section *extended; // SHT_SYMTAB_SHNDX; NULL when there is none
	struct str names;
};

// The section number of a symbol. Numbers that collide with reserved ones are in SHT_SYMTAB_SHNDX.
static uint32_t symbol_shndx(const struct symbol_source *from, uint32_t symndx, uint16_t st_shndx)
{
	if (st_shndx != SHN_XINDEX)
		return st_shndx;
	if (!from->extended || symndx >= from->extended->size / sizeof(Elf32_Word))
		return SHN_UNDEF;
	return get32(from->extended->data + symndx * sizeof(Elf32_Word),
		     from->extended->object->big_endian);
}

// Number the name of a symbol; false when an error was reported: names overlap too much.
static bool number_name(struct linker *linker, struct object *object, const char *text,
			uint32_t *number)
{
	struct str name = long_name_begin(text);
	bool is_long = name.size == LONG_NAME_MIN;
	struct long_names *long_names = &reading_get(linker)->long_names;

	if (is_long) {
		*number = long_names_find(long_names, &linker->strings, text);
		if (*number)
			return true;
		name = str_of(text);
	}
	if (!overlap_add_name(linker, object, name.size))
		return false;
	*number = strings_intern(&linker->strings, name);
	if (is_long)
		long_names_add(long_names, &linker->strings, text, *number);
	return true;
}

static bool read_symbol(struct linker *linker, struct object *object, uint32_t symndx,
			const struct symbol_source *from)
{
	struct symbol *symbol = &object->symbols[symndx];
	struct place where = place_in(object->name, NULL);
	Elf64_Sym source = sym_get(from->symbols->data, symndx, object->big_endian);
	const char *name;
	uint32_t number;

	if (source.st_name >= from->names.size) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, where,
			   "symbol %" PRIu32 " has an st_name beyond the end of the names", symndx);
		return false;
	}
	name = from->names.data + source.st_name;
	if (!number_name(linker, object, name, &number))
		return false;
	*symbol = (struct symbol){
		.object = object,
		.name = number,
		.binding = ELF64_ST_BIND(source.st_info),
		.type = ELF64_ST_TYPE(source.st_info),
		.visibility = ELF64_ST_VISIBILITY(source.st_other),
		.value = source.st_value,
		.size = source.st_size,
	};
	if (symbol->binding > STB_WEAK || symbol->type == STT_TLS || symbol->type > STT_TLS ||
	    (symbol->binding != STB_LOCAL && symbol->name == 0)) {
		diag_error(linker->diag, ERROR_UNSUPPORTED_SYMBOL, where,
			   "symbol %" PRIu32
			   " '%s' has binding %u and type %u, which BPF does not have",
			   symndx, name, symbol->binding, symbol->type);
		return false;
	}
	// A section symbol must be local and at the start of its section.
	if (symbol->type == STT_SECTION && (symbol->value || symbol->binding != STB_LOCAL)) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, where,
			   "symbol %" PRIu32
			   " is of a section (STT_SECTION), but not local or not at its start",
			   symndx);
		return false;
	}
	return place_symbol(linker, symbol, &source, symbol_shndx(from, symndx, source.st_shndx));
}

static bool find_symbols(struct linker *linker, const struct object *object,
			 const struct headers *headers, struct symbol_source *from)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		const struct section *section = &object->sections[i];

		if (section->type == SHT_SYMTAB && !from->symbols)
			from->symbols = section;
		else if (section->type == SHT_SYMTAB_SHNDX)
			from->extended = section;
	}
	if (!from->symbols) {
		diag_error(linker->diag, ERROR_STRIPPED, place_in(object->name, NULL),
			   "has no symbol table; strip debug information alone (llvm-strip -g)");
		return false;
	}
	if (from->symbols->size / sizeof(Elf64_Sym) > INT32_MAX) {
		diag_error(linker->diag, ERROR_MALFORMED_ELF, place_in(object->name, NULL),
			   "has more symbols than ELF allows");
		return false;
	}
	// LLVM has one string table for all names; it was read before.
	from->names = headers->names;
	return from->symbols->link == headers->names_shndx ||
	       headers_strings(linker, object, headers, from->symbols->link, &from->names);
}

static bool read_symbols(struct linker *linker, struct object *object,
			 const struct headers *headers)
{
	struct symbol_source from = { 0 };
	struct reading *reading = reading_get(linker);
	bool valid = true;
	size_t count;

	if (!find_symbols(linker, object, headers, &from))
		return false;
	count = from.symbols->size / sizeof(Elf64_Sym);
	if (count <= 1)
		return true;
	object->symbols = arena_new_array(linker->arena, struct symbol, count);
	object->symbols[0].object = object;
	object->symbol_count = (uint32_t)count;
	for (uint32_t i = 1; i < count && !reading->overlaps; i++)
		valid &= read_symbol(linker, object, i, &from);
	long_names_clear(&reading->long_names, &linker->strings);
	return valid;
}

bool object_read(struct linker *linker, struct object *object, bool fleeting)
{
	struct headers headers;

	object->fleeting = fleeting;
	overlap_begin_names(linker);
	// The null symbol exists even without a table, so index 0 is always valid.
	object->symbols = arena_new_array(linker->arena, struct symbol, 1);
	object->symbols[0].object = object;
	object->symbol_count = 1;
	if (!headers_read(linker, object, &headers) || !read_sections(linker, object, &headers) ||
	    !read_symbols(linker, object, &headers))
		return false;
	gcc_translate(linker, object);
	if (links_debug(linker))
		debug_sections_note(linker, object, &headers);
	return true;
}

// All objects need one byte order. Of the instruction sets the newest is taken (EF_BPF_CPUVER of
// binutils).
void object_check_alike(struct linker *linker, const struct object *object)
{
	static const char *const orders[] = { "little-endian", "big-endian" };
	const uint32_t cpu = 0xf;
	const struct object *first = linker->objects.items[0];

	if (object->big_endian != first->big_endian)
		diag_error(
			linker->diag, ERROR_MIXED_BYTE_ORDER, place_in(object->name, NULL),
			"is %s, but '%s' is %s; compile all with the same --target=bpfel or bpfeb",
			orders[object->big_endian], first->name, orders[first->big_endian]);
	if ((object->flags & ~cpu) != (first->flags & ~cpu))
		diag_error(linker->diag, ERROR_MIXED_ELF_FLAGS, place_in(object->name, NULL),
			   "has ELF flags 0x%" PRIx32 ", but '%s' has 0x%" PRIx32, object->flags,
			   first->name, first->flags);
	if (object == first || (object->flags & cpu) > (linker->flags & cpu))
		linker->flags = object->flags;
}
