/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BPFLD_WRITE_ELF_H
#define BPFLD_WRITE_ELF_H

#include "base/text.h"
#include "model.h"

/**
 * Write the output into the empty @text once more, for debuggers: with debug information whose
 * fields are final, and with addresses that tell sections apart. Needs write_elf().
 */
void write_debug_file(struct linker *linker, struct text *text);

#endif
