/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "base/integers.h"

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
