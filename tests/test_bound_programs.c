/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters that were compiled apart, bundled by --bind, in the kernel: fixtures/bound. */
#include <bpf/libbpf.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/check.h"
#include "support/command.h"
#include "support/loader.h"
#include "support/toolbox.h"

// Compile a source of fixtures/bound to @folder/@object.
static void compile(const char *compiler, const char *folder, const char *source,
		    const char *object, const char *const *arguments)
{
	char *path = text_of(FIXTURES "/bound/%s", source), *output = path_join(folder, object);

	cr_assert(compile_bpf(compiler, "bpfel", path, output, arguments), "%s", source);
	free(output);
	free(path);
}

// Link in @folder by @arguments, up to a NULL, to linked.o; false when that fails.
static bool link_bound(const char *folder, const char *const *arguments, const char *label,
		       const char *messages)
{
	const char *argv[24] = { BPFLD, "-o", "linked.o", "--no-undefined" };
	struct command_result result;
	bool linked;

	for (size_t i = 0; arguments[i]; i++)
		argv[4 + i] = arguments[i];
	result = command_run(folder, argv);
	linked = result.status == 0;
	if (messages)
		cr_expect(strstr(result.err.data, messages), "%s: %s", label, result.err.data);
	else
		cr_expect(linked && result.err.size == 0, "%s: %s", label, result.err.data);
	command_result_free(&result);
	return linked;
}

static void expect_good(const char *folder, const char *label)
{
	char *path = path_join(folder, "linked.o"), *again = path_join(folder, "again.o"),
	     *problems = inspect_object(path, 0), *messages;

	cr_expect(!*problems, "%s:\n%s", label, problems);
	link_bpf(LINKER_BPFLD, again, (const char *const[]){ path }, 1, &messages);
	cr_expect(file_same(path, again), "%s: linked again alone is another file: %s", label,
		  messages);
	free(messages);
	free(problems);
	free(again);
	free(path);
}

static struct bpf_object *load(const char *folder, const char *label)
{
	char *path = path_join(folder, "linked.o");
	struct bpf_object *object = loader_open(path);
	bool loaded = object && !bpf_object__load(object);

	cr_expect(loaded && !*loader_log(), "%s: does not load\n%s", label, loader_log());
	free(path);
	if (loaded)
		return object;
	bpf_object__close(object);
	return NULL;
}

// ---------------------------------------------------------------------------------------------
// The chain

static const struct {
	const char *name;
	const char *options[2];
	const char *argument; // of the compiler, for the second filter
} chains[] = {
	{ "global functions", { NULL }, NULL },
	{ "a static one", { NULL }, "-DCONTEXT=void*ctx" },
	{ "one with a tag",
	  { NULL },
	  "-DCONTEXT=void*ctx __attribute__((btf_decl_tag(\"arg:ctx\")))" },
	{ "all static", { "--localize=prog*" }, NULL },
	{ "all hidden", { "--hide=*" }, NULL },
	{ "without what nothing needs", { "--gc-sections" }, NULL },
	{ "stripped", { "-s", "--strip-btf-ext-lines" }, NULL },
	{ "folded", { "--icf=all" }, NULL },
};

static void make_chain(const char *compiler, const char *folder, const char *argument)
{
	compile(compiler, folder, "dispatcher.c", "disp.o", NULL);
	compile(compiler, folder, "filter.c", "f0.o", (const char *const[]){ "-DSTEP=1", NULL });
	compile(compiler, folder, "filter.c", "f1.o",
		(const char *const[]){ "-DSTEP=10", argument, NULL });
	compile(compiler, folder, "filter.c", "f2.o", (const char *const[]){ "-DSTEP=100", NULL });
}

static void expect_element(const struct bpf_object *object, const char *map, int64_t expected,
			   const char *label)
{
	int64_t value = -1;

	cr_expect(loader_get_element(object, map, 0, &value) && value == expected, "%s: %s is %ld",
		  label, map, value);
}

// Each filter has its own map, variables and constants.
static void run_chain(const struct bpf_object *object, const char *label)
{
	int64_t seen = -1;

	for (int i = 0; i < 3; i++) {
		int returned = -1;

		cr_expect(loader_run(object, "dispatcher", &returned) && returned == 2,
			  "%s: returned %d", label, returned);
	}
	expect_element(object, "f0__counters", 6, label);
	expect_element(object, "f1__counters", 60, label);
	expect_element(object, "f2__counters", 600, label);
	cr_expect(loader_get_variable(object, "seen", &seen) && seen == 3, "%s: seen is %ld", label,
		  seen);
}

static void test_chain(const char *compiler, size_t i)
{
	char *folder = folder_create();
	char *label = text_of("%s, %s", chains[i].name, compiler);
	const char *const arguments[] = {
		"disp.o", "f0.o", "f1.o", "f2.o", "-Wno-renamed", "--bind=prog0=f0.o:xdp_main",
		"--bind=prog1=f1.o:xdp_main", "--bind=prog2=f2.o:xdp_main",
		// All are hidden then; and code that is the same gets one name.
		"-Wno-unmapped-data", "-Wno-shared-place", chains[i].options[0],
		chains[i].options[0] ? chains[i].options[1] : NULL, NULL
	};
	struct bpf_object *object;

	make_chain(compiler, folder, chains[i].argument);
	if (link_bound(folder, arguments, label, NULL)) {
		if (!chains[i].options[0])
			expect_good(folder, label);
		object = loader_can_load() ? load(folder, label) : NULL;
		if (object)
			run_chain(object, label);
		bpf_object__close(object);
	}
	folder_remove(folder);
	free(label);
	free(folder);
}

Test(bound_programs, run_in_a_chain)
{
	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	if (!loader_can_load())
		fprintf(stderr, "SKIP: running bound programs needs root and a kernel with BTF\n");
	for (size_t c = 0; c < COMPILER_COUNT; c++) {
		for (size_t i = 0; i < sizeof(chains) / sizeof(*chains); i++)
			test_chain(compilers[c], i);
	}
}
