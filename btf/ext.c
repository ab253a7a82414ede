/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * .BTF.ext: which function, source line or CO-RE relocation belongs to which instruction.
 *
 * The three kinds of records have one shape: a record size, then for each section of code its
 * name, a count, and records that begin with an instruction's offset. One table tells what the
 * words after it are, and one walker reads and one writes all three.
 *
 * The records are copied, with numbers in place of the strings, which are numbered while they are
 * in the cache: another pass over the strings of all objects costs more.
 */
#include "btf.h"

#include <assert.h>
#include <inttypes.h>

#include "bytes.h"
#include "graph.h"

// magic, version, flags, hdr_len, then offset and length of func_info and line_info; of core_relo
// too in a header of 32 bytes or more.
#define HEADER_MIN_SIZE 24u
#define HEADER_SIZE     32u

// Bytes of names of sections, for each byte of strings and records: any number of blocks may have
// one name.
#define NAMES_EACH 64

enum field {
	FIELD_NONE,
	FIELD_FUNC,
	FIELD_TYPE,
	FIELD_STRING,
	FIELD_NUMBER,
};

static const struct {
	const char *name;
	enum field fields[3]; // after insn_off
} kinds[BTF_EXT_KINDS] = {
	[BTF_EXT_FUNC] = { "func_info", { FIELD_FUNC } },
	[BTF_EXT_LINE] = { "line_info", { FIELD_STRING, FIELD_STRING, FIELD_NUMBER } },
	[BTF_EXT_CORE] = { "core_relo", { FIELD_TYPE, FIELD_STRING, FIELD_NUMBER } },
};

struct ext_reader {
	const struct btf_unit *unit;
	struct arena *arena;
	struct diag *diag;
	struct place where;
	const char *data;
	size_t size;
	bool foreign;
	uint32_t hdr_len;
	struct names *names; // of all records
	struct btf_ext *ext;
};

// The part of one kind, in host byte order.
struct segment {
	enum btf_ext_kind kind;
	const uint32_t *words;
	size_t count;    // words
	uint32_t offset; // in .BTF.ext, bytes
};

