/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where messages are in source code, by all that knows: .BTF.ext, and the caller's debug
 * information.
 */
#ifndef BPFLD_LOCATE_H
#define BPFLD_LOCATE_H

#include "model.h"

/**
 * A function for diag->locate. What positions_find() (positions.h) knows of an instruction counts
 * first; of everything else what options->locate knows.
 *
 * @param linker  a struct linker
 */
bool locate(const struct place *where, struct position *ret, void *linker);

#endif
