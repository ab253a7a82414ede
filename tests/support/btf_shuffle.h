/* SPDX-License-Identifier: BSD-2-Clause */
/* The same BTF with other type ids. */
#ifndef BPFLD_TESTS_BTF_SHUFFLE_H
#define BPFLD_TESTS_BTF_SHUFFLE_H

#include "btf.h"
#include "random.h"

/** How many types a valid @section of the machine's byte order has. */
uint32_t btf_section_types(struct str section);

/**
 * A copy of @section, valid and of the machine's byte order, with its types in a random order.
 *
 * @param new_id  by type id, 0 to the last: receives the id it has in the copy
 */
struct str btf_shuffle(struct str section, struct random *random, struct arena *arena,
		       uint32_t *new_id);

#endif
