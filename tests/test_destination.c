/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "destination.h"

static struct output_section output;
static struct section section = { .output = &output };

// Eight bytes each.
static struct atom atoms[] = {
	{ .section = &section, .offset = 0, .place = 100, .live = true },
	{ .section = &section, .offset = 8 },
	{ .section = &section, .offset = 16, .live = true, .folded = &atoms[0], .fold_offset = 4 },
	{ .section = &section, .offset = 24, .live = true, .folded = &atoms[2], .fold_offset = 2 },
	{ .section = &section, .offset = 32, .live = true, .folded = &atoms[1] },
	{ .section = &section, .offset = 40, .place = 16, .live = true },
};

static const struct {
	const char *name;
	int atom; // -1: none
	int64_t offset;
	bool nowhere;
	int64_t to;
	bool no_record;
} cases[] = {
	{ "the first byte", 0, 0, false, 100, false },
	{ "a byte within", 0, 5, false, 105, false },
	{ "a byte of another", 5, 41, false, 17, false },
	{ "the end of an atom, as a pointer to it", 0, 8, false, 108, false },
	{ "before all atoms", 0, -3, false, 97, false },
	{ "far before all atoms", 0, INT64_MIN, false, INT64_MIN + 100, false },
	{ "past all atoms, until addresses wrap", 5, INT64_MAX, false, INT64_MAX - 24, false },
	{ "dead", 1, 8, true, 0, true },
	{ "folded", 2, 16, false, 104, true },
	{ "within what is folded", 2, 20, false, 108, true },
	{ "folded twice", 3, 25, false, 107, true },
	{ "folded into what is dead", 4, 32, true, 0, true },
	{ "in a section without atoms", -1, 3, false, 3, false },
};

static void check(size_t i, const char *what, struct destination to, bool nowhere)
{
	cr_expect(to.section == (nowhere ? NULL : &output), "%s: %s", cases[i].name, what);
	cr_expect(to.offset == (nowhere ? 0 : cases[i].to), "%s: %s is at %" PRId64, cases[i].name,
		  what, to.offset);
}

Test(destination, is_one_for_all_who_ask)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct atom *atom = cases[i].atom < 0 ? NULL : &atoms[cases[i].atom];
		struct reference reference = {
			.target = &section,
			.addend = cases[i].offset,
			.atom = atom,
		};
		struct symbol symbol = {
			.section = &section,
			.value = (uint64_t)cases[i].offset,
			.atom = atom,
		};

		if (atom)
			check(i, "byte", atom_destination(atom, cases[i].offset), cases[i].nowhere);
		check(i, "place", place_destination(&reference), cases[i].nowhere);
		check(i, "symbol", symbol_destination(&symbol), cases[i].nowhere);
		if (cases[i].offset >= 0 && cases[i].offset <= UINT32_MAX)
			check(i, "record",
			      record_destination(&section, atom, (uint32_t)cases[i].offset),
			      cases[i].no_record);
	}
}

Test(destination, is_none_in_a_section_that_does_not_go_out)
{
	struct section empty = { .output = NULL };

	cr_expect_null(record_destination(&empty, NULL, 0).section);
}

Test(destination, follows_what_folded)
{
	uint64_t distance = 1;

	cr_expect(atom_follow(&atoms[3], &distance) == &atoms[0]);
	cr_expect(distance == 7);
	cr_expect(atom_follow(&atoms[0], &distance) == &atoms[0]);
	cr_expect(distance == 7);
}
