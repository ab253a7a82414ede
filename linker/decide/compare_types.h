/* SPDX-License-Identifier: BSD-2-Clause */
/* Comparing the types of two declarations by all that the inputs tell of them. */
#ifndef BPFLD_COMPARE_TYPES_H
#define BPFLD_COMPARE_TYPES_H

#include "model.h"

/**
 * As btf_compatible(), of two nodes of linker->graph.
 *
 * @param by_address  the two are of something that only has an address in the output
 */
enum btf_verdict compare_nodes(struct linker *linker, uint32_t a, uint32_t b, bool by_address,
			       struct btf_difference *difference);

#endif
