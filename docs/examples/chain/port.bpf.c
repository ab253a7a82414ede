/* SPDX-License-Identifier: BSD-2-Clause */
/* Lets only UDP of IPv4 to port 9 pass. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} verdicts SEC(".maps");

static __always_inline int count(__u32 key, int verdict)
{
	__u64 *value = bpf_map_lookup_elem(&verdicts, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
	return verdict;
}

SEC("xdp")
int xdp_main(struct xdp_md *ctx)
{
	struct ethhdr *ethernet = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(ethernet + 1);
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > (void *)(long)ctx->data_end ||
	    ethernet->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != IPPROTO_UDP ||
	    udp->dest != bpf_htons(9))
		return count(1, XDP_DROP);
	return count(0, XDP_PASS);
}

char LICENSE[] SEC("license") = "GPL";
