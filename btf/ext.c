/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads .BTF.ext: which function, source line or CO-RE relocation belongs to which instruction.
 *
 * The three kinds have one layout: a record size, then for each section of code its name, a count,
 * and records that begin with the offset of an instruction. One table tells what the other words
 * are, so one function reads all three.
 *
 * Records are copied, with numbers in place of string offsets. Strings are numbered here, while
 * they are in the cache: a later pass over the strings of all objects would cost more.
 */
#include "btf.h"

#include <assert.h>
#include <inttypes.h>

#include "base/reader.h"
#include "graph.h"

// magic, version, flags, hdr_len, then offset and length of func_info and line_info; of core_relo
// too in a header of 32 bytes or more.
#define HEADER_FIELDS   8u
#define HEADER_MIN_SIZE 24u
#define HEADER_SIZE     32u

// Bytes of names of sections per byte of strings and records, at most: any number of blocks may
// have one name.
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

struct decoder {
	const struct btf_unit *unit;
	struct arena *arena;
	struct reader section; // all of it
	struct names *names;   // the names of all records
	struct btf_ext *ext;
};

static bool read_preamble(struct reader *reader)
{
	size_t size = reader_left(reader);
	uint16_t magic = reader_u16(reader);
	uint8_t version = reader_u8(reader), flags = reader_u8(reader);

	if (size < HEADER_MIN_SIZE)
		return reader_error(reader, ERROR_MALFORMED_BTF, 0,
				    ".BTF.ext has %zu bytes, and its header alone needs %u", size,
				    HEADER_MIN_SIZE);
	// Offsets in it have 32 bits, so ours may have, too.
	if (size > UINT32_MAX)
		return reader_error(reader, ERROR_TOO_LARGE, 0, ".BTF.ext has more than 4 GiB");
	if (magic == __builtin_bswap16(BTF_MAGIC))
		return reader_error(reader, ERROR_MALFORMED_BTF, 0,
				    ".BTF.ext has the other byte order than its file");
	if (magic != BTF_MAGIC)
		return reader_error(reader, ERROR_MALFORMED_BTF, 0,
				    "not .BTF.ext: magic is 0x%04x, not 0x%04x", magic, BTF_MAGIC);
	if (version != BTF_VERSION || flags)
		return reader_error(reader, ERROR_UNKNOWN_BTF, 0,
				    ".BTF.ext of version %u with flags 0x%02x is unknown", version,
				    flags);
	return true;
}

// Split the section into the fields of its header and what follows the header.
static bool read_header(struct reader reader, struct reader *fields, struct reader *body)
{
	size_t size = reader_left(&reader);
	struct reader rest;
	uint32_t hdr_len;

	if (!read_preamble(&reader))
		return false;
	hdr_len = reader_u32(&reader);
	*fields = reader_part(&reader, 0, hdr_len - HEADER_FIELDS);
	if (hdr_len < HEADER_MIN_SIZE || fields->failed)
		return reader_error(&reader, ERROR_MALFORMED_BTF, 0,
				    "hdr_len of .BTF.ext is %" PRIu32 ", not %u to %zu", hdr_len,
				    HEADER_MIN_SIZE, size);
	*body = reader;
	body->position = fields->end;
	// Unknown fields must be zero, or their meaning would be lost.
	rest = *fields;
	reader_bytes(&rest,
		     (hdr_len < HEADER_SIZE ? HEADER_MIN_SIZE : HEADER_SIZE) - HEADER_FIELDS);
	reader_skip_zeros(&rest, SIZE_MAX);
	return !reader_left(&rest) || reader_error(&rest, ERROR_UNKNOWN_BTF, reader_offset(&rest),
						   ".BTF.ext header has an unknown field");
}

static bool check_field(const struct decoder *decoder, enum field field, uint32_t value,
			const char **problem)
{
	const struct btf_unit *unit = decoder->unit;

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
		names_mark(decoder->names, value);
		return true;
	default:
		return true;
	}
}

