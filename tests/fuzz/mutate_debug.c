/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes of debug information. An object of a compiler has more of it than of anything else, and
 * few of its bytes may be anything: names of abbreviations, forms, lengths, offsets.
 */
#include <elf.h>
#include <string.h>

#include "fields.h"

// Sections that are looked at for one of debug information.
#define SECTIONS_TRIED 64

// A number of the object, a field that is @size bytes wide at @offset; 0 when it is not there.
static uint64_t field(const uint8_t *data, size_t data_size, uint64_t offset, size_t size)
{
	if (offset > data_size || size > data_size - offset)
		return 0;
	return get(data + offset, size, data[EI_DATA] == ELFDATA2MSB);
}

static bool begins_with(const uint8_t *data, size_t size, uint64_t at, const char *start)
{
	return at < size && size - at >= strlen(start) && !memcmp(data + at, start, strlen(start));
}

// The records of section @index, if it is one of debug information or has relocations of one.
static struct records find_records(struct dice *dice, uint8_t *data, size_t size, uint64_t index)
{
	uint64_t headers = field(data, size, offsetof(Elf64_Ehdr, e_shoff), 8);
	uint64_t names = headers + field(data, size, offsetof(Elf64_Ehdr, e_shstrndx), 2) *
					   sizeof(Elf64_Shdr);
	uint64_t header = headers + index * sizeof(Elf64_Shdr);
	uint64_t name = field(data, size, names + offsetof(Elf64_Shdr, sh_offset), 8) +
			field(data, size, header + offsetof(Elf64_Shdr, sh_name), 4);
	uint64_t count = field(data, size, header + offsetof(Elf64_Shdr, sh_size), 8);
	uint64_t at = field(data, size, header + offsetof(Elf64_Shdr, sh_offset), 8);
	bool big_endian = data[EI_DATA] == ELFDATA2MSB, is_word = dice_below(dice, 4) == 0;
	uint64_t skipped = is_word ? dice_below(dice, 4) : 0; // words stand anywhere

	if (at > size || count > size - at)
		return (struct records){ .layout = &byte_layout };
	if (begins_with(data, size, name, ".rel.debug_"))
		return records_of(data + at, count, big_endian, &relocation_layout);
	if (!begins_with(data, size, name, ".debug_") || count < skipped)
		return (struct records){ .layout = &byte_layout };
	return records_of(data + at + skipped, count - skipped, big_endian,
			  is_word ? &word_layout : &byte_layout);
}

void mutate_debug(struct dice *dice, uint8_t *data, size_t size)
{
	struct records records = { 0 };

	if (size < sizeof(Elf64_Ehdr))
		return;
	for (int i = 0; i < SECTIONS_TRIED && !records.count; i++) {
		uint64_t count = field(data, size, offsetof(Elf64_Ehdr, e_shnum), 2);

		records = find_records(dice, data, size, dice_below(dice, count));
	}
	if (records.count)
		mutate_records(dice, records);
}
