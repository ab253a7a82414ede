/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BPFLD_DEBUG_PATHS_H
#define BPFLD_DEBUG_PATHS_H

#include "debug_object.h"

/**
 * Let names of folders and files be as options->prefix_maps want them where they are no strings of
 * sections of strings, and set debug->maps_names; parts have no places yet.
 *
 * @return false when it cannot be done, which was told
 */
bool debug_map_paths(struct debug_object *debug);

#endif
