/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BPFLD_SOURCE_NAMES_H
#define BPFLD_SOURCE_NAMES_H

#include "model.h"

/**
 * The map of options->prefix_maps that counts for @name, of a source file or a folder: the last
 * whose beginning is that of the name; NULL: none.
 */
const struct bpfld_prefix_map *source_name_map(const struct linker *linker, struct str name);

/** @name after @map, which is not NULL; NUL-terminated, in @arena. */
const char *source_name_mapped(const struct bpfld_prefix_map *map, struct str name,
			       struct arena *arena);

#endif
