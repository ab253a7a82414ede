/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes out for its own sake. */
#ifndef BPFLD_ROOTS_H
#define BPFLD_ROOTS_H

#include "model.h"

/** Why @atom is a root of what is live; ROOT_NONE when it is none. Needs atom->overridden. */
enum root atom_root(const struct linker *linker, const struct atom *atom);

/** The reason in words: "is an entry program". */
const char *root_text(enum root root);

#endif
