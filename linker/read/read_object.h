/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The door for ELF: untrusted bytes go in, sections and symbols come out that later passes may
 * trust.
 */
#ifndef BPFLD_READ_OBJECT_H
#define BPFLD_READ_OBJECT_H

#include "model.h"

// The largest alignment of a section: above any page size. Padding costs memory.
#define SECTION_ALIGN_MAX (1u << 20)

/**
 * Read the sections and symbols of @object. Needs its name and where its bytes are: source, start,
 * size.
 *
 * @param fleeting  .BTF and .BTF.ext will be used before the next object is read, and not later
 *
 * @return false when an error was reported; the object's tables are then valid, but not complete
 */
bool object_read(struct linker *linker, struct object *object, bool fleeting);

/** Report where @object does not match the first one: byte order, ELF flags. */
void object_check_alike(struct linker *linker, const struct object *object);

#endif
