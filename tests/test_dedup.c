/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deduplication of what compilers write, beside what libbpf makes of it: fixtures/btf.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include <bpf/btf.h>

#include "btf_world.h"
#include "command.h"
#include "toolbox.h"

#define FILES_MAX 3

// After linking @name_a.c, @name_b.c and so on, @type is there @count times.
struct probe {
	const char *name;
	int files;
	uint32_t kind;
	const char *type;
	uint32_t count;
};

static const struct probe probes[] = {
	{ "d1_array", 2, BTF_KIND_STRUCT, "s", 2 },
	{ "d2_fwd", 2, BTF_KIND_STRUCT, "full", 1 },
	{ "d2_fwd", 2, BTF_KIND_FWD, "full", 0 },
	{ "d2_fwd", 2, BTF_KIND_FWD, "uf", 0 },
	{ "d2_fwd", 2, BTF_KIND_FWD, "only_fwd", 1 },
	{ "d3_amb", 3, BTF_KIND_STRUCT, "amb", 2 },
	{ "d3_amb", 3, BTF_KIND_FWD, "amb", 1 },
	{ "d4_enum", 2, BTF_KIND_ENUM, "same", 1 },
	{ "d4_enum", 2, BTF_KIND_ENUM, "sgn", 2 },
	{ "d4_enum", 2, BTF_KIND_ENUM, "fwd", 1 },
	{ "d5_anon", 2, BTF_KIND_STRUCT, "node", 1 },
	{ "d5_anon", 2, BTF_KIND_TYPEDEF, "anon_t", 1 },
	// Parameters' names count, of functions beside prog and the two that differ in one.
	{ "d6_params", 2, BTF_KIND_FUNC_PROTO, "", 4 },
};

static struct btf *parse(const char *compiler, const struct probe *probe, int file,
			 const char *folder)
{
	char *source = text_of("%s/btf/%s_%c.c", FIXTURES, probe->name, 'a' + file);
	char *object = path_join(folder, "probe.o");
	struct btf *parsed;

	cr_assert(compile_bpf(compiler, "bpfel", source, object, NULL), "%s", source);
	parsed = btf__parse_elf(object, NULL);
	cr_assert(parsed, "%s", object);
	free(source);
	free(object);
	return parsed;
}

static uint32_t libbpf_types(struct btf *const *inputs, int count)
{
	struct btf *all = btf__new_empty();
	uint32_t types = 0;

	for (int i = 0; i < count; i++)
		cr_assert(btf__add_btf(all, inputs[i]) > 0);
	cr_assert_eq(btf__dedup(all, NULL), 0);
	for (uint32_t id = 1; id < btf__type_cnt(all); id++)
		types += !btf_kind_info(btf_info_kind(btf__type_by_id(all, id)->info))
				  ->is_declaration;
	btf__free(all);
	return types;
}

static uint32_t count_nodes(const struct btf_graph *graph, uint32_t kind, const char *name)
{
	uint32_t count = 0;

	for (uint32_t node = 1; node < btf_graph_node_count(graph); node++)
		count += btf_graph_kind(graph, node) == kind &&
			 str_equal(btf_graph_name(graph, node), str_of(name));
	return count;
}

static void check_probe(const char *compiler, const struct probe *probe, const char *folder)
{
	struct btf *inputs[FILES_MAX];
	struct btf_world world;
	uint32_t ours, theirs;

	btf_world_init(&world);
	for (int i = 0; i < probe->files; i++) {
		uint32_t size;
		const void *data;

		inputs[i] = parse(compiler, probe, i, folder);
		data = btf__raw_data(inputs[i], &size);
		cr_assert(btf_world_read(&world, (struct str){ data, size }, false), "%s",
			  btf_world_message(&world));
	}
	btf_graph_settle(world.graph);
	ours = btf_graph_node_count(world.graph) - 1;
	theirs = libbpf_types(inputs, probe->files);
	cr_expect_leq(ours, theirs, "%s, %s", compiler, probe->name);
	cr_expect_eq(count_nodes(world.graph, probe->kind, probe->type), probe->count,
		     "%s, %s: %u times '%s'", compiler, probe->name,
		     count_nodes(world.graph, probe->kind, probe->type), probe->type);
	for (int i = 0; i < probe->files; i++)
		btf__free(inputs[i]);
	btf_world_deinit(&world);
}

Test(dedup, probes)
{
	char *folder = folder_create();

	for (int i = 0; i < COMPILER_COUNT; i++) {
		if (!*compilers[i]) {
			cr_log_warn("dedup: clang-22 is not installed, its BTF is not tested");
			continue;
		}
		for (size_t n = 0; n < sizeof(probes) / sizeof(*probes); n++)
			check_probe(compilers[i], &probes[n], folder);
	}
	folder_remove(folder);
	free(folder);
}