static const char *section_name(const struct decoder *decoder, const struct btf_ext_block *block)
{
	return decoder->unit->strings.data + block->section;
}

// Check word @word of all records of @block; most equal that of the record before.
static bool check_words(const struct decoder *decoder, const struct btf_ext_block *block,
			uint32_t word)
{
	enum field field = kinds[block->kind].fields[word - 1];
	const uint32_t *words = block->words + word;
	const char *problem = NULL;

	for (uint32_t i = 0; i < block->count; i++, words += block->stride / 4) {
		if (i && *words == words[-(ptrdiff_t)(block->stride / 4)])
			continue;
		if (!check_field(decoder, field, *words, &problem))
			return reader_error(&decoder->section, ERROR_MALFORMED_BTF,
					    block->offset + (uint64_t)i * block->stride,
					    "%s for section '%.100s' %s: %" PRIu32
					    "; if a tool wrote .BTF anew, remove .BTF.ext",
					    kinds[block->kind].name, section_name(decoder, block),
					    problem, *words);
	}
	return true;
}

static bool check_records(const struct decoder *decoder, const struct btf_ext_block *block)
{
	for (uint32_t word = 1; word < btf_ext_record_words(block->kind); word++) {
		if (kinds[block->kind].fields[word - 1] != FIELD_NUMBER &&
		    !check_words(decoder, block, word))
			return false;
	}
	return true;
}

// Read a block. For now its words and name still are those of the section.
static bool read_block(struct decoder *decoder, struct reader *records, enum btf_ext_kind kind,
		       uint32_t record_size)
{
	const char *name = kinds[kind].name;
	uint64_t offset = reader_offset(records), room;
	struct btf_ext_block block = { .kind = kind, .stride = record_size };

	block.section = reader_u32(records);
	block.count = reader_u32(records);
	if (records->failed)
		return reader_error(records, ERROR_MALFORMED_BTF, offset,
				    "%s ends within a btf_ext_info_sec", name);
	if (block.section >= decoder->unit->strings.size)
		return reader_error(records, ERROR_MALFORMED_BTF, offset,
				    "sec_name_off of %s is beyond the end of the strings of .BTF",
				    name);
	names_mark(decoder->names, block.section);
	if (block.count == 0)
		return reader_error(records, ERROR_MALFORMED_BTF, offset,
				    "num_info of %s for section '%.100s' is 0", name,
				    section_name(decoder, &block));
	room = reader_left(records) / record_size;
	if (block.count > room)
		return reader_error(records, ERROR_MALFORMED_BTF, offset,
				    "%s for section '%.100s' has %" PRIu32
				    " records, but only room for %" PRIu64,
				    name, section_name(decoder, &block), block.count, room);
	block.offset = (uint32_t)reader_offset(records);
	block.words = reader_words(records, (uint64_t)block.count * (record_size / 4),
				   decoder->unit->graph->scratch);
	if (!check_records(decoder, &block))
		return false;
	*array_add(decoder->arena, &decoder->ext->blocks) = block;
	return true;
}

// Read the records of @kind from the part of @body that the next of @fields give.
static bool read_kind(struct decoder *decoder, enum btf_ext_kind kind, struct reader *fields,
		      const struct reader *body)
{
	uint64_t field = reader_offset(fields);
	uint32_t offset = reader_u32(fields), length = reader_u32(fields), record_size;
	struct reader records = reader_part(body, offset, length);

	if (length == 0)
		return true;
	if (records.failed)
		return reader_error(body, ERROR_MALFORMED_BTF, field,
				    "%s_off 0x%" PRIx32 " and %s_len 0x%" PRIx32
				    " reach beyond the end of the section",
				    kinds[kind].name, offset, kinds[kind].name, length);
	if (offset % 4 || length % 4)
		return reader_error(body, ERROR_MALFORMED_BTF, field,
				    "%s_off or %s_len is not a multiple of 4", kinds[kind].name,
				    kinds[kind].name);
	record_size = reader_u32(&records);
	if (record_size < btf_ext_record_words(kind) * 4 || record_size % 4)
		return reader_error(body, ERROR_MALFORMED_BTF, reader_offset(body) + offset,
				    "rec_size of %s is %" PRIu32
				    ", not a multiple of 4 and at least %" PRIu32,
				    kinds[kind].name, record_size, btf_ext_record_words(kind) * 4);
	while (reader_left(&records)) {
		if (!read_block(decoder, &records, kind, record_size))
			return false;
	}
	return true;
}

