/* SPDX-License-Identifier: BSD-2-Clause */
#include "dwarf_object.h"

#include <dwarf.h>
#include <gelf.h>

#include "base/bisect.h"

// How much larger than in the file compressed sections may be: real ones are some times larger.
#define EXPANSION_MAX 64
#define EXPANSION_MIN ((uint64_t)1 << 20)

// What libdw may have to look at to know what an entry says.
#define ENTRY_STEPS 256

// For a byte of a line program, which may be a row: libdw has some 100 bytes for that.
#define LINE_STEPS 128

// Typedefs, pointers and so on that lead to a struct.
#define TYPES_MAX 16

static bool pay(const struct debug *debug, uint64_t steps)
{
	uint64_t *budget = debug->dies.budget;

	*budget = *budget > steps ? *budget - steps : 0;
	return *budget > 0;
}

static struct str section_bytes(Elf_Scn *section)
{
	const Elf_Data *data = section ? elf_rawdata(section, NULL) : NULL;

	return data && data->d_buf ? (struct str){ data->d_buf, data->d_size } : STR("");
}

// Whether libdw finds an end of each string in a section of this name.
static bool ends_strings(Elf_Scn *section, const char *name)
{
	struct str bytes;

	if (strcmp(name, ".debug_str") != 0 && strcmp(name, ".debug_line_str") != 0)
		return true;
	bytes = section_bytes(section);
	return bytes.size == 0 || bytes.data[bytes.size - 1] == '\0';
}

// What libdw and dies.h read; the first of a name that is in no group, as libdw has it.
struct sections {
	Elf_Scn *info, *abbrev, *line;
	GElf_Shdr line_header;
	bool other_files; // some of it is in other files, which libdw would open
};

static bool expand(Elf_Scn *section, const GElf_Shdr *header)
{
	GElf_Chdr compressed;

	if (!(header->sh_flags & SHF_COMPRESSED))
		return true;
	return gelf_getchdr(section, &compressed) &&
	       compressed.ch_size <= EXPANSION_MIN + EXPANSION_MAX * header->sh_size &&
	       elf_compress(section, 0, 0) >= 0;
}

static void note_section(struct sections *sections, Elf_Scn *section, const GElf_Shdr *header,
			 const char *name)
{
	if (strcmp(name, ".debug_types") == 0 || strcmp(name, ".gnu_debugaltlink") == 0 ||
	    strcmp(name, ".debug_sup") == 0)
		sections->other_files = true;
	if (header->sh_flags & SHF_GROUP)
		return;
	if (strcmp(name, ".debug_info") == 0 && !sections->info)
		sections->info = section;
	if (strcmp(name, ".debug_abbrev") == 0 && !sections->abbrev)
		sections->abbrev = section;
	if (strcmp(name, ".debug_line") == 0 && !sections->line) {
		sections->line = section;
		sections->line_header = *header;
	}
}

// Find the sections, and decompress all that libdw may read.
static bool find_sections(struct debug *debug, struct sections *sections)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t names;

	*sections = (struct sections){ 0 };
	if (elf_getshdrstrndx(debug->elf, &names) < 0)
		return false;
	while ((section = elf_nextscn(debug->elf, section))) {
		const char *name = gelf_getshdr(section, &header)
					   ? elf_strptr(debug->elf, names, header.sh_name)
					   : NULL;

		if (!name || !pay(debug, 64))
			return false;
		if (strncmp(name, ".debug_", 7) == 0 &&
		    (!expand(section, &header) || !ends_strings(section, name)))
			return false;
		note_section(sections, section, &header, name);
	}
	return sections->info && sections->abbrev && !sections->other_files;
}

static bool is_code(Elf *elf, const GElf_Sym *symbol)
{
	Elf_Scn *section = symbol->st_shndx != SHN_UNDEF && symbol->st_shndx < SHN_LORESERVE
				   ? elf_getscn(elf, symbol->st_shndx)
				   : NULL;
	GElf_Shdr header;

	return section && gelf_getshdr(section, &header) && header.sh_flags & SHF_EXECINSTR;
}

// Whether relocations of @type are for 64 bits: of LLVM before and from 13 on, and of binutils.
static bool is_address(uint64_t type)
{
	return type == 1 || type == 2 || type == 12;
}

