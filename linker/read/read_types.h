/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The door for BTF: from untrusted .BTF and .BTF.ext of an object to a unit of the graph, records
 * and declarations.
 */
#ifndef BPFLD_READ_TYPES_H
#define BPFLD_READ_TYPES_H

#include "model.h"

/**
 * Read .BTF and .BTF.ext of @object, which is part of the link. Sets object->btf and ext, and calls
 * object_note_declarations().
 *
 * @return false when an error was reported
 */
bool object_read_types(struct linker *linker, struct object *object);

/** Set declarations, datasecs and tags of @object. Its unit must be the last one that was read. */
void object_note_declarations(struct linker *linker, struct object *object);

#endif
