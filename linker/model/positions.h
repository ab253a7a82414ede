/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the source of a place in code, for messages.
 */
#ifndef BPFLD_POSITIONS_H
#define BPFLD_POSITIONS_H

#include "base/position.h"
#include "model.h"

/**
 * What the lines of .BTF.ext say of @where, a place of section_place(): of an instruction the line
 * that it is from, of a function (where->whole) the first line. Needs atoms, which say where
 * functions begin. The work for all messages of a link is bounded.
 *
 * @param ret     receives strings of the link
 * @param linker  a struct linker, as diag->locate gives it
 * @return whether a line is known
 */
bool positions_find(const struct place *where, struct position *ret, void *linker);

#endif