static void add_base(const struct debug *debug, uint8_t *field, uint32_t base)
{
	uint8_t *upper = field + (debug->dies.big_endian ? 0 : 4);

	for (int i = 0; i < 4; i++)
		upper[debug->dies.big_endian ? 3 - i : i] += (uint8_t)(base >> 8 * i);
}

static void relocate(const struct debug *debug, Elf_Scn *table, const GElf_Shdr *header,
		     struct str bytes)
{
	Elf_Scn *symbols = elf_getscn(debug->elf, header->sh_link);
	Elf_Data *relocations = elf_getdata(table, NULL);
	Elf_Data *names = symbols ? elf_getdata(symbols, NULL) : NULL;
	GElf_Sym symbol;
	GElf_Rel relocation;

	for (int i = 0; names && relocations && gelf_getrel(relocations, i, &relocation); i++) {
		if (is_address(GELF_R_TYPE(relocation.r_info)) && bytes.size >= 8 &&
		    relocation.r_offset <= bytes.size - 8 &&
		    gelf_getsym(names, (int)GELF_R_SYM(relocation.r_info), &symbol) &&
		    is_code(debug->elf, &symbol))
			add_base(debug, (uint8_t *)bytes.data + relocation.r_offset,
				 symbol.st_shndx);
	}
}

// Give libdw a copy of .debug_line in which sections have addresses. Behind it is a NUL, as strings
// in it may have no end. Which of the two functions libdw asks for the bytes depends on its
// version.
static void relocate_lines(struct debug *debug, const struct sections *sections,
			   struct arena *arena)
{
	Elf_Data *raw = sections->line ? elf_rawdata(sections->line, NULL) : NULL;
	Elf_Data *data = sections->line ? elf_getdata(sections->line, NULL) : NULL;
	Elf_Scn *table = NULL;
	GElf_Shdr header;

	if (!raw || !data || !raw->d_buf || raw->d_size != data->d_size)
		return;
	raw->d_buf = data->d_buf = arena_strndup(arena, raw->d_buf, raw->d_size);
	debug->line = (struct str){ raw->d_buf, raw->d_size };
	while ((table = elf_nextscn(debug->elf, table))) {
		if (gelf_getshdr(table, &header) && header.sh_type == SHT_REL &&
		    header.sh_info == elf_ndxscn(sections->line))
			relocate(debug, table, &header, debug->line);
	}
}

static void note_entry(const struct die *die, void *argument)
{
	struct debug *debug = argument;

	switch (die->tag) {
	case DW_TAG_variable:
	case DW_TAG_subprogram:
		*array_add(debug->dies.arena, &debug->entries) = *die;
		return;
	case DW_TAG_compile_unit:
		array_add(debug->dies.arena, &debug->units)->root = die->offset;
		return;
	default:
		return;
	}
}

static const char *string_of(Dwarf_Die *die, unsigned int attribute)
{
	Dwarf_Attribute found;

	return dwarf_formstring(dwarf_attr_integrate(die, attribute, &found));
}

// The name of this text; NULL: there is none.
static struct debug_name *find_name(struct debug *debug, const char *text, uint32_t hash)
{
	struct table_probe probe = table_probe(&debug->by_name, hash);
	uint32_t index;

	while (table_next(&debug->by_name, &probe, &index)) {
		if (strcmp(debug->names.items[index].text, text) == 0)
			return &debug->names.items[index];
	}
	return NULL;
}

// Entry @index is called @text.
static bool add_mention(struct debug *debug, const char *text, size_t index)
{
	struct arena *arena = debug->dies.arena;
	size_t size = text ? strlen(text) : 0;
	uint32_t hash, mention = (uint32_t)debug->mentions.count;
	struct debug_name *name;

	if (size == 0)
		return true;
	hash = hash_bytes(debug->key, text, size);
	name = find_name(debug, text, hash);
	if (name) {
		debug->mentions.items[name->last].next = mention + 1;
	} else {
		table_add(&debug->by_name, arena, hash, (uint32_t)debug->names.count);
		name = array_add(arena, &debug->names);
		name->text = text;
		name->first = mention;
	}
	name->last = mention;
	array_add(arena, &debug->mentions)->die = (uint32_t)index;
	return pay(debug, size);
}

