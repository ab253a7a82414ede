/* SPDX-License-Identifier: BSD-2-Clause */
#include "compression.h"

#include <libelf.h>
#include <string.h>

// Let section @shndx be compressed as @type, 0 for not at all; give its bytes to @use. libelf reads
// @object only.
static bool convert(const void *object, size_t object_size, uint32_t shndx, int type,
		    bool (*use)(const Elf_Data *data, int outcome, void *context), void *context)
{
	Elf *elf;
	Elf_Scn *section;
	Elf_Data *data = NULL;
	int outcome = -1;
	bool right;

	elf_version(EV_CURRENT);
	elf = elf_memory((char *)object, object_size);
	section = elf_getscn(elf, shndx);
	if (section)
		outcome = elf_compress(section, type, 0);
	if (outcome >= 0)
		data = elf_rawdata(section, NULL);
	right = data && use(data, outcome, context);
	elf_end(elf);
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
