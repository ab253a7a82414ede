/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Symbols that no loader resolves.
 */
#ifndef BPFLD_CHECK_UNDEFINED_H
#define BPFLD_CHECK_UNDEFINED_H

#include "model.h"

/**
 * Whether @global is undefined in the output and no loader defines it. Needs mark_live() and
 * check_types().
 */
bool global_is_missing(const struct linker *linker, const struct global *global);

/** Say, after the first message, how to say that symbols may be undefined, if nothing was said. */
void note_undefined(struct linker *linker);

/** Whether the options let a link tell of such symbols; *@ret receives how. */
bool undefined_is_told(const struct linker *linker, enum diag_severity *ret);

#endif
