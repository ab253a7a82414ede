/* SPDX-License-Identifier: BSD-2-Clause */
#include "fields.h"

#include <string.h>

// Records in a row that are made alike.
#define RUN_MAX 64

static const struct field word_fields[] = { { 0, 4 }, { 0, 2 }, { 2, 1 }, { 3, 1 } };
static const struct field byte_fields[] = { { 0, 1 } };

const struct layout word_layout = { 4, word_fields, COUNT(word_fields) };
const struct layout byte_layout = { 1, byte_fields, COUNT(byte_fields) };

uint64_t dice_below(struct dice *dice, uint64_t limit)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15;

	// SplitMix64: equally good from every seed.
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	z ^= z >> 31;
	return limit ? z % limit : 0;
}

uint64_t get(const uint8_t *bytes, size_t size, bool big_endian)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value |= (uint64_t)bytes[big_endian ? size - 1 - i : i] << 8 * i;
	return value;
}

void put(uint8_t *bytes, size_t size, bool big_endian, uint64_t value)
{
	for (size_t i = 0; i < size; i++)
		bytes[big_endian ? size - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

// What a field that was @value becomes; @other is the same field of another record.
static uint64_t change(struct dice *dice, uint64_t value, size_t size, uint64_t other)
{
	uint64_t top = (uint64_t)1 << (8 * size - 1);

	switch (dice_below(dice, 8)) {
	case 0:
		return value ^ (uint64_t)1 << dice_below(dice, 8 * size);
	case 1:
		return dice_below(dice, 20);
	case 2:
		return value + 1;
	case 3:
		return value - 1;
	case 4:
		return value + 8 * (dice_below(dice, 9) - 4);
	case 5:
		return top - dice_below(dice, 2); // largest and smallest signed number
	case 6:
		return UINT64_MAX - dice_below(dice, 8);
	}
	return other;
}

static void mutate_field(struct dice *dice, const struct records *records, uint8_t *record,
			 const uint8_t *other)
{
	struct field field = records->layout->fields[dice_below(dice, records->layout->count)];
	uint64_t value = get(record + field.offset, field.size, records->big_endian);

	put(record + field.offset, field.size, records->big_endian,
	    change(dice, value, field.size,
		   get(other + field.offset, field.size, records->big_endian)));
}

// A field of many records in a row becomes that of @other, or ever more: names that are equal, or
// each an ending of the one before; sections at one place; references to one thing.
static void mutate_run(struct dice *dice, const struct records *records, uint8_t *record,
		       const uint8_t *other)
{
	struct field field = records->layout->fields[dice_below(dice, records->layout->count)];
	uint64_t value = get(other + field.offset, field.size, records->big_endian);
	uint64_t step = dice_below(dice, 2), left = 2 + dice_below(dice, RUN_MAX - 1);
	const uint8_t *end = records->data + records->layout->size * records->count;

	for (; left && record < end; left--, record += records->layout->size, value += step)
		put(record + field.offset, field.size, records->big_endian, value);
}

void mutate_records(struct dice *dice, struct records records)
{
	size_t size = records.layout->size;
	uint8_t *record, *other, copy[RECORD_MAX];

	if (!records.count)
		return;
	record = records.data + size * dice_below(dice, records.count);
	other = records.data + size * dice_below(dice, records.count);
	switch (dice_below(dice, 12)) {
	case 0:
		memmove(record, other, size);
		break;
	case 1:
		memcpy(copy, record, size);
		memmove(record, other, size);
		memcpy(other, copy, size);
		break;
	case 2:
		mutate_run(dice, &records, record, other);
		break;
	default:
		mutate_field(dice, &records, record, other);
	}
}

struct records records_of(uint8_t *data, size_t size, bool big_endian, const struct layout *layout)
{
	return (struct records){ data, size / layout->size, big_endian, layout };
}

void mutate_any(struct dice *dice, uint8_t *data, size_t size)
{
	mutate_records(dice, records_of(data, size, false, &byte_layout));
}

void open_gap(uint8_t *data, size_t size, size_t at, size_t gap)
{
	memmove(data + at + gap, data + at, size - at);
}
