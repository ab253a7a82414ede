/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow.h"

struct hits hits SEC(".maps");
int limit = 2;

__noinline int count(int key)
{
	int *value = bpf_map_lookup_elem(&hits, &key);

	return value ? ++*value : 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
