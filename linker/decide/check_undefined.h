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

#endif
