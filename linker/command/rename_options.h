/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options that give symbols new names: --prefix and --rename.
 */
#ifndef BPFLD_RENAME_OPTIONS_H
#define BPFLD_RENAME_OPTIONS_H

#include "option_table.h"

option_action add_input_prefix, add_rename;

/** The option that means @prefix, with the file as in the archive of --reproduce. */
const char *input_prefix_option(const struct bpfld_input_prefix *prefix, struct arena *arena);

#endif
