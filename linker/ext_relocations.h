/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BPFLD_EXT_RELOCATIONS_H
#define BPFLD_EXT_RELOCATIONS_H

#include "model.h"

/**
 * Cut the blocks of @object's .BTF.ext into runs of records about one section each, and set
 * object->ext_sections as their relocations say; NULL where there is none.
 */
void split_ext_blocks(struct linker *linker, struct object *object);

#endif
