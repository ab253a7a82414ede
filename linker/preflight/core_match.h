/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a type of a kernel has what a CO-RE relocation asks for, by libbpf's rules.
 *
 * Fields are found by name, also in anonymous structs and unions, at any offset; what they are
 * must be compatible: a struct or union with any other, pointers and floats likewise, integers
 * whatever their size, enums by essential name, arrays by their elements. Types as a whole are
 * compatible when their kinds are, through pointers, arrays and prototypes; they *match* when also
 * their members do, by name. (TYPE_MATCHES.)
 *
 * Source: bpf_core_spec_match(), __bpf_core_types_are_compat() and __bpf_core_types_match() in
 * libbpf 1.5 describe the rules; the limits on depth are theirs, too.
 */
#ifndef BPFLD_CORE_MATCH_H
#define BPFLD_CORE_MATCH_H

#include "core_spec.h"

enum core_answer {
	CORE_NO,
	CORE_YES,
	CORE_FAULT, // types so deep that libbpf gives up, and refuses to load; or too much work
};

// Members and types that all comparisons with a kernel look at, at the most. Honest programs stay
// far below.
#define CORE_WORK_MAX (1u << 26)

/** Whether type @id of @btf is one that @local may mean, going by its kind alone. */
bool core_kinds_fit(const struct plain_btf *a, uint32_t a_id, const struct plain_btf *b,
		    uint32_t b_id);

/**
 * Find in type @id of @btf, a candidate, what @local describes; on CORE_YES fills in @found. Until
 * then found->step_count says how many steps there are in the kernel, the first included.
 *
 * @param work  what was looked at so far, up to CORE_WORK_MAX
 */
enum core_answer core_match(const struct core_spec *local, const struct plain_btf *btf, uint32_t id,
			    struct core_spec *found, uint32_t *work);

/** Whether two types are compatible as a whole. */
enum core_answer core_types_compatible(const struct plain_btf *a, uint32_t a_id,
				       const struct plain_btf *b, uint32_t b_id);

#endif
