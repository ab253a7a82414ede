/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that were compiled with another version of bpfld.h. Structs grow at their ends only, and
 * the program says how large it knows them (struct bpfld_sizes). So what it gives is copied, if
 * need be, into structs as this version knows them, and what it gets is cut or filled up.
 */
#ifndef BPFLD_ADOPT_H
#define BPFLD_ADOPT_H

#include "base/diag.h"
#include "bpfld.h"

struct adoption {
	const struct bpfld_options *theirs;
	struct bpfld_sizes sizes;     // theirs; ours of a struct that they do not know
	struct bpfld_options options; // theirs as ours: what they do not know is zero
};

/** Begin with what @options has itself; NULL: it is all zero. */
void adopt_options(struct adoption *adoption, const struct bpfld_options *options,
		   const struct bpfld_sizes *sizes);

/**
 * Make the arrays of adoption->options such as this version knows them, in @arena. An error is
 * reported where they ask for what it does not know.
 */
void adopt_arrays(struct adoption *adoption, struct arena *arena, struct diag *diag);

/** @count @diagnostics as the program knows them: in @arena, unless they are the same. */
const struct bpfld_diagnostic *adopted_diagnostics(const struct adoption *adoption,
						   const struct bpfld_diagnostic *diagnostics,
						   size_t count, struct arena *arena);

/** Fill all of @theirs, as the program knows it, with @result. */
void adopt_result(const struct adoption *adoption, const struct bpfld_result *result,
		  struct bpfld_result *theirs);

#endif
