/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "base/reader.h"

static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

static struct reader reader_at(size_t position, size_t size, bool big_endian)
{
	struct reader reader =
		reader_of(bytes, size, big_endian, place_in("a.o", ".section"), NULL);

	reader.position += position;
	return reader;
}

static uint64_t read_u8(struct reader *reader)
{
	return reader_u8(reader);
}

static uint64_t read_u16(struct reader *reader)
{
	return reader_u16(reader);
}

static uint64_t read_u32(struct reader *reader)
{
	return reader_u32(reader);
}

static uint64_t read_uint4(struct reader *reader)
{
	return reader_uint(reader, 4);
}

static uint64_t read_uint8(struct reader *reader)
{
	return reader_uint(reader, 8);
}

static const struct {
	const char *name;
	uint64_t (*read)(struct reader *reader);
	size_t size;
	uint64_t little, big; // of the first bytes
} widths[] = {
	{ "u8", read_u8, 1, 0x01, 0x01 },
	{ "u16", read_u16, 2, 0x0201, 0x0102 },
	{ "u32", read_u32, 4, 0x04030201, 0x01020304 },
	{ "u64", reader_u64, 8, 0x0807060504030201, 0x0102030405060708 },
	{ "uint of 4", read_uint4, 4, 0x04030201, 0x01020304 },
	{ "uint of 8", read_uint8, 8, 0x0807060504030201, 0x0102030405060708 },
};

#define WIDTHS (sizeof(widths) / sizeof(*widths))

Test(reader, reads_every_width_in_both_orders)
{
	for (size_t i = 0; i < WIDTHS; i++) {
		struct reader little = reader_at(0, sizeof(bytes), false);
		struct reader big = reader_at(0, sizeof(bytes), true);

		cr_expect(widths[i].read(&little) == widths[i].little, "%s", widths[i].name);
		cr_expect(widths[i].read(&big) == widths[i].big, "%s", widths[i].name);
		cr_expect(reader_offset(&big) == widths[i].size, "%s", widths[i].name);
		cr_expect(reader_left(&big) == sizeof(bytes) - widths[i].size, "%s",
			  widths[i].name);
		cr_expect(!little.failed && !big.failed, "%s", widths[i].name);
	}
}

// What is behind the end is there, in these tests; it must not be read all the same.
Test(reader, reads_up_to_the_end_and_no_further)
{
	for (size_t i = 0; i < WIDTHS; i++) {
		for (size_t left = 0; left <= widths[i].size; left++) {
			struct reader reader = reader_at(0, left, true);
			uint64_t value = widths[i].read(&reader);

			cr_expect(value == (left == widths[i].size ? widths[i].big : 0),
				  "%s of %zu bytes is 0x%" PRIx64, widths[i].name, left, value);
			cr_expect(reader.failed == (left < widths[i].size), "%s of %zu bytes",
				  widths[i].name, left);
			cr_expect(reader_offset(&reader) == left && reader_left(&reader) == 0,
				  "%s of %zu bytes", widths[i].name, left);
		}
	}
}

Test(reader, stays_failed)
{
	for (size_t i = 0; i < WIDTHS; i++) {
		struct reader reader = reader_at(sizeof(bytes) - 3, sizeof(bytes), false), part;

		cr_expect(reader_u32(&reader) == 0);
		cr_expect(widths[i].read(&reader) == 0 && reader.failed, "%s", widths[i].name);
		cr_expect(reader_left(&reader) == 0, "%s", widths[i].name);
		reader_skip_zeros(&reader, SIZE_MAX);
		part = reader_part(&reader, 0, 0);
		cr_expect(reader.failed && part.failed, "%s", widths[i].name);
	}
}

static const struct {
	const char *name;
	size_t position;
	uint64_t size;
	bool there;
} runs[] = {
	{ "the first", 0, 1, true },
	{ "all", 0, 9, true },
	{ "none of them", 0, 0, true },
	{ "none at the end", 9, 0, true },
	{ "the last", 8, 1, true },
	{ "one more than all", 0, 10, false },
	{ "one past the end", 9, 1, false },
	{ "as many as there are numbers", 1, UINT64_MAX, false },
	{ "so many that the end overflows", 8, UINT64_MAX - 7, false },
};

Test(reader, gives_bytes)
{
	for (size_t i = 0; i < sizeof(runs) / sizeof(*runs); i++) {
		struct reader reader = reader_at(runs[i].position, sizeof(bytes), true);
		const void *found = reader_bytes(&reader, runs[i].size);

		cr_expect(found == (runs[i].there ? bytes + runs[i].position : NULL), "%s",
			  runs[i].name);
		cr_expect(reader.failed == !runs[i].there, "%s", runs[i].name);
	}
}

static const struct {
	const char *name;
	uint64_t offset, size; // from position 2 of 9
	bool there;
} parts[] = {
	{ "the rest", 0, 7, true },
	{ "the last two", 5, 2, true },
	{ "nothing, at the end", 7, 0, true },
	{ "nothing, past the end", 8, 0, false },
	{ "one too many", 0, 8, false },
	{ "one past the end", 5, 3, false },
	{ "a sum that overflows to the start", UINT64_MAX - 1, 4, false },
	{ "a size that overflows", 4, UINT64_MAX - 3, false },
	{ "a size that overflows back to the section's start", 0, UINT64_MAX - 1, false },
};

