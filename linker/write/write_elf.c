/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the output file in pieces: header, sections, symbol and string tables, section headers.
 *
 * Source: gABI, "ELF Header", "Sections"; e_flags and relocation sections as LLVM writes them.
 */
#include <inttypes.h>

#include "base/text.h"
#include "build_id.h"
#include "debug_compress.h"
#include "debug_output.h"
#include "elf_records.h"
#include "passes.h"
#include "write_elf.h"

// The largest alignment in the file. More is only for memory: no loader maps sections of the file.
#define FILE_ALIGN_MAX 64
// The alignment of addresses in the file for debuggers.
#define ADDRESS_ALIGN 16

// A section of the file; [0] is the null section.
struct file_section {
	const char *name;
	Elf64_Shdr header;
	const void *content;                 // header.sh_size bytes; NULL for SHT_NOBITS and if
	const struct output_section *output; // this has the content, as atoms, or
	const struct debug_output *debug;    // this, as pieces; of SHT_REL as their relocations
};

struct elf_writer {
	struct linker *linker;
	ARRAY(struct file_section) sections;
	struct text names;  // the current string table
	bool names_full;    // it has no room for all names
	uint32_t *name_off; // by number of a symbol's name: offset in .strtab
	uint32_t *extended; // .symtab_shndx; NULL: none
	uint32_t symtab;    // shndx
	uint32_t build_id;  // shndx; 0: none
	bool final;         // for debuggers: addresses and fields are final
	struct pieces image;
	size_t image_size;
};

// Add @name to the string table; return its offset.
static uint32_t add_name(struct elf_writer *writer, struct str name)
{
	size_t offset = writer->names.size;

	if (name.size >= UINT32_MAX - offset) {
		writer->names_full = true;
		return 0;
	}
	text_bytes(&writer->names, name.data, name.size + 1);
	return (uint32_t)offset;
}

static struct file_section *add_section(struct elf_writer *writer, const char *name,
					struct file_section section)
{
	struct file_section *added = array_add(writer->linker->arena, &writer->sections);

	*added = section;
	added->name = name;
	return added;
}

static void add_bytes(struct elf_writer *writer, const char *name, struct str bytes, uint64_t align)
{
	if (bytes.size)
		add_section(writer, name,
			    (struct file_section){
				    .header = { .sh_type = SHT_PROGBITS,
						.sh_size = bytes.size,
						.sh_addralign = align },
				    .content = bytes.data,
			    });
}

static void add_note(struct elf_writer *writer, const char *name, struct str note)
{
	add_section(writer, name, (struct file_section){
		.header = {
			.sh_type = SHT_NOTE,
			.sh_size = note.size,
			.sh_addralign = BUILD_ID_ALIGN,
		},
		.content = note.data,
	});
}

// The build id is that of the output.
static void add_notes(struct elf_writer *writer)
{
	struct linker *linker = writer->linker;
	struct str build_id = writer->final ? linker->build_id : make_build_id(linker);

	if (build_id.size) {
		writer->build_id = (uint32_t)writer->sections.count;
		add_note(writer, BUILD_ID_SECTION, build_id);
	}
	if (writer->final)
		add_note(writer, DEBUG_FILE_SECTION, debug_note(linker));
}

static void add_output(struct elf_writer *writer, const struct output_section *output)
{
	add_section(writer, linker_name(writer->linker, output->name), (struct file_section){
		.header = {
			.sh_type = output->type,
			.sh_flags = output->flags,
			.sh_size = output->size,
			.sh_addralign = output->align,
			.sh_entsize = output->entsize,
		},
		.output = output->type == SHT_NOBITS ? NULL : output,
	});
}

static void add_relocations(struct elf_writer *writer, struct output_section *output)
{
	size_t size = output->relocations.count * sizeof(Elf64_Rel);
	const char *name = linker_name(writer->linker, output->name);

	if (size == 0)
		return;
	// The debug file is written after the output.
	for (size_t i = 0; i < output->relocations.count && !writer->final; i++)
		rel_order(&output->relocations.items[i], writer->linker->big_endian);
	add_section(writer, arena_format(writer->linker->arena, ".rel%s", name), (struct file_section){
		.header = {
			.sh_type = SHT_REL,
			.sh_flags = SHF_INFO_LINK,
			.sh_info = output->shndx,
			.sh_size = size,
			.sh_addralign = 8,
			.sh_entsize = sizeof(Elf64_Rel),
		},
		.content = output->relocations.items,
	});
}

