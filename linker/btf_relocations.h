/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BPFLD_BTF_RELOCATIONS_H
#define BPFLD_BTF_RELOCATIONS_H

#include "model.h"

// .rel.BTF or .rel.BTF.ext of an object.
struct btf_relocations {
	const struct object *object;
	const struct section *table; // NULL when there is none
};

/** The relocations of the section of @role. */
struct btf_relocations btf_relocations_find(const struct object *object, enum role role);

/** The symbol that the field at byte @offset of the section is about, or NULL. */
const struct symbol *btf_relocations_symbol(const struct btf_relocations *relocations,
					    uint64_t offset);

/**
 * Cut the blocks of @object's .BTF.ext into runs of records about one section each, and set
 * object->ext_sections as their relocations say; NULL where they say nothing.
 */
void split_ext_blocks(struct linker *linker, struct object *object);

#endif
