/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --bind and --bind-file: which function of which input an extern function is.
 */
#ifndef BPFLD_BIND_OPTIONS_H
#define BPFLD_BIND_OPTIONS_H

#include "option_table.h"

option_action add_binding, read_bindings;

/** The option that says the same in the folder of --reproduce, in @arena. */
const char *binding_option(const struct bpfld_binding *binding, struct arena *arena);

#endif
