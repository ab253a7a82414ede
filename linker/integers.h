/* SPDX-License-Identifier: BSD-2-Clause */
/* Integers of either byte order at any address. */
#ifndef BPFLD_INTEGERS_H
#define BPFLD_INTEGERS_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

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

/** @value rounded up to a multiple of @align, a power of two: align_up(5, 4) == 8. */
static inline uint64_t align_up(uint64_t value, uint64_t align)
{
	return (value + align - 1) & ~(align - 1);
}

#endif
