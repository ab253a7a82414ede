/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Roots: the atoms that go out for their own sake, not because something refers to them.
 */
#ifndef BPFLD_ROOTS_H
#define BPFLD_ROOTS_H

#include "model.h"

/** Why @atom is a root; ROOT_NONE when it is not. Needs atom->overridden. */
enum root atom_root(const struct linker *linker, const struct atom *atom);

/** The reason in words, for messages: "is an entry program". */
const char *root_text(enum root root);

#endif
