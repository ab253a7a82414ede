/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the name of a section says of the programs in it, as libbpf reads it: "xdp.frags/devmap",
 * "?fentry.s/do_unlinkat". Names that libbpf does not know say nothing here.
 */
#ifndef BPFLD_PROGRAM_KINDS_H
#define BPFLD_PROGRAM_KINDS_H

#include "model.h"

struct program_kind {
	const char *word;    // with which names of sections begin
	const char *type;    // programs of one type have the same context and result
	const char *context; // the struct to which their argument points, where any number may be
			     // their result; else NULL
};

/** The kind of programs of @section; NULL when it is not known. */
const struct program_kind *section_kind(const struct section *section);

/** Whether programs of both sections, of known kinds, are of one type. */
bool section_types_equal(const struct section *a, const struct section *b);

/** What follows the first word, as ".frags" or ".s"; "" for nothing. */
struct str section_program_flag(const struct section *section);

#endif
