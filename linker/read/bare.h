/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BPFLD_BARE_H
#define BPFLD_BARE_H

#include "model.h"

/** Give objects without BTF, beside others that have it, one that describes their functions. */
void describe_bare_objects(struct linker *linker);

#endif