static bool ext_error(const struct ext_reader *reader, uint64_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool ext_error(const struct ext_reader *reader, uint64_t offset, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = arena_vformat(reader->diag->arena, format, arguments);
	va_end(arguments);
	diag_error(reader->diag, place_at(reader->where, offset), "%s", text);
	return false;
}

static uint32_t header_word(const struct ext_reader *reader, size_t offset)
{
	return bytes_word(reader->data + offset, reader->foreign);
}

static bool read_header(struct ext_reader *reader)
{
	uint16_t magic;

	if (reader->size < HEADER_MIN_SIZE)
		return ext_error(reader, 0, ".BTF.ext of %zu bytes is too short for a header of %u",
				 reader->size, HEADER_MIN_SIZE);
	// Offsets in it are 32 bits; so may be ours.
	if (reader->size > UINT32_MAX)
		return ext_error(reader, 0, ".BTF.ext of more than 4 GiB");
	memcpy(&magic, reader->data, sizeof(magic));
	if (reader->foreign)
		magic = __builtin_bswap16(magic);
	if (magic == __builtin_bswap16(BTF_MAGIC))
		return ext_error(reader, 0, ".BTF.ext has the other byte order than its file");
	if (magic != BTF_MAGIC)
		return ext_error(reader, 0, "not .BTF.ext: magic is 0x%04x, not 0x%04x", magic,
				 BTF_MAGIC);
	if (reader->data[2] != BTF_VERSION || reader->data[3])
		return ext_error(reader, 0, ".BTF.ext of version %u with flags 0x%02x is unknown",
				 (uint8_t)reader->data[2], (uint8_t)reader->data[3]);
	reader->hdr_len = header_word(reader, 4);
	if (reader->hdr_len < HEADER_MIN_SIZE || reader->hdr_len > reader->size)
		return ext_error(reader, 0,
				 ".BTF.ext header length %" PRIu32 " is not in %u to %zu",
				 reader->hdr_len, HEADER_MIN_SIZE, reader->size);
	// What is beyond the known must be zero, or its meaning would be lost.
	for (uint32_t i = reader->hdr_len < HEADER_SIZE ? HEADER_MIN_SIZE : HEADER_SIZE;
	     i < reader->hdr_len; i++) {
		if (reader->data[i])
			return ext_error(reader, i, ".BTF.ext header has an unknown field");
	}
	return true;
}

static bool check_field(const struct ext_reader *reader, enum field field, uint32_t value,
			const char **problem)
{
	const struct btf_unit *unit = reader->unit;

	switch (field) {
	case FIELD_FUNC:
		*problem = "does not name a FUNC";
		return value && value <= unit->type_count &&
		       btf_info_kind(btf_unit_type(unit, value)->info) == BTF_KIND_FUNC;
	case FIELD_TYPE:
		*problem = "names a type that does not exist";
		return value <= unit->type_count;
	case FIELD_STRING:
		*problem = "has a string beyond the end of the strings of .BTF";
		if (value >= unit->strings.size)
			return false;
		names_mark(reader->names, value);
		return true;
	default:
		return true;
	}
}

static const char *section_name(const struct ext_reader *reader, const struct btf_ext_block *block)
{
	return reader->unit->strings.data + block->section;
}

// Check word @word of all records of @block. Most have the one of the record before.
static bool check_words(const struct ext_reader *reader, const struct btf_ext_block *block,
			uint32_t word)
{
	enum field field = kinds[block->kind].fields[word - 1];
	const uint32_t *words = block->words + word;
	const char *problem = NULL;

	for (uint32_t i = 0; i < block->count; i++, words += block->stride / 4) {
		if (i && *words == words[-(ptrdiff_t)(block->stride / 4)])
			continue;
		if (!check_field(reader, field, *words, &problem))
			return ext_error(reader, block->offset + (uint64_t)i * block->stride,
					 "%s for section '%.100s' %s: %" PRIu32
					 "; if a tool wrote .BTF anew, remove .BTF.ext",
					 kinds[block->kind].name, section_name(reader, block),
					 problem, *words);
	}
	return true;
}

static bool check_records(const struct ext_reader *reader, const struct btf_ext_block *block)
{
	for (uint32_t word = 1; word < btf_ext_record_words(block->kind); word++) {
		if (kinds[block->kind].fields[word - 1] != FIELD_NUMBER &&
		    !check_words(reader, block, word))
			return false;
	}
	return true;
}

// Read the block at word *@at, and move that beyond it. Its words are the section's for now, as is
// its name.
static bool read_block(struct ext_reader *reader, const struct segment *segment,
		       uint32_t record_words, size_t *at)
{
	size_t left = segment->count - *at;
	const uint32_t *words = segment->words + *at;
	uint64_t offset = segment->offset + (uint64_t)*at * 4;
	const char *name = kinds[segment->kind].name;
	struct btf_ext_block block = {
		.kind = segment->kind,
		.offset = (uint32_t)offset + 8,
		.stride = record_words * 4,
		.words = words + 2,
	};

	if (left < 2)
		return ext_error(reader, offset, "%s is cut off within a section's head", name);
	if (words[0] >= reader->unit->strings.size)
		return ext_error(reader, offset,
				 "%s has a section name beyond the end of the strings of .BTF",
				 name);
	names_mark(reader->names, words[0]);
	block.section = words[0];
	block.count = words[1];
	if (block.count == 0)
		return ext_error(reader, offset, "%s for section '%.100s' has no records", name,
				 section_name(reader, &block));
	if (block.count > (left - 2) / record_words)
		return ext_error(
			reader, offset,
			"%s for section '%.100s' has %" PRIu32 " records, but only room for %zu",
			name, section_name(reader, &block), block.count, (left - 2) / record_words);
	if (!check_records(reader, &block))
		return false;
	*array_add(reader->arena, &reader->ext->blocks) = block;
	*at += 2 + (size_t)block.count * record_words;
	return true;
}

static bool read_segment(struct ext_reader *reader, enum btf_ext_kind kind)
{
	size_t field = 8 + 8 * (size_t)kind;
	uint32_t offset = header_word(reader, field);
	uint32_t length = header_word(reader, field + 4);
	size_t room = reader->size - reader->hdr_len;
	struct segment segment = { .kind = kind, .count = length / 4 };
	uint32_t record_size;

	if (length == 0)
		return true;
	if (offset > room || length > room - offset)
		return ext_error(reader, field, "%s reaches beyond the end of the section",
				 kinds[kind].name);
	if (offset % 4 || length % 4)
		return ext_error(reader, field, "%s is not a multiple of 4 bytes",
				 kinds[kind].name);
	segment.offset = reader->hdr_len + offset;
	segment.words = bytes_words(reader->data + segment.offset, segment.count, reader->foreign,
				    reader->unit->graph->scratch);
	record_size = segment.words[0];
	if (record_size < btf_ext_record_words(kind) * 4 || record_size % 4)
		return ext_error(reader, segment.offset,
				 "%s has records of %" PRIu32 " bytes, not a multiple of 4 from "
				 "%" PRIu32,
				 kinds[kind].name, record_size, btf_ext_record_words(kind) * 4);
	for (size_t at = 1; at < segment.count;) {
		if (!read_block(reader, &segment, record_size / 4, &at))
			return false;
	}
	return true;
}

// Put numbers in place of the strings that are word @word of @count records. Most are the one of
// the record before.
static void number_words(const struct ext_reader *reader, enum btf_ext_kind kind, uint32_t word,
			 uint32_t *records, uint32_t count)
{
	uint32_t *words = records + word;
	// The empty string.
	uint32_t last = 0, number = 0;

	for (uint32_t i = 0; i < count; i++, words += btf_ext_record_words(kind)) {
		if (*words != last) {
			last = *words;
			number = names_number(reader->names, last);
		}
		*words = number;
	}
}

static void take_block(const struct ext_reader *reader, struct btf_ext_block *block)
{
	uint32_t known = btf_ext_record_words(block->kind);
	uint32_t *copy = arena_alloc_array(reader->arena, block->count, known * sizeof(*copy));

	if (block->stride == known * sizeof(*copy)) {
		memcpy(copy, block->words, (size_t)block->count * block->stride);
	} else {
		for (size_t i = 0; i < block->count; i++)
			memcpy(copy + i * known, block->words + i * (block->stride / 4),
			       known * sizeof(*copy));
	}
	for (uint32_t word = 1; word < known; word++) {
		if (kinds[block->kind].fields[word - 1] == FIELD_STRING)
			number_words(reader, block->kind, word, copy, block->count);
	}
	block->words = copy;
}

static bool take_blocks(const struct ext_reader *reader)
{
	struct btf_graph *graph = reader->unit->graph;
	uint64_t room = NAMES_EACH * (uint64_t)(reader->unit->strings.size + reader->size);

	// These are names.
	array_each(block, &reader->ext->blocks) {
		struct str name = btf_unit_string(reader->unit, block->section);

		if (name.size > room)
			return ext_error(reader, block->offset,
					 "names of sections overlap more than any compiler would "
					 "do");
		room -= name.size;
		block->section = strings_intern(graph->strings, name);
	}
	if (!names_intern(reader->names, graph->strings, true, graph->scratch))
		return ext_error(reader, 0,
				 "strings of records overlap more than any compiler "
				 "would do");
	array_each(block, &reader->ext->blocks)
		take_block(reader, block);
	return true;
}

struct btf_ext *btf_ext_read(const struct btf_unit *unit, const void *data, size_t size,
			     bool big_endian, struct place where, struct arena *arena,
			     struct diag *diag)
{
	struct ext_reader reader = {
		.unit = unit,
		.arena = arena,
		.diag = diag,
		.where = where,
		.data = data,
		.size = size,
		.foreign = is_foreign(big_endian),
		.names = &unit->graph->names,
		.ext = arena_new(arena, struct btf_ext),
	};

	assert(!unit->graph->settled);
	names_begin(reader.names, unit->strings, unit->graph->scratch);
	if (!read_header(&reader) || !read_segment(&reader, BTF_EXT_FUNC) ||
	    !read_segment(&reader, BTF_EXT_LINE))
		return NULL;
	if (reader.hdr_len >= HEADER_SIZE && !read_segment(&reader, BTF_EXT_CORE))
		return NULL;
	return take_blocks(&reader) ? reader.ext : NULL;
}
