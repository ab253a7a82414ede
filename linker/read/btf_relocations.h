/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BPFLD_BTF_RELOCATIONS_H
#define BPFLD_BTF_RELOCATIONS_H

#include "model.h"

/** Set the symbols of what @object's DATASECs list, as .rel.BTF has them. */
void object_follow_variables(struct object *object);

/**
 * Cut the blocks of @object's .BTF.ext into runs of records about one section each, and set
 * object->ext_sections as their relocations say; NULL where they say nothing.
 */
void split_ext_blocks(struct linker *linker, struct object *object);

#endif
