/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything is a table: records of one size, one after another, that have the same fields. To
 * change one is to draw a record, a field of it, and what becomes of the field.
 */
#ifndef BPFLD_TESTS_FUZZ_FIELDS_H
#define BPFLD_TESTS_FUZZ_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mutate.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

// Bytes of the largest record.
#define RECORD_MAX 64

struct field {
	uint16_t offset; // in the record
	uint16_t size;   // 1, 2, 4 or 8
};

struct layout {
	size_t size; // of a record, RECORD_MAX at most
	const struct field *fields;
	size_t count;
};

// Records in the bytes that are changed.
struct records {
	uint8_t *data;
	size_t count;
	bool big_endian;
	const struct layout *layout;
};

#define FIELD(type, member)                                                                        \
	{                                                                                          \
		offsetof(type, member), sizeof(((type *)NULL)->member)                             \
	}
#define LAYOUT(type, fields)                                                                       \
	{                                                                                          \
		sizeof(type), fields, COUNT(fields)                                                \
	}

extern const struct layout word_layout; // of 4 bytes
extern const struct layout byte_layout;
extern const struct layout relocation_layout; // Elf64_Rel

/** The number of @size bytes at @bytes. */
uint64_t get(const uint8_t *bytes, size_t size, bool big_endian);
void put(uint8_t *bytes, size_t size, bool big_endian, uint64_t value);

/** The records of @layout in @size bytes. */
struct records records_of(uint8_t *data, size_t size, bool big_endian, const struct layout *layout);

/**
 * A field of a record becomes something else, or that of many in a row becomes what one record has;
 * or a record becomes another one, or two change places.
 */
void mutate_records(struct dice *dice, struct records records);

/** A byte, or two. */
void mutate_any(struct dice *dice, uint8_t *data, size_t size);

/** Have @gap bytes at @at, which are a copy of those behind them, in the @size of @data. */
void open_gap(uint8_t *data, size_t size, size_t at, size_t gap);

#endif
