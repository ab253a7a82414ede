/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader.h"

struct reader reader_of(const void *data, size_t size, bool big_endian, struct place where,
			struct diag *diag)
{
	const uint8_t *start = size ? data : (const void *)"";

	return (struct reader){
		.position = start,
		.end = start + size,
		.start = start,
		.input = where.input,
		.section = where.section,
		.diag = diag,
		.big_endian = big_endian,
	};
}

struct str reader_string(struct reader *reader)
{
	const uint8_t *text = reader->position;
	const uint8_t *end = memchr(text, '\0', reader_left(reader));

	if (!end) {
		reader_fail(reader);
		return STR("");
	}
	reader->position = end + 1;
	return (struct str){ (const char *)text, (size_t)(end - text) };
}

const uint32_t *reader_words(struct reader *reader, uint64_t count, struct arena *arena)
{
	const uint8_t *bytes;
	uint32_t *words;

	if (!table_fits(0, count, sizeof(*words), reader_left(reader))) {
		reader_fail(reader);
		return NULL;
	}
	bytes = reader_bytes(reader, count * sizeof(*words));
	if (!is_foreign(reader->big_endian) && (uintptr_t)bytes % sizeof(*words) == 0)
		return (const void *)bytes;
	words = arena_alloc_array(arena, count, sizeof(*words));
	for (size_t i = 0; i < count; i++)
		words[i] = get32(bytes + i * sizeof(*words), reader->big_endian);
	return words;
}

void reader_skip_zeros(struct reader *reader, size_t most)
{
	for (; most && reader_left(reader) && *reader->position == 0; most--)
		reader->position++;
}

struct reader reader_part(const struct reader *reader, uint64_t offset, uint64_t size)
{
	struct reader part = *reader;

	if (reader->failed || !range_fits(offset, size, reader_left(reader))) {
		reader_fail(&part);
		return part;
	}
	part.position += offset;
	part.end = part.position + size;
	return part;
}

bool reader_error(const struct reader *reader, enum code code, uint64_t offset, const char *format,
		  ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_verror(reader->diag, code, place_at(place_in(reader->input, reader->section), offset),
		    format, arguments);
	va_end(arguments);
	return false;
}
