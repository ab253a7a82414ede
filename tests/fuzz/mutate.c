/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes of objects and archives. A table that does not lie within the bytes does not exist. */
#include "mutate.h"

#include <ar.h>
#include <elf.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"

static const struct field header_fields[] = {
	{ EI_CLASS, 1 },
	{ EI_DATA, 1 },
	FIELD(Elf64_Ehdr, e_type),
	FIELD(Elf64_Ehdr, e_machine),
	FIELD(Elf64_Ehdr, e_shoff),
	FIELD(Elf64_Ehdr, e_flags),
	FIELD(Elf64_Ehdr, e_shentsize),
	FIELD(Elf64_Ehdr, e_shnum),
	FIELD(Elf64_Ehdr, e_shstrndx),
};
static const struct field section_fields[] = {
	FIELD(Elf64_Shdr, sh_name),      FIELD(Elf64_Shdr, sh_type),
	FIELD(Elf64_Shdr, sh_flags),     FIELD(Elf64_Shdr, sh_addr),
	FIELD(Elf64_Shdr, sh_offset),    FIELD(Elf64_Shdr, sh_size),
	FIELD(Elf64_Shdr, sh_link),      FIELD(Elf64_Shdr, sh_info),
	FIELD(Elf64_Shdr, sh_addralign), FIELD(Elf64_Shdr, sh_entsize),
};
static const struct field symbol_fields[] = {
	FIELD(Elf64_Sym, st_name),  FIELD(Elf64_Sym, st_info),  FIELD(Elf64_Sym, st_other),
	FIELD(Elf64_Sym, st_shndx), FIELD(Elf64_Sym, st_value), FIELD(Elf64_Sym, st_size),
};
// Of r_info, type and symbol are apart.
static const struct field relocation_fields[] = {
	FIELD(Elf64_Rel, r_offset), { 8, 4 }, { 12, 4 }, { 8, 1 }, { 12, 1 }
};
static const struct field instruction_fields[] = { { 0, 1 }, { 1, 1 }, { 2, 2 }, { 4, 4 } };
static const struct field quad_fields[] = { { 0, 8 }, { 0, 4 }, { 4, 4 } };

static const struct layout header_layout = LAYOUT(Elf64_Ehdr, header_fields);
static const struct layout section_layout = LAYOUT(Elf64_Shdr, section_fields);
static const struct layout symbol_layout = LAYOUT(Elf64_Sym, symbol_fields);
const struct layout relocation_layout = LAYOUT(Elf64_Rel, relocation_fields);
static const struct layout instruction_layout = { 8, instruction_fields,
						  COUNT(instruction_fields) };
static const struct layout quad_layout = { 8, quad_fields, COUNT(quad_fields) };

// -------------------------------------------------------------------------------------------------
// ELF

// The section headers; none when they are not in the file.
static struct records find_sections(uint8_t *data, size_t size)
{
	struct records sections = { .layout = &section_layout };
	uint64_t offset, count;

	if (size < sizeof(Elf64_Ehdr))
		return sections;
	sections.big_endian = data[EI_DATA] == ELFDATA2MSB;
	offset = get(data + offsetof(Elf64_Ehdr, e_shoff), 8, sections.big_endian);
	count = get(data + offsetof(Elf64_Ehdr, e_shnum), 2, sections.big_endian);
	if (offset > size || count > (size - offset) / sizeof(Elf64_Shdr))
		return sections;
	sections.data = data + offset;
	sections.count = count;
	return sections;
}

static const struct layout *content_layout(uint64_t type, uint64_t flags)
{
	switch (type) {
	case SHT_SYMTAB:
		return &symbol_layout;
	case SHT_REL:
		return &relocation_layout;
	case SHT_STRTAB:
		return &byte_layout;
	case SHT_SYMTAB_SHNDX:
	case SHT_GROUP:
		return &word_layout;
	}
	return flags & SHF_EXECINSTR ? &instruction_layout : &quad_layout;
}

