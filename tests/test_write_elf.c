/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <gelf.h>
#include <inttypes.h>

#include "elf_object.h"
#include "world.h"

#define EVERYTHING                                                                                 \
	"section .text AX | global func f 40 | call g | load @.data | load x | section .bss WAN |" \
	"local object b 4 | zero 4 | section .data WA | local object d 8 | quad f | btf"

// An image that libelf opened.
struct output {
	Elf *elf;
	GElf_Ehdr header;
	size_t names;
};

static struct output open_output(struct world *world)
{
	struct str image = world_image(world);
	struct output output;

	output.elf = elf_memory((char *)image.data, image.size);
	cr_assert(output.elf, "%s", elf_errmsg(-1));
	cr_assert(gelf_getehdr(output.elf, &output.header));
	cr_assert(elf_getshdrstrndx(output.elf, &output.names) == 0);
	return output;
}

static const char *name_at(const struct output *output, size_t shndx, GElf_Shdr *header)
{
	cr_assert(gelf_getshdr(elf_getscn(output->elf, shndx), header));
	return elf_strptr(output->elf, output->names, header->sh_name);
}

// The index of the section of that name; 0 when there is none.
static size_t find(const struct output *output, const char *name, GElf_Shdr *header)
{
	size_t count;

	cr_assert(elf_getshdrnum(output->elf, &count) == 0);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(name_at(output, i, header), name) == 0)
			return i;
	}
	return 0;
}

Test(write_elf, writes_a_header)
{
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		struct output output;
		struct world world;

		world_init(&world, big_endian, (const char *[]){ EVERYTHING, NULL });
		cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
		output = open_output(&world);
		cr_expect_eq(output.header.e_ident[EI_CLASS], ELFCLASS64);
		cr_expect_eq(output.header.e_ident[EI_DATA],
			     big_endian ? ELFDATA2MSB : ELFDATA2LSB);
		cr_expect_eq(output.header.e_ident[EI_VERSION], EV_CURRENT);
		cr_expect_eq(output.header.e_ident[EI_OSABI], ELFOSABI_SYSV);
		cr_expect_eq(output.header.e_type, ET_REL);
		cr_expect_eq(output.header.e_machine, EM_BPF);
		cr_expect_eq(output.header.e_version, EV_CURRENT);
		cr_expect_eq(output.header.e_flags, 0);
		cr_expect_eq(output.header.e_ehsize, sizeof(Elf64_Ehdr));
		cr_expect_eq(output.header.e_shentsize, sizeof(Elf64_Shdr));
		cr_expect_eq(output.header.e_shoff % 8, 0);
		elf_end(output.elf);
		world_deinit(&world);
	}
}

// Functions that are neighbours in the input, and still are, are one piece of the output.
Test(write_elf, joins_neighbours)
{
	const struct section *section;
	struct world world;
	size_t count = 0;

	world_init(&world, false,
		   (const char *[]){ "section .text AX | global func f 8 | exit | global func g 8 |"
				     "exit | global func h 8 | exit",
				     NULL });
	cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
	section = world_section(&world, 0, ".text");
	array_each(piece, &world.linker.image) {
		if (piece->data < (const char *)section->data ||
		    piece->data >= (const char *)section->data + section->size)
			continue;
		cr_expect_eq(piece->size, section->size);
		count++;
	}
	cr_expect_eq(count, 1);
	world_deinit(&world);
}

static const struct {
	const char *name;
	uint32_t type;
	uint64_t flags;
	const char *link; // name of that section; NULL: none
	const char *info;
	uint64_t align;
	uint64_t entsize;
} sections[] = {
	{ ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, NULL, NULL, 8, 0 },
	{ ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, NULL, NULL, 8, 0 },
	{ ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, NULL, NULL, 8, 0 },
	{ ".BTF", SHT_PROGBITS, 0, NULL, NULL, 4, 0 },
	{ ".BTF.ext", SHT_PROGBITS, 0, NULL, NULL, 4, 0 },
	{ ".rel.text", SHT_REL, SHF_INFO_LINK, ".symtab", ".text", 8, sizeof(Elf64_Rel) },
	{ ".rel.data", SHT_REL, SHF_INFO_LINK, ".symtab", ".data", 8, sizeof(Elf64_Rel) },
	{ ".symtab", SHT_SYMTAB, 0, ".strtab", NULL, 8, sizeof(Elf64_Sym) },
	{ ".strtab", SHT_STRTAB, 0, NULL, NULL, 1, 0 },
	{ ".shstrtab", SHT_STRTAB, 0, NULL, NULL, 1, 0 },
};

