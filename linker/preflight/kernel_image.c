/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel_image.h"

#include "base/reader.h"
#include "elf_records.h"

// The sections of an ELF file.
struct elf_file {
	struct reader file; // all of it
	Elf64_Ehdr header;
	const void *sections;
	uint64_t count;
};

static bool malformed(const struct elf_file *elf, const char *what)
{
	return reader_error(&elf->file, ERROR_MALFORMED_ELF, 0, "%s", what);
}

static bool read_sections(struct elf_file *elf)
{
	struct reader table;
	Elf64_Shdr first;

	if (elf->header.e_shentsize != sizeof(Elf64_Shdr))
		return malformed(elf, "has no section headers, so no .BTF");
	table = reader_part(&elf->file, elf->header.e_shoff, sizeof(first));
	if (table.failed)
		return malformed(elf, "section headers are beyond the end of the file");
	// With many sections, the first header says how many.
	first = shdr_get(table.position, 0, elf->file.big_endian);
	elf->count = elf->header.e_shnum ? elf->header.e_shnum : first.sh_size;
	if (elf->header.e_shstrndx == SHN_XINDEX)
		elf->header.e_shstrndx = (Elf64_Half)first.sh_link;
	if (elf->count > reader_left(&elf->file) / sizeof(first))
		return malformed(elf, "has more section headers than room");
	table = reader_part(&elf->file, elf->header.e_shoff, elf->count * sizeof(first));
	elf->sections = table.position;
	return !table.failed || malformed(elf, "section headers are beyond the end of the file");
}

static bool find_btf(const struct elf_file *elf, struct str *btf)
{
	bool big_endian = elf->file.big_endian;
	struct reader names;
	Elf64_Shdr header;

	if (elf->header.e_shstrndx >= elf->count)
		return malformed(elf, "has no names of sections");
	header = shdr_get(elf->sections, elf->header.e_shstrndx, big_endian);
	names = reader_part(&elf->file, header.sh_offset, header.sh_size);
	for (uint64_t i = 0; i < elf->count; i++) {
		struct reader name, bytes;

		header = shdr_get(elf->sections, i, big_endian);
		name = reader_part(&names, header.sh_name, sizeof(".BTF"));
		if (name.failed || memcmp(name.position, ".BTF", sizeof(".BTF")) != 0)
			continue;
		bytes = reader_part(&elf->file, header.sh_offset, header.sh_size);
		if (bytes.failed || header.sh_type == SHT_NOBITS)
			return malformed(elf, "section .BTF is beyond the end of the file");
		*btf = (struct str){ (const char *)bytes.position, reader_left(&bytes) };
		return true;
	}
	return reader_error(&elf->file, ERROR_NO_BTF, 0,
			    "has no section .BTF; build the kernel with CONFIG_DEBUG_INFO_BTF");
}

bool kernel_image_btf(struct str image, const char *name, struct diag *diag, struct str *btf)
{
	const unsigned char *bytes = (const unsigned char *)image.data;
	struct elf_file elf;

	if (image.size < SELFMAG || memcmp(bytes, ELFMAG, SELFMAG) != 0) {
		*btf = image;
		return true;
	}
	elf.file = reader_of(image.data, image.size,
			     image.size > EI_DATA && bytes[EI_DATA] == ELFDATA2MSB,
			     place_in(name, NULL), diag);
	if (image.size < sizeof(elf.header))
		return malformed(&elf, "is cut off within its ELF header");
	if (bytes[EI_CLASS] != ELFCLASS64)
		return malformed(&elf, "is an ELF file of 32 bits; give its BTF alone "
				       "(objcopy -O binary --only-section=.BTF)");
	memcpy(&elf.header, image.data, sizeof(elf.header));
	ehdr_order(&elf.header, elf.file.big_endian);
	return read_sections(&elf) && find_btf(&elf, btf);
}
