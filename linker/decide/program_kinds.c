/* SPDX-License-Identifier: BSD-2-Clause */
/* Source: section_defs of libbpf; check_return_code() of the kernel's verifier. */
#include "program_kinds.h"

#include "base/str.h"

static const struct program_kind kinds[] = {
	{ "xdp", "xdp", "xdp_md" },
	{ "tc", "tc", "__sk_buff" },
	{ "tcx", "tc", "__sk_buff" },
	{ "netkit", "tc", "__sk_buff" },
	{ "classifier", "tc", "__sk_buff" },
	{ "action", "tc", "__sk_buff" },
	{ "socket", "socket", "__sk_buff" },
	{ "sk_skb", "sk_skb", "__sk_buff" },
	{ "lwt_in", "lwt", "__sk_buff" },
	{ "lwt_out", "lwt", "__sk_buff" },
	{ "lwt_xmit", "lwt", "__sk_buff" },
	{ "lwt_seg6local", "lwt", "__sk_buff" },
	{ "flow_dissector", "flow_dissector", "__sk_buff" },
	{ "raw_tp", "raw_tp", "bpf_raw_tracepoint_args" },
	{ "raw_tracepoint", "raw_tp", "bpf_raw_tracepoint_args" },
	{ "kprobe", "kprobe", NULL },
	{ "kretprobe", "kprobe", NULL },
	{ "ksyscall", "kprobe", NULL },
	{ "kretsyscall", "kprobe", NULL },
	{ "uprobe", "kprobe", NULL },
	{ "uretprobe", "kprobe", NULL },
	{ "usdt", "kprobe", NULL },
	{ "tracepoint", "tracepoint", NULL },
	{ "tp", "tracepoint", NULL },
	{ "perf_event", "perf_event", NULL },
	{ "fentry", "tracing", NULL },
	{ "fexit", "tracing", NULL },
	{ "fmod_ret", "tracing", NULL },
	{ "tp_btf", "tracing", NULL },
	{ "iter", "iter", NULL },
	{ "lsm", "lsm", NULL },
	{ "struct_ops", "struct_ops", NULL },
	{ "syscall", "syscall", NULL },
	{ "cgroup", "cgroup", NULL },
	{ "cgroup_skb", "cgroup_skb", NULL },
	{ "sockops", "sockops", NULL },
	{ "sk_msg", "sk_msg", NULL },
	{ "sk_lookup", "sk_lookup", NULL },
	{ "sk_reuseport", "sk_reuseport", NULL },
	{ "netfilter", "netfilter", NULL },
};

static struct str program_name(const struct section *section)
{
	return str_of(section->text_name + (section->text_name[0] == '?'));
}

const struct program_kind *section_kind(const struct section *section)
{
	struct str name = program_name(section);

	name.size = strcspn(name.data, "/.");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (str_equal(name, str_of(kinds[i].word)))
			return &kinds[i];
	}
	return NULL;
}

bool section_types_equal(const struct section *a, const struct section *b)
{
	const char *type = section_kind(a)->type;

	// What follows tells the type.
	if (strcmp(type, "cgroup") == 0)
		return str_equal(program_name(a), program_name(b));
	return strcmp(type, section_kind(b)->type) == 0;
}

struct str section_program_flag(const struct section *section)
{
	struct str name = program_name(section);
	size_t start = strcspn(name.data, "/.");

	return (struct str){ name.data + start, strcspn(name.data + start, "/") };
}
