/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a CO-RE relocation is about, as steps from a type to a field: in the output's BTF, and in a
 * kernel's.
 *
 * A step is a named member, or the index of an array. Anonymous structs and unions between them are
 * no steps, because a kernel may have others. The first step is the root itself: its index is 0,
 * unless the field is in an array that begins there.
 *
 * Source: Documentation/bpf/llvm_reloc.rst; bpf_core_parse_spec() in libbpf.
 */
#ifndef BPFLD_CORE_SPEC_H
#define BPFLD_CORE_SPEC_H

#include <linux/bpf.h>

#include "plain_btf.h"

#define CORE_STEPS_MAX 64 // libbpf's limit, anonymous members included

struct core_step {
	uint32_t type;    // struct or union that has the member, or type of the array's elements
	uint32_t index;   // of the member or element; of an enumerator
	const char *name; // of the member or enumerator; NULL: an element
};

struct core_spec {
	const struct plain_btf *btf;
	enum bpf_core_relo_kind kind;
	uint32_t root; // type id
	struct core_step steps[CORE_STEPS_MAX];
	uint32_t step_count; // 0: of the type as a whole
	uint32_t depth;      // steps, and anonymous members on the way
	uint32_t bit_offset; // of the field, from the root
	// Of what was found in a kernel: all members on the way, anonymous ones included.
	struct core_way {
		uint32_t type, index;
	} way[CORE_STEPS_MAX];
	uint32_t way_count;
};

// Whether a kind of relocation is about a field, a type or an enumerator.
enum core_subject {
	CORE_FIELD,
	CORE_TYPE,
	CORE_ENUMERATOR,
	CORE_UNKNOWN,
};

enum core_subject core_subject(enum bpf_core_relo_kind kind);

/** What a kind asks for: "byte offset"; "" when it is unknown. */
const char *core_kind_name(enum bpf_core_relo_kind kind);

/**
 * Read the relocation of @kind of type @root with the access string @access.
 *
 * @return NULL; or why libbpf would not load it
 */
const char *core_spec_read(struct core_spec *spec, const struct plain_btf *btf,
			   enum bpf_core_relo_kind kind, uint32_t root, const char *access);

/** Whether the array, member @before of the step before, has any number of elements. */
bool core_is_flexible(const struct plain_btf *btf, const struct core_step *before,
		      const struct btf_array *array);

#endif