static void add_debug(struct elf_writer *writer, const struct debug_output *debug)
{
	add_section(writer, linker_name(writer->linker, debug->name), (struct file_section){
		.header = {
			.sh_type = SHT_PROGBITS,
			.sh_flags = debug->flags,
			.sh_size = debug->size,
			.sh_addralign = debug->align,
			.sh_entsize = debug->kind == DEBUG_STRINGS,
		},
		.debug = debug,
	});
}

static void add_debug_relocations(struct elf_writer *writer, const struct debug_output *debug)
{
	const char *name = linker_name(writer->linker, debug->name);
	size_t count = 0;

	array_each(piece, &debug->pieces)
		count += piece->relocation_count;
	if (count == 0)
		return;
	add_section(writer, arena_format(writer->linker->arena, ".rel%s", name), (struct file_section){
		.header = {
			.sh_type = SHT_REL,
			.sh_flags = SHF_INFO_LINK,
			.sh_info = debug->shndx,
			.sh_size = count * sizeof(Elf64_Rel),
			.sh_addralign = 8,
			.sh_entsize = sizeof(Elf64_Rel),
		},
		.debug = debug,
	});
}

// The offset of name number @name in the current string table; equal names share one.
static uint32_t name_offset(struct elf_writer *writer, uint32_t name)
{
	uint32_t *offset = &writer->name_off[name];

	if (name && !*offset)
		*offset = add_name(writer, strings_get(&writer->linker->strings, name));
	return *offset;
}

static void extend_symbol(struct elf_writer *writer, size_t symndx, uint32_t shndx)
{
	struct linker *linker = writer->linker;

	if (!writer->extended)
		writer->extended = arena_new_array(linker->arena, uint32_t, linker->symbols.count);
	put32(&writer->extended[symndx], shndx, linker->big_endian);
}

// Symbols as the file has them. Section numbers that collide with reserved ones go into a table of
// their own.
static Elf64_Sym *make_symbols(struct elf_writer *writer)
{
	struct linker *linker = writer->linker;
	Elf64_Sym *symbols = arena_new_array(linker->arena, Elf64_Sym, linker->symbols.count);

	writer->name_off = arena_new_array(linker->arena, uint32_t, linker->strings.strings.count);
	add_name(writer, STR(""));
	for (size_t i = 0; i < linker->symbols.count; i++) {
		const struct output_symbol *symbol = &linker->symbols.items[i];

		symbols[i] = symbol->elf;
		symbols[i].st_name = name_offset(writer, symbol->elf.st_name);
		symbols[i].st_shndx = (Elf64_Half)symbol->shndx;
		if (!symbol->special && symbol->shndx >= SHN_LORESERVE) {
			symbols[i].st_shndx = SHN_XINDEX;
			extend_symbol(writer, i, symbol->shndx);
		}
		sym_order(&symbols[i], linker->big_endian);
	}
	return symbols;
}

static void add_strings(struct elf_writer *writer, const char *name)
{
	add_section(writer, name, (struct file_section){
		.header = {
			.sh_type = SHT_STRTAB,
			.sh_size = writer->names.size,
			.sh_addralign = 1,
		},
		.content = writer->names.data,
	});
	writer->names = (struct text){ .arena = writer->linker->arena };
}

