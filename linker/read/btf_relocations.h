/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Relocations of .BTF and .BTF.ext: the exact link from a variable or record of BTF to its symbol,
 * where names are not enough.
 */
#ifndef BPFLD_BTF_RELOCATIONS_H
#define BPFLD_BTF_RELOCATIONS_H

#include "model.h"

/** Set the symbols of the entries of @object's DATASECs, as .rel.BTF has them. */
void object_follow_variables(struct object *object);

/**
 * Cut the blocks of @object's .BTF.ext into runs of records about one section each. Sets
 * object->ext_sections to these sections, from .rel.BTF.ext; NULL where there are no relocations.
 */
void split_ext_blocks(struct linker *linker, struct object *object);

#endif
