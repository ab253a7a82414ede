/* SPDX-License-Identifier: BSD-2-Clause */
#include "build_id.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/integers.h"
#include "sha1.h"

static const char note_name[] = ELF_NOTE_GNU;

#define DESCRIPTION_OFFSET (sizeof(Elf64_Nhdr) + sizeof(note_name))

static size_t id_size(const struct bpfld_options *options)
{
	switch (options->build_id) {
	case BPFLD_BUILD_ID_NONE:
		break;
	case BPFLD_BUILD_ID_XXH128:
		return sizeof(XXH128_canonical_t);
	case BPFLD_BUILD_ID_SHA1:
		return SHA1_SIZE;
	case BPFLD_BUILD_ID_BYTES:
		return options->build_id_bytes.size;
	}
	return 0;
}

struct str make_build_id(const struct linker *linker)
{
	size_t size = id_size(linker->options);
	char *note;

	if (size == 0)
		return STR("");
	note = arena_alloc(linker->arena, DESCRIPTION_OFFSET + size);
	put32(note + offsetof(Elf64_Nhdr, n_namesz), sizeof(note_name), linker->big_endian);
	put32(note + offsetof(Elf64_Nhdr, n_descsz), (uint32_t)size, linker->big_endian);
	put32(note + offsetof(Elf64_Nhdr, n_type), NT_GNU_BUILD_ID, linker->big_endian);
	memcpy(note + sizeof(Elf64_Nhdr), note_name, sizeof(note_name));
	return (struct str){ note, DESCRIPTION_OFFSET + size };
}

void fill_build_id(const struct linker *linker, char *image, size_t size, uint64_t offset)
{
	const struct bpfld_options *options = linker->options;
	char *id = image + offset + DESCRIPTION_OFFSET;
	XXH128_canonical_t canonical;

	if (options->build_id == BPFLD_BUILD_ID_XXH128) {
		XXH128_canonicalFromHash(&canonical, XXH3_128bits(image, size));
		memcpy(id, &canonical, sizeof(canonical));
	} else if (options->build_id == BPFLD_BUILD_ID_SHA1) {
		sha1(image, size, (uint8_t *)id);
	} else {
		memcpy(id, options->build_id_bytes.data, id_size(options));
	}
}
