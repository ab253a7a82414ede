/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Variables of struct_ops: tables of functions that programs give the kernel. The kernel must know
 * such a struct, and have each member that the variable sets.
 *
 * Source: bpf_map__init_kern_struct_ops() in libbpf.
 */
#ifndef BPFLD_STRUCT_OPS_H
#define BPFLD_STRUCT_OPS_H

#include "preflight.h"

struct struct_ops {
	const struct atom *atom;
	const char *name;     // of the variable
	uint32_t type;        // of its struct, in the output
	bool is_optional;     // user space says whether it is registered
	uint32_t problem;     // index of the problem of the struct plus 1; 0: none yet
	uint32_t *of_members; // likewise, by member
};

struct struct_ops_list {
	ARRAY_FIELDS(struct struct_ops); // in the order of the output
};

/** Those of the output. */
struct struct_ops_list struct_ops_find(struct preflight *preflight);

/** Look for them in kernel @kernel, and add problems for what it lacks. */
void struct_ops_check(struct preflight *preflight, struct struct_ops_list *list, size_t kernel);

#endif
