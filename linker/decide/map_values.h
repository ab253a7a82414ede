/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attributes of maps in words, as programs write them.
 */
#ifndef BPFLD_MAP_VALUES_H
#define BPFLD_MAP_VALUES_H

#include "model.h"

/**
 * The value of @attribute, which is the name of one that is a number: "BPF_MAP_TYPE_HASH",
 * "BPF_F_RDONLY_PROG | BPF_F_MMAPABLE", "128". Made in the link's arena.
 */
const char *map_value(struct linker *linker, const char *attribute, uint64_t value);

#endif
