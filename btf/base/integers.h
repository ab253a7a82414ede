/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arithmetic on data of files: integers of either byte order at any address, and checks whether
 * ranges lie within bounds. Nothing overflows, whatever a file contains.
 */
#ifndef BPFLD_BASE_INTEGERS_H
#define BPFLD_BASE_INTEGERS_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Whether integers of that byte order must be swapped on this machine. */
static inline bool is_foreign(bool big_endian)
{
	return big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

static inline uint16_t get16(const void *bytes, bool big_endian)
{
	uint16_t value;

	memcpy(&value, bytes, sizeof(value));
	return big_endian ? be16toh(value) : le16toh(value);
}

static inline uint32_t get32(const void *bytes, bool big_endian)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return big_endian ? be32toh(value) : le32toh(value);
}

static inline uint64_t get64(const void *bytes, bool big_endian)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof(value));
	return big_endian ? be64toh(value) : le64toh(value);
}

static inline void put16(void *bytes, uint16_t value, bool big_endian)
{
	value = big_endian ? htobe16(value) : htole16(value);
	memcpy(bytes, &value, sizeof(value));
}

static inline void put32(void *bytes, uint32_t value, bool big_endian)
{
	value = big_endian ? htobe32(value) : htole32(value);
	memcpy(bytes, &value, sizeof(value));
}

static inline void put64(void *bytes, uint64_t value, bool big_endian)
{
	value = big_endian ? htobe64(value) : htole64(value);
	memcpy(bytes, &value, sizeof(value));
}

/**
 * Write @count @words, which may be at @bytes themselves, in that byte order; return the address
 * behind them.
 */
static inline void *put_words(void *bytes, const uint32_t *words, size_t count, bool big_endian)
{
	for (size_t i = 0; i < count; i++)
		put32((char *)bytes + i * sizeof(*words), words[i], big_endian);
	return (char *)bytes + count * sizeof(*words);
}

/** Whether @value is a power of two; 0 is not. */
static inline bool is_power_of_two(uint64_t value)
{
	return value && !(value & (value - 1));
}

/** @value rounded up to a multiple of @align, a power of two: align_up(5, 4) == 8. */
static inline uint64_t align_up(uint64_t value, uint64_t align)
{
	return (value + align - 1) & ~(align - 1);
}

/** Whether @length bytes at @offset lie in @size bytes. An empty range may be at the end. */
static inline bool range_fits(uint64_t offset, uint64_t length, uint64_t size)
{
	return offset <= size && length <= size - offset;
}

/** The same for @count records of @record_size bytes each, not 0. */
static inline bool table_fits(uint64_t offset, uint64_t count, uint64_t record_size, uint64_t size)
{
	return offset <= size && count <= (size - offset) / record_size;
}

#endif
