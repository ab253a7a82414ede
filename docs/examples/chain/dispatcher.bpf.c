/* SPDX-License-Identifier: BSD-2-Clause */
/* Gives a packet to four filters, one after another, while they let it pass. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

int prog0(struct xdp_md *ctx);
int prog1(struct xdp_md *ctx);
int prog2(struct xdp_md *ctx);
int prog3(struct xdp_md *ctx);

SEC("xdp")
int dispatcher(struct xdp_md *ctx)
{
	int verdict = prog0(ctx);

	if (verdict == XDP_PASS)
		verdict = prog1(ctx);
	if (verdict == XDP_PASS)
		verdict = prog2(ctx);
	if (verdict == XDP_PASS)
		verdict = prog3(ctx);
	return verdict;
}

char LICENSE[] SEC("license") = "GPL";
