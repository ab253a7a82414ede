/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug sections of COMDAT groups: units of types (-fdebug-types-section) and macros (-g3) of GCC.
 * Of the sections that are in groups of one signature one goes out, that of the first object; what
 * leads to another one leads there.
 *
 * A signature is a hash of what is in the section, as the compiler sees it. Bytes may differ in
 * offsets to other sections; but a section of another size is kept.
 *
 * Source: gABI, "Section Groups"; DWARF 5, E.2.
 */
#ifndef BPFLD_DEBUG_GROUPS_H
#define BPFLD_DEBUG_GROUPS_H

#include "debug_object.h"

/** Set `kept` of parts that the output has of another object, and give back their bytes. */
void debug_groups_fold(struct debug_object *debug);

/** Let later objects have parts of this one, which have places. */
void debug_groups_keep(struct debug_object *debug);

#endif
