/* SPDX-License-Identifier: BSD-2-Clause */
/* What kernels, loaders and tools find by a name in BTF is there, whatever is left out. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/check.h"
#include "support/command.h"
#include "support/loader.h"
#include "support/toolbox.h"

#define OPTIONS 3

static const char *const cases[][OPTIONS] = {
	{ NULL },
	{ "--gc-sections" },
	{ "--gc-sections", "--gc-maps" },
	{ "--gc-sections", "--hide=*", "--icf=all" },
	{ "--gc-sections", "--localize=*", "-s" },
};

// The first case keeps everything: what it cannot do is the kernel's fault.
#define ALL_KEPT 0

static void link_case(size_t i, const char *folder)
{
	const char *argv[OPTIONS + 6] = { BPFLD, "-o", "linked.o", "a.o", "b.o" };
	struct command_result result;

	for (size_t j = 0; j < OPTIONS; j++)
		argv[5 + j] = cases[i][j];
	result = command_run(folder, argv);
	cr_expect(result.status == 0, "%zu: %s", i, result.err.data);
	command_result_free(&result);
}

static bool has_type(const struct bpf_object *object, const char *name, uint32_t kind)
{
	return btf__find_by_name_kind(bpf_object__btf(object), name, kind) > 0;
}

static bool keeps_maps(size_t i)
{
	for (size_t j = 0; j < OPTIONS && cases[i][j]; j++) {
		if (strcmp(cases[i][j], "--gc-maps") == 0)
			return false;
	}
	return true;
}

static void look(size_t i, const struct bpf_object *object)
{
	cr_expect(has_type(object, "element", BTF_KIND_STRUCT), "%zu: element", i);
	cr_expect(has_type(object, "event", BTF_KIND_STRUCT), "%zu: event", i);
	cr_expect(has_type(object, "bpf_metadata_level", BTF_KIND_VAR), "%zu: metadata", i);
	cr_expect_eq(bpf_object__find_map_by_name(object, ".data.tuning") != NULL, keeps_maps(i),
		     "%zu: tuning", i);
}

static void run(size_t i, const struct bpf_object *object)
{
	int returned = 0;

	cr_expect(loader_run(object, "take", &returned), "%zu: %s", i, loader_log());
	cr_expect_eq(returned, 7, "%zu: %d", i, returned);
}

// Whether the object loads; each of them has to when the one that has everything does.
static bool check_case(size_t i, const char *path, bool load)
{
	struct bpf_object *object = loader_open(path);
	bool loaded = false;

	cr_assert(object, "%zu: %s", i, loader_log());
	look(i, object);
	if (load)
		loaded = !bpf_object__load(object);
	if (loaded)
		run(i, object);
	else
		cr_expect(!load || i == ALL_KEPT, "%zu: %s", i, loader_log());
	bpf_object__close(object);
	return loaded;
}

static void compile_inputs(const char *folder)
{
	static const char *const inputs[] = { "a", "b" };

	for (size_t i = 0; i < 2; i++) {
		char *source = text_of(FIXTURES "/kernel/names/%s.c", inputs[i]);
		char *object = text_of("%s/%s.o", folder, inputs[i]);

		cr_assert(compile_bpf(CLANG, "bpfel", source, object, NULL));
		free(source);
		free(object);
	}
}

Test(names, are_found_by_loaders)
{
	char *folder = folder_create();
	char *path = path_join(folder, "linked.o");
	bool load = loader_can_load();

	compile_inputs(folder);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		link_case(i, folder);
		load = check_case(i, path, load);
	}
	if (!load)
		fprintf(stderr, "SKIP: names: no lists in programs can be loaded here\n");
	folder_remove(folder);
	free(folder);
	free(path);
}
