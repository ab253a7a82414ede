/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BPFLD_NUMBER_SYMBOLS_H
#define BPFLD_NUMBER_SYMBOLS_H

#include "model.h"

/** Index in the output's .symtab of what @symbol names; 0 when it is not in the output. */
uint32_t symbol_output(const struct symbol *symbol);

#endif
