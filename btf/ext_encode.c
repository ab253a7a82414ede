/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a .BTF.ext. Records are built in place, because an output has more of them than of
 * anything else.
 *
 * Strings get their offsets after the records of a section are sorted, so that linking the output
 * again meets the strings in the same order.
 */
#include <assert.h>
#include <stdlib.h>

#include "encode.h"

#define HEADER_WORDS 8

struct btf_ext_encoder *btf_ext_encoder_create(struct btf_encoder *encoder, size_t record_count)
{
	struct btf_ext_encoder *ext = arena_new(encoder->arena, struct btf_ext_encoder);

	assert(!encoder->finished);
	ext->encoder = encoder;
	ext->kind = -1;
	ext->words.capacity = HEADER_WORDS + record_count * 4;
	ext->words.items = arena_new_array(encoder->arena, uint32_t, ext->words.capacity);
	ext->words.count = HEADER_WORDS;
	return ext;
}

static void add_word(struct btf_ext_encoder *ext, uint32_t word)
{
	*array_add(ext->encoder->arena, &ext->words) = word;
}

static void begin_kind(struct btf_ext_encoder *ext, int kind)
{
	assert(kind >= ext->kind);
	while (ext->kind < kind)
		ext->begin[++ext->kind] = ext->words.count;
}

static int compare_words(const uint32_t *a, const uint32_t *b, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return 0;
}

static int compare_pairs(const void *a, const void *b)
{
	return compare_words(a, b, 2);
}

static int compare_quads(const void *a, const void *b)
{
	return compare_words(a, b, 4);
}

// The last string whose offset was looked up; the next one is most often the same.
struct put_string {
	uint32_t number, offset;
};

static void put_string(struct btf_ext_encoder *ext, struct put_string *last, uint32_t *word)
{
	if (*word != last->number) {
		last->number = *word;
		last->offset = btf_encoder_string(ext->encoder, *word);
	}
	*word = last->offset;
}

// Replace numbers of strings by offsets, from @record on.
static void put_strings(struct btf_ext_encoder *ext, uint32_t *record)
{
	const uint32_t *end = ext->words.items + ext->words.count;
	size_t words = btf_ext_record_words((enum btf_ext_kind)ext->kind);
	struct put_string first = { 0 }, second = { 0 };

	for (; ext->kind != BTF_EXT_FUNC && record < end; record += words) {
		if (ext->kind == BTF_EXT_LINE)
			put_string(ext, &first, &record[1]);
		put_string(ext, &second, &record[2]);
	}
}

// Records of one instruction keep their order where all are in order but for that; so sort_items(),
// which would compare the rest of them, is no help.
static bool is_in_order(const uint32_t *records, size_t count, size_t words)
{
	for (size_t i = 1; i < count; i++) {
		if (records[i * words] < records[(i - 1) * words])
			return false;
	}
	return true;
}

// Sort the records of the section, then replace their strings.
static void end_section(struct btf_ext_encoder *ext)
{
	uint32_t *records = &ext->words.items[ext->count + 1];
	size_t words;

	if (ext->count == 0)
		return;
	words = btf_ext_record_words((enum btf_ext_kind)ext->kind);
	if (!is_in_order(records, records[-1], words))
		qsort(records, records[-1], words * sizeof(*records),
		      words == 2 ? compare_pairs : compare_quads);
	put_strings(ext, records);
	ext->count = 0;
}

void btf_ext_encoder_begin(struct btf_ext_encoder *ext, enum btf_ext_kind kind, uint32_t section)
{
	end_section(ext);
	begin_kind(ext, (int)kind);
	ext->section = section;
}

// Write what precedes the records of a section. Only for sections that have records.
static void begin_section(struct btf_ext_encoder *ext)
{
	// The record size is left out, too, for a kind without records.
	if (ext->words.count == ext->begin[ext->kind])
		add_word(ext, btf_ext_record_words((enum btf_ext_kind)ext->kind) * 4);
	*array_add(ext->encoder->arena, &ext->names) =
		(struct section_name){ ext->words.count, ext->section };
	add_word(ext, 0);
	ext->count = ext->words.count;
	add_word(ext, 0);
}

// Add @count records to the section, for the caller to fill.
static uint32_t *add_records(struct btf_ext_encoder *ext, uint32_t count)
{
	size_t words = (size_t)count * btf_ext_record_words((enum btf_ext_kind)ext->kind);
	uint32_t *records;

	if (ext->count == 0)
		begin_section(ext);
	records = array_room(ext->encoder->arena, &ext->words, words);
	ext->words.items[ext->count] += count;
	ext->words.count += words;
	return records;
}

void btf_ext_encoder_add(struct btf_ext_encoder *ext, const struct btf_ext_record *record)
{
	uint32_t *words = add_records(ext, 1);

	words[0] = record->insn_off;
	words[1] = record->field[0];
	if (ext->kind != BTF_EXT_FUNC) {
		words[2] = record->field[1];
		words[3] = record->field[2];
	}
}

uint32_t *btf_ext_encoder_add_block(struct btf_ext_encoder *ext, const struct btf_ext_block *block,
				    uint32_t first, uint32_t count)
{
	uint32_t words = btf_ext_record_words(block->kind);
	uint32_t *records = add_records(ext, count);

	assert((int)block->kind == ext->kind && count);
	return memcpy(records, block->words + (size_t)first * words,
		      (size_t)count * words * sizeof(*records));
}

static void write_header(struct btf_ext_encoder *ext, bool big_endian)
{
	uint32_t *words = ext->words.items;

	// Magic and version are bytes, written later; the rest are words.
	words[1] = HEADER_WORDS * 4;
	for (int kind = 0; kind < BTF_EXT_KINDS; kind++) {
		words[2 + 2 * kind] = (uint32_t)(ext->begin[kind] - HEADER_WORDS) * 4;
		words[3 + 2 * kind] = (uint32_t)(ext->begin[kind + 1] - ext->begin[kind]) * 4;
	}
	if (is_foreign(big_endian))
		put_words(words, words, ext->words.count, big_endian);
	put_preamble((char *)words, big_endian);
}

bool btf_ext_encoder_finish(struct btf_ext_encoder *ext, bool big_endian, struct place where,
			    struct diag *diag, struct str *ret)
{
	end_section(ext);
	begin_kind(ext, BTF_EXT_KINDS);
	*ret = (struct str){ 0 };
	// libbpf rejects a section that is only a header.
	if (ext->words.count == HEADER_WORDS)
		return true;
	if (ext->words.count > UINT32_MAX / 4) {
		diag_error(diag, ERROR_TOO_LARGE, where,
			   "the output would have more than 4 GiB of .BTF.ext");
		return false;
	}
	array_each(name, &ext->names)
		ext->words.items[name->word] = btf_encoder_string(ext->encoder, name->name);
	write_header(ext, big_endian);
	*ret = (struct str){ (const char *)ext->words.items, ext->words.count * 4 };
	return true;
}
