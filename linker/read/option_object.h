/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects of the link that are no inputs: the linker makes them of what the user says.
 */
#ifndef BPFLD_OPTION_OBJECT_H
#define BPFLD_OPTION_OBJECT_H

#include "model.h"

/**
 * Add an object behind all others, with a section of data and room for symbols. Needs the objects,
 * in their order.
 *
 * @param name     what messages and reports call it; borrowed
 * @param section  the name of the section, which has number 1; borrowed
 * @param content  what is in it, in the byte order of the link; borrowed
 * @param count    of symbols, besides the null symbol
 */
struct object *add_option_object(struct linker *linker, const char *name, const char *section,
				 struct str content, uint32_t count);

#endif