static void add_symbols(struct elf_writer *writer)
{
	struct linker *linker = writer->linker;
	size_t count = linker->symbols.count;
	Elf64_Sym *symbols = make_symbols(writer);

	writer->symtab = (uint32_t)writer->sections.count;
	add_section(writer, ".symtab", (struct file_section){
		.header = {
			.sh_type = SHT_SYMTAB,
			.sh_link = writer->symtab + 1,
			.sh_info = linker->first_global,
			.sh_size = count * sizeof(Elf64_Sym),
			.sh_addralign = 8,
			.sh_entsize = sizeof(Elf64_Sym),
		},
		.content = symbols,
	});
	add_strings(writer, ".strtab");
	if (!writer->extended)
		return;
	add_section(writer, ".symtab_shndx", (struct file_section){
		.header = {
			.sh_type = SHT_SYMTAB_SHNDX,
			.sh_link = writer->symtab,
			.sh_size = count * sizeof(uint32_t),
			.sh_addralign = 4,
			.sh_entsize = sizeof(uint32_t),
		},
		.content = writer->extended,
	});
}

// Add the names of sections last: the table also has its own name.
static void add_section_names(struct elf_writer *writer)
{
	struct file_section *names = add_section(writer, ".shstrtab", (struct file_section){ 0 });

	array_each(section, &writer->sections)
		section->header.sh_name = add_name(writer, str_of(section->name));
	names->header = (Elf64_Shdr){
		.sh_name = names->header.sh_name,
		.sh_type = SHT_STRTAB,
		.sh_size = writer->names.size,
		.sh_addralign = 1,
	};
	names->content = writer->names.data;
}

// Give each section its file offset; the section headers follow the last one.
static uint64_t place_sections(struct elf_writer *writer)
{
	uint64_t offset = sizeof(Elf64_Ehdr);
	Elf64_Shdr *null = &writer->sections.items[0].header;
	uint32_t count = (uint32_t)writer->sections.count;

	null->sh_size = count < SHN_LORESERVE ? 0 : count;
	null->sh_link = count - 1 < SHN_LORESERVE ? 0 : count - 1;
	for (size_t i = 1; i < writer->sections.count; i++) {
		Elf64_Shdr *header = &writer->sections.items[i].header;

		offset = align_up(offset, header->sh_addralign < FILE_ALIGN_MAX
						  ? header->sh_addralign
						  : FILE_ALIGN_MAX);
		header->sh_offset = offset;
		if (header->sh_type == SHT_REL)
			header->sh_link = writer->symtab;
		if (header->sh_type != SHT_NOBITS)
			offset += header->sh_size;
	}
	return align_up(offset, sizeof(uint64_t));
}

static Elf64_Ehdr make_header(const struct elf_writer *writer, uint64_t shoff)
{
	const struct linker *linker = writer->linker;
	Elf64_Ehdr header = {
		.e_type = ET_REL,
		.e_machine = EM_BPF,
		.e_version = EV_CURRENT,
		.e_shoff = shoff,
		.e_flags = linker->flags,
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_shentsize = sizeof(Elf64_Shdr),
	};
	uint32_t count = (uint32_t)writer->sections.count;

	// Values that do not fit go into the header of the null section: gABI, "ELF Header".
	header.e_shnum = count < SHN_LORESERVE ? (Elf64_Half)count : 0;
	header.e_shstrndx = count - 1 < SHN_LORESERVE ? (Elf64_Half)(count - 1) : SHN_XINDEX;

	memcpy(header.e_ident, ELFMAG, SELFMAG);
	header.e_ident[EI_CLASS] = ELFCLASS64;
	header.e_ident[EI_DATA] = linker->big_endian ? ELFDATA2MSB : ELFDATA2LSB;
	header.e_ident[EI_VERSION] = EV_CURRENT;
	return header;
}

static void add_piece(struct elf_writer *writer, const void *bytes, size_t size)
{
	*array_add(writer->linker->arena, &writer->image) = (struct str){ bytes, size };
	writer->image_size += size;
}

static void add_padding(struct elf_writer *writer, uint64_t offset)
{
	size_t size = offset - writer->image_size;

	if (size)
		add_piece(writer, arena_alloc(writer->linker->arena, size), size);
}

// Add the bytes of an atom. Neighbours in the input are often still neighbours, and share a piece.
static void add_atom(struct elf_writer *writer, const struct atom *atom)
{
	const char *bytes = (const char *)atom->section->data + atom->offset;
	struct str *last = &writer->image.items[writer->image.count - 1];

	if (last->data + last->size != bytes) {
		add_piece(writer, bytes, atom->size);
		return;
	}
	last->size += atom->size;
	writer->image_size += atom->size;
}

