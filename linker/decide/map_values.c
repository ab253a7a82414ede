/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of the constants that define maps. __uint(type, BPF_MAP_TYPE_HASH) leaves the number in BTF
 * only, and the enum just where the program uses it otherwise, so the names are here. Numbers of
 * newer kernels are looked up in the inputs' enum.
 *
 * Source: include/uapi/linux/bpf.h of Linux 6.19, libbpf's bpf_helpers.h.
 */
#include "map_values.h"

#include <inttypes.h>

static const char *const types[] = {
	"BPF_MAP_TYPE_UNSPEC",
	"BPF_MAP_TYPE_HASH",
	"BPF_MAP_TYPE_ARRAY",
	"BPF_MAP_TYPE_PROG_ARRAY",
	"BPF_MAP_TYPE_PERF_EVENT_ARRAY",
	"BPF_MAP_TYPE_PERCPU_HASH",
	"BPF_MAP_TYPE_PERCPU_ARRAY",
	"BPF_MAP_TYPE_STACK_TRACE",
	"BPF_MAP_TYPE_CGROUP_ARRAY",
	"BPF_MAP_TYPE_LRU_HASH",
	"BPF_MAP_TYPE_LRU_PERCPU_HASH",
	"BPF_MAP_TYPE_LPM_TRIE",
	"BPF_MAP_TYPE_ARRAY_OF_MAPS",
	"BPF_MAP_TYPE_HASH_OF_MAPS",
	"BPF_MAP_TYPE_DEVMAP",
	"BPF_MAP_TYPE_SOCKMAP",
	"BPF_MAP_TYPE_CPUMAP",
	"BPF_MAP_TYPE_XSKMAP",
	"BPF_MAP_TYPE_SOCKHASH",
	"BPF_MAP_TYPE_CGROUP_STORAGE",
	"BPF_MAP_TYPE_REUSEPORT_SOCKARRAY",
	"BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE",
	"BPF_MAP_TYPE_QUEUE",
	"BPF_MAP_TYPE_STACK",
	"BPF_MAP_TYPE_SK_STORAGE",
	"BPF_MAP_TYPE_DEVMAP_HASH",
	"BPF_MAP_TYPE_STRUCT_OPS",
	"BPF_MAP_TYPE_RINGBUF",
	"BPF_MAP_TYPE_INODE_STORAGE",
	"BPF_MAP_TYPE_TASK_STORAGE",
	"BPF_MAP_TYPE_BLOOM_FILTER",
	"BPF_MAP_TYPE_USER_RINGBUF",
	"BPF_MAP_TYPE_CGRP_STORAGE",
	"BPF_MAP_TYPE_ARENA",
	"BPF_MAP_TYPE_INSN_ARRAY",
};

// By bit.
static const char *const flags[] = {
	"BPF_F_NO_PREALLOC", "BPF_F_NO_COMMON_LRU",  "BPF_F_NUMA_NODE",    "BPF_F_RDONLY",
	"BPF_F_WRONLY",      "BPF_F_STACK_BUILD_ID", "BPF_F_ZERO_SEED",    "BPF_F_RDONLY_PROG",
	"BPF_F_WRONLY_PROG", "BPF_F_CLONE",          "BPF_F_MMAPABLE",     "BPF_F_PRESERVE_ELEMS",
	"BPF_F_INNER_MAP",   "BPF_F_LINK",           "BPF_F_PATH_FD",      "BPF_F_VTYPE_BTF_OBJ_FD",
	"BPF_F_TOKEN_FD",    "BPF_F_SEGV_ON_FAULT",  "BPF_F_NO_USER_CONV", "BPF_F_RB_OVERWRITE",
};

static const char *const pinnings[] = {
	"LIBBPF_PIN_NONE",
	"LIBBPF_PIN_BY_NAME",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint32_t find_enum(const struct linker *linker)
{
	const struct btf_graph *graph = linker->graph;

	for (uint32_t node = 1; node < btf_graph_node_count(graph); node++) {
		if (btf_graph_kind(graph, node) == BTF_KIND_ENUM &&
		    str_equal(btf_graph_name(graph, node), STR("bpf_map_type")))
			return node;
	}
	return 0;
}

// The name that the inputs have for a map type of kernels that are newer than the table; or NULL.
static const char *find_type(struct linker *linker, uint64_t value)
{
	const struct btf_type *type;
	const struct btf_enum *values;

	if (!linker->map_types_known) {
		linker->map_types_known = true;
		linker->map_types = find_enum(linker);
	}
	if (!linker->map_types)
		return NULL;
	type = btf_graph_type(linker->graph, linker->map_types);
	values = btf_record_tail(type);
	for (uint32_t i = 0; i < btf_info_vlen(type->info); i++) {
		if ((uint32_t)values[i].val == value)
			return printable(linker_name(linker, values[i].name_off), linker->arena);
	}
	return NULL;
}

static const char *number(struct linker *linker, uint64_t value)
{
	return arena_format(linker->arena, "%" PRIu64, value);
}

static const char *flag_names(struct linker *linker, uint64_t value)
{
	const char *text = "";

	if (value == 0)
		return "0";
	for (size_t i = 0; i < COUNT(flags); i++) {
		if (value >> i & 1)
			text = arena_format(linker->arena, "%s%s%s", text, *text ? " | " : "",
					    flags[i]);
	}
	value = value >> COUNT(flags) << COUNT(flags);
	if (value)
		text = arena_format(linker->arena, "%s%s0x%" PRIx64, text, *text ? " | " : "",
				    value);
	return text;
}

const char *map_value(struct linker *linker, const char *attribute, uint64_t value)
{
	const char *name = NULL;

	if (strcmp(attribute, "map_flags") == 0)
		return flag_names(linker, value);
	if (strcmp(attribute, "type") == 0)
		name = value < COUNT(types) ? types[value] : find_type(linker, value);
	else if (strcmp(attribute, "pinning") == 0 && value < COUNT(pinnings))
		name = pinnings[value];
	return name ? name : number(linker, value);
}
