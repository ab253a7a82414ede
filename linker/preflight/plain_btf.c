/* SPDX-License-Identifier: BSD-2-Clause */
#include "plain_btf.h"

#include <inttypes.h>

#include "header.h"
#include "records.h"

struct plain_reader {
	struct plain_btf *btf;
	struct reader section; // all of it
	struct reader types;
	size_t word_count;
};

// Report an error of the record at word @at.
static bool record_error(struct plain_reader *reader, uint32_t id, size_t at, const char *what)
{
	return reader_error(&reader->section, ERROR_MALFORMED_BTF,
			    reader_offset(&reader->types) + at * sizeof(uint32_t),
			    "type [%" PRIu32 "] %s", id, what);
}

static bool kind_error(struct plain_reader *reader, uint32_t id, size_t at, uint32_t kind)
{
	return reader_error(&reader->section, ERROR_UNKNOWN_BTF,
			    reader_offset(&reader->types) + at * sizeof(uint32_t),
			    "type [%" PRIu32 "] is of kind %" PRIu32 ", the last known is %d", id,
			    kind, BTF_KIND_LAST);
}

// Check the bounds of the record at word @at; return its words, or 0 after an error.
static size_t measure(struct plain_reader *reader, uint32_t id, size_t at)
{
	const uint32_t *words = reader->btf->words;
	size_t left = reader->word_count - at, size;
	uint32_t kind;

	if (left < RECORD_TAIL)
		return record_error(reader, id, at, "is cut off by the end of the types");
	kind = btf_info_kind(words[at + RECORD_INFO]);
	if (kind == BTF_KIND_UNKN || kind > BTF_KIND_LAST)
		return kind_error(reader, id, at, kind);
	size = record_words(words[at + RECORD_INFO]);
	if (size > left)
		return record_error(reader, id, at, "reaches beyond the end of the types");
	return size;
}

static bool find_records(struct plain_reader *reader, struct arena *arena)
{
	struct plain_btf *btf = reader->btf;
	size_t most = reader->word_count / RECORD_TAIL;
	uint32_t *offset = arena_new_array(arena, uint32_t, most), count = 0;

	for (size_t at = 0, words; at < reader->word_count; at += words) {
		words = measure(reader, btf->first + count, at);
		if (words == 0)
			return false;
		offset[count++] = (uint32_t)at;
	}
	arena_shrink(arena, offset, most * sizeof(*offset), count * sizeof(*offset));
	btf->offset = offset;
	btf->end = btf->first + count;
	return true;
}

static bool check_record(struct plain_reader *reader, uint32_t id, uint64_t strings_end)
{
	const struct plain_btf *btf = reader->btf;
	size_t at = btf->offset[id - btf->first];
	const uint32_t *record = btf->words + at, *word;
	struct record_ids ids = record_ids(record);

	while ((word = record_ids_next(&ids))) {
		if (*word >= btf->end)
			return record_error(reader, id, at, "refers to a type that is not there");
	}
	for (uint32_t n = 0, count = record_name_count(record[RECORD_INFO]); n < count; n++) {
		if (record[record_name_word(record[RECORD_INFO], n)] >= strings_end)
			return record_error(reader, id, at,
					    "has a name beyond the end of the strings");
	}
	return true;
}

static bool check_records(struct plain_reader *reader)
{
	const struct plain_btf *btf = reader->btf;
	uint64_t strings_end = (uint64_t)btf->strings_at + btf->strings.size;

	for (uint32_t id = btf->first; id < btf->end; id++) {
		if (!check_record(reader, id, strings_end))
			return false;
	}
	return true;
}

// Pointers are as large as the first of the integers of C that are.
static uint32_t find_pointer_size(const struct plain_btf *btf)
{
	static const char *const names[] = {
		"long",          "long int",          "unsigned long",
		"long unsigned", "unsigned long int", "long unsigned int",
	};

	for (uint32_t id = btf->first; id < btf->end; id++) {
		const struct btf_type *type = plain_type(btf, id);

		if (btf_info_kind(type->info) != BTF_KIND_INT ||
		    (type->size != 4 && type->size != 8))
			continue;
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			if (strcmp(plain_name(btf, id), names[i]) == 0)
				return type->size;
		}
	}
	return 8;
}