static bool has_btf_magic(const uint8_t *data, size_t size, bool big_endian)
{
	return size >= sizeof(struct btf_header) && get(data, 2, big_endian) == BTF_MAGIC;
}

// The bytes of the section with this @header; of no bytes when the file has none.
static struct records content_of(uint8_t *data, size_t size, const struct records *sections,
				 const uint8_t *header)
{
	bool big_endian = sections->big_endian;
	uint64_t type = get(header + offsetof(Elf64_Shdr, sh_type), 4, big_endian);
	uint64_t flags = get(header + offsetof(Elf64_Shdr, sh_flags), 8, big_endian);
	uint64_t offset = get(header + offsetof(Elf64_Shdr, sh_offset), 8, big_endian);
	uint64_t length = get(header + offsetof(Elf64_Shdr, sh_size), 8, big_endian);

	if (type == SHT_NOBITS || offset > size || length > size - offset)
		return (struct records){ .layout = &byte_layout };
	return records_of(data + offset, length, big_endian, content_layout(type, flags));
}

// Move @content, that of section @header, to the end of the file; returns where that is, or
// SIZE_MAX when it does not fit.
static size_t move_content(uint8_t *data, size_t size, size_t capacity, struct records content,
			   uint8_t *header)
{
	size_t at = (size + 7) & ~(size_t)7, length = content.layout->size * content.count;

	if (at > capacity || length > capacity - at)
		return SIZE_MAX;
	memset(data + size, 0, at - size);
	memcpy(data + at, content.data, length);
	put(header + offsetof(Elf64_Shdr, sh_offset), 8, content.big_endian, at);
	return at;
}

static size_t mutate_btf_section(struct dice *dice, uint8_t *data, size_t size, size_t capacity,
				 bool big_endian)
{
	if (get(data + offsetof(struct btf_header, hdr_len), 4, big_endian) ==
	    sizeof(struct btf_header))
		return mutate_btf(dice, data, size, capacity);
	return mutate_btf_ext(dice, data, size, capacity);
}

// Only at the end of the file a section may grow.
static size_t mutate_content(struct dice *dice, uint8_t *data, size_t size, size_t capacity,
			     struct records content, uint8_t *header)
{
	size_t length = content.count * content.layout->size, at;

	if (!has_btf_magic(content.data, length, content.big_endian)) {
		mutate_records(dice, content);
		return size;
	}
	at = dice_below(dice, 2) ? move_content(data, size, capacity, content, header) : SIZE_MAX;
	if (at == SIZE_MAX) {
		mutate_btf_section(dice, content.data, length, length, content.big_endian);
		return size;
	}
	length = mutate_btf_section(dice, data + at, length, capacity - at, content.big_endian);
	put(header + offsetof(Elf64_Shdr, sh_size), 8, content.big_endian, length);
	return at + length;
}

// Move @content, that of section @header, to the end of the file, and repeat some of its records.
static size_t grow_content(struct dice *dice, uint8_t *data, size_t size, size_t capacity,
			   struct records content, uint8_t *header)
{
	size_t record = content.layout->size, length = record * content.count;
	uint64_t more = 1 + dice_below(dice, dice_below(dice, 4) ? 4 : 1000);
	size_t at;

	if (record * more > capacity)
		return size;
	at = move_content(data, size, capacity - record * more, content, header);
	if (at == SIZE_MAX)
		return size;
	for (uint64_t i = 0; i < more; i++)
		memcpy(data + at + length + record * i,
		       data + at + record * dice_below(dice, content.count), record);
	put(header + offsetof(Elf64_Shdr, sh_size), 8, content.big_endian, length + record * more);
	return at + length + record * more;
}

