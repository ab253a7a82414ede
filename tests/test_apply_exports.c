/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of symbols by option still loads, and does the same. */
#include <bpf/libbpf.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/check.h"
#include "support/command.h"
#include "support/loader.h"
#include "support/toolbox.h"

#define OPTIONS 3

static const struct {
	const char *options[OPTIONS];
	const char *refused;      // what the kernel says; NULL: it loads
	unsigned int check_flags; // enum check_flags
} cases[] = {
	{ .options = { NULL }, .refused = "callback function not static" },
	{ .options = { "--localize=each" } },
	{ .options = { "--localize=*" } },
	{ .options = { "--localize=*", "-s" }, .check_flags = CHECK_CODE_GAPS },
	{ .options = { "--localize=*", "--strip-btf-ext-lines" } },
	{ .options = { "--localize=*", "--gc-sections" } },
	{ .options = { "--localize=*", "--export=each" },
	  .refused = "callback function not static" },
	{ .options = { "--hide=each", "-x" } },
	{ .options = { "--hide=*", "--gc-sections", "-s" } },
	{ .options = { "--hide=*", "--localize-hidden" } },
	{ .options = { "--hide=*", "--icf=hidden" } },
	{ .options = { "--export=helper", "-X" } },
};

// @return whether the linker said that the map of '.data' is no more for user space.
static bool link_case(size_t i, const char *folder)
{
	const char *argv[OPTIONS + 6] = { BPFLD, "-o", "linked.o", "a.o", "b.o" };
	struct command_result result;
	bool warned;

	for (size_t j = 0; j < OPTIONS; j++)
		argv[5 + j] = cases[i].options[j];
	result = command_run(folder, argv);
	warned = strstr(result.err.data, "BPF_F_MMAPABLE");
	cr_expect(result.status == 0 && (warned || result.err.size == 0), "%zu: %s", i,
		  result.err.data);
	command_result_free(&result);
	return warned;
}

// libbpf decides by hidden and static variables; what is said of that at the link has to be so.
static void check_mapped(size_t i, struct bpf_object *object, bool warned)
{
	struct bpf_map *map;
	bool found = false;

	bpf_object__for_each_map(map, object)
	{
		const char *name = bpf_map__name(map);

		if (strlen(name) < 5 || strcmp(name + strlen(name) - 5, ".data"))
			continue;
		found = true;
		cr_expect_eq(!(bpf_map__map_flags(map) & BPF_F_MMAPABLE), warned, "%zu: %s", i,
			     name);
	}
	cr_expect(found, "%zu", i);
}

static void run_case(size_t i, const char *path, bool warned)
{
	struct bpf_object *object = loader_open(path);
	bool loaded = object && !bpf_object__load(object);
	int returned = 0;

	if (object)
		check_mapped(i, object, warned);
	if (cases[i].refused)
		cr_expect(!loaded && strstr(loader_log(), cases[i].refused), "%zu: %s", i,
			  loader_log());
	else
		cr_expect(loaded && !*loader_log(), "%zu: %s", i, loader_log());
	if (loaded) {
		cr_expect(loader_run(object, "prog", &returned), "%zu", i);
		cr_expect_eq(returned, 28, "%zu: %d", i, returned);
	}
	bpf_object__close(object);
}

Test(exports, linked_objects_load)
{
	char *folder = folder_create();
	char *path = path_join(folder, "linked.o");
	const char *const inputs[] = { "a", "b" };

	for (size_t i = 0; i < 2; i++) {
		char *source = text_of(FIXTURES "/kernel/exports/%s.c", inputs[i]);
		char *object = text_of("%s/%s.o", folder, inputs[i]);

		cr_assert(compile_bpf(CLANG, "bpfel", source, object, NULL));
		free(source);
		free(object);
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *problems;
		bool warned;

		warned = link_case(i, folder);
		problems = inspect_object(path, cases[i].check_flags);
		cr_expect_str_empty(problems, "%zu: %s", i, problems);
		free(problems);
		if (loader_can_load())
			run_case(i, path, warned);
	}
	if (!loader_can_load())
		fprintf(stderr, "SKIP: exports: no programs can be loaded here\n");
	folder_remove(folder);
	free(folder);
	free(path);
}
