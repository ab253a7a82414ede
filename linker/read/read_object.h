/* SPDX-License-Identifier: BSD-2-Clause */
/* The door for ELF. */
#ifndef BPFLD_READ_OBJECT_H
#define BPFLD_READ_OBJECT_H

#include "model.h"

// More than any page size; padding costs memory.
#define SECTION_ALIGN_MAX (1u << 20)

/**
 * Read the sections and symbols of @object, of which name, data and size are set.
 *
 * @param fleeting  .BTF and .BTF.ext are read before the next object, and not again
 *
 * @return false when an error was reported; the object's tables are then valid, but not complete
 */
bool object_read(struct linker *linker, struct object *object, bool fleeting);

/** Report where @object does not go with the first one: byte order, ELF flags. */
void object_check_alike(struct linker *linker, const struct object *object);

#endif
