/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Duplicates: static variables that are in the output once for each of several inputs.
 */
#ifndef BPFLD_DUPLICATES_H
#define BPFLD_DUPLICATES_H

#include "model.h"

struct duplicate {
	const struct symbol *const *copies; // in input order
	size_t count;
};

struct duplicates {
	ARRAY_FIELDS(struct duplicate); // sorted by cost, largest first
	uint64_t size;                  // of all copies, bytes
	uint64_t kept;                  // of one copy of each, bytes
};

/** Find all duplicates in the output, in the link's arena. Needs lay_out(). */
struct duplicates find_duplicates(const struct linker *linker);

/** Bytes of all copies together. */
static inline uint64_t duplicate_size(const struct duplicate *duplicate)
{
	return duplicate->copies[0]->size * duplicate->count;
}

#endif
