/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that identical code folding may fold, from icf_read.c, which finds them, to
 * fold_identical.c, which compares them.
 */
#ifndef BPFLD_ICF_H
#define BPFLD_ICF_H

#include "model.h"

struct function {
	struct atom *atom;
	const struct declaration *declaration; // NULL: no BTF
	ARRAY(uint32_t) words; // its signature: all that counts, except the functions it refers to
	ARRAY(struct function *) callees; // the functions it refers to, in order of the references
	struct function *leader;          // the first function of its class; see fold_identical.c
	struct function *next_leader;
	uint32_t item; // of the refinement, if it shares
	bool shares;   // others have equal words
};

struct functions {
	ARRAY_FIELDS(struct function); // in input order
};

/**
 * Find the functions that --icf may fold, in the link's arena. Sets all but their leaders, and
 * atom->candidate.
 */
void read_functions(struct linker *linker, struct functions *functions);

#endif