// Replace the string offsets in word @word of @count records by numbers; most equal that of the
// record before.
static void number_words(const struct decoder *decoder, enum btf_ext_kind kind, uint32_t word,
			 uint32_t *records, uint32_t count)
{
	uint32_t *words = records + word;
	// The empty string.
	uint32_t last = 0, number = 0;

	for (uint32_t i = 0; i < count; i++, words += btf_ext_record_words(kind)) {
		if (*words != last) {
			last = *words;
			number = names_number(decoder->names, last);
		}
		*words = number;
	}
}

static void take_block(const struct decoder *decoder, struct btf_ext_block *block)
{
	uint32_t known = btf_ext_record_words(block->kind);
	uint32_t *copy = arena_alloc_array(decoder->arena, block->count, known * sizeof(*copy));

	if (block->stride == known * sizeof(*copy)) {
		memcpy(copy, block->words, (size_t)block->count * block->stride);
	} else {
		for (size_t i = 0; i < block->count; i++)
			memcpy(copy + i * known, block->words + i * (block->stride / 4),
			       known * sizeof(*copy));
	}
	for (uint32_t word = 1; word < known; word++) {
		if (kinds[block->kind].fields[word - 1] == FIELD_STRING)
			number_words(decoder, block->kind, word, copy, block->count);
	}
	block->words = copy;
}

static bool take_blocks(const struct decoder *decoder)
{
	struct btf_graph *graph = decoder->unit->graph;
	uint64_t room = NAMES_EACH *
			(uint64_t)(decoder->unit->strings.size + reader_left(&decoder->section));

	// Names of sections are numbered as names.
	array_each(block, &decoder->ext->blocks) {
		struct str name = btf_unit_string(decoder->unit, block->section);

		if (name.size > room)
			return reader_error(
				&decoder->section, ERROR_EXCESSIVE_WORK, block->offset,
				"names of sections overlap more than any compiler would do");
		room -= name.size;
		block->section = strings_intern(graph->strings, name);
	}
	if (!names_intern(decoder->names, graph->strings, true, graph->scratch))
		return reader_error(&decoder->section, ERROR_EXCESSIVE_WORK, 0,
				    "strings of records overlap more than any compiler would do");
	array_each(block, &decoder->ext->blocks)
		take_block(decoder, block);
	return true;
}

struct btf_ext *btf_ext_read(const struct btf_unit *unit, const void *data, size_t size,
			     bool big_endian, struct place where, struct arena *arena,
			     struct diag *diag)
{
	struct decoder decoder = {
		.unit = unit,
		.arena = arena,
		.section = reader_of(data, size, big_endian, where, diag),
		.names = &unit->graph->names,
		.ext = arena_new(arena, struct btf_ext),
	};
	struct reader fields, body;

	assert(!unit->graph->settled);
	names_begin(decoder.names, unit->strings, unit->graph->scratch);
	if (!read_header(decoder.section, &fields, &body) ||
	    !read_kind(&decoder, BTF_EXT_FUNC, &fields, &body) ||
	    !read_kind(&decoder, BTF_EXT_LINE, &fields, &body))
		return NULL;
	if (reader_offset(&body) >= HEADER_SIZE &&
	    !read_kind(&decoder, BTF_EXT_CORE, &fields, &body))
		return NULL;
	return take_blocks(&decoder) ? decoder.ext : NULL;
}
