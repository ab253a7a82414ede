/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "dies.h"

// Sections of one unit or two, as bytes that tests put together.
struct image {
	uint8_t info[1024], abbrev[1024];
	size_t info_size, abbrev_size;
	bool big_endian;
};

static void put(uint8_t *bytes, size_t *size, uint64_t value, size_t count, bool big_endian)
{
	for (size_t i = 0; i < count; i++) {
		size_t shift = 8 * (big_endian ? count - 1 - i : i);

		bytes[*size + i] = shift < 64 ? (uint8_t)(value >> shift) : 0;
	}
	*size += count;
}

static void info(struct image *image, uint64_t value, size_t count)
{
	put(image->info, &image->info_size, value, count, image->big_endian);
}

static void abbrev(struct image *image, const uint8_t *bytes, size_t count)
{
	memcpy(image->abbrev + image->abbrev_size, bytes, count);
	image->abbrev_size += count;
}
#define ABBREV(image, ...)                                                                         \
	abbrev((image), (uint8_t[]){ __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ }))

struct width {
	unsigned int version, offset_size;
	bool big_endian;
};

// The header of a unit of @type (before version 5 there is one type); returns where it begins, for
// end_unit().
static size_t begin_unit(struct image *image, const struct width *width, uint8_t type)
{
	size_t start = image->info_size;

	if (width->offset_size == 8)
		info(image, UINT32_MAX, 4);
	info(image, 0, width->offset_size);
	info(image, width->version, 2);
	if (width->version == 5) {
		info(image, type, 1);
		info(image, 8, 1);
	}
	info(image, 0, width->offset_size);
	if (width->version < 5)
		info(image, 8, 1);
	if (type == DW_UT_type) {
		info(image, UINT64_MAX, 8);
		info(image, 0, width->offset_size);
	}
	return start;
}

static void end_unit(struct image *image, size_t start, const struct width *width)
{
	size_t at = start + (width->offset_size == 8 ? 4 : 0), end = image->info_size;

	image->info_size = at;
	info(image, end - at - width->offset_size, width->offset_size);
	image->info_size = end;
}

struct seen {
	struct die dies[64];
	size_t count;
};

static void see(const struct die *die, void *argument)
{
	struct seen *seen = argument;

	if (seen->count < 64)
		seen->dies[seen->count++] = *die;
}

static bool walk(const struct image *image, uint64_t *budget, struct seen *seen)
{
	struct arena arena;
	// Of exactly the size, so that a read beyond is seen.
	uint8_t *info = malloc(image->info_size + !image->info_size);
	uint8_t *abbrev = malloc(image->abbrev_size + !image->abbrev_size);
	struct dies dies = { { (char *)info, image->info_size },
			     { (char *)abbrev, image->abbrev_size },
			     image->big_endian,
			     budget,
			     &arena };
	bool good;

	memcpy(info, image->info, image->info_size);
	memcpy(abbrev, image->abbrev, image->abbrev_size);
	arena_init(&arena, SIZE_MAX);
	seen->count = 0;
	good = dies_walk(&dies, see, seen);
	arena_deinit(&arena);
	free(info);
	free(abbrev);
	return good;
}

static bool walk_freely(const struct image *image, struct seen *seen)
{
	uint64_t budget = UINT64_MAX;

	return walk(image, &budget, seen);
}

static const struct width widths[] = {
	{ 2, 4, false }, { 3, 4, true },  { 4, 4, false },
	{ 4, 8, true },  { 5, 4, false }, { 5, 8, true },
};

// Forms, and the bytes that a value of them takes in each width: as numbers, or as a count followed
// by that many bytes.
static const struct form {
	uint16_t form;
	uint8_t size;       // of the value, or of the count
	uint8_t count;      // bytes behind the count
	bool is_offset;     // as wide as offsets
	unsigned int least; // version
} forms[] = {
	{ DW_FORM_addr, 8, 0, false, 2 },         { DW_FORM_block2, 2, 5, false, 2 },
	{ DW_FORM_block4, 4, 6, false, 2 },       { DW_FORM_data2, 2, 0, false, 2 },
	{ DW_FORM_data4, 4, 0, false, 2 },        { DW_FORM_data8, 8, 0, false, 2 },
	{ DW_FORM_string, 1, 0, false, 2 },       { DW_FORM_block, 1, 7, false, 2 },
	{ DW_FORM_block1, 1, 3, false, 2 },       { DW_FORM_data1, 1, 0, false, 2 },
	{ DW_FORM_flag, 1, 0, false, 2 },         { DW_FORM_sdata, 1, 0, false, 2 },
	{ DW_FORM_strp, 0, 0, true, 2 },          { DW_FORM_udata, 1, 0, false, 2 },
	{ DW_FORM_ref_addr, 0, 0, true, 3 },      { DW_FORM_ref1, 1, 0, false, 2 },
	{ DW_FORM_ref2, 2, 0, false, 2 },         { DW_FORM_ref4, 4, 0, false, 2 },
	{ DW_FORM_ref8, 8, 0, false, 2 },         { DW_FORM_ref_udata, 1, 0, false, 2 },
	{ DW_FORM_sec_offset, 0, 0, true, 2 },    { DW_FORM_exprloc, 1, 4, false, 2 },
	{ DW_FORM_flag_present, 0, 0, false, 2 }, { DW_FORM_strx, 1, 0, false, 2 },
	{ DW_FORM_addrx, 1, 0, false, 2 },        { DW_FORM_data16, 16, 0, false, 2 },
	{ DW_FORM_line_strp, 0, 0, true, 2 },     { DW_FORM_ref_sig8, 8, 0, false, 2 },
	{ DW_FORM_loclistx, 1, 0, false, 2 },     { DW_FORM_rnglistx, 1, 0, false, 2 },
	{ DW_FORM_strx1, 1, 0, false, 2 },        { DW_FORM_strx2, 2, 0, false, 2 },
	{ DW_FORM_strx3, 3, 0, false, 2 },        { DW_FORM_strx4, 4, 0, false, 2 },
	{ DW_FORM_addrx1, 1, 0, false, 2 },       { DW_FORM_addrx2, 2, 0, false, 2 },
	{ DW_FORM_addrx3, 3, 0, false, 2 },       { DW_FORM_addrx4, 4, 0, false, 2 },
};

