/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow.h"

SEC("xdp")
int filter(struct xdp_md *ctx)
{
	return count(ctx->ingress_ifindex & 7) < limit ? XDP_PASS : XDP_DROP;
}
