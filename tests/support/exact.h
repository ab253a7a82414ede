/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that deduplication promises, held against what the library makes of given sections:
 *
 * - Each type fits into the one that it became (type_space.h): its C expansion is the same, or has
 *   definitions in place of forward declarations. Equal types became one, whatever their unit.
 * - No two types that are left are equal; none fits into another, as far as structs, unions and
 *   typedefs go, which tell what a forward declaration means; and no forward declaration is left of
 *   what has one definition.
 * - In any order of the sections, and with type ids in any order, the same types are left, and each
 *   type became the same.
 * - What is left, deduplicated alone, stays as it is, to the byte.
 * - libbpf leaves no fewer types in any of these orders, unless it merges types that differ, or two
 *   that each define what the other only declares: no unit has a type that says both.
 */
#ifndef BPFLD_TESTS_EXACT_H
#define BPFLD_TESTS_EXACT_H

#include "btf.h"

struct exact {
	// Given:
	const struct str *sections; // valid .BTF of the machine's byte order
	uint32_t count;
	uint32_t orders;    // to try; the first is the one given
	uint64_t seed;      // of the others
	bool libbpf;        // compare with it
	bool first_is_link; // the first section has the types of the others, prototypes aside

	// Results:
	uint32_t types;        // in all sections, without declarations
	uint32_t left;         // after deduplication
	uint32_t libbpf_least; // left by libbpf, in the best order; UINT32_MAX when there is none
	uint32_t libbpf_most;
	uint32_t libbpf_refused;      // orders that libbpf reports an error for
	uint32_t libbpf_wrong;        // orders in which it leaves fewer, and merged what differs
	uint32_t libbpf_joined;       // likewise, and merged types that nothing shows to be equal
	uint32_t libbpf_joined_least; // left by libbpf then, in the best order
	char text[200];               // what is wrong; "" when nothing is
};

/** @return whether all of it holds. */
bool exact_check(struct exact *exact);

#endif
