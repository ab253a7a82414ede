/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides by definition which types are equal: slow, and without code of what it judges, except the
 * table of kinds.
 *
 * A space holds the types of any number of .BTF sections side by side, each of them a *vertex* with
 * a *label*: all that its record says, without the ids in it. Two relations matter:
 *
 * - Vertices are equal when their labels are, and so is what they refer to, reference by reference:
 *   the coarsest partition that is stable in this sense, found by refining the partition by labels
 *   until nothing changes (Moore's algorithm for the minimisation of automata).
 * - One fits into another when they are equal, except that forward declarations in the first may be
 *   definitions in the other: the largest such relation.
 */
#ifndef BPFLD_TESTS_TYPE_SPACE_H
#define BPFLD_TESTS_TYPE_SPACE_H

#include "base/table.h"
#include "btf.h"

// Keys of bytes, numbered in the order of their first use.
struct interner {
	struct arena *arena;
	struct table table;
	ARRAY(struct str) keys;
};

// A type; vertex 0 is void.
struct vertex {
	uint32_t kind;
	uint32_t label;      // equal ones, equal numbers
	uint32_t tag;        // what can be declared and defined: equal for both; 0 for the rest
	bool is_forward;     // only declares its tag
	bool is_declaration; // no type: a FUNC, VAR, DATASEC or DECL_TAG
	uint32_t first;      // index into references
	uint32_t reference_count;
};

// Whether `low` fits into `high`.
#define FIT_HOLDS 0
struct fit {
	uint32_t low, high;
	uint32_t query; // the newest query that assumes it; FIT_HOLDS when it was found to hold
};

struct type_space {
	struct arena arena;
	struct interner names, labels;
	ARRAY(struct vertex) vertices;
	ARRAY(uint32_t) references; // vertices
	ARRAY(struct fit) fits;
	struct table fit_table; // -> index into fits
	ARRAY(uint32_t) queue;  // of fits
	uint32_t query;
};

void type_space_init(struct type_space *space);
void type_space_deinit(struct type_space *space);

/**
 * Add a valid .BTF section of the machine's byte order.
 *
 * @return its base: type id N, if not 0, is vertex base + N
 */
uint32_t type_space_add(struct type_space *space, struct str section);

static inline uint32_t type_space_vertex(uint32_t base, uint32_t type_id)
{
	return type_id ? base + type_id : 0;
}

/** The partition into equal vertices: by vertex a number below *@class_count. */
uint32_t *type_space_classes(struct type_space *space, uint32_t *class_count);

/** Whether @low fits into @high. */
bool type_space_fits(struct type_space *space, uint32_t low, uint32_t high);

#endif
