/* SPDX-License-Identifier: BSD-2-Clause */
#include "compression.h"

#include <libelf.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// An object of one section, whose bytes follow.
struct single {
	Elf64_Ehdr header;
	Elf64_Shdr sections[2];
};

static bool encode(void *records, size_t size, Elf_Type type, unsigned int encoding)
{
	Elf_Data data = {
		.d_buf = records, .d_type = type, .d_version = EV_CURRENT, .d_size = size
	};

	return elf64_xlatetof(&data, &data, encoding);
}

// Section @shndx of @object as an object of its own, to be freed; NULL when there is none.
static char *extract(const void *object, size_t object_size, uint32_t shndx, size_t *size)
{
	Elf *elf = elf_memory((char *)object, object_size);
	Elf_Scn *section = elf_getscn(elf, shndx);
	const Elf64_Ehdr *header = elf64_getehdr(elf);
	const Elf64_Shdr *section_header = elf64_getshdr(section);
	const Elf_Data *data = elf_rawdata(section, NULL);
	char *copy = NULL;

	if (header && section_header && data && data->d_buf) {
		struct single single = { *header, { { 0 }, *section_header } };
		unsigned int encoding = header->e_ident[EI_DATA];

		single.header.e_shoff = offsetof(struct single, sections);
		single.header.e_shnum = 2;
		single.header.e_shstrndx = SHN_UNDEF;
		single.sections[1].sh_offset = sizeof(single);
		*size = sizeof(single) + data->d_size;
		if (encode(&single.header, sizeof(single.header), ELF_T_EHDR, encoding) &&
		    encode(single.sections, sizeof(single.sections), ELF_T_SHDR, encoding))
			copy = malloc(*size);
		if (copy) {
			memcpy(copy, &single, sizeof(single));
			memcpy(copy + sizeof(single), data->d_buf, data->d_size);
		}
	}
	elf_end(elf);
	return copy;
}

// Let section @shndx be compressed as @type, 0 for not at all; give its bytes to @use. That changes
// headers in memory, also of an object that was to be read only, and so is done to a copy.
static bool convert(const void *object, size_t object_size, uint32_t shndx, int type,
		    bool (*use)(const Elf_Data *data, int outcome, void *context), void *context)
{
	Elf *elf = NULL;
	Elf_Scn *section;
	Elf_Data *data = NULL;
	int outcome = -1;
	size_t size;
	char *copy;
	bool right;

	elf_version(EV_CURRENT);
	copy = extract(object, object_size, shndx, &size);
	if (copy)
		elf = elf_memory(copy, size);
	section = elf_getscn(elf, 1);
	if (section)
		outcome = elf_compress(section, type, 0);
	if (outcome >= 0)
		data = elf_rawdata(section, NULL);
	right = data && use(data, outcome, context);
	elf_end(elf);
	free(copy);
	return right;
}

struct buffer {
	void *bytes;
	size_t size;
};

static bool copy_plain(const Elf_Data *data, int outcome, void *context)
{
	const struct buffer *buffer = context;

	(void)outcome;
	if (data->d_size != buffer->size)
		return false;
	memcpy(buffer->bytes, data->d_buf, data->d_size);
	return true;
}

bool decompress(const void *object, size_t object_size, uint32_t shndx, void *bytes, size_t size)
{
	struct buffer buffer = { bytes, size };

	return convert(object, object_size, shndx, 0, copy_plain, &buffer);
}

// Of an @outcome of 0 the section would not become smaller.
static bool copy_compressed(const Elf_Data *data, int outcome, void *context)
{
	struct buffer *buffer = context;
	size_t size = outcome ? data->d_size - sizeof(Elf64_Chdr) : 0;

	if (size <= buffer->size)
		memcpy(buffer->bytes, (const char *)data->d_buf + sizeof(Elf64_Chdr), size);
	buffer->size = size <= buffer->size ? size : 0;
	return true;
}

bool compress(const void *object, size_t object_size, uint32_t shndx, void *bytes, size_t *size)
{
	struct buffer buffer = { bytes, *size };
	bool done = convert(object, object_size, shndx, ELFCOMPRESS_ZLIB, copy_compressed, &buffer);

	*size = buffer.size;
	return done;
}
