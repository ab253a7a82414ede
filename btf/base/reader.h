/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes that nobody vouches for, read from front to back and never past their end.
 *
 * A read of more than is left gives zeros, leaves the reader at its end and marks it as failed,
 * which it stays. So a record is read field by field and checked once, before its fields are used;
 * what is wrong then says the caller, who knows what was cut off:
 *
 *	uint64_t at = reader_offset(reader);
 *	uint32_t name = reader_u32(reader), count = reader_u32(reader);
 *
 *	if (reader->failed)
 *		return reader_error(reader, at, "a list is cut off within its head");
 *
 * A reader owns nothing and is copied by assignment: a copy looks ahead, or comes back. Offsets
 * count from the start of the section, or file, that the bytes are of, also in a part of it.
 */
#ifndef BPFLD_BASE_READER_H
#define BPFLD_BASE_READER_H

#include "diag.h"
#include "integers.h"
#include "str.h"

struct reader {
	const uint8_t *position; // the next byte
	const uint8_t *end;      // behind the last
	const uint8_t *start;    // of the section
	struct place where;      // the section, for messages
	struct diag *diag;       // that gets them
	bool big_endian;
	bool failed; // more was asked for than was left
};

/** A reader of the @size bytes at @data, which are all of the section @where; NULL when empty. */
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

/** What a read of more than is left does. */
static inline void reader_fail(struct reader *reader)
{
	reader->position = reader->end;
	reader->failed = true;
}

/** The next @size bytes, where they are; NULL when fewer are left. */
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

/** An integer of @size bytes, 4 or 8, where a format leaves it to the file how long they are. */
static inline uint64_t reader_uint(struct reader *reader, size_t size)
{
	return size == sizeof(uint32_t) ? reader_u32(reader) : reader_u64(reader);
}

/** The next bytes up to a NUL, which is read, too; empty and failed when there is none. */
struct str reader_string(struct reader *reader);

/**
 * The next @count words in the machine's byte order: where they are if they can be read like that,
 * else a copy in @arena. NULL when fewer are left.
 */
const uint32_t *reader_words(struct reader *reader, uint64_t count, struct arena *arena);

/** Skip bytes that are zero, @most at most. */
void reader_skip_zeros(struct reader *reader, size_t most);

/**
 * A reader of the @size bytes that begin @offset bytes from the position of @reader, which stays
 * where it is. Failed, with nothing left, when they are not all there.
 */
struct reader reader_part(const struct reader *reader, uint64_t offset, uint64_t size);

/** Report an error at @offset of the section; false. */
bool reader_error(const struct reader *reader, uint64_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