static bool check_strings(struct plain_reader *reader)
{
	const struct str *strings = &reader->btf->strings;
	bool split = reader->btf->base;

	if (split && !strings->size)
		return true;
	if (strings->size > UINT32_MAX - reader->btf->strings_at)
		return reader_error(&reader->section, ERROR_MALFORMED_BTF, 0,
				    "has more strings than offsets can tell");
	if (strings->size && !strings->data[strings->size - 1] && (split || !strings->data[0]))
		return true;
	return reader_error(&reader->section, ERROR_MALFORMED_BTF, 0,
			    "strings do not %s a NUL byte",
			    split ? "end with" : "begin and end with");
}

struct plain_btf *plain_btf_read(const void *data, size_t size, bool big_endian,
				 const struct plain_btf *base, struct place where,
				 struct arena *arena, struct diag *diag)
{
	struct plain_btf *btf = arena_new(arena, struct plain_btf);
	struct plain_reader reader = {
		.btf = btf,
		.section = reader_of(data, size, big_endian, where, diag),
	};
	struct reader strings, types;

	if (!btf_header_read(reader.section, &reader.types, &strings))
		return NULL;
	btf->base = base;
	btf->first = base ? base->end : 1;
	btf->strings_at = base ? base->strings_at + (uint32_t)base->strings.size : 0;
	btf->strings = (struct str){ (const char *)strings.position, reader_left(&strings) };
	reader.word_count = reader_left(&reader.types) / sizeof(uint32_t);
	types = reader.types;
	btf->words = reader_words(&types, reader.word_count, arena);
	if (!check_strings(&reader) || !find_records(&reader, arena) || !check_records(&reader))
		return NULL;
	btf->pointer_size = base ? base->pointer_size : find_pointer_size(btf);
	return btf;
}

static bool is_modifier(uint32_t kind)
{
	return kind == BTF_KIND_CONST || kind == BTF_KIND_VOLATILE || kind == BTF_KIND_RESTRICT ||
	       kind == BTF_KIND_TYPEDEF || kind == BTF_KIND_TYPE_TAG;
}

uint32_t plain_skip(const struct plain_btf *btf, uint32_t id)
{
	for (int step = 0; step <= PLAIN_DEPTH_MAX; step++) {
		const struct btf_type *type = plain_type(btf, id);

		if (!is_modifier(btf_info_kind(type->info)))
			return id;
		id = type->type;
	}
	return 0;
}

bool plain_size(const struct plain_btf *btf, uint32_t id, uint32_t *size)
{
	uint64_t elements = 1, one = 0;

	for (int step = 0; step < PLAIN_DEPTH_MAX; step++) {
		const struct btf_type *type;

		id = plain_skip(btf, id);
		type = plain_type(btf, id);
		switch (btf_info_kind(type->info)) {
		case BTF_KIND_INT:
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
		case BTF_KIND_FLOAT:
			one = type->size;
			break;
		case BTF_KIND_PTR:
			one = btf->pointer_size;
			break;
		case BTF_KIND_ARRAY:
			elements *= plain_array(type)->nelems;
			if (elements > UINT32_MAX)
				return false;
			id = plain_array(type)->type;
			continue;
		default:
			return false;
		}
		*size = (uint32_t)(elements * one);
		return elements * one <= UINT32_MAX;
	}
	return false;
}

size_t essential_size(const char *name)
{
	size_t size = strlen(name);

	for (size_t at = size < 5 ? 0 : size - 4; at > 0; at--) {
		const char *mark = name + at;

		if (mark[-1] != '_' && memcmp(mark, "___", 3) == 0 && mark[3] != '_')
			return at;
	}
	return size;
}

bool essential_equal(const char *a, const char *b)
{
	size_t size = essential_size(a);

	return essential_size(b) == size && memcmp(a, b, size) == 0;
}