static bool read_names(struct debug *debug)
{
	for (size_t i = 0; i < debug->entries.count; i++) {
		const struct die *entry = &debug->entries.items[i];
		Dwarf_Die die;

		if (!pay(debug, ENTRY_STEPS))
			return false;
		if (!dwarf_offdie(debug->dwarf, entry->offset, &die) ||
		    dwarf_tag(&die) != (int)entry->tag)
			return false;
		if (!add_mention(debug, string_of(&die, DW_AT_name), i) ||
		    !add_mention(debug, string_of(&die, DW_AT_linkage_name), i))
			return false;
	}
	return true;
}

// Look at the object before libdw does.
static bool check(struct debug *debug, struct arena *arena)
{
	struct sections sections;

	if (!debug->elf || elf_kind(debug->elf) != ELF_K_ELF || !find_sections(debug, &sections))
		return false;
	debug->dies.info = section_bytes(sections.info);
	debug->dies.abbrev = section_bytes(sections.abbrev);
	relocate_lines(debug, &sections, arena);
	return dies_walk(&debug->dies, note_entry, debug);
}

static bool has_compressed(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while (elf_kind(elf) == ELF_K_ELF && (section = elf_nextscn(elf, section))) {
		if (gelf_getshdr(section, &header) && header.sh_flags & SHF_COMPRESSED)
			return true;
	}
	return false;
}

// elf_compress() changes headers in memory, which may be mapped read-only, and which others read.
// So that is done to a copy; nothing else is written.
static Elf *open_object(const void *data, size_t size, struct arena *arena)
{
	Elf *elf = elf_memory((char *)data, size);

	if (!has_compressed(elf))
		return elf;
	elf_end(elf);
	return elf_memory(arena_strndup(arena, data, size), size);
}

void debug_open(struct debug *debug, const void *data, size_t size, const struct hash_key *key,
		uint64_t *budget, struct arena *arena)
{
	const unsigned char *bytes = data;
	struct dies dies = {
		.big_endian = size > EI_DATA && bytes[EI_DATA] == ELFDATA2MSB,
		.arena = arena,
	};

	debug->data = data;
	debug->key = key;
	elf_version(EV_CURRENT);
	debug->elf = open_object(data, size, arena);
	dies.budget = budget;
	debug->dies = dies;
	if (!check(debug, arena))
		return;
	debug->dwarf = dwarf_begin_elf(debug->elf, DWARF_C_READ, NULL);
	if (!debug->dwarf || read_names(debug))
		return;
	dwarf_end(debug->dwarf);
	debug->dwarf = NULL;
}

void debug_close(struct debug *debug)
{
	dwarf_end(debug->dwarf);
	elf_end(debug->elf);
}

static bool number_of(Dwarf_Die *die, unsigned int attribute, Dwarf_Word *ret)
{
	Dwarf_Attribute found;

	return dwarf_formudata(dwarf_attr_integrate(die, attribute, &found), ret) == 0;
}

static bool is_same_line(Dwarf_Die *a, Dwarf_Die *b)
{
	Dwarf_Word a_file = 0, b_file = 0, a_line = 0, b_line = 0;

	number_of(a, DW_AT_decl_file, &a_file);
	number_of(b, DW_AT_decl_file, &b_file);
	number_of(a, DW_AT_decl_line, &a_line);
	number_of(b, DW_AT_decl_line, &b_line);
	return a_file == b_file && a_line == b_line;
}

bool debug_find(struct debug *debug, const char *name, bool declared, Dwarf_Die *ret)
{
	const struct debug_name *named =
		find_name(debug, name, hash_bytes(debug->key, name, strlen(name)));
	bool found = false;
	uint32_t next = named ? named->first + 1 : 0;

	while (next) {
		const struct debug_mention *mention = &debug->mentions.items[next - 1];
		uint64_t offset = debug->entries.items[mention->die].offset;
		Dwarf_Die die;

		if (!pay(debug, ENTRY_STEPS))
			return false;
		next = mention->next;
		if (!dwarf_offdie(debug->dwarf, offset, &die) ||
		    dwarf_hasattr(&die, DW_AT_declaration) != declared)
			continue;
		if (found && !declared && !is_same_line(&die, ret))
			return false;
		if (!found)
			*ret = die;
		found = true;
	}
	return found;
}

