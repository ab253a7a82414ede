/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a kernel has in place of what a CO-RE relocation asks for, in words.
 */
#ifndef BPFLD_NEAR_MISS_H
#define BPFLD_NEAR_MISS_H

#include "core_values.h"

/**
 * A clause such as "'struct inode' has 'i_atime_sec', 'i_atime_nsec'", in @arena; NULL where
 * nothing is like it.
 */
const char *near_miss(const struct core_spec *local, const struct core_result *result,
		      struct arena *arena);

/** Type @id as a clause tells it: "struct list_head", "a pointer", "an integer of 4 bytes". */
const char *type_in_words(const struct plain_btf *btf, uint32_t id, struct arena *arena);

#endif
