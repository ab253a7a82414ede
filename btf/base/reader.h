/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bounded reader: untrusted bytes, read from front to back and never past their end.
 *
 * A read past the end gives zeros, moves the reader to its end and marks it as failed for good. So
 * a record is read field by field and checked once, before its fields are used. The caller reports
 * the error, because it knows what was cut off:
 *
 *	uint64_t at = reader_offset(reader);
 *	uint32_t name = reader_u32(reader), count = reader_u32(reader);
 *
 *	if (reader->failed)
 *		return reader_error(reader, ERROR_MALFORMED_ELF, at, "a list is cut off within its
 *head");
 *
 * A reader owns nothing. It may be copied by assignment, to look ahead or to come back. Offsets
 * count bytes from the start of the section, or file, also in a reader of a part of it.
 */
#ifndef BPFLD_BASE_READER_H
#define BPFLD_BASE_READER_H

#include "diag.h"
#include "integers.h"
#include "str.h"

struct reader {
	const uint8_t *position; // the next byte
	const uint8_t *end;      // behind the last byte
	const uint8_t *start;    // of the section
	const char *input;       // for messages, as in struct place
	const char *section;
	struct diag *diag; // gets the messages
	bool big_endian;
	bool failed; // a read went past the end
};

/**
 * A reader of the @size bytes at @data, the whole section @where. @data may be NULL when @size is
 * 0.
 */
struct reader reader_of(const void *data, size_t size, bool big_endian, struct place where,
			struct diag *diag);

/** How many bytes are left. */
static inline size_t reader_left(const struct reader *reader)
{
	return (size_t)(reader->end - reader->position);
}

/** The offset of the next byte in the section. */
static inline uint64_t reader_offset(const struct reader *reader)
{
	return (uint64_t)(reader->position - reader->start);
}

/** Mark the reader as failed, as a read past the end does. */
static inline void reader_fail(struct reader *reader)
{
	reader->position = reader->end;
	reader->failed = true;
}

/** The address of the next @size bytes; NULL when fewer are left. */
static inline const void *reader_bytes(struct reader *reader, uint64_t size)
{
	const uint8_t *bytes = reader->position;

	if (size > reader_left(reader)) {
		reader_fail(reader);
		return NULL;
	}
	reader->position += size;
	return bytes;
}

static inline uint8_t reader_u8(struct reader *reader)
{
	const uint8_t *bytes = reader_bytes(reader, sizeof(uint8_t));

	return bytes ? *bytes : 0;
}

static inline uint16_t reader_u16(struct reader *reader)
{
	const void *bytes = reader_bytes(reader, sizeof(uint16_t));

	return bytes ? get16(bytes, reader->big_endian) : 0;
}

static inline uint32_t reader_u32(struct reader *reader)
{
	const void *bytes = reader_bytes(reader, sizeof(uint32_t));

	return bytes ? get32(bytes, reader->big_endian) : 0;
}

static inline uint64_t reader_u64(struct reader *reader)
{
	const void *bytes = reader_bytes(reader, sizeof(uint64_t));

	return bytes ? get64(bytes, reader->big_endian) : 0;
}

/** An integer of @size bytes, 4 or 8, for formats in which the file determines the size. */
static inline uint64_t reader_uint(struct reader *reader, size_t size)
{
	return size == sizeof(uint32_t) ? reader_u32(reader) : reader_u64(reader);
}

/**
 * The next bytes up to a NUL, which is skipped; empty, and the reader failed, when there is none.
 */
struct str reader_string(struct reader *reader);

/**
 * The next @count 32-bit words in the machine's byte order: in place if possible, else a copy in
 * @arena. NULL when fewer are left.
 */
const uint32_t *reader_words(struct reader *reader, uint64_t count, struct arena *arena);

/** Skip zero bytes, at most @most. */
void reader_skip_zeros(struct reader *reader, size_t most);

/**
 * A reader of the @size bytes that begin @offset bytes after the position of @reader, which does
 * not move. Failed and empty when not all of them are there.
 */
struct reader reader_part(const struct reader *reader, uint64_t offset, uint64_t size);

/** Report an error at @offset of the section; return false. */
bool reader_error(const struct reader *reader, enum code code, uint64_t offset, const char *format,
		  ...) __attribute__((format(printf, 4, 5)));

#endif
