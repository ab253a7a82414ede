/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BPFLD_DEBUG_UNIT_NAMES_H
#define BPFLD_DEBUG_UNIT_NAMES_H

#include "debug_object.h"

/**
 * Let names of folders and files in units be as options->prefix_maps want them where they are not
 * in a section of strings. Their strings become debug->names.
 *
 * @return false when it cannot be done, which was told
 */
bool debug_map_unit_names(struct debug_object *debug);

#endif