static const struct field sh_name = FIELD(Elf64_Shdr, sh_name);
static const struct field sh_type = FIELD(Elf64_Shdr, sh_type);
static const struct field sh_flags = FIELD(Elf64_Shdr, sh_flags);
static const struct field sh_offset = FIELD(Elf64_Shdr, sh_offset);
static const struct field sh_size = FIELD(Elf64_Shdr, sh_size);
static const struct field sh_link = FIELD(Elf64_Shdr, sh_link);
static const struct field sh_info = FIELD(Elf64_Shdr, sh_info);
static const struct field sh_addralign = FIELD(Elf64_Shdr, sh_addralign);
static const struct field sh_entsize = FIELD(Elf64_Shdr, sh_entsize);

static uint64_t get_header(const struct records *sections, size_t index, struct field field)
{
	return get(sections->data + sizeof(Elf64_Shdr) * index + field.offset, field.size,
		   sections->big_endian);
}

static void put_header(const struct records *sections, size_t index, struct field field,
		       uint64_t value)
{
	put(sections->data + sizeof(Elf64_Shdr) * index + field.offset, field.size,
	    sections->big_endian, value);
}

// Move the section headers to the end of the file, and repeat section @drawn @more times.
static size_t grow_headers(uint8_t *data, size_t size, size_t capacity, struct records *sections,
			   size_t drawn, size_t more)
{
	size_t at = (size + 7) & ~(size_t)7, length = sizeof(Elf64_Shdr) * sections->count;

	if (at > capacity || length + sizeof(Elf64_Shdr) * more > capacity - at)
		return size;
	memset(data + size, 0, at - size);
	memcpy(data + at, sections->data, length);
	for (uint64_t i = 0; i < more; i++)
		memcpy(data + at + length + sizeof(Elf64_Shdr) * i,
		       data + at + sizeof(Elf64_Shdr) * drawn, sizeof(Elf64_Shdr));
	sections->data = data + at;
	sections->count += more;
	put(data + offsetof(Elf64_Ehdr, e_shoff), 8, sections->big_endian, at);
	put(data + offsetof(Elf64_Ehdr, e_shnum), 2, sections->big_endian, sections->count);
	return at + length + sizeof(Elf64_Shdr) * more;
}

// Make one string of a table of them, as far as it goes, and have all names be endings of it.
static void share_endings(struct dice *dice, uint8_t *data, size_t size,
			  const struct records *sections)
{
	static const struct field st_name = FIELD(Elf64_Sym, st_name);
	uint64_t table = dice_below(dice, sections->count);
	uint8_t *header = sections->data + sizeof(Elf64_Shdr) * table;
	struct records strings = content_of(data, size, sections, header);

	if (get_header(sections, table, sh_type) != SHT_STRTAB || strings.count < 2)
		return;
	memset(strings.data + 1, 'n', strings.count - 2);
	for (size_t i = 1; i < sections->count; i++) {
		struct records content =
			content_of(data, size, sections, sections->data + sizeof(Elf64_Shdr) * i);

		put_header(sections, i, sh_name, dice_below(dice, strings.count));
		for (size_t j = 1; content.layout == &symbol_layout && j < content.count; j++)
			put(content.data + sizeof(Elf64_Sym) * j + st_name.offset, st_name.size,
			    sections->big_endian, dice_below(dice, strings.count));
	}
}

// What no compiler does: sections, names and alignments that use little input for much.
static size_t mutate_overlaps(struct dice *dice, uint8_t *data, size_t size, size_t capacity,
			      struct records sections)
{
	uint64_t kind = dice_below(dice, 4), drawn = dice_below(dice, sections.count);

	if (kind == 0)
		return grow_headers(data, size, capacity, &sections, drawn,
				    1 + dice_below(dice, 200));
	if (kind == 1)
		share_endings(dice, data, size, &sections);
	for (size_t i = 1; kind > 1 && i < sections.count; i++) {
		if (dice_below(dice, 2))
			continue;
		if (kind == 2) {
			put_header(&sections, i, sh_offset,
				   get_header(&sections, drawn, sh_offset));
			put_header(&sections, i, sh_size, get_header(&sections, drawn, sh_size));
		} else {
			put_header(&sections, i, sh_addralign, 1ull << dice_below(dice, 21));
		}
	}
	return size;
}