Test(write_elf, writes_section_headers)
{
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		uint64_t end = sizeof(Elf64_Ehdr);
		struct output output;
		struct world world;

		world_init(&world, big_endian, (const char *[]){ EVERYTHING, NULL });
		cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
		output = open_output(&world);
		cr_assert_eq(output.header.e_shnum, 1 + sizeof(sections) / sizeof(*sections));
		for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
			GElf_Shdr header, other;

			cr_expect_str_eq(name_at(&output, i + 1, &header), sections[i].name);
			cr_expect_eq(header.sh_type, sections[i].type, "%s", sections[i].name);
			cr_expect_eq(header.sh_flags, sections[i].flags, "%s", sections[i].name);
			cr_expect_eq(header.sh_addralign, sections[i].align, "%s",
				     sections[i].name);
			cr_expect_eq(header.sh_entsize, sections[i].entsize, "%s",
				     sections[i].name);
			cr_expect_eq(header.sh_link,
				     sections[i].link ? find(&output, sections[i].link, &other) : 0,
				     "%s", sections[i].name);
			if (header.sh_type != SHT_SYMTAB)
				cr_expect_eq(header.sh_info,
					     sections[i].info
						     ? find(&output, sections[i].info, &other)
						     : 0,
					     "%s", sections[i].name);
			cr_expect_eq(header.sh_offset % header.sh_addralign, 0, "%s",
				     sections[i].name);
			cr_expect_geq(header.sh_offset, end, "%s", sections[i].name);
			if (header.sh_type != SHT_NOBITS)
				end = header.sh_offset + header.sh_size;
		}
		cr_expect_geq(output.header.e_shoff, end);
		cr_expect_eq(world.linker.image_size,
			     output.header.e_shoff + output.header.e_shnum * sizeof(Elf64_Shdr));
		elf_end(output.elf);
		world_deinit(&world);
	}
}

Test(write_elf, writes_symbols_locals_first)
{
	static const char *const names[] = { "", "", "l", "b", "l", "g", "f" };
	struct output output;
	struct world world;
	GElf_Shdr symtab;
	Elf_Data *data;

	world_init(&world, false,
		   (const char *[]){ "section .text AX | global func g 8 | exit | local func l 8 |"
				     "exit | section .data WA | local object b 8 | quad @.text",
				     "section .text AX | local func l 8 | exit | call f", NULL });
	world.options.no_unique_locals = true;
	cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
	output = open_output(&world);
	data = elf_getdata(elf_getscn(output.elf, find(&output, ".symtab", &symtab)), NULL);
	cr_assert_eq(symtab.sh_size / sizeof(Elf64_Sym), sizeof(names) / sizeof(*names));
	cr_expect_eq(symtab.sh_info, 5);
	for (int i = 0; i < 7; i++) {
		GElf_Sym symbol;

		cr_assert(gelf_getsym(data, i, &symbol));
		cr_expect_str_eq(elf_strptr(output.elf, symtab.sh_link, symbol.st_name), names[i],
				 "%d", i);
		cr_expect_eq(GELF_ST_BIND(symbol.st_info), i < 5 ? STB_LOCAL : STB_GLOBAL, "%d", i);
		// Equal names share a string.
		cr_expect(i != 4 || symbol.st_name == 5 || symbol.st_name == 1, "%d", i);
	}
	elf_end(output.elf);
	world_deinit(&world);
}

Test(write_elf, keeps_flags_of_the_newest_instructions)
{
	static const uint32_t flags[] = { 1, 4, 3 };
	struct output output;
	struct world world;

	world_begin(&world);
	for (int i = 0; i < 3; i++) {
		struct elf_object object = elf_object_begin(&world.arena, false);

		object.header.e_flags = flags[i];
		world_add(&world, elf_object_finish(&object));
	}
	cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
	output = open_output(&world);
	cr_expect_eq(output.header.e_flags, 4);
	cr_expect_eq(output.header.e_shnum, 4, "null, .symtab, .strtab and .shstrtab");
	elf_end(output.elf);
	world_deinit(&world);
}

