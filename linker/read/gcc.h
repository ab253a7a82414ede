/* SPDX-License-Identifier: BSD-2-Clause */
/* What GNU tools write otherwise than LLVM, made alike before others read it. */
#ifndef BPFLD_GCC_H
#define BPFLD_GCC_H

#include "scope.h"

/** Whether gcc_translate() looks into @section although it does not go out. */
bool gcc_asks_for(const struct section *section);

/** Rewrite an object of older GNU tools as LLVM would have written it; others stay as they are. */
void gcc_translate(struct linker *linker, const struct object *object);

/** Give the declarations of @scope's object the linkage that its symbols have. */
void gcc_repair_linkage(const struct scope *scope);

/** The offset of the static variable of @entry of @datasec, which may not know it. */
uint64_t gcc_static_offset(const struct scope *scope, const struct datasec *datasec,
			   const struct datasec_entry *entry);

/** Whether an extern variable in the DATASEC of that name may just have no section. */
bool gcc_lists_by_default(const char *datasec);

#endif
