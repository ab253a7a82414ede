/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * .BTF.ext by function: the records of a function in an input are those of that function in the
 * output, at the same distance from its start.
 */
#include <stdlib.h>
#include <string.h>

#include "comparison.h"

static const uint32_t word_counts[SEGMENT_COUNT] = { 2, 4, 4 };

static void add_record(const struct subject *subject, struct records *records, const uint8_t *at,
		       uint32_t shndx, uint32_t word_count)
{
	struct record record = { .shndx = shndx };

	for (uint32_t i = 0; i < word_count; i++)
		record.words[i] = subject_read32(subject, at + 4 * i);
	if (!(records->count & (records->count + 1))) // room ends at 1, 3, 7, ...
		records->items =
			realloc(records->items, (2 * records->count + 1) * sizeof(*records->items));
	records->items[records->count++] = record;
}

// The records of one section; returns where those of the next begin, NULL when they do not fit.
static const uint8_t *read_block(struct side *side, enum segment segment, const uint8_t *at,
				 const uint8_t *end, uint32_t record_size)
{
	const struct subject *subject = &side->subject;
	const char *name = btf__name_by_offset(subject->btf, subject_read32(subject, at));
	uint32_t count = subject_read32(subject, at + 4);
	const struct subject_section *section = name ? subject_find_section(subject, name) : NULL;

	at += 8;
	if (!section || count > (size_t)(end - at) / record_size)
		return NULL;
	for (; count--; at += record_size)
		add_record(subject, &side->records[segment], at, subject_shndx(subject, section),
			   word_counts[segment]);
	return at;
}

static bool read_segment(struct side *side, enum segment segment, const uint8_t *at, size_t size)
{
	uint32_t record_size = size >= 4 ? subject_read32(&side->subject, at) : 0;
	const uint8_t *end = at + size;

	if (size == 0)
		return true;
	if (record_size < 4 * word_counts[segment])
		return false;
	for (at += 4; at && end - at >= 8;)
		at = read_block(side, segment, at, end, record_size);
	return at;
}

bool records_read(struct side *side)
{
	const struct subject *subject = &side->subject;
	const struct subject_section *section = subject_find_section(subject, ".BTF.ext");
	uint32_t header_size =
		section && section->size >= 24 ? subject_read32(subject, section->data + 4) : 0;

	if (!section)
		return true;
	if (!subject->btf || header_size < 24 || header_size > section->size)
		return false;
	for (size_t i = 0; i < SEGMENT_COUNT && 8 * (i + 2) <= header_size; i++) {
		uint32_t offset = subject_read32(subject, section->data + 8 + 8 * i);
		uint32_t size = subject_read32(subject, section->data + 12 + 8 * i);

		if (offset > section->size - header_size ||
		    size > section->size - header_size - offset ||
		    !read_segment(side, i, section->data + header_size + offset, size))
			return false;
	}
	return true;
}

// ---------------------------------------------------------------------------------------------
// Compare

struct cursor {
	const struct side *side;
	const struct subject_symbol *function;
	const struct records *records;
	size_t next;
};

static struct cursor records_of(const struct side *side, enum segment segment,
				const struct subject_symbol *function)
{
	return (struct cursor){ side, function, &side->records[segment], 0 };
}

// The function's next record, NULL after the last.
static const struct record *next_record(struct cursor *cursor)
{
	while (cursor->next < cursor->records->count) {
		const struct record *record = &cursor->records->items[cursor->next++];

		if (record->shndx == cursor->function->shndx &&
		    record->words[0] >= cursor->function->value &&
		    record->words[0] - cursor->function->value < cursor->function->size)
			return record;
	}
	return NULL;
}

static uint32_t distance(const struct cursor *cursor, const struct record *record)
{
	return record->words[0] - (uint32_t)cursor->function->value;
}

const struct record *core_relo_at(const struct side *side, uint32_t shndx, uint64_t offset)
{
	for (size_t i = 0; i < side->records[CORE_RELO].count; i++) {
		const struct record *record = &side->records[CORE_RELO].items[i];

		if (record->shndx == shndx && record->words[0] == offset)
			return record;
	}
	return NULL;
}

static bool same_word_string(const struct comparison *comparison, const struct record *input,
			     const struct record *linked, size_t word)
{
	const char *a = btf__str_by_offset(comparison->input->subject.btf, input->words[word]);
	const char *b = btf__str_by_offset(comparison->linked.subject.btf, linked->words[word]);

	return a && b && !strcmp(a, b);
}

bool same_lines(const struct comparison *comparison, const struct subject_symbol *input,
		const struct subject_symbol *linked)
{
	struct cursor from = records_of(comparison->input, LINE_INFO, input);
	struct cursor to = records_of(&comparison->linked, LINE_INFO, linked);
	const struct record *a, *b;

	do {
		a = next_record(&from);
		b = next_record(&to);
		if (!a != !b ||
		    (a && (distance(&from, a) != distance(&to, b) ||
			   !same_word_string(comparison, a, b, 1) ||
			   !same_word_string(comparison, a, b, 2) || a->words[3] != b->words[3]))) {
			differ(comparison, "%s: other line_info", input->name);
			return false;
		}
	} while (a);
	return true;
}

bool same_core_relos(struct comparison *comparison, const struct subject_symbol *input,
		     const struct subject_symbol *linked)
{
	struct cursor from = records_of(comparison->input, CORE_RELO, input);
	struct cursor to = records_of(&comparison->linked, CORE_RELO, linked);
	const struct record *a, *b;

	do {
		a = next_record(&from);
		b = next_record(&to);
		if (!a != !b ||
		    (a && (distance(&from, a) != distance(&to, b) || a->words[3] != b->words[3] ||
			   !same_word_string(comparison, a, b, 2) ||
			   !same_type(comparison, a->words[1], b->words[1])))) {
			differ(comparison, "%s: other core_relo", input->name);
			return false;
		}
	} while (a);
	return true;
}

static const struct btf_type *func_of(const struct side *side, const struct record *record)
{
	const struct btf_type *type =
		record ? btf__type_by_id(side->subject.btf, record->words[1]) : NULL;

	return type && btf_is_func(type) ? type : NULL;
}

bool same_func_info(struct comparison *comparison, const struct subject_symbol *input,
		    const struct subject_symbol *linked)
{
	struct cursor from = records_of(comparison->input, FUNC_INFO, input);
	struct cursor to = records_of(&comparison->linked, FUNC_INFO, linked);
	const struct record *a = next_record(&from), *b = next_record(&to);
	const struct btf_type *func = func_of(comparison->input, a);
	const struct btf_type *found = func_of(&comparison->linked, b);

	if (!func && !found)
		return true;
	if (!func || !found || btf_vlen(func) != btf_vlen(found) || distance(&to, b) ||
	    !same_function_name(subject_type_name(&comparison->input->subject, a->words[1]),
				subject_type_name(&comparison->linked.subject, b->words[1])) ||
	    !same_type(comparison, func->type, found->type)) {
		differ(comparison, "%s: other func_info", input->name);
		return false;
	}
	if (!same_tags(comparison, a->words[1], b->words[1])) {
		differ(comparison, "%s: other declaration tags", input->name);
		return false;
	}
	return true;
}
