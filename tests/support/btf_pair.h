/* SPDX-License-Identifier: BSD-2-Clause */
/* Two units of one type each in a settled graph, from the texts of btf_text.h. */
#ifndef BPFLD_TESTS_BTF_PAIR_H
#define BPFLD_TESTS_BTF_PAIR_H

#include "btf_text.h"

struct btf_pair {
	struct arena arena;
	struct strings strings;
	struct diag diag;
	struct btf_graph *graph;
	uint32_t a, b; // nodes
};

/**
 * Read @a, @b and @other; a text that is not taken aborts. @b and @other may be NULL.
 *
 * @param other  is only in the graph: it defines a tag once more, so that settling cannot resolve
 * that
 */
void btf_pair_init(struct btf_pair *pair, const char *a, const char *b, const char *other);

/** As btf_pair_init() with units that @a and @b append to; they return the id of the type. */
void btf_pair_init_raw(struct btf_pair *pair, uint32_t a(struct btf_raw *),
		       uint32_t b(struct btf_raw *));

void btf_pair_deinit(struct btf_pair *pair);

#endif
