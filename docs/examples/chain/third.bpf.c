/* SPDX-License-Identifier: BSD-2-Clause */
/* Drops each third packet. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} verdicts SEC(".maps");

__u64 seen;

SEC("xdp")
int xdp_main(struct xdp_md *ctx)
{
	__u32 dropped = (__sync_fetch_and_add(&seen, 1) + 1) % 3 == 0;
	__u64 *value = bpf_map_lookup_elem(&verdicts, &dropped);

	if (value)
		__sync_fetch_and_add(value, 1);
	return dropped ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
