/* SPDX-License-Identifier: BSD-2-Clause */
/* What bodies are made of: members of structs and unions, enumerators of enums. */
#ifndef BPFLD_BTF_ELEMENTS_H
#define BPFLD_BTF_ELEMENTS_H

#include "btf.h"

/** STRUCT, UNION, ENUM and so on; FWD and ENUM64 as what they declare. */
uint32_t type_family(const struct btf_type *type);

/** Whether @type, of the family of structs, unions or enums, is declared and not defined. */
bool type_is_forward(const struct btf_type *type);

/**
 * The first element in which two bodies of one family differ, types of members left aside, or that
 * only one of them has.
 *
 * @param found  receives its index, the elements, and the aspect when both have it
 * @return false when there is none
 */
bool find_different_element(const struct btf_type *a, const struct btf_type *b,
			    struct btf_difference *found);

/**
 * Compare two bodies of one name of which their users know the name only: does one of them describe
 * the other in part?
 *
 * @param a, b   structs, unions or enums of one family; none is a forward declaration
 * @param usage  receives what was looked at
 * @return BTF_ASPECT_NONE when it does; else what the first difference is about, with the elements
 *         in @difference
 */
enum btf_aspect compare_in_part(const struct btf_graph *graph, uint32_t a, uint32_t b,
				struct btf_usage *usage, struct arena *scratch,
				struct btf_difference *difference);

#endif
