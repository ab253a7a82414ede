/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types that CO-RE relocations refer to are the kernel's, and described in part on purpose. Most
 * links never need to know which types these are, so they are collected when two types differ for
 * the first time.
 */
#include "compare_types.h"

// The contexts of programs. Headers of two kernels have more or fewer members of them; all are at
// the same offsets, and the verifier knows them by these. Source: include/linux/bpf_types.h.
static const char *const contexts[] = {
	"__sk_buff",
	"bpf_cgroup_dev_ctx",
	"bpf_nf_ctx",
	"bpf_perf_event_data",
	"bpf_raw_tracepoint_args",
	"bpf_sk_lookup",
	"bpf_sock",
	"bpf_sock_addr",
	"bpf_sock_ops",
	"bpf_sockopt",
	"bpf_sysctl",
	"pt_regs",
	"sk_msg_md",
	"sk_reuseport_md",
	"user_pt_regs",
	"xdp_md",
};

static void mark_records(const struct linker *linker, const struct object *object,
			 const struct btf_ext_block *block, uint8_t *relocated)
{
	for (uint32_t i = 0; i < block->count; i++) {
		uint32_t node = btf_unit_node(object->btf, btf_ext_record(block, i).field[0]);

		relocated[btf_graph_strip(linker->graph, node)] = 1;
	}
}

static uint8_t *find_relocated(const struct linker *linker)
{
	uint8_t *relocated =
		arena_new_array(linker->arena, uint8_t, btf_graph_node_count(linker->graph));

	array_each(each, &linker->objects) {
		const struct object *object = *each;

		for (size_t i = 0; object->ext && i < object->ext->blocks.count; i++) {
			if (object->ext->blocks.items[i].kind == BTF_EXT_CORE)
				mark_records(linker, object, &object->ext->blocks.items[i],
					     relocated);
		}
	}
	return relocated;
}

enum btf_verdict compare_nodes(struct linker *linker, uint32_t a, uint32_t b, bool by_address,
			       struct btf_difference *difference)
{
	enum btf_verdict verdict;

	linker->usage.by_address = by_address;
	verdict = btf_compatible(linker->graph, a, b, &linker->usage, linker->arena, difference);
	if (verdict != BTF_SUSPICIOUS || linker->usage.relocated)
		return verdict;
	linker->usage.relocated = find_relocated(linker);
	return btf_compatible(linker->graph, a, b, &linker->usage, linker->arena, difference);
}

static bool is_context(const struct linker *linker, uint32_t node)
{
	struct str name = btf_graph_name(linker->graph, node);

	for (size_t i = 0; i < sizeof(contexts) / sizeof(*contexts); i++) {
		if (str_equal(name, str_of(contexts[i])))
			return true;
	}
	return false;
}

// Like find_relocated(), with contexts.
static uint8_t *find_kernels(const struct linker *linker)
{
	uint8_t *kernels = find_relocated(linker);

	for (uint32_t node = 1; node < btf_graph_node_count(linker->graph); node++) {
		if (btf_graph_kind(linker->graph, node) == BTF_KIND_STRUCT &&
		    is_context(linker, node))
			kernels[node] = 1;
	}
	return kernels;
}

bool bodies_differ(struct linker *linker, uint32_t a, uint32_t b, struct btf_difference *difference)
{
	struct btf_usage usage = {
		.relocated = linker->kernel_types,
		.whole = true,
		.seen = linker->usage.seen,
	};
	bool differ = btf_compatible(linker->graph, a, b, &usage, linker->arena, difference);

	if (differ && !usage.relocated) {
		usage.relocated = linker->kernel_types = find_kernels(linker);
		differ = btf_compatible(linker->graph, a, b, &usage, linker->arena, difference);
	}
	linker->usage.seen = usage.seen;
	return differ;
}