// A unit with a child that has a value of @form, of which a child of its own is not visited, and
// one behind that.
static size_t form_unit(struct image *image, const struct width *width, const struct form *form)
{
	size_t start, last;

	*image = (struct image){ .big_endian = width->big_endian };
	ABBREV(image, 1, DW_TAG_compile_unit, 1, 0, 0);
	ABBREV(image, 2, DW_TAG_variable, 1, DW_AT_name, (uint8_t)form->form, 0, 0);
	ABBREV(image, 3, DW_TAG_member, 0, DW_AT_name, DW_FORM_implicit_const, 0x80, 1, 0, 0, 0);
	start = begin_unit(image, width, DW_UT_compile);
	info(image, 1, 1);
	info(image, 2, 1);
	info(image, form->count, form->is_offset ? width->offset_size : form->size);
	for (int i = 0; i < form->count; i++)
		info(image, 0xff, 1);
	info(image, 3, 1);
	info(image, 0, 1);
	last = image->info_size;
	info(image, 3, 1);
	info(image, 0, 1);
	end_unit(image, start, width);
	return last;
}

Test(dies, knows_forms)
{
	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		for (size_t j = 0; j < sizeof(forms) / sizeof(*forms); j++) {
			struct image image;
			struct seen seen;
			size_t last;

			if (widths[i].version < forms[j].least)
				continue;
			last = form_unit(&image, &widths[i], &forms[j]);
			cr_expect(walk_freely(&image, &seen), "width %zu, form 0x%x", i,
				  forms[j].form);
			cr_assert_eq(seen.count, 3, "width %zu, form 0x%x", i, forms[j].form);
			cr_expect_eq(seen.dies[0].tag, DW_TAG_compile_unit);
			cr_expect_eq(seen.dies[1].tag, DW_TAG_variable);
			cr_expect_eq(seen.dies[2].tag, DW_TAG_member);
			cr_expect_eq(seen.dies[2].offset, last);
		}
	}
}

// Every part of it is malformed, or a list that does not end, as some compilers leave it.
Test(dies, ends_where_sections_end)
{
	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
		struct image image, cut;
		struct seen seen;

		form_unit(&image, &widths[i], &forms[7]);
		for (cut = image; cut.info_size-- > 1;)
			cr_expect_not(walk_freely(&cut, &seen), "width %zu, %zu bytes", i,
				      cut.info_size);
		for (cut = image; cut.abbrev_size-- > 0;)
			cr_expect_not(walk_freely(&cut, &seen), "width %zu, %zu bytes of abbrev", i,
				      cut.abbrev_size);
	}
}

// The version, and so on, at a place of a unit of version 5 with offsets of 4 bytes.
static const struct {
	const char *what;
	size_t offset;
	uint8_t value;
	bool in_abbrev;
} wrongs[] = {
	{ "a longer unit", 0, 0xff, false },
	{ "a unit as long as nothing", 0, 0, false },
	{ "version 6", 4, 6, false },
	{ "version 1", 4, 1, false },
	{ "a skeleton", 6, DW_UT_skeleton, false },
	{ "a split unit", 6, DW_UT_split_compile, false },
	{ "an unknown unit", 6, 0x80, false },
	{ "addresses of 2 bytes", 7, 2, false },
	{ "a table behind the section", 8, 0xff, false },
	{ "an unknown abbreviation", 12, 9, false },
	{ "no entry", 12, 0, false },
	{ "an unknown form", 9, 0x70, true },
	{ "a form that leads elsewhere", 9, DW_FORM_indirect, true },
	{ "a form of another file", 9, DW_FORM_strp_sup, true },
	{ "the name of a file", 8, DW_AT_dwo_name, true },
	{ "a code twice", 5, 1, true },
	{ "codes that fall", 12, 1, true },
};

