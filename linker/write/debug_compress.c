/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compression is the caller's (bpfld_options.compress); headers are made and judged here. What the
 * next link would take for hostile is not compressed: it is so regular that it is small anyway.
 *
 * Source: gABI, "Section Compression".
 */
#include "debug_compress.h"

#include "elf_records.h"

// The most bytes that a section may have for each compressed one; compilers' have ten times fewer.
#define EXPANSION_MAX 64
#define EXPANSION_MIN ((uint64_t)1 << 20)

bool debug_expands(uint64_t compressed, uint64_t size)
{
	return size != 0 && size <= EXPANSION_MIN + EXPANSION_MAX * compressed;
}

static void put_header(const struct linker *linker, uint8_t *bytes, const Elf64_Shdr *section)
{
	bool big_endian = linker->big_endian;

	memset(bytes, 0, sizeof(Elf64_Chdr));
	put32(bytes + offsetof(Elf64_Chdr, ch_type), ELFCOMPRESS_ZLIB, big_endian);
	put64(bytes + offsetof(Elf64_Chdr, ch_size), section->sh_size, big_endian);
	put64(bytes + offsetof(Elf64_Chdr, ch_addralign), section->sh_addralign, big_endian);
}

const void *debug_compress(struct linker *linker, struct str image, uint32_t shndx,
			   const char *name, Elf64_Shdr *header)
{
	size_t head = sizeof(Elf64_Chdr), size;
	uint8_t *bytes;

	if (header->sh_size <= head + 1)
		return NULL;
	size = header->sh_size - head - 1;
	bytes = arena_alloc(linker->arena, head + size);
	if (!linker->options->compress(image.data, image.size, shndx, bytes + head, &size)) {
		diag_error(linker->diag, ERROR_CANNOT_WRITE, place_in(NULL, name),
			   "the section cannot be compressed");
		return NULL;
	}
	if (size == 0 || !debug_expands(head + size, header->sh_size))
		return NULL;
	put_header(linker, bytes, header);
	header->sh_size = head + size;
	header->sh_flags |= SHF_COMPRESSED;
	header->sh_addralign = sizeof(uint64_t);
	return bytes;
}