// A section of @type that is drawn; 0 when there is none.
static size_t draw_section(struct dice *dice, const struct records *sections, uint32_t type)
{
	size_t drawn = 0, seen = 0;

	for (size_t i = 1; i < sections->count; i++) {
		if (get_header(sections, i, sh_type) == type && dice_below(dice, ++seen) == 0)
			drawn = i;
	}
	return drawn;
}

// Whether section @i joins a group that is made, of which each has one in @chance: relocations go
// where the section goes that they are of, mostly.
static bool joins_group(struct dice *dice, const struct records *sections, size_t i,
			uint64_t chance)
{
	uint64_t type = get_header(sections, i, sh_type), of = get_header(sections, i, sh_info);

	if (type == SHT_SYMTAB || type == SHT_STRTAB || type == SHT_GROUP)
		return dice_below(dice, 100) == 0;
	if (type == SHT_REL && of && of < i && dice_below(dice, 8))
		return get_header(sections, of, sh_flags) & SHF_GROUP;
	return dice_below(dice, chance) == 0;
}

// Make section @group, whose content is at @at, a group of sections without one; returns its size.
static size_t fill_group(struct dice *dice, uint8_t *at, const struct records *sections,
			 size_t group)
{
	uint64_t chance = 1 + dice_below(dice, 4);
	size_t length = 4;

	put(at, 4, sections->big_endian, dice_below(dice, 8) ? GRP_COMDAT : 0);
	for (size_t i = 1; i < group; i++) {
		uint64_t flags = get_header(sections, i, sh_flags);

		if (flags & SHF_GROUP || !joins_group(dice, sections, i, chance))
			continue;
		put_header(sections, i, sh_flags, flags | SHF_GROUP);
		put(at + length, 4, sections->big_endian, i);
		length += 4;
	}
	return length;
}

static void put_group_header(const struct records *sections, size_t group, size_t symtab,
			     uint64_t signature)
{
	put_header(sections, group, sh_type, SHT_GROUP);
	put_header(sections, group, sh_flags, 0);
	put_header(sections, group, sh_link, symtab);
	put_header(sections, group, sh_info, signature);
	put_header(sections, group, sh_addralign, 4);
	put_header(sections, group, sh_entsize, 4);
}

// There is one more group, behind the other sections.
static size_t add_group(struct dice *dice, uint8_t *data, size_t size, size_t capacity,
			struct records sections)
{
	size_t group = sections.count, symtab = draw_section(dice, &sections, SHT_SYMTAB), at;
	uint64_t symbols = get_header(&sections, symtab, sh_size) / sizeof(Elf64_Sym);

	if (capacity < 4 * (group + 1))
		return size;
	at = grow_headers(data, size, capacity - 4 * (group + 1), &sections,
			  dice_below(dice, group), 1);
	if (sections.count == group)
		return size;
	put_group_header(&sections, group, symtab, dice_below(dice, symbols));
	put_header(&sections, group, sh_offset, at);
	put_header(&sections, group, sh_size, fill_group(dice, data + at, &sections, group));
	return at + get_header(&sections, group, sh_size);
}

// A group gets another kind, member or signature, or a section another mark of being in one; or
// there is one more.
static size_t mutate_groups(struct dice *dice, uint8_t *data, size_t size, size_t capacity,
			    struct records sections)
{
	size_t group = draw_section(dice, &sections, SHT_GROUP);
	size_t other = dice_below(dice, sections.count);
	uint64_t draw = dice_below(dice, 8);
	struct records content;

	if (!group || draw < 3)
		return add_group(dice, data, size, capacity, sections);
	content = content_of(data, size, &sections, sections.data + sizeof(Elf64_Shdr) * group);
	if (draw == 3)
		put_header(&sections, other, sh_flags,
			   get_header(&sections, other, sh_flags) ^ SHF_GROUP);
	else if (draw == 4)
		put_header(&sections, group, sh_info, dice_below(dice, 64));
	else if (draw == 5 && content.count)
		put(content.data + 4 * dice_below(dice, content.count), 4, content.big_endian,
		    other);
	else
		mutate_records(dice, content);
	return size;
}