Test(dies, refuses_the_rest)
{
	static const struct width width = { 5, 4, false };

	for (size_t i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		struct image image;
		struct seen seen;

		form_unit(&image, &width, &forms[9]);
		cr_assert(walk_freely(&image, &seen));
		(wrongs[i].in_abbrev ? image.abbrev : image.info)[wrongs[i].offset] =
			wrongs[i].value;
		cr_expect_not(walk_freely(&image, &seen), "%s", wrongs[i].what);
	}
}

// A table in which no code is the number of its row.
static void code_unit(struct image *image, uint8_t type, uint8_t code)
{
	static const struct width width = { 5, 4, false };
	size_t start;

	*image = (struct image){ 0 };
	ABBREV(image, 2, DW_TAG_compile_unit, 1, 0, 0);
	ABBREV(image, 4, DW_TAG_variable, 0, DW_AT_name, DW_FORM_data1, 0, 0);
	ABBREV(image, 8, DW_TAG_member, 0, DW_AT_name, DW_FORM_data2, 0, 0, 0);
	start = begin_unit(image, &width, type);
	info(image, 2, 1);
	info(image, code, 1);
	info(image, 0, code == 8 ? 2 : 1);
	info(image, 0, 1);
	end_unit(image, start, &width);
}

Test(dies, finds_codes)
{
	struct image image;
	struct seen seen;

	for (uint8_t code = 1; code < 10; code++) {
		code_unit(&image, DW_UT_compile, code);
		cr_expect_eq(walk_freely(&image, &seen), code == 2 || code == 4 || code == 8, "%u",
			     code);
	}
	code_unit(&image, DW_UT_compile, 4);
	cr_expect(walk_freely(&image, &seen));
	cr_expect_eq(seen.dies[1].tag, DW_TAG_variable);
	code_unit(&image, DW_UT_compile, 8);
	cr_expect(walk_freely(&image, &seen));
	cr_expect_eq(seen.dies[1].tag, DW_TAG_member);
}

Test(dies, knows_types_of_units)
{
	static const uint8_t types[] = { DW_UT_compile, DW_UT_partial, DW_UT_type };

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct image image;
		struct seen seen;

		code_unit(&image, types[i], 4);
		cr_expect(walk_freely(&image, &seen), "%u", types[i]);
		cr_expect_eq(seen.count, 2, "%u", types[i]);
	}
}

// Also one that no entry has.
Test(dies, refuses_a_code_twice)
{
	static const struct width width = { 5, 4, false };
	struct image image;
	struct seen seen;

	form_unit(&image, &width, &forms[9]);
	image.abbrev_size--;
	ABBREV(&image, 4, DW_TAG_member, 0, 0, 0, 0);
	cr_expect(walk_freely(&image, &seen));
	image.abbrev[image.abbrev_size - 6] = 3;
	cr_expect_not(walk_freely(&image, &seen));
}

// Units are one after another, and each pays for its table, though they share one.
Test(dies, pays_for_what_it_reads)
{
	static const struct width width = { 4, 4, false };
	uint64_t costs[3];

	for (size_t count = 1; count <= 3; count++) {
		struct image image;
		struct seen seen;
		size_t size;

		form_unit(&image, &width, &forms[9]);
		size = image.info_size;
		for (size_t i = 1; i < count; i++)
			memcpy(image.info + i * size, image.info, size);
		image.info_size = count * size;
		costs[count - 1] = UINT64_MAX;
		cr_expect(walk(&image, &costs[count - 1], &seen));
		cr_expect_eq(seen.count, 3 * count);
		cr_expect_eq(seen.dies[3 * count - 1].unit, (count - 1) * size);
		costs[count - 1] = UINT64_MAX - costs[count - 1];
		cr_expect_geq(costs[count - 1], count * 64 * image.abbrev_size);
		cr_expect_eq(costs[count - 1], count * costs[0]);
		cr_expect(walk(&image, &(uint64_t){ costs[count - 1] }, &seen));
		cr_expect_not(walk(&image, &(uint64_t){ costs[count - 1] - 1 }, &seen));
	}
}

// Of an entry within: its children alone.
Test(dies, walks_the_children_of_an_entry)
{
	static const struct width width = { 5, 4, false };
	uint64_t budget = UINT64_MAX;
	struct image image;
	struct seen seen;
	struct arena arena;
	struct dies dies;
	struct die parent;

	form_unit(&image, &width, &forms[9]);
	cr_assert(walk_freely(&image, &seen));
	parent = seen.dies[1];
	arena_init(&arena, SIZE_MAX);
	dies = (struct dies){ { (char *)image.info, image.info_size },
			      { (char *)image.abbrev, image.abbrev_size },
			      false,
			      &budget,
			      &arena };
	seen.count = 0;
	cr_expect(die_walk(&dies, &parent, see, &seen));
	cr_expect_eq(seen.count, 1);
	cr_expect_eq(seen.dies[0].offset, parent.offset + 2);
	parent.offset = image.info_size;
	cr_expect_not(die_walk(&dies, &parent, see, &seen));
	parent.offset = 0;
	cr_expect_not(die_walk(&dies, &parent, see, &seen));
	parent.unit = image.info_size;
	cr_expect_not(die_walk(&dies, &parent, see, &seen));
	arena_deinit(&arena);
}
