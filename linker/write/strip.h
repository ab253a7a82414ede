/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stripping: which local symbols are left out of the output.
 */
#ifndef BPFLD_STRIP_H
#define BPFLD_STRIP_H

#include "model.h"

// What options say of local symbols.
struct strip {
	const struct linker *linker;
	ARRAY(bool) retained; // by name: whatever else is stripped
};

/** Look at the options of @linker, and make numbers of the names that are retained. */
struct strip strip_prepare(struct linker *linker);

/** Whether the local @symbol is left out. Needs symbol->wanted. */
bool symbol_is_stripped(const struct strip *strip, const struct symbol *symbol);

#endif
