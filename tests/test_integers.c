/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "base/integers.h"

#define MAX UINT64_MAX

static const struct {
	const char *name;
	uint64_t offset, length, size;
	bool fits;
} ranges[] = {
	{ "all of it", 0, 8, 8, true },
	{ "the end of it", 4, 4, 8, true },
	{ "nothing, at the end", 8, 0, 8, true },
	{ "nothing of nothing", 0, 0, 0, true },
	{ "a byte of nothing", 0, 1, 0, false },
	{ "one more than there is", 0, 9, 8, false },
	{ "one past the end", 5, 4, 8, false },
	{ "nothing, past the end", 9, 0, 8, false },
	{ "a sum that overflows to the start", MAX - 3, 4, 8, false },
	{ "a length that overflows", 4, MAX, 8, false },
	{ "a length that overflows to the end", 4, MAX - 3, 8, false },
	{ "everything", 0, MAX, MAX, true },
	{ "the last byte of everything", MAX - 1, 1, MAX, true },
	{ "more than everything", 1, MAX, MAX, false },
};

Test(integers, ranges_fit)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		cr_expect(range_fits(ranges[i].offset, ranges[i].length, ranges[i].size) ==
				  ranges[i].fits,
			  "%s", ranges[i].name);
}

static const struct {
	const char *name;
	uint64_t offset, count, record_size, size;
	bool fits;
} tables[] = {
	{ "all of it", 0, 2, 4, 8, true },
	{ "less than a record behind it", 0, 2, 4, 11, true },
	{ "one byte too little", 0, 2, 4, 7, false },
	{ "nothing, at the end", 8, 0, 4, 8, true },
	{ "nothing, past the end", 9, 0, 4, 8, false },
	{ "one past the end", 4, 2, 4, 8, false },
	{ "a product that overflows to nothing", 0, UINT64_C(1) << 62, 4, 8, false },
	{ "a product that overflows to what fits", 0, (UINT64_C(1) << 62) + 2, 4, 8, false },
	{ "an offset that overflows", MAX - 3, 1, 4, 8, false },
	{ "everything", 0, MAX / 64, 64, MAX, true },
};

Test(integers, tables_fit)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		cr_expect(table_fits(tables[i].offset, tables[i].count, tables[i].record_size,
				     tables[i].size) == tables[i].fits,
			  "%s", tables[i].name);
}

static const uint8_t ascending[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

Test(integers, have_either_byte_order_at_any_address)
{
	uint8_t bytes[9] = { 0 };

	for (size_t at = 0; at < 2; at++) {
		cr_expect(get16(ascending + at, true) == 0x0102 + at * 0x0101);
		cr_expect(get16(ascending + at, false) == 0x0201 + at * 0x0101);
		cr_expect(get32(ascending + at, true) == 0x01020304 + at * 0x01010101);
		cr_expect(get32(ascending + at, false) == 0x04030201 + at * 0x01010101);
		cr_expect(get64(ascending + at, true) ==
			  0x0102030405060708 + at * 0x0101010101010101);
		cr_expect(get64(ascending + at, false) ==
			  0x0807060504030201 + at * 0x0101010101010101);
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			put16(bytes + at, get16(ascending + at, big_endian), big_endian);
			cr_expect_arr_eq(bytes + at, ascending + at, 2);
			put32(bytes + at, get32(ascending + at, big_endian), big_endian);
			cr_expect_arr_eq(bytes + at, ascending + at, 4);
			put64(bytes + at, get64(ascending + at, big_endian), big_endian);
			cr_expect_arr_eq(bytes + at, ascending + at, 8);
			memset(bytes, 0, sizeof(bytes));
		}
	}
}

Test(integers, words_are_written_where_they_are)
{
	uint32_t words[] = { 0x01020304, 0x05060708 };

	cr_expect(put_words(words, words, 2, true) == words + 2);
	cr_expect_arr_eq(words, ascending, 8);
}

Test(integers, say_which_order_is_foreign)
{
	const uint16_t one = 1;

	cr_expect(is_foreign(true) == (get16(&one, true) != 1));
	cr_expect(is_foreign(false) == (get16(&one, false) != 1));
}

static const struct {
	uint64_t value, align, aligned;
} aligned[] = {
	{ 0, 4, 0 }, { 1, 1, 1 }, { 1, 4, 4 },
	{ 4, 4, 4 }, { 5, 4, 8 }, { UINT64_C(0xffffffff), 8, UINT64_C(0x100000000) },
};

Test(integers, are_aligned)
{
	for (size_t i = 0; i < sizeof(aligned) / sizeof(*aligned); i++)
		cr_expect(align_up(aligned[i].value, aligned[i].align) == aligned[i].aligned,
			  "%" PRIu64, aligned[i].value);
}

Test(integers, know_powers_of_two)
{
	cr_expect(!is_power_of_two(0));
	cr_expect(!is_power_of_two(3));
	cr_expect(!is_power_of_two(UINT64_MAX));
	for (int bit = 0; bit < 64; bit++)
		cr_expect(is_power_of_two(UINT64_C(1) << bit), "%d", bit);
}
