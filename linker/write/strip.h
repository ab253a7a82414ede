/* SPDX-License-Identifier: BSD-2-Clause */
/* Which local symbols are left out of the output. */
#ifndef BPFLD_STRIP_H
#define BPFLD_STRIP_H

#include "model.h"

/** Make the names known that are retained whatever else is stripped. */
void strip_prepare(struct linker *linker);

/** Whether @symbol, which would go out as a local one, does not; needs symbol->wanted. */
bool symbol_is_stripped(const struct linker *linker, const struct symbol *symbol);

#endif
