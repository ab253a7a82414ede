/* SPDX-License-Identifier: BSD-2-Clause */
#include "decompress.h"

#include <libelf.h>
#include <string.h>

bool decompress(const void *object, size_t object_size, uint32_t shndx, void *bytes, size_t size)
{
	Elf *elf;
	Elf_Scn *section;
	Elf_Data *data = NULL;
	bool right;

	elf_version(EV_CURRENT);
	// libelf reads it only.
	elf = elf_memory((char *)object, object_size);
	section = elf_getscn(elf, shndx);
	if (section && elf_compress(section, 0, 0) >= 0)
		data = elf_rawdata(section, NULL);
	right = data && data->d_size == size;
	if (right)
		memcpy(bytes, data->d_buf, size);
	elf_end(elf);
	return right;
}
