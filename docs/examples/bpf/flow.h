/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two files of the program share: each is defined in one of them. */
#ifndef FLOW_H
#define FLOW_H

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct hits {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, int);
	__type(value, int);
};

extern int limit;
extern int count(int key);

#endif
