/* SPDX-License-Identifier: BSD-2-Clause */
#include "btf_raw.h"

struct btf_raw btf_raw_begin(struct arena *arena, bool big_endian)
{
	struct btf_raw raw = {
		.arena = arena,
		.big_endian = big_endian,
		.hdr_len = BTF_HEADER_SIZE,
	};

	*array_add(arena, &raw.strings) = '\0';
	return raw;
}

uint32_t btf_raw_string(struct btf_raw *raw, const char *text)
{
	size_t at = 0;

	while (at < raw->strings.count && strcmp(raw->strings.items + at, text))
		at += strlen(raw->strings.items + at) + 1;
	if (at == raw->strings.count) {
		for (size_t i = 0; i <= strlen(text); i++)
			*array_add(raw->arena, &raw->strings) = text[i];
	}
	return (uint32_t)at;
}

uint32_t btf_raw_next_id(const struct btf_raw *raw)
{
	return raw->type_count + 1;
}

void btf_raw_word(struct btf_raw *raw, uint32_t word)
{
	*array_add(raw->arena, &raw->words) = word;
}

void btf_raw_patch(struct btf_raw *raw, size_t index, uint32_t word)
{
	raw->words.items[raw->last + index] = word;
}

uint32_t btf_raw_type(struct btf_raw *raw, const char *name, uint32_t info, uint32_t size_or_type)
{
	raw->last = raw->words.count;
	btf_raw_word(raw, btf_raw_string(raw, name));
	btf_raw_word(raw, info);
	btf_raw_word(raw, size_or_type);
	return ++raw->type_count;
}

uint32_t btf_raw_int(struct btf_raw *raw, const char *name, uint32_t size, uint32_t encoding)
{
	uint32_t id = btf_raw_type(raw, name, btf_make_info(BTF_KIND_INT, 0, false), size);

	btf_raw_word(raw, encoding << 24 | size * 8);
	return id;
}

uint32_t btf_raw_reference(struct btf_raw *raw, uint32_t kind, const char *name, uint32_t type)
{
	return btf_raw_type(raw, name, btf_make_info(kind, 0, false), type);
}

uint32_t btf_raw_array(struct btf_raw *raw, uint32_t type, uint32_t index, uint32_t count)
{
	uint32_t id = btf_raw_type(raw, "", btf_make_info(BTF_KIND_ARRAY, 0, false), 0);

	btf_raw_word(raw, type);
	btf_raw_word(raw, index);
	btf_raw_word(raw, count);
	return id;
}

uint32_t btf_raw_struct(struct btf_raw *raw, uint32_t kind, const char *name, uint32_t size)
{
	return btf_raw_type(raw, name, btf_make_info(kind, 0, false), size);
}

uint32_t btf_raw_fwd(struct btf_raw *raw, const char *name, bool is_union)
{
	return btf_raw_type(raw, name, btf_make_info(BTF_KIND_FWD, 0, is_union), 0);
}

uint32_t btf_raw_enum(struct btf_raw *raw, uint32_t kind, const char *name, uint32_t size)
{
	return btf_raw_type(raw, name, btf_make_info(kind, 0, false), size);
}

uint32_t btf_raw_float(struct btf_raw *raw, const char *name, uint32_t size)
{
	return btf_raw_type(raw, name, btf_make_info(BTF_KIND_FLOAT, 0, false), size);
}

uint32_t btf_raw_proto(struct btf_raw *raw, uint32_t type)
{
	return btf_raw_type(raw, "", btf_make_info(BTF_KIND_FUNC_PROTO, 0, false), type);
}

uint32_t btf_raw_func(struct btf_raw *raw, const char *name, uint32_t linkage, uint32_t type)
{
	return btf_raw_type(raw, name, btf_make_info(BTF_KIND_FUNC, linkage, false), type);
}

uint32_t btf_raw_var(struct btf_raw *raw, const char *name, uint32_t linkage, uint32_t type)
{
	uint32_t id = btf_raw_type(raw, name, btf_make_info(BTF_KIND_VAR, 0, false), type);

	btf_raw_word(raw, linkage);
	return id;
}

uint32_t btf_raw_datasec(struct btf_raw *raw, const char *name, uint32_t size)
{
	return btf_raw_type(raw, name, btf_make_info(BTF_KIND_DATASEC, 0, false), size);
}

uint32_t btf_raw_decl_tag(struct btf_raw *raw, const char *value, uint32_t type, int32_t component)
{
	uint32_t id = btf_raw_type(raw, value, btf_make_info(BTF_KIND_DECL_TAG, 0, false), type);

	btf_raw_word(raw, (uint32_t)component);
	return id;
}

static void count_element(struct btf_raw *raw)
{
	raw->words.items[raw->last + 1]++;
}

void btf_raw_member(struct btf_raw *raw, const char *name, uint32_t type, uint32_t offset)
{
	count_element(raw);
	btf_raw_word(raw, btf_raw_string(raw, name));
	btf_raw_word(raw, type);
	btf_raw_word(raw, offset);
}

