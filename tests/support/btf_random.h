/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * .BTF of the units of a made-up project: variants of one set of random types. Units share most of
 * them, disagree about some, and only declare others.
 */
#ifndef BPFLD_TESTS_BTF_RANDOM_H
#define BPFLD_TESTS_BTF_RANDOM_H

#include "btf_raw.h"
#include "random.h"

struct btf_random {
	uint64_t seed;
	struct str choices; // bytes that are used before the seed, see random.h
	uint32_t unit_count;
	uint32_t type_count; // of the set, before declarations; each unit has about as many
	bool forwards;       // some units only declare what others define
	bool in_c;           // as in C: a name has one meaning in a unit, and parts are defined
	uint32_t tag_count;  // if not as in C: so many names, each with any meanings in a unit
	bool cyclic;         // types may contain themselves, nameless ones lead back to themselves
};

/** Make the sections, in the machine's byte order; @sections has room for all. */
void btf_random_units(const struct btf_random *request, struct arena *arena, struct str *sections);

#endif
