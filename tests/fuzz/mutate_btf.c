/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes of .BTF and .BTF.ext. */
#include <linux/btf.h>
#include <string.h>

#include "btf.h"
#include "fields.h"

#define BTF_FIELD(member) ((struct field)FIELD(struct btf_header, member))

static uint64_t get_field(const uint8_t *data, struct field field, bool big_endian)
{
	return get(data + field.offset, field.size, big_endian);
}

static void add_to_field(uint8_t *data, struct field field, bool big_endian, uint64_t more)
{
	put(data + field.offset, field.size, big_endian, get_field(data, field, big_endian) + more);
}

// -------------------------------------------------------------------------------------------------
// .BTF

// The types of a section, which are within it.
struct types {
	uint8_t *data;
	size_t size;
	bool big_endian;
};

// The words of the type at @at, as far as it lies within the section.
static size_t words_at(const struct types *types, size_t at)
{
	uint32_t info = (uint32_t)get(types->data + at + 4, 4, types->big_endian);
	size_t words = btf_info_kind(info) <= BTF_KIND_LAST ? btf_record_words(info) : 3;

	return words > (types->size - at) / 4 ? (types->size - at) / 4 : words;
}

static uint64_t count_types(const struct types *types)
{
	uint64_t count = 0;

	for (size_t at = 0; types->size - at >= sizeof(struct btf_type); count++)
		at += 4 * words_at(types, at);
	return count;
}

// The record of a type that is drawn; of no bytes when there is none.
static struct records draw_type(struct dice *dice, const struct types *types)
{
	// An ever later one takes the place with an ever smaller chance: all are equally likely.
	struct records drawn = { types->data, 0, types->big_endian, &word_layout };
	size_t at = 0, seen = 0;

	while (types->size - at >= sizeof(struct btf_type)) {
		size_t words = words_at(types, at);

		if (dice_below(dice, ++seen) == 0)
			drawn = (struct records){ types->data + at, words, types->big_endian,
						  &word_layout };
		at += 4 * words;
	}
	return drawn;
}

static uint64_t draw_name(struct dice *dice, const struct types *types)
{
	struct records type = draw_type(dice, types);

	return type.count ? get(type.data, 4, types->big_endian) : 0;
}

// Two types of equal size change places; or else a name, a reference or the like of one becomes
// that of the other.
static void mutate_two_types(struct dice *dice, const struct types *types)
{
	struct records a = draw_type(dice, types);
	struct records b = draw_type(dice, types);
	size_t common = a.count < b.count ? a.count : b.count;
	uint64_t word = dice_below(dice, common);

	if (a.count != b.count || dice_below(dice, 2)) {
		if (common)
			memmove(a.data + 4 * word, b.data + 4 * word, 4);
		return;
	}
	for (size_t i = 0; i < 4 * a.count; i++) {
		uint8_t byte = a.data[i];

		a.data[i] = b.data[i];
		b.data[i] = byte;
	}
}

// The structs of a section get one name and refer to types close behind them. What they are made of
// stays as it is.
static void mutate_layers(struct dice *dice, const struct types *types)
{
	uint64_t name = draw_name(dice, types);
	uint64_t first = dice_below(dice, 64), width = 1 + dice_below(dice, 8), id = 0;

	for (size_t at = 0, words; types->size - at >= sizeof(struct btf_type); at += 4 * words) {
		uint32_t info = (uint32_t)get(types->data + at + 4, 4, types->big_endian);
		uint32_t kind = btf_info_kind(info);

		words = words_at(types, at);
		if (++id <= first || (kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION))
			continue;
		put(types->data + at, 4, types->big_endian, name);
		for (size_t word = 4; word < words; word += 3)
			put(types->data + at + 4 * word, 4, types->big_endian,
			    id + 1 + dice_below(dice, width));
	}
}

// What layers are like: each has @width structs of one name, and a pointer to each.
struct layers {
	uint64_t width;
	uint64_t members; // of a struct: types of the layer before, or of those before all
	uint64_t before;  // types before all
	bool one_name;    // of all layers
};

static size_t pair_size(const struct layers *layers)
{
	return 2 * sizeof(struct btf_type) + layers->members * sizeof(struct btf_member);
}

