/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Elements: the members of structs and unions, the enumerators of enums. Part of comparing types
 * (relations.c); finds where two bodies differ, and whether one describes the other in part.
 */
#ifndef BPFLD_BTF_ELEMENTS_H
#define BPFLD_BTF_ELEMENTS_H

#include "btf.h"

/** The kind of @type, with FWD and ENUM64 as the kind that they declare: STRUCT, UNION or ENUM. */
uint32_t type_family(const struct btf_type *type);

/** Whether @type, a struct, union or enum, is only declared. */
bool type_is_forward(const struct btf_type *type);

/** Element @index of @type, a struct, union or enum that has so many. */
struct btf_element type_element(const struct btf_type *type, uint32_t index);

/**
 * Find the first element that differs between two bodies of one family, or that only one of them
 * has. Types of members are not compared.
 *
 * @param found  receives the index, the elements, and the aspect when both have the element
 * @return false when there is none
 */
bool find_different_element(const struct btf_type *a, const struct btf_type *b,
			    struct btf_difference *found);

/**
 * Compare two bodies of one name behind pointers: does one describe the other in part?
 *
 * @param a, b   structs, unions or enums of one family, both defined
 * @param usage  how the program uses them; `seen` grows by the elements looked at
 * @return BTF_ASPECT_NONE when one does; else the first difference, with the elements in
 *         @difference
 */
enum btf_aspect compare_in_part(const struct btf_graph *graph, uint32_t a, uint32_t b,
				struct btf_usage *usage, struct arena *scratch,
				struct btf_difference *difference);

#endif