void btf_raw_value(struct btf_raw *raw, const char *name, uint64_t value)
{
	count_element(raw);
	btf_raw_word(raw, btf_raw_string(raw, name));
	btf_raw_word(raw, (uint32_t)value);
	if (btf_info_kind(raw->words.items[raw->last + 1]) == BTF_KIND_ENUM64)
		btf_raw_word(raw, (uint32_t)(value >> 32));
}

void btf_raw_param(struct btf_raw *raw, const char *name, uint32_t type)
{
	count_element(raw);
	btf_raw_word(raw, btf_raw_string(raw, name));
	btf_raw_word(raw, type);
}

void btf_raw_secinfo(struct btf_raw *raw, uint32_t type, uint32_t offset, uint32_t size)
{
	count_element(raw);
	btf_raw_word(raw, type);
	btf_raw_word(raw, offset);
	btf_raw_word(raw, size);
}

void btf_raw_poke(struct str section, bool big_endian, size_t offset, size_t bytes, uint32_t value)
{
	char *at = (char *)section.data + offset;

	for (size_t i = 0; i < bytes; i++)
		at[big_endian ? bytes - 1 - i : i] = (char)(value >> 8 * i);
}

// The magic, version and flags that both sections begin with.
static void put_preamble(struct str section, bool big_endian, uint32_t hdr_len)
{
	btf_raw_poke(section, big_endian, 0, 2, BTF_MAGIC);
	btf_raw_poke(section, big_endian, 2, 1, BTF_VERSION);
	btf_raw_poke(section, big_endian, 4, 4, hdr_len);
}

static size_t put_words(struct str section, bool big_endian, size_t offset, const uint32_t *words,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		btf_raw_poke(section, big_endian, offset + i * 4, 4, words[i]);
	return offset + count * 4;
}

struct str btf_raw_finish(struct btf_raw *raw)
{
	uint32_t type_len = (uint32_t)raw->words.count * 4;
	uint32_t str_len = (uint32_t)raw->strings.count;
	uint32_t layout[] = { 0, type_len, type_len, str_len };
	size_t size = raw->hdr_len + type_len + str_len;
	struct str section = { arena_alloc(raw->arena, size), size };
	size_t strings;

	put_preamble(section, raw->big_endian, raw->hdr_len);
	put_words(section, raw->big_endian, 8, layout, 4);
	strings = put_words(section, raw->big_endian, raw->hdr_len, raw->words.items,
			    raw->words.count);
	memcpy((char *)section.data + strings, raw->strings.items, str_len);
	return section;
}

struct btf_ext_raw btf_ext_raw_begin(struct arena *arena, bool big_endian)
{
	return (struct btf_ext_raw){
		.arena = arena,
		.big_endian = big_endian,
		.hdr_len = 32,
		.record_size = { 8, 16, 16 },
	};
}

static void add_word(struct btf_ext_raw *raw, enum btf_ext_kind kind, uint32_t word)
{
	*array_add(raw->arena, &raw->words[kind]) = word;
}

void btf_ext_raw_section(struct btf_ext_raw *raw, enum btf_ext_kind kind, uint32_t name)
{
	if (raw->words[kind].count == 0)
		add_word(raw, kind, raw->record_size[kind]);
	add_word(raw, kind, name);
	raw->last[kind] = raw->words[kind].count;
	add_word(raw, kind, 0);
}

void btf_ext_raw_record(struct btf_ext_raw *raw, enum btf_ext_kind kind,
			struct btf_ext_record record)
{
	raw->words[kind].items[raw->last[kind]]++;
	add_word(raw, kind, record.insn_off);
	for (uint32_t i = 0; i + 1 < raw->record_size[kind] / 4; i++)
		add_word(raw, kind, i < 3 ? record.field[i] : ~0u);
}

struct str btf_ext_raw_finish(struct btf_ext_raw *raw)
{
	struct str section = { .size = raw->hdr_len };
	size_t next;

	for (int kind = 0; kind < BTF_EXT_KINDS; kind++)
		section.size += raw->words[kind].count * 4;
	section.data = arena_alloc(raw->arena, section.size);
	put_preamble(section, raw->big_endian, raw->hdr_len);
	next = raw->hdr_len;
	for (size_t kind = 0; kind < BTF_EXT_KINDS; kind++) {
		uint32_t range[] = {
			(uint32_t)(next - raw->hdr_len),
			(uint32_t)raw->words[kind].count * 4,
		};

		// A header of 24 bytes has no place for core_relo.
		if (8 + kind * 8 < raw->hdr_len)
			put_words(section, raw->big_endian, 8 + kind * 8, range, 2);
		next = put_words(section, raw->big_endian, next, raw->words[kind].items,
				 raw->words[kind].count);
	}
	return section;
}
