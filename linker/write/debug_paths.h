/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BPFLD_DEBUG_PATHS_H
#define BPFLD_DEBUG_PATHS_H

#include "debug_object.h"

/**
 * Let names of folders and files in @part, of .debug_line, be as options->prefix_maps want them.
 *
 * @return false when it cannot be done, which was told
 */
bool debug_map_paths(struct debug_object *debug, struct debug_part *part);

#endif
