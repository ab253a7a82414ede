/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The code that reach.c follows. What others ask of it is in reach.h.
 */
#ifndef BPFLD_REACH_CODE_H
#define BPFLD_REACH_CODE_H

#include "insn.h"
#include "reach.h"

// No function.
#define REACH_NONE UINT32_MAX

/** The index of the function that @atom is in; REACH_NONE when it is in none. */
uint32_t reach_index(const struct reach *reach, const struct atom *atom);

/** Instruction @index of @atom. */
struct insn reach_read(const struct atom *atom, uint32_t index);

/** The function that the call with @reference leads to; REACH_NONE when it is the kernel's. */
uint32_t reach_called(const struct reach *reach, struct insn insn,
		      const struct reference *reference);

#endif