// Struct and pointer number @index of all, called @name.
static void put_pair(struct dice *dice, const struct layers *layers, uint64_t index, uint64_t name,
		     uint8_t *at, bool big_endian)
{
	uint64_t layer = index / layers->width, id = layers->before + 1 + 2 * index;
	uint64_t first = layer ? layers->before + 1 + 2 * (layer - 1) * layers->width : 1;
	uint64_t choices = layer ? 2 * layers->width : layers->before;
	const uint64_t head[] = { name, BTF_KIND_STRUCT << 24 | layers->members,
				  8 * layers->members };
	const uint64_t pointer[] = { 0, BTF_KIND_PTR << 24, id };

	for (size_t i = 0; i < COUNT(head); i++, at += 4)
		put(at, 4, big_endian, head[i]);
	for (uint64_t i = 0; i < layers->members; i++, at += sizeof(struct btf_member)) {
		put(at, 4, big_endian, name);
		put(at + 4, 4, big_endian, first + dice_below(dice, choices));
		put(at + 8, 4, big_endian, 64 * i);
	}
	for (size_t i = 0; i < COUNT(pointer); i++, at += 4)
		put(at, 4, big_endian, pointer[i]);
}

// Add layers of structs that are alike but for what the first layer refers to.
static size_t add_layers(struct dice *dice, uint8_t *data, size_t size, size_t capacity,
			 struct types types)
{
	struct layers layers = { 1 + dice_below(dice, 16), 1 + dice_below(dice, 3),
				 count_types(&types), dice_below(dice, 4) == 0 };
	size_t pair = pair_size(&layers), end = (size_t)(types.data - data) + types.size;
	uint64_t count = layers.width * (1 + dice_below(dice, 24)), name = 0;
	uint64_t strings = get_field(data, BTF_FIELD(str_off), types.big_endian);

	if (count > (capacity - size) / pair)
		count = (capacity - size) / pair;
	open_gap(data, size, end, pair * count);
	for (uint64_t i = 0; i < count; i++) {
		if (i == 0 || (!layers.one_name && i % layers.width == 0))
			name = draw_name(dice, &types);
		put_pair(dice, &layers, i, name, data + end + pair * i, types.big_endian);
	}
	if (strings >= get_field(data, BTF_FIELD(type_off), types.big_endian) + types.size)
		add_to_field(data, BTF_FIELD(str_off), types.big_endian, pair * count);
	add_to_field(data, BTF_FIELD(type_len), types.big_endian, pair * count);
	return size + pair * count;
}

static void mutate_type(struct dice *dice, const struct types *types)
{
	uint64_t draw = dice_below(dice, 12);

	if (draw < 3)
		mutate_two_types(dice, types);
	else if (draw == 3)
		mutate_layers(dice, types);
	else
		mutate_records(dice, draw_type(dice, types));
}

size_t mutate_btf(struct dice *dice, uint8_t *data, size_t size, size_t capacity)
{
	struct types types = { .big_endian = size && data[0] == 0xeb };
	size_t header = size < sizeof(struct btf_header) ? size : sizeof(struct btf_header);
	uint64_t start;

	if (size < sizeof(struct btf_header) || dice_below(dice, 10) == 0) {
		mutate_records(dice, records_of(data, header, types.big_endian, &word_layout));
		return size;
	}
	start = get_field(data, BTF_FIELD(hdr_len), types.big_endian) +
		get_field(data, BTF_FIELD(type_off), types.big_endian);
	types.data = data + start;
	types.size = get_field(data, BTF_FIELD(type_len), types.big_endian);
	if (start > size || types.size > size - start)
		mutate_any(dice, data, size);
	else if (dice_below(dice, 8) == 0)
		mutate_any(dice, types.data + types.size, size - start - types.size);
	else if (dice_below(dice, 12) == 0)
		return add_layers(dice, data, size, capacity, types);
	else
		mutate_type(dice, &types);
	return size;
}

// -------------------------------------------------------------------------------------------------
// .BTF.ext

// Of the header, where each kind of records is: an offset behind the header, and a length.
static const struct field ext_offsets[] = { { 8, 4 }, { 16, 4 }, { 24, 4 } };
static const struct field ext_lengths[] = { { 12, 4 }, { 20, 4 }, { 28, 4 } };

#define EXT_HEADER_SIZE 32 // what compilers write
#define BLOCK_HEADER    8  // a section's name, and the count of its records

static const struct field ext_fields[] = { { 0, 4 }, { 4, 4 }, { 8, 4 }, { 12, 4 } };

// A section's records of one kind.
struct block {
	uint8_t *data; // NULL when there is none
	size_t record; // bytes of one
	size_t count;
	size_t part; // their kind, by which ext_offsets has it
};