struct search {
	struct debug *debug;
	const char *name;
	bool types; // else members
	bool found;
	Dwarf_Die *ret;
};

static bool is_wanted(const struct search *search, uint32_t tag)
{
	if (search->types)
		return tag == DW_TAG_structure_type || tag == DW_TAG_union_type ||
		       tag == DW_TAG_typedef;
	return tag == DW_TAG_member;
}

static void look_at(const struct die *die, void *argument)
{
	struct search *search = argument;
	const char *name;
	Dwarf_Die found;

	if (search->found || !is_wanted(search, die->tag) || !pay(search->debug, ENTRY_STEPS) ||
	    !dwarf_offdie(search->debug->dwarf, die->offset, &found) ||
	    dwarf_hasattr(&found, DW_AT_declaration))
		return;
	name = dwarf_diename(&found);
	search->found = name && strcmp(name, search->name) == 0;
	if (search->found)
		*search->ret = found;
}

// Replace *@die by the struct or union that it is of, or leads to.
static bool find_struct(struct debug *debug, Dwarf_Die *die)
{
	for (int i = 0; i < TYPES_MAX && pay(debug, ENTRY_STEPS); i++) {
		Dwarf_Attribute type;
		int tag = dwarf_tag(die);

		if (tag == DW_TAG_structure_type || tag == DW_TAG_union_type)
			return true;
		if (!dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &type), die))
			return false;
	}
	return false;
}

bool debug_find_member(struct debug *debug, const Dwarf_Die *of, const char *name, Dwarf_Die *ret)
{
	struct search search = { debug, name, false, false, ret };
	Dwarf_Die type = *of;
	struct die die;

	if (!find_struct(debug, &type))
		return false;
	die.offset = dwarf_dieoffset(&type);
	die.unit = die.offset - dwarf_cuoffset(&type);
	return die_walk(&debug->dies, &die, look_at, &search) && search.found;
}

bool debug_find_type(struct debug *debug, const char *name, Dwarf_Die *ret)
{
	struct search search = { debug, name, true, false, ret };

	return dies_walk(&debug->dies, look_at, &search) && search.found;
}

// Whether the lines of the unit may be read: a time that grows with the bytes of its line program.
static bool pay_lines(struct debug *debug, Dwarf_Die *root)
{
	uint64_t offset = dwarf_dieoffset(root);
	size_t at = bisect(debug->units.count, i, debug->units.items[i].root < offset);
	Dwarf_Word start;

	if (at == debug->units.count || debug->units.items[at].root != offset)
		return false;
	if (debug->units.items[at].paid)
		return true;
	if (!number_of(root, DW_AT_stmt_list, &start) || start > debug->line.size ||
	    !pay(debug, LINE_STEPS * (debug->line.size - start)))
		return false;
	debug->units.items[at].paid = true;
	return true;
}

const char *debug_file(struct debug *debug, Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Files *files;
	Dwarf_Word index;
	Dwarf_Half version;
	Dwarf_Die root;
	size_t count;

	// dwarf_decl_file() of elfutils 0.188 knows no file 0, which is the first one of DWARF 5.
	if (dwarf_formudata(dwarf_attr_integrate(die, DW_AT_decl_file, &attribute), &index) != 0 ||
	    !dwarf_cu_die(attribute.cu, &root, &version, NULL, NULL, NULL, NULL, NULL) ||
	    (index == 0 && version < 5) || !pay_lines(debug, &root) ||
	    dwarf_getsrcfiles(&root, &files, &count) != 0 || index >= count)
		return NULL;
	return dwarf_filesrc(files, index, NULL, NULL);
}

Dwarf_Line *debug_line(struct debug *debug, uint32_t shndx, uint64_t offset)
{
	Dwarf_Addr address = (uint64_t)shndx << 32 | offset, found;

	if (offset > UINT32_MAX)
		return NULL;
	array_each(unit, &debug->units) {
		Dwarf_Line *line;
		Dwarf_Die root;

		if (!pay(debug, 64) || !dwarf_offdie(debug->dwarf, unit->root, &root) ||
		    !pay_lines(debug, &root))
			return NULL;
		line = dwarf_getsrc_die(&root, address);
		if (line && dwarf_lineaddr(line, &found) == 0 && found >> 32 == shndx)
			return line;
	}
	return NULL;
}
