/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The walk over two types side by side (relations.c), and where in them it is.
 */
#ifndef BPFLD_BTF_RELATION_WALK_H
#define BPFLD_BTF_RELATION_WALK_H

#include "base/table.h"
#include "btf.h"

// How a pair was reached from its parent.
enum step {
	STEP_TOP,
	STEP_RETURN,
	STEP_PARAM,
	STEP_MEMBER,
	STEP_ELEMENT,
	STEP_TARGET, // of a pointer
};

// Two pairs with one key are the same question.
struct key {
	uint32_t a, b;
	uint32_t step;   // enum step
	uint32_t behind; // 1 behind a pointer: names are compared, bodies are not
	uint32_t known; // 1 when both are reached through one typedef, which names a type without a
			// tag
};

struct pair {
	struct key key;            // nodes without qualifiers and typedefs
	uint32_t a_shown, b_shown; // the same with qualifiers and typedefs
	uint32_t parent;           // index of the pair that led here
	uint32_t index;            // STEP_PARAM, STEP_MEMBER: which one
};

struct walk {
	const struct btf_graph *graph;
	struct arena *arena;
	ARRAY(struct pair) pairs;
	struct table seen; // hash of key -> index in pairs; used beyond LISTED_MAX pairs
	uint32_t current;  // index of the pair being worked on
	struct btf_usage *usage;
	struct btf_difference *difference;
	struct btf_difference postponed; // of two bodies, in favour of what explains it
	struct pair postponed_pair;      // these
};

/** Say in @difference where @pair is: in what part of the whole type, and by which way. */
void walk_describe_place(const struct walk *walk, const struct pair *pair,
			 struct btf_difference *difference);

/** How C joins @shown with a member of @pair, which it leads to; NULL: in no simple way. */
const char *walk_join(const struct walk *walk, const struct pair *shown, const struct pair *pair);

#endif