// A block of kind @part that is drawn.
static struct block draw_block(struct dice *dice, uint8_t *data, size_t size, size_t part,
			       bool big_endian)
{
	struct block drawn = { .part = part };
	uint64_t start =
		get(data + 4, 4, big_endian) + get_field(data, ext_offsets[part], big_endian);
	uint64_t length = get_field(data, ext_lengths[part], big_endian), at = 4, seen = 0;

	if (start > size || length > size - start || length < 4)
		return drawn;
	drawn.record = get(data + start, 4, big_endian);
	if (drawn.record < 8 || drawn.record > RECORD_MAX)
		return drawn;
	while (length - at >= BLOCK_HEADER) {
		uint64_t count = get(data + start + at + 4, 4, big_endian);

		if (count > (length - at - BLOCK_HEADER) / drawn.record)
			count = (length - at - BLOCK_HEADER) / drawn.record;
		if (dice_below(dice, ++seen) == 0) {
			drawn.data = data + start + at;
			drawn.count = count;
		}
		at += BLOCK_HEADER + drawn.record * count;
	}
	return drawn;
}

// Repeat @length bytes at @at, of kind @part.
static size_t repeat_bytes(uint8_t *data, size_t size, uint8_t *at, size_t length, size_t part,
			   bool big_endian)
{
	uint64_t offset = get_field(data, ext_offsets[part], big_endian);

	open_gap(data, size, (size_t)(at - data), length);
	add_to_field(data, ext_lengths[part], big_endian, length);
	for (size_t i = 0; i < COUNT(ext_offsets); i++) {
		if (get_field(data, ext_offsets[i], big_endian) > offset)
			add_to_field(data, ext_offsets[i], big_endian, length);
	}
	return size + length;
}

// There is a block, or one or more of its records, once more.
static size_t grow_block(struct dice *dice, uint8_t *data, size_t size, size_t capacity,
			 const struct block *block, bool big_endian)
{
	size_t first = dice_below(dice, block->count);
	size_t count = 1 + dice_below(dice, block->count - first);
	size_t length = block->record * count;

	if (!block->count || dice_below(dice, 4) == 0) {
		length = BLOCK_HEADER + block->record * block->count;
		return length > capacity - size ? size
						: repeat_bytes(data, size, block->data, length,
							       block->part, big_endian);
	}
	if (length > capacity - size)
		return size;
	put(block->data + 4, 4, big_endian, block->count + count);
	return repeat_bytes(data, size, block->data + BLOCK_HEADER + block->record * first, length,
			    block->part, big_endian);
}

static size_t mutate_block(struct dice *dice, uint8_t *data, size_t size, size_t capacity,
			   const struct block *block, bool big_endian)
{
	size_t fields =
		block->record / 4 < COUNT(ext_fields) ? block->record / 4 : COUNT(ext_fields);
	const struct layout layout = { block->record, ext_fields, fields };
	struct block other = draw_block(dice, data, size, block->part, big_endian);

	switch (dice_below(dice, 8)) {
	case 0:
		mutate_records(dice,
			       records_of(block->data, BLOCK_HEADER, big_endian, &word_layout));
		break;
	case 1: // of one section, or each of the other's
		memmove(block->data, other.data, 4);
		break;
	case 2:
	case 3:
		return grow_block(dice, data, size, capacity, block, big_endian);
	default:
		mutate_records(dice, records_of(block->data + BLOCK_HEADER,
						block->record * block->count, big_endian, &layout));
	}
	return size;
}

size_t mutate_btf_ext(struct dice *dice, uint8_t *data, size_t size, size_t capacity)
{
	bool big_endian = size && data[0] == 0xeb;
	struct block block = { .data = NULL };

	if (size <= EXT_HEADER_SIZE || dice_below(dice, 6) == 0) {
		mutate_records(dice,
			       records_of(data, size < EXT_HEADER_SIZE ? size : EXT_HEADER_SIZE,
					  big_endian, &word_layout));
		return size;
	}
	if (dice_below(dice, 4))
		block = draw_block(dice, data, size, dice_below(dice, COUNT(ext_offsets)),
				   big_endian);
	if (block.data)
		return mutate_block(dice, data, size, capacity, &block, big_endian);
	mutate_records(dice, records_of(data + EXT_HEADER_SIZE, size - EXT_HEADER_SIZE, big_endian,
					&word_layout));
	return size;
}
