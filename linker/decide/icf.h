/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that may fold, and what tells one from another: from icf_read.c to fold_identical.c. */
#ifndef BPFLD_ICF_H
#define BPFLD_ICF_H

#include "model.h"

struct function {
	struct atom *atom;
	const struct declaration *declaration; // NULL: no BTF
	ARRAY(uint32_t) words;            // all that it is, but for which functions it refers to
	ARRAY(struct function *) callees; // those, in order of the references
	struct function *leader;          // the first of its equals, as far as is known
	struct function *next_leader;
};

struct functions {
	ARRAY_FIELDS(struct function); // in input order
};

/** The functions that --icf may fold, with all but their classes. Sets atom->candidate. */
void read_functions(struct linker *linker, struct functions *functions);

#endif
