/* SPDX-License-Identifier: BSD-2-Clause */
/* What reading BTF needs, for tests: an arena, strings, messages and a graph. */
#ifndef BPFLD_TESTS_BTF_WORLD_H
#define BPFLD_TESTS_BTF_WORLD_H

#include "btf_raw.h"

struct btf_world {
	struct arena arena;
	struct strings strings;
	struct diag diag;
	struct btf_graph *graph;
};

void btf_world_init(struct btf_world *world);
void btf_world_deinit(struct btf_world *world);

/** NULL when the section is rejected; the message is then the last of world->diag. */
struct btf_unit *btf_world_read(struct btf_world *world, struct str section, bool big_endian);

/** As btf_world_read(), of what @raw holds, which must be accepted. */
struct btf_unit *btf_world_read_raw(struct btf_world *world, struct btf_raw *raw);

/** The text of the last message; "" when there is none. */
const char *btf_world_message(const struct btf_world *world);

/** Whether there was one message, an error that has @why in it. */
bool btf_world_refused(const struct btf_world *world, const char *why);

#endif
