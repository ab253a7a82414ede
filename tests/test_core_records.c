/* SPDX-License-Identifier: BSD-2-Clause */
#include "core_records.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define BLOCKS_MAX 4

// Blocks of an object, a word each: their kind, the number of their section ('-': it does not go
// out), and how many records they have.
static const struct records_case {
	const char *blocks;
	const char *found; // the section and the first field of each record
} cases[] = {
	{ "", "" },
	{ "c00", "" },
	{ "c01", "0a" },
	{ "c03", "0a 0b 0c" },
	{ "c-2", "" },
	{ "f02", "" },
	{ "l02", "" },
	{ "c02 c12", "0a 0b 1c 1d" },
	{ "f01 c00 c12 l01", "1b 1c" },
	{ "c01 c-2 c11 c00", "0a 1d" },
	{ "l01 f01 c-1 c01", "0d" },
};

static enum btf_ext_kind kind_of(char letter)
{
	return letter == 'c' ? BTF_EXT_CORE : letter == 'f' ? BTF_EXT_FUNC : BTF_EXT_LINE;
}

Test(core_records, are_found)
{
	uint32_t words[100] = { 0 };
	struct section sections[2] = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct btf_ext_block blocks[BLOCKS_MAX];
		struct section *of_blocks[BLOCKS_MAX];
		struct btf_ext ext = { .blocks = { .items = blocks } };
		struct object object = { .ext = &ext, .ext_sections = of_blocks };
		struct core_records records = { .object = &object };
		char found[100] = "", name = 'a';
		uint32_t *next = words;

		for (const char *at = cases[i].blocks; *at; at += at[3] ? 4 : 3) {
			size_t n = ext.blocks.count++;

			blocks[n] = (struct btf_ext_block){ .kind = kind_of(at[0]),
							    .count = (uint32_t)(at[2] - '0'),
							    .words = next };
			of_blocks[n] = at[1] == '-' ? NULL : &sections[at[1] - '0'];
			for (uint32_t j = 0; j < blocks[n].count; j++) {
				next[1] = (uint32_t)name++;
				next += btf_ext_record_words(blocks[n].kind);
			}
		}
		while (core_records_next(&records))
			sprintf(found + strlen(found), "%s%d%c", *found ? " " : "",
				(int)(records.section - sections), (char)records.record.field[0]);
		cr_expect_str_eq(found, cases[i].found, "%s: %s", cases[i].blocks, found);
		cr_expect_not(core_records_next(&records), "%s", cases[i].blocks);
	}
}

Test(core_records, are_none_without_a_section)
{
	const struct object object = { 0 };
	struct core_records records = { .object = &object };

	cr_expect_not(core_records_next(&records));
}
