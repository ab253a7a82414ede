/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Comparing the types of two declarations, with all that the inputs tell of how programs use the
 * types.
 */
#ifndef BPFLD_COMPARE_TYPES_H
#define BPFLD_COMPARE_TYPES_H

#include "model.h"

/**
 * Like btf_compatible(), for two nodes of linker->graph.
 *
 * @param by_address  the types are those of a variable whose address alone is used
 */
enum btf_verdict compare_nodes(struct linker *linker, uint32_t a, uint32_t b, bool by_address,
			       struct btf_difference *difference);

/**
 * Whether two types that are compatible have structs of one name that differ, by value or behind
 * one pointer: the files mean different types by that name. Types of the kernel do not count.
 *
 * @param difference  receives the difference
 */
bool bodies_differ(struct linker *linker, uint32_t a, uint32_t b,
		   struct btf_difference *difference);

#endif
