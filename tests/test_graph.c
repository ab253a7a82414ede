/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The graphs of random projects, held to support/exact.h. With GRAPH_TIMES=N in the environment
 * there are N times as many.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include <bpf/libbpf.h>

#include "btf_random.h"
#include "exact.h"

#define UNITS_MAX 6

struct project {
	const char *name;
	struct btf_random request; // without a seed
	uint32_t seeds;
};

// libbpf takes part where names have one meaning in a unit: elsewhere it chooses by the order of
// ids what a forward declaration means, and it does not survive types that contain themselves.
static const struct project projects[] = {
	{ "C", { .unit_count = 3, .type_count = 12, .in_c = true, .forwards = true }, 1500 },
	{ "larger C", { .unit_count = 6, .type_count = 150, .in_c = true, .forwards = true }, 100 },
	{ "without declarations", { .unit_count = 3, .type_count = 12, .tag_count = 3 }, 400 },
	{ "conflicts",
	  { .unit_count = 3, .type_count = 12, .tag_count = 3, .forwards = true },
	  1000 },
	{ "more conflicts",
	  { .unit_count = 4, .type_count = 60, .tag_count = 4, .forwards = true },
	  200 },
	{ "cycles", { .unit_count = 3, .type_count = 16, .tag_count = 3, .cyclic = true }, 400 },
};

static int silent(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

// Check one project; @return how often libbpf served for comparison.
static uint32_t check_project(const struct project *project, uint64_t seed)
{
	struct btf_random request = project->request;
	struct exact exact = {
		.count = request.unit_count,
		.orders = 3,
		.seed = seed,
		.libbpf = request.in_c,
	};
	struct str sections[UNITS_MAX];
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	request.seed = seed;
	btf_random_units(&request, &arena, sections);
	exact.sections = sections;
	cr_expect(exact_check(&exact), "%s, seed %lu: %s", project->name, (unsigned long)seed,
		  exact.text);
	arena_deinit(&arena);
	return exact.libbpf ? exact.orders - exact.libbpf_wrong - exact.libbpf_joined -
				      exact.libbpf_refused
			    : 0;
}

Test(graph, random_projects)
{
	const char *times = getenv("GRAPH_TIMES");
	uint64_t factor = times ? strtoull(times, NULL, 10) : 1;
	uint32_t compared = 0;

	libbpf_set_print(silent);
	for (size_t i = 0; i < sizeof(projects) / sizeof(*projects); i++) {
		for (uint64_t seed = 0; seed < projects[i].seeds * factor; seed++)
			compared += check_project(&projects[i], seed);
	}
	cr_expect_gt(compared, 4000, "libbpf only took part in %u", compared);
}