// clang marks what -fprofile-instr-generate adds so; no loader of BPF knows it.
Test(write_elf, needs_nothing_of_gnu)
{
	const uint64_t gnu_retain = 1 << 21;
	struct elf_object object;
	struct output output;
	struct world world;
	GElf_Shdr header;
	uint32_t data;

	world_begin(&world);
	object = elf_object_begin(&world.arena, false);
	object.header.e_ident[EI_OSABI] = ELFOSABI_GNU;
	data = elf_object_section(&object, ".data", SHT_PROGBITS,
				  SHF_ALLOC | SHF_WRITE | gnu_retain, 8);
	elf_object_integer(&object, data, 8, 1);
	world_add(&world, elf_object_finish(&object));
	cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
	output = open_output(&world);
	cr_expect_eq(output.header.e_ident[EI_OSABI], ELFOSABI_SYSV);
	cr_expect_neq(find(&output, ".data", &header), 0);
	cr_expect_eq(header.sh_flags, SHF_ALLOC | SHF_WRITE);
	elf_end(output.elf);
	world_deinit(&world);
}

// More sections than e_shnum and st_shndx count.
Test(write_elf, numbers_many_sections)
{
	const uint32_t each = 0x9000;
	struct output output;
	struct str images[2];
	struct arena arena;
	struct world world;
	GElf_Shdr header;
	size_t count, last;

	arena_init(&arena, SIZE_MAX);
	for (uint32_t i = 0; i < 2; i++) {
		struct elf_object object = elf_object_begin(&arena, false);

		for (uint32_t j = 0; j < each; j++) {
			const char *name = arena_format(&arena, "s%" PRIu32, i * each + j);
			uint32_t shndx = elf_object_section(&object, name, SHT_PROGBITS,
							    SHF_ALLOC | SHF_WRITE, 1);

			elf_object_integer(&object, shndx, 1, j);
			elf_object_symbol(&object, name, STB_GLOBAL, STT_OBJECT, shndx, 0, 1);
		}
		images[i] = elf_object_finish(&object);
	}
	world_init_images(&world, images, 2);
	cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
	output = open_output(&world);
	cr_assert(elf_getshdrnum(output.elf, &count) == 0);
	cr_expect_eq(count, 1 + 2 * each + 4, "%zu", count);
	cr_expect_eq(output.header.e_shnum, 0);
	cr_expect_eq(output.header.e_shstrndx, SHN_XINDEX);
	last = 2 * each;
	cr_expect_str_eq(name_at(&output, last, &header),
			 arena_format(&arena, "s%" PRIu32, 2 * each - 1));
	cr_expect_neq(find(&output, ".symtab_shndx", &header), 0);
	elf_end(output.elf);
	world_deinit(&world);

	// And reads them again.
	world_init_images(&world, images, 2);
	cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
	images[0] = world_image(&world);
	images[0].data = arena_strndup(&arena, images[0].data, images[0].size);
	world_deinit(&world);
	world_init_images(&world, images, 1);
	cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
	cr_expect(str_equal(world_image(&world), images[0]));
	cr_expect_eq(world_symbol(&world, 0, "s70000")->section->shndx, 70001);
	world_deinit(&world);
	arena_deinit(&arena);
}

// Around the first number that the header has no room for.
Test(write_elf, numbers_sections_at_the_limit)
{
	for (uint32_t count = SHN_LORESERVE - 5; count <= SHN_LORESERVE + 1; count++) {
		struct elf_object object;
		struct output output;
		struct world world;
		GElf_Shdr header;
		size_t found;

		world_begin(&world);
		object = elf_object_begin(&world.arena, false);
		for (uint32_t i = 1; i <= count; i++) {
			elf_object_section(&object, arena_format(&world.arena, "s%" PRIu32, i),
					   SHT_PROGBITS, SHF_ALLOC, 1);
			elf_object_integer(&object, i, 1, i);
		}
		world_add(&world, elf_object_finish(&object));
		cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
		output = open_output(&world);
		cr_assert(elf_getshdrnum(output.elf, &found) == 0);
		cr_expect_eq(found, count + 4, "%zu", found);
		cr_expect_eq(output.names, found - 1);
		cr_expect_str_eq(name_at(&output, count, &header),
				 arena_format(&world.arena, "s%" PRIu32, count));
		elf_end(output.elf);
		world_deinit(&world);
	}
}

// Alignment is for memory.
Test(write_elf, does_not_grow_by_alignment)
{
	struct world world;
	struct output output;
	GElf_Shdr header;

	world_init(&world, false,
		   (const char *[]){
			   "section .data WA 65536 | word 1 | section .bss WAN 65536 | zero 4",
			   NULL });
	cr_assert(world_run(&world, write_elf), "%s", world_messages(&world));
	cr_expect_lt(world.linker.image_size, 4096);
	output = open_output(&world);
	cr_expect_str_eq(name_at(&output, 1, &header), ".data");
	cr_expect_eq(header.sh_addralign, 65536);
	elf_end(output.elf);
	world_deinit(&world);
}
