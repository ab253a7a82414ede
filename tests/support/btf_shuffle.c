/* SPDX-License-Identifier: BSD-2-Clause */
#include "btf_shuffle.h"

static const uint32_t *types_of(struct str section)
{
	const struct btf_header *header = (const void *)section.data;

	return (const void *)(section.data + header->hdr_len + header->type_off);
}

static const uint32_t *types_end(struct str section)
{
	const struct btf_header *header = (const void *)section.data;

	return types_of(section) + header->type_len / sizeof(uint32_t);
}

uint32_t btf_section_types(struct str section)
{
	const uint32_t *end = types_end(section);
	uint32_t count = 0;

	for (const uint32_t *record = types_of(section); record < end; count++)
		record += btf_record_words(record[1]);
	return count;
}

static void replace_ids(uint32_t *record, const uint32_t *new_id)
{
	const struct btf_kind_info *kind = btf_kind_info(btf_info_kind(record[1]));
	uint32_t *element = record + 3 + kind->tail;

	if (kind->has_type)
		record[2] = new_id[record[2]];
	for (uint32_t i = 0; i < kind->tail_types; i++)
		record[3 + i] = new_id[record[3 + i]];
	if (kind->element_type < 0)
		return;
	for (uint32_t i = 0; i < btf_info_vlen(record[1]); i++, element += kind->element)
		element[kind->element_type] = new_id[element[kind->element_type]];
}

struct str btf_shuffle(struct str section, struct random *random, struct arena *arena,
		       uint32_t *new_id)
{
	uint32_t count = btf_section_types(section);
	const uint32_t **records = arena_new_array(arena, const uint32_t *, (size_t)count + 1);
	uint32_t *order = arena_new_array(arena, uint32_t, (size_t)count + 1); // by new id: the old
	const uint32_t *next = types_of(section);
	struct str copy = { arena_strndup(arena, section.data, section.size), section.size };
	uint32_t *out = (uint32_t *)types_of(copy);

	for (uint32_t id = 1; id <= count; id++, next += btf_record_words(next[1])) {
		records[id] = next;
		order[id] = id;
	}
	random_shuffle(random, order + 1, count);
	new_id[0] = 0;
	for (uint32_t id = 1; id <= count; id++)
		new_id[order[id]] = id;
	for (uint32_t id = 1; id <= count; id++) {
		const uint32_t *record = records[order[id]];
		size_t words = btf_record_words(record[1]);

		memcpy(out, record, words * sizeof(*out));
		replace_ids(out, new_id);
		out += words;
	}
	return copy;
}
