/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Differences between objects of GNU tools and of LLVM. They are removed when an object is read, so
 * that the rest of the linker sees one dialect.
 */
#ifndef BPFLD_GCC_H
#define BPFLD_GCC_H

#include "scope.h"

/** Whether gcc_translate() needs the content of @section although the section does not go out. */
bool gcc_asks_for(const struct section *section);

/**
 * Rewrite an object of older GNU tools as LLVM would have written it. Other objects stay as they
 * are.
 */
void gcc_translate(struct linker *linker, const struct object *object);

/** Give the declarations of the object in @scope the linkage of its symbols. */
void gcc_repair_linkage(const struct scope *scope);

/**
 * The offset, in bytes, of the static variable of @entry of @datasec: from its symbol when the
 * DATASEC leaves it open.
 */
uint64_t gcc_static_offset(const struct scope *scope, const struct datasec *datasec,
			   const struct datasec_entry *entry);

/** Whether GCC lists extern variables that name no section in the DATASEC of that name. */
bool gcc_lists_by_default(const char *datasec);

#endif