size_t mutate_object(struct dice *dice, uint8_t *data, size_t size, size_t capacity)
{
	struct records sections = find_sections(data, size), content;
	uint64_t draw = dice_below(dice, 18);
	uint8_t *header;

	if (!sections.count) {
		mutate_any(dice, data, size);
		return size;
	}
	header = sections.data + sizeof(Elf64_Shdr) * dice_below(dice, sections.count);
	content = content_of(data, size, &sections, header);
	if (draw == 0)
		mutate_records(dice,
			       (struct records){ data, 1, sections.big_endian, &header_layout });
	else if (draw < 4 || !content.count)
		mutate_records(dice, sections);
	else if (draw == 4)
		return grow_content(dice, data, size, capacity, content, header);
	else if (draw == 16)
		return mutate_overlaps(dice, data, size, capacity, sections);
	else if (draw == 17)
		return mutate_groups(dice, data, size, capacity, sections);
	else
		return mutate_content(dice, data, size, capacity, content, header);
	return size;
}

// -------------------------------------------------------------------------------------------------
// Archives

// The member at @drawn ends where the archive does, or has an ending of all long names for a name;
// or else these have no end.
static void mutate_member(struct dice *dice, uint8_t *data, size_t size, uint8_t *drawn)
{
	struct ar_hdr *header = (struct ar_hdr *)drawn;
	size_t left = size - (size_t)(drawn - data) - sizeof(*header);
	char field[sizeof(header->ar_name) + 1];

	switch (dice_below(dice, 3)) {
	case 0:
		snprintf(field, sizeof(field), "%-10zu", left);
		memcpy(header->ar_size, field, sizeof(header->ar_size));
		break;
	case 1:
		snprintf(field, sizeof(field), "/%-15u", (unsigned int)dice_below(dice, 100));
		memcpy(header->ar_name, field, sizeof(header->ar_name));
		break;
	default:
		for (size_t i = 0; header->ar_name[0] == '/' && i < left && i < 1000; i++) {
			if (drawn[sizeof(*header) + i] == '\n')
				drawn[sizeof(*header) + i] = 'n';
		}
	}
}

void mutate_archive(struct dice *dice, uint8_t *data, size_t size)
{
	uint8_t *drawn = NULL;
	uint64_t drawn_size = 0;
	size_t at = SARMAG, seen = 0;

	while (size >= SARMAG && size - at >= sizeof(struct ar_hdr)) {
		char digits[sizeof(((struct ar_hdr *)NULL)->ar_size) + 1] = "";
		uint64_t length;

		memcpy(digits, data + at + offsetof(struct ar_hdr, ar_size), sizeof(digits) - 1);
		length = strtoull(digits, NULL, 10);
		if (length > size - at - sizeof(struct ar_hdr))
			length = size - at - sizeof(struct ar_hdr);
		if (dice_below(dice, ++seen) == 0) {
			drawn = data + at;
			drawn_size = length;
		}
		at += sizeof(struct ar_hdr) + length + (length & 1);
		if (at > size)
			break;
	}
	if (!drawn || dice_below(dice, 16) == 0)
		mutate_any(dice, data, size);
	else if (dice_below(dice, 8) == 0)
		mutate_member(dice, data, size, drawn);
	else if (dice_below(dice, 3) == 0)
		mutate_any(dice, drawn, sizeof(struct ar_hdr));
	else if (find_sections(drawn + sizeof(struct ar_hdr), drawn_size).count)
		mutate_object(dice, drawn + sizeof(struct ar_hdr), drawn_size, drawn_size);
	else
		mutate_records(dice, records_of(drawn + sizeof(struct ar_hdr), drawn_size, true,
						&word_layout));
}
