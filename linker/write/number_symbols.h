/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The output's symbol table: its symbols and their numbers.
 */
#ifndef BPFLD_NUMBER_SYMBOLS_H
#define BPFLD_NUMBER_SYMBOLS_H

#include "model.h"

/**
 * Index in the output's .symtab of the symbol that @symbol means; 0 when it is not in the output.
 */
uint32_t symbol_output(const struct symbol *symbol);

#endif