// Add the atoms of a section, with padding between them and after the last one.
static void add_atoms(struct elf_writer *writer, const struct output_section *output)
{
	uint64_t start = writer->image_size;

	array_each(each, &output->atoms) {
		const struct atom *atom = *each;

		if (!atom->section->data || atom->size == 0)
			continue;
		add_padding(writer, start + atom->place);
		add_atom(writer, atom);
	}
}

// Add what a debug section has of each object, with padding between.
static void add_debug_pieces(struct elf_writer *writer, const struct debug_output *debug)
{
	uint64_t start = writer->image_size;

	array_each(piece, &debug->pieces) {
		add_padding(writer, start + piece->place);
		add_piece(writer, piece->bytes, piece->size);
	}
}

static void add_debug_tables(struct elf_writer *writer, const struct debug_output *debug)
{
	array_each(piece, &debug->pieces) {
		size_t size = piece->relocation_count * sizeof(Elf64_Rel);

		if (size)
			add_piece(writer, debug_table(writer->linker, piece), size);
	}
}

static void add_content(struct elf_writer *writer, const struct file_section *section)
{
	if (section->header.sh_size == 0 || section->header.sh_type == SHT_NOBITS ||
	    section->header.sh_type == SHT_NULL)
		return;
	add_padding(writer, section->header.sh_offset);
	if (section->output)
		add_atoms(writer, section->output);
	else if (!section->debug)
		add_piece(writer, section->content, section->header.sh_size);
	else if (section->header.sh_type == SHT_REL)
		add_debug_tables(writer, section->debug);
	else
		add_debug_pieces(writer, section->debug);
}

// Join all pieces into one: the build id is a hash of all bytes.
static char *join_pieces(struct elf_writer *writer)
{
	char *bytes = arena_alloc(writer->linker->arena, writer->image_size);

	pieces_copy(&writer->image, bytes);
	writer->image.items[0] = (struct str){ bytes, writer->image_size };
	writer->image.count = 1;
	return bytes;
}

static void write_image(struct elf_writer *writer)
{
	struct linker *linker = writer->linker;
	uint64_t shoff = place_sections(writer);
	Elf64_Ehdr *header = arena_new(linker->arena, Elf64_Ehdr);
	size_t headers_size = writer->sections.count * sizeof(Elf64_Shdr);
	Elf64_Shdr *headers = arena_alloc(linker->arena, headers_size);

	*header = make_header(writer, shoff);
	ehdr_order(header, linker->big_endian);
	add_piece(writer, header, sizeof(*header));
	for (size_t i = 0; i < writer->sections.count; i++) {
		const struct file_section *section = &writer->sections.items[i];

		add_content(writer, section);
		headers[i] = section->header;
		shdr_order(&headers[i], linker->big_endian);
	}
	add_padding(writer, shoff);
	add_piece(writer, headers, headers_size);
}

// Write the image anew, with what becomes smaller of debug sections compressed. @image is the
// image, and stays.
static void compress_sections(struct elf_writer *writer, struct str image)
{
	uint32_t compressed = 0;

	for (uint32_t i = 0; i < writer->sections.count; i++) {
		struct file_section *section = &writer->sections.items[i];

		const void *bytes = NULL;

		if (!section->debug)
			continue;
		// Its fields and relocations are final there.
		section->debug = NULL;
		section->content = image.data + section->header.sh_offset;
		if (section->header.sh_type != SHT_REL && compressed < DEBUG_COMPRESSED_MAX)
			bytes = debug_compress(writer->linker, image, i, section->name,
					       &section->header);
		if (bytes) {
			section->content = bytes;
			compressed++;
		}
	}
	writer->image.count = 0;
	writer->image_size = 0;
	write_image(writer);
}

static bool compresses(const struct linker *linker)
{
	return linker->options->compress_debug != BPFLD_COMPRESS_NONE;
}

