/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything is a table: records of one size, one after another, that have the same fields. To
 * change one is to draw a record, a field of it, and what becomes of the field. Nothing is trusted:
 * a table that does not lie within the bytes does not exist.
 */
#include "mutate.h"

#include <ar.h>
#include <elf.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct field {
	uint16_t offset; // in the record
	uint16_t size;   // 1, 2, 4 or 8
};

struct layout {
	size_t size; // of a record
	const struct field *fields;
	size_t count;
};

// Records in the bytes that are changed.
struct records {
	uint8_t *data;
	size_t count;
	bool big_endian;
	const struct layout *layout;
};

#define FIELD(type, member)                                                                        \
	{                                                                                          \
		offsetof(type, member), sizeof(((type *)NULL)->member)                             \
	}
#define LAYOUT(type, fields)                                                                       \
	{                                                                                          \
		sizeof(type), fields, COUNT(fields)                                                \
	}

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
static const struct field word_fields[] = { { 0, 4 }, { 0, 2 }, { 2, 1 }, { 3, 1 } };
static const struct field quad_fields[] = { { 0, 8 }, { 0, 4 }, { 4, 4 } };
static const struct field byte_fields[] = { { 0, 1 } };

static const struct layout header_layout = LAYOUT(Elf64_Ehdr, header_fields);
static const struct layout section_layout = LAYOUT(Elf64_Shdr, section_fields);
static const struct layout symbol_layout = LAYOUT(Elf64_Sym, symbol_fields);
static const struct layout relocation_layout = LAYOUT(Elf64_Rel, relocation_fields);
static const struct layout instruction_layout = { 8, instruction_fields,
						  COUNT(instruction_fields) };
static const struct layout word_layout = { 4, word_fields, COUNT(word_fields) };
static const struct layout quad_layout = { 8, quad_fields, COUNT(quad_fields) };
static const struct layout byte_layout = { 1, byte_fields, COUNT(byte_fields) };

uint64_t dice_below(struct dice *dice, uint64_t limit)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15;

	// SplitMix64: equally good from every seed.
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	z ^= z >> 31;
	return limit ? z % limit : 0;
}

static uint64_t get(const uint8_t *bytes, size_t size, bool big_endian)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value |= (uint64_t)bytes[big_endian ? size - 1 - i : i] << 8 * i;
	return value;
}

