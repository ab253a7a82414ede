/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading the content of an object's sections: which of them are needed, and in which memory they
 * stay.
 */
#ifndef BPFLD_LOAD_SECTIONS_H
#define BPFLD_LOAD_SECTIONS_H

#include "read_headers.h"

/**
 * Read the content of those sections of @object that the link needs. Their ranges must have been
 * checked to lie in the object.
 *
 * @return false when an error was reported
 */
bool load_sections(struct linker *linker, struct object *object, const struct headers *headers);

#endif