// Fill in the build id, which is a hash of all bytes.
static void finish_build_id(struct elf_writer *writer)
{
	struct linker *linker = writer->linker;
	const Elf64_Shdr *note = &writer->sections.items[writer->build_id].header;
	char *image = join_pieces(writer);

	fill_build_id(linker, image, writer->image_size, note->sh_offset);
	linker->build_id = (struct str){ image + note->sh_offset, note->sh_size };
}

// Add all sections; false when an error was reported.
static bool add_sections(struct elf_writer *writer)
{
	struct linker *linker = writer->linker;

	add_section(writer, "", (struct file_section){ 0 });
	array_each(output, &linker->sections)
		add_output(writer, *output);
	for (size_t i = 0;
	     i < linker->debug.outputs.count && (writer->final || keeps_debug(linker)); i++)
		add_debug(writer, &linker->debug.outputs.items[i]);
	add_bytes(writer, ".BTF", linker->btf, 4);
	add_bytes(writer, ".BTF.ext", linker->btf_ext, 4);
	array_each(output, &linker->sections)
		add_relocations(writer, *output);
	for (size_t i = 0; i < linker->debug.outputs.count && !writer->final && keeps_debug(linker);
	     i++)
		add_debug_relocations(writer, &linker->debug.outputs.items[i]);
	add_notes(writer);
	add_symbols(writer);
	add_section_names(writer);
	if (writer->names_full)
		diag_error(linker->diag, ERROR_TOO_LARGE, place_in(NULL, ".strtab"),
			   "more than 4 GiB of names of symbols or sections");
	return !writer->names_full;
}

/*
 * Needs: everything before. Gives: linker->image.
 */
void write_elf(struct linker *linker)
{
	struct elf_writer writer = { .linker = linker, .names.arena = linker->arena };

	if (linker->symbols.count > UINT32_MAX) {
		diag_error(linker->diag, ERROR_TOO_LARGE, place_in(NULL, ".symtab"),
			   "%zu symbols; relocations can tell %" PRIu32, linker->symbols.count,
			   UINT32_MAX);
		return;
	}
	if (!add_sections(&writer))
		return;
	write_image(&writer);
	if (compresses(linker) && keeps_debug(linker)) {
		const char *image = join_pieces(&writer);

		compress_sections(&writer, (struct str){ image, writer.image_size });
	}
	if (writer.build_id)
		finish_build_id(&writer);
	linker->image = writer.image;
	linker->image_size = writer.image_size;
}

// Give each section that programs have in memory addresses of its own.
static void set_addresses(struct elf_writer *writer, struct debug_addresses *addresses)
{
	uint64_t next = 0;

	array_each(section, &writer->sections) {
		Elf64_Shdr *header = &section->header;
		uint64_t align =
			header->sh_addralign > ADDRESS_ALIGN ? header->sh_addralign : ADDRESS_ALIGN;

		if (!(header->sh_flags & SHF_ALLOC))
			continue;
		header->sh_addr = align_up(next, align);
		next = header->sh_addr + header->sh_size;
	}
	for (size_t i = 1; i <= writer->linker->sections.count; i++)
		*array_add(writer->linker->arena, addresses) =
			writer->sections.items[i].header.sh_addr;
}

void write_debug_file(struct linker *linker, struct text *text)
{
	struct elf_writer writer = { .linker = linker,
				     .names.arena = linker->arena,
				     .final = true };
	struct debug_addresses addresses = { 0 };
	size_t first = linker->sections.count + 1;

	if (!add_sections(&writer))
		return;
	set_addresses(&writer, &addresses);
	write_image(&writer);
	array_each(piece, &writer.image)
		text_bytes(text, piece->data, piece->size);
	for (size_t i = 0; i < linker->debug.outputs.count; i++)
		debug_finish(linker, &linker->debug.outputs.items[i], &addresses,
			     (uint8_t *)text->data +
				     writer.sections.items[first + i].header.sh_offset);
	if (!compresses(linker))
		return;
	compress_sections(&writer, (struct str){ text->data, text->size });
	*text = (struct text){ .arena = text->arena };
	array_each(piece, &writer.image)
		text_bytes(text, piece->data, piece->size);
}