static void put(uint8_t *bytes, size_t size, bool big_endian, uint64_t value)
{
	for (size_t i = 0; i < size; i++)
		bytes[big_endian ? size - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

// What a field that was @value becomes; @other is the same field of another record.
static uint64_t change(struct dice *dice, uint64_t value, size_t size, uint64_t other)
{
	uint64_t top = (uint64_t)1 << (8 * size - 1);

	switch (dice_below(dice, 8)) {
	case 0:
		return value ^ (uint64_t)1 << dice_below(dice, 8 * size);
	case 1:
		return dice_below(dice, 20);
	case 2:
		return value + 1;
	case 3:
		return value - 1;
	case 4:
		return value + 8 * (dice_below(dice, 9) - 4);
	case 5:
		return top - dice_below(dice, 2); // largest and smallest signed number
	case 6:
		return UINT64_MAX - dice_below(dice, 8);
	}
	return other;
}

static void mutate_field(struct dice *dice, const struct records *records, uint8_t *record,
			 const uint8_t *other)
{
	struct field field = records->layout->fields[dice_below(dice, records->layout->count)];
	uint64_t value = get(record + field.offset, field.size, records->big_endian);

	put(record + field.offset, field.size, records->big_endian,
	    change(dice, value, field.size,
		   get(other + field.offset, field.size, records->big_endian)));
}

static void mutate_records(struct dice *dice, struct records records)
{
	size_t size = records.layout->size;
	uint8_t *record, *other, copy[sizeof(Elf64_Shdr)];

	if (!records.count)
		return;
	record = records.data + size * dice_below(dice, records.count);
	other = records.data + size * dice_below(dice, records.count);
	switch (dice_below(dice, 12)) {
	case 0:
		memmove(record, other, size);
		break;
	case 1:
		memcpy(copy, record, size);
		memmove(record, other, size);
		memcpy(other, copy, size);
		break;
	default:
		mutate_field(dice, &records, record, other);
	}
}

// The records of @layout in @size bytes.
static struct records records_of(uint8_t *data, size_t size, bool big_endian,
				 const struct layout *layout)
{
	return (struct records){ data, size / layout->size, big_endian, layout };
}

static void mutate_any(struct dice *dice, uint8_t *data, size_t size)
{
	mutate_records(dice, records_of(data, size, false, &byte_layout));
}

// -------------------------------------------------------------------------------------------------
// BTF

// The record of a type that is drawn; of no bytes when there is none.
static struct records draw_type(struct dice *dice, uint8_t *types, size_t size, bool big_endian)
{
	// An ever later one takes the place with an ever smaller chance: all are equally likely.
	struct records drawn = { types, 0, big_endian, &word_layout };
	size_t at = 0, seen = 0;

	while (size - at >= sizeof(struct btf_type)) {
		uint32_t info = (uint32_t)get(types + at + 4, 4, big_endian);
		size_t words = btf_info_kind(info) <= BTF_KIND_LAST ? btf_record_words(info) : 3;

		if (words > (size - at) / 4)
			words = (size - at) / 4;
		if (dice_below(dice, ++seen) == 0)
			drawn = (struct records){ types + at, words, big_endian, &word_layout };
		at += 4 * words;
	}
	return drawn;
}

// Two types of equal size change places; or else a name, a reference or the like of one becomes
// that of the other.
static void mutate_two_types(struct dice *dice, uint8_t *types, size_t size, bool big_endian)
{
	struct records a = draw_type(dice, types, size, big_endian);
	struct records b = draw_type(dice, types, size, big_endian);
	size_t common = a.count < b.count ? a.count : b.count;
	uint64_t word = dice_below(dice, common);

	if (a.count != b.count || dice_below(dice, 2)) {
		if (common)
			memmove(a.data + 4 * word, b.data + 4 * word, 4);
		return;
	}
	for (size_t i = 0; i < 4 * a.count; i++) {
		uint8_t byte = a.data[i];

		a.data[i] = b.data[i];
		b.data[i] = byte;
	}
}

void mutate_btf(struct dice *dice, uint8_t *data, size_t size)
{
	bool big_endian = size && data[0] == 0xeb;
	uint64_t start, length;

	if (size < sizeof(struct btf_header) || dice_below(dice, 10) == 0) {
		mutate_records(dice, records_of(data,
						size < sizeof(struct btf_header)
							? size
							: sizeof(struct btf_header),
						big_endian, &word_layout));
		return;
	}
	start = get(data + offsetof(struct btf_header, hdr_len), 4, big_endian) +
		get(data + offsetof(struct btf_header, type_off), 4, big_endian);
	length = get(data + offsetof(struct btf_header, type_len), 4, big_endian);
	if (start > size || length > size - start)
		mutate_any(dice, data, size);
	else if (dice_below(dice, 8) == 0)
		mutate_any(dice, data + start + length, size - start - length);
	else if (dice_below(dice, 4) == 0)
		mutate_two_types(dice, data + start, length, big_endian);
	else
		mutate_records(dice, draw_type(dice, data + start, length, big_endian));
}

void mutate_btf_ext(struct dice *dice, uint8_t *data, size_t size)
{
	bool big_endian = size && data[0] == 0xeb;
	size_t header = sizeof(struct btf_header) + 8; // what compilers write

	if (size <= header || dice_below(dice, 6) == 0)
		mutate_records(dice, records_of(data, size < header ? size : header, big_endian,
						&word_layout));
	else
		mutate_records(dice,
			       records_of(data + header, size - header, big_endian, &word_layout));
}

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

static void mutate_content(struct dice *dice, struct records content)
{
	size_t size = content.count * content.layout->size;

	if (!has_btf_magic(content.data, size, content.big_endian))
		mutate_records(dice, content);
	else if (get(content.data + offsetof(struct btf_header, hdr_len), 4, content.big_endian) ==
		 sizeof(struct btf_header))
		mutate_btf(dice, content.data, size);
	else
		mutate_btf_ext(dice, content.data, size);
}

// Move @content, that of section @header, to the end of the file, and repeat some of its records.
static size_t grow_content(struct dice *dice, uint8_t *data, size_t size, size_t capacity,
			   struct records content, uint8_t *header)
{
	size_t record = content.layout->size, length = record * content.count;
	uint64_t more = 1 + dice_below(dice, dice_below(dice, 4) ? 4 : 1000);
	size_t at = (size + 7) & ~(size_t)7;

	if (at > capacity || length + record * more > capacity - at)
		return size;
	memset(data + size, 0, at - size);
	memcpy(data + at, content.data, length);
	for (uint64_t i = 0; i < more; i++)
		memcpy(data + at + length + record * i,
		       content.data + record * dice_below(dice, content.count), record);
	put(header + offsetof(Elf64_Shdr, sh_offset), 8, content.big_endian, at);
	put(header + offsetof(Elf64_Shdr, sh_size), 8, content.big_endian, length + record * more);
	return at + length + record * more;
}

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

// Move the section headers to the end of the file, and repeat one of them up to 200 times.
static size_t grow_headers(struct dice *dice, uint8_t *data, size_t size, size_t capacity,
			   struct records *sections)
{
	size_t at = (size + 7) & ~(size_t)7, length = sizeof(Elf64_Shdr) * sections->count;
	uint64_t more = 1 + dice_below(dice, 200), drawn = dice_below(dice, sections->count);

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

	if (get_header(sections, table, (struct field)FIELD(Elf64_Shdr, sh_type)) != SHT_STRTAB ||
	    strings.count < 2)
		return;
	memset(strings.data + 1, 'n', strings.count - 2);
	for (size_t i = 1; i < sections->count; i++) {
		struct records content =
			content_of(data, size, sections, sections->data + sizeof(Elf64_Shdr) * i);

		put_header(sections, i, (struct field)FIELD(Elf64_Shdr, sh_name),
			   dice_below(dice, strings.count));
		for (size_t j = 1; content.layout == &symbol_layout && j < content.count; j++)
			put(content.data + sizeof(Elf64_Sym) * j + st_name.offset, st_name.size,
			    sections->big_endian, dice_below(dice, strings.count));
	}
}

// What no compiler does: sections, names and alignments that use little input for much.
static size_t mutate_overlaps(struct dice *dice, uint8_t *data, size_t size, size_t capacity,
			      struct records sections)
{
	static const struct field sh_offset = FIELD(Elf64_Shdr, sh_offset);
	static const struct field sh_size = FIELD(Elf64_Shdr, sh_size);
	static const struct field sh_addralign = FIELD(Elf64_Shdr, sh_addralign);
	uint64_t kind = dice_below(dice, 4), drawn = dice_below(dice, sections.count);

	if (kind == 0)
		return grow_headers(dice, data, size, capacity, &sections);
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

size_t mutate_object(struct dice *dice, uint8_t *data, size_t size, size_t capacity)
{
	struct records sections = find_sections(data, size), content;
	uint64_t draw = dice_below(dice, 17);
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
	else if (draw == 16)
		return mutate_overlaps(dice, data, size, capacity, sections);
	else if (draw == 4)
		return grow_content(dice, data, size, capacity, content, header);
	else
		mutate_content(dice, content);
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
