/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --bind, --bind-default, --bind-return and --bind-file: which function of which input an extern
 * function is, or what it returns.
 */
#ifndef BPFLD_BIND_OPTIONS_H
#define BPFLD_BIND_OPTIONS_H

#include "option_table.h"

option_action add_binding, add_default_binding, add_slot, read_bindings;

/** Add the defaults of names that nothing is bound to; the first of a name counts. */
void finish_bindings(struct parser *parser);

/** The option that says the same in the folder of --reproduce, in @arena. */
const char *binding_option(const struct bpfld_binding *binding, struct arena *arena);
const char *slot_option(const struct bpfld_slot *slot, struct arena *arena);

#endif