Test(reader, gives_parts)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct reader reader = reader_at(2, sizeof(bytes), true);
		struct reader part = reader_part(&reader, parts[i].offset, parts[i].size);

		cr_expect(part.failed == !parts[i].there, "%s", parts[i].name);
		cr_expect(reader_left(&part) == (parts[i].there ? parts[i].size : 0), "%s",
			  parts[i].name);
		// Offsets are of the section still.
		if (parts[i].there)
			cr_expect(reader_offset(&part) == 2 + parts[i].offset, "%s", parts[i].name);
		cr_expect(!reader.failed && reader_offset(&reader) == 2, "%s", parts[i].name);
	}
}

static const struct {
	const char *name;
	struct str text;
	const char *found; // NULL: none
	size_t left;
} strings[] = {
	{ "one of two", STR("ab\0c\0"), "ab", 2 },    { "an empty one", STR("\0a"), "", 1 },
	{ "the last", STR("ab\0"), "ab", 0 },         { "one without an end", STR("ab"), NULL, 0 },
	{ "one where nothing is", STR(""), NULL, 0 },
};

Test(reader, reads_strings)
{
	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
		struct reader reader = reader_of(strings[i].text.data, strings[i].text.size, false,
						 place_in(NULL, NULL), NULL);
		struct str found = reader_string(&reader);

		cr_expect(str_equal(found, str_of(strings[i].found ? strings[i].found : "")), "%s",
			  strings[i].name);
		cr_expect(reader.failed == !strings[i].found, "%s", strings[i].name);
		cr_expect(reader_left(&reader) == strings[i].left, "%s", strings[i].name);
	}
}

Test(reader, reads_words_of_either_order_at_any_address)
{
	uint8_t room[12] __attribute__((aligned(4))) = { 0 };
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t at = 0; at < 4; at++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct reader reader =
				reader_of(room + at, 8, big_endian, place_in(NULL, NULL), NULL);
			const uint32_t *words;

			put32(room + at, 0x01020304, big_endian);
			put32(room + at + 4, 0x05060708, big_endian);
			words = reader_words(&reader, 2, &arena);
			cr_assert(words && !reader.failed && reader_left(&reader) == 0);
			cr_expect(words[0] == 0x01020304 && words[1] == 0x05060708,
				  "at %zu, %d: 0x%x 0x%x", at, big_endian, words[0], words[1]);
			// Nothing is copied without need.
			cr_expect((words == (void *)room) == (at == 0 && !is_foreign(big_endian)));
		}
	}
	arena_deinit(&arena);
}

static const struct {
	const char *name;
	uint64_t count;
} too_many[] = {
	{ "one byte is missing", 2 },
	{ "bytes that overflow to none", UINT64_C(1) << 62 },
	{ "bytes that overflow to what is there", (UINT64_C(1) << 62) + 1 },
	{ "as many as there are numbers", UINT64_MAX },
};

Test(reader, reads_no_words_that_are_not_there)
{
	for (size_t i = 0; i < sizeof(too_many) / sizeof(*too_many); i++) {
		struct reader reader = reader_at(0, 7, true);

		cr_expect_null(reader_words(&reader, too_many[i].count, NULL), "%s",
			       too_many[i].name);
		cr_expect(reader.failed && reader_left(&reader) == 0, "%s", too_many[i].name);
	}
}

static const struct {
	const char *name;
	struct str bytes;
	size_t most, skipped;
} zeros[] = {
	{ "up to another byte", STR("\0\0a\0"), SIZE_MAX, 2 },
	{ "up to the end", STR("\0\0"), SIZE_MAX, 2 },
	{ "as many as asked for", STR("\0\0\0"), 2, 2 },
	{ "none", STR("a\0"), SIZE_MAX, 0 },
	{ "none of nothing", STR(""), SIZE_MAX, 0 },
};

Test(reader, skips_zeros)
{
	for (size_t i = 0; i < sizeof(zeros) / sizeof(*zeros); i++) {
		struct reader reader = reader_of(zeros[i].bytes.data, zeros[i].bytes.size, false,
						 place_in(NULL, NULL), NULL);

		reader_skip_zeros(&reader, zeros[i].most);
		cr_expect(reader_offset(&reader) == zeros[i].skipped && !reader.failed, "%s",
			  zeros[i].name);
	}
}

// Also a section of no bytes, which is nowhere.
Test(reader, reads_nothing)
{
	struct reader reader = reader_of(NULL, 0, false, place_in(NULL, NULL), NULL);

	cr_expect(reader_left(&reader) == 0 && reader_offset(&reader) == 0);
	cr_expect_not_null(reader_bytes(&reader, 0));
	cr_expect(!reader.failed);
	cr_expect(reader_u8(&reader) == 0 && reader.failed);
}

Test(reader, reports_where_it_is)
{
	struct arena arena;
	struct diag diag;
	struct reader reader, part;

	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	reader = reader_of(bytes, sizeof(bytes), true, place_in("a.o", ".BTF"), &diag);
	reader_u16(&reader);
	part = reader_part(&reader, 2, 4);
	cr_expect(!reader_error(&part, ERROR_MALFORMED_ELF, reader_offset(&part), "%s", "wrong"));
	cr_expect_eq(diag.error_count, 1);
	cr_expect_str_eq(diag_format(diag.first, &arena), "a.o:(.BTF+0x4): error: wrong");
	arena_deinit(&arena);
}
