/* SPDX-License-Identifier: BSD-2-Clause */
/* The door for BTF. */
#ifndef BPFLD_READ_TYPES_H
#define BPFLD_READ_TYPES_H

#include "model.h"

/**
 * Read .BTF and .BTF.ext of @object, which is part of the link: sets object->btf and ext, and what
 * object_note_declarations() does.
 *
 * @return false when an error was reported
 */
bool object_read_types(struct linker *linker, struct object *object);

/** Set declarations, datasecs and tags of @object, whose unit was read last. */
void object_note_declarations(struct linker *linker, struct object *object);

#endif
