/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a record holds type ids and names, by number, so that every walk over them is one loop:
 *
 *	for (uint32_t n = 0; n < record_id_count(info); n++)
 *		visit(record[record_id_word(info, n)]);
 *
 * Records of units and of the graph have the same layout, so this serves both. The kind must be
 * known (at most BTF_KIND_LAST). All indices and sizes count words of 32 bits.
 */
#ifndef BPFLD_BTF_RECORDS_H
#define BPFLD_BTF_RECORDS_H

#include "btf.h"

// Index of each word that all records begin with.
enum {
	RECORD_NAME,
	RECORD_INFO,
	RECORD_SIZE, // or the type id, for kinds that have one
	RECORD_TAIL,
};

// The table behind btf_kind_info(), for walks too hot to call it.
extern const struct btf_kind_info record_kinds[BTF_KIND_LAST + 1];

/** Words of the whole record. */
static inline size_t record_words(uint32_t info)
{
	const struct btf_kind_info *kind = &record_kinds[btf_info_kind(info)];

	return RECORD_TAIL + kind->tail + (size_t)kind->element * btf_info_vlen(info);
}

/** How many type ids a record has. */
static inline uint32_t record_id_count(uint32_t info)
{
	const struct btf_kind_info *kind = &record_kinds[btf_info_kind(info)];

	return kind->has_type + kind->tail_types +
	       (kind->element_type >= 0 ? btf_info_vlen(info) : 0);
}

/** The index of the word that holds type id @n; ascending with @n. */
static inline size_t record_id_word(uint32_t info, uint32_t n)
{
	const struct btf_kind_info *kind = &record_kinds[btf_info_kind(info)];
	uint32_t fixed = kind->has_type + kind->tail_types;

	if (n < kind->has_type)
		return RECORD_SIZE;
	if (n < fixed)
		return RECORD_TAIL + (n - kind->has_type);
	return RECORD_TAIL + kind->tail + (size_t)(n - fixed) * kind->element +
	       (size_t)kind->element_type;
}

// The words of a record that hold type ids, one after another.
struct record_ids {
	const uint32_t *next;
	uint32_t left, stride; // of the run that `next` is in
	const uint32_t *elements;
	uint32_t element_count, element_stride;
};

/** Begin a walk over the type ids of @record. Faster than asking for each by number. */
static inline struct record_ids record_ids(const uint32_t *record)
{
	const struct btf_kind_info *kind = &record_kinds[btf_info_kind(record[RECORD_INFO])];
	bool has_elements = kind->element_type >= 0;

	// No kind has both a type and types in its tail.
	return (struct record_ids){
		.next = record + (kind->has_type ? RECORD_SIZE : RECORD_TAIL),
		.left = kind->has_type + kind->tail_types,
		.stride = 1,
		.elements =
			record + RECORD_TAIL + kind->tail + (has_elements ? kind->element_type : 0),
		.element_count = has_elements ? btf_info_vlen(record[RECORD_INFO]) : 0,
		.element_stride = kind->element,
	};
}

/** The next word that holds a type id; NULL when there are no more. */
static inline const uint32_t *record_ids_next(struct record_ids *ids)
{
	const uint32_t *word;

	if (ids->left == 0) {
		if (ids->element_count == 0)
			return NULL;
		ids->next = ids->elements;
		ids->left = ids->element_count;
		ids->stride = ids->element_stride;
		ids->element_count = 0;
	}
	word = ids->next;
	ids->next += ids->stride;
	ids->left--;
	return word;
}

/** How many names a record has; the first is its own. */
static inline uint32_t record_name_count(uint32_t info)
{
	const struct btf_kind_info *kind = &record_kinds[btf_info_kind(info)];

	return 1 + (kind->element_name >= 0 ? btf_info_vlen(info) : 0);
}

/** The index of the word that holds name @n; ascending with @n. */
static inline size_t record_name_word(uint32_t info, uint32_t n)
{
	const struct btf_kind_info *kind = &record_kinds[btf_info_kind(info)];

	if (n == 0)
		return RECORD_NAME;
	return RECORD_TAIL + kind->tail + (size_t)(n - 1) * kind->element +
	       (size_t)kind->element_name;
}

#endif
