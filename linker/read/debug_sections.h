/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an object has of debug information, as its headers say.
 */
#ifndef BPFLD_DEBUG_SECTIONS_H
#define BPFLD_DEBUG_SECTIONS_H

#include "read_headers.h"

/**
 * Note the debug sections of @object, whose sections and symbols were read, in object->debug: none
 * of them is read. Reports nothing: an object whose debug information cannot be kept is linked
 * without.
 */
void debug_sections_note(struct linker *linker, struct object *object,
			 const struct headers *headers);

#endif
