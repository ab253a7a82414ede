/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Write a .BTF.ext. Records go straight to where they stay, for there are more of them than of all
 * else in an output.
 */
#include <assert.h>

#include "bytes.h"
#include "encode.h"

#define HEADER_WORDS 8

// What a word that is filled in last is to be.
struct section_name {
	size_t word;
	uint32_t name; // number of a string
};

struct btf_ext_encoder {
	struct btf_encoder *encoder;
	struct words words; // the section: first the header
	ARRAY(struct section_name) names;
	size_t begin[BTF_EXT_KINDS + 1]; // words where a kind's records begin
	int kind;                        // of what is written now
	uint32_t section;                // its name
	size_t count; // word that says how many records the section has; 0: none yet
};

static const uint32_t record_words[BTF_EXT_KINDS] = { 2, 4, 4 };

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

void btf_ext_encoder_begin(struct btf_ext_encoder *ext, enum btf_ext_kind kind, uint32_t section)
{
	begin_kind(ext, (int)kind);
	ext->section = section;
	ext->count = 0;
}

// What comes before a section's records, which must have some.
static void begin_section(struct btf_ext_encoder *ext)
{
	// A kind without records must not even have their size.
	if (ext->words.count == ext->begin[ext->kind])
		add_word(ext, record_words[ext->kind] * 4);
	*array_add(ext->encoder->arena, &ext->names) =
		(struct section_name){ ext->words.count, ext->section };
	add_word(ext, 0);
	ext->count = ext->words.count;
	add_word(ext, 0);
}

void btf_ext_encoder_add(struct btf_ext_encoder *ext, const struct btf_ext_record *record)
{
	if (ext->count == 0)
		begin_section(ext);
	ext->words.items[ext->count]++;
	add_word(ext, record->insn_off);
	for (uint32_t n = 1; n < record_words[ext->kind]; n++)
		add_word(ext, record->field[n - 1]);
}

static void write_header(struct btf_ext_encoder *ext, bool foreign)
{
	uint32_t *words = ext->words.items;

	// The magic and version are written as bytes, the rest as words.
	words[1] = HEADER_WORDS * 4;
	for (int kind = 0; kind < BTF_EXT_KINDS; kind++) {
		words[2 + 2 * kind] = (uint32_t)(ext->begin[kind] - HEADER_WORDS) * 4;
		words[3 + 2 * kind] = (uint32_t)(ext->begin[kind + 1] - ext->begin[kind]) * 4;
	}
	if (foreign)
		bytes_put_words((char *)words, words, ext->words.count, foreign);
	bytes_put_preamble((char *)words, BTF_MAGIC, BTF_VERSION, foreign);
}

bool btf_ext_encoder_finish(struct btf_ext_encoder *ext, bool big_endian, struct place where,
			    struct diag *diag, struct str *ret)
{
	begin_kind(ext, BTF_EXT_KINDS);
	*ret = (struct str){ 0 };
	// libbpf takes a header alone for damage.
	if (ext->words.count == HEADER_WORDS)
		return true;
	if (ext->words.count > UINT32_MAX / 4) {
		diag_error(diag, where, "more than 4 GiB of .BTF.ext");
		return false;
	}
	array_each(name, &ext->names)
		ext->words.items[name->word] = btf_encoder_string(ext->encoder, name->name);
	write_header(ext, bytes_foreign(big_endian));
	*ret = (struct str){ (const char *)ext->words.items, ext->words.count * 4 };
	return true;
}
