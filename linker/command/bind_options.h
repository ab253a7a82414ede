/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --bind, --bind-default and --bind-file: which function of which input an extern function is.
 */
#ifndef BPFLD_BIND_OPTIONS_H
#define BPFLD_BIND_OPTIONS_H

#include "option_table.h"

option_action add_binding, add_default_binding, read_bindings;

/** Add the defaults of names that nothing is bound to; the first of a name counts. */
void finish_bindings(struct parser *parser);

/** The option that says the same in the folder of --reproduce, in @arena. */
const char *binding_option(const struct bpfld_binding *binding, struct arena *arena);

#endif
