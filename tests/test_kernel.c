/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs of several files, linked and run: fixtures/e2e and fixtures/kernel.
 *
 * What a program returns and leaves in variables and maps is known. It must be the same for
 * every order of the inputs, for every choice of compilers (GCC among them, where it can), for the
 * same sources compiled as one
 * file (which shows that the table here is right), and for libbpf's own linker where that one is
 * right. Everything that is linked is also checked without loading it; big-endian objects only
 * so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <criterion/criterion.h>

#include "kernel_cases.h"
#include "support/check.h"
#include "support/command.h"
#include "support/loader.h"
#include "support/toolbox.h"
#include "variants.h"

// ---------------------------------------------------------------------------------------------
// What can be said without a kernel

// Beside what the case warns of: --icf=all tells that it leaves two names at a place.
static bool may_say(const struct variant *variant, const char *messages)
{
	const char *first = strstr(messages, "warning: ");

	if (!*messages || variant->of->warns)
		return true;
	return variant->options && !strcmp(variant->options, "--icf=all") &&
	       strstr(messages, " is another name of ") && !strstr(first + 1, "warning: ");
}

static int link_variant(const struct variant *variant, enum linker linker, const char *output)
{
	char *messages;
	int status = variant_link(variant, linker, output, &messages);

	cr_expect(status == 0, "%s: link: exit status %d\n%s", variant->label, status, messages);
	cr_expect(linker != LINKER_BPFLD || may_say(variant, messages), "%s: link: %s",
		  variant->label, messages);
	free(messages);
	return status;
}

static void for_each_way(const struct kernel_case *c, const char *target, use_variant_fn *use)
{
	cr_assert(for_each_variant(c, target, use), "%s: does not compile", c->name);
}

static void expect_unchanged(const struct variant *variant, const char *output, const char *option)
{
	char *again = path_join(variant->folder, "again.o"), *messages;

	link_bpf(LINKER_BPFLD, again, (const char *const[]){ output, option }, option ? 2 : 1,
		 &messages);
	cr_expect(file_same(output, again), "%s: linked again alone (%s) is another file\n%s",
		  variant->label, option ? option : "no option", messages);
	free(messages);
	free(again);
}

// Whether sections stay apart that a link without the option joins.
static bool keeps_sections(const struct variant *variant)
{
	return variant->options && !strcmp(variant->options, "--no-merge-rodata");
}

static void check_linked(const struct variant *variant, unsigned int check_flags)
{
	char *output = path_join(variant->folder, "linked.o"), *problems;

	if (link_variant(variant, LINKER_BPFLD, output) == 0) {
		problems = inspect_object(output, check_flags);
		cr_expect(!*problems, "%s:\n%s", variant->label, problems);
		free(problems);
		if (variant->others_follow)
			expect_unchanged(variant, output, "-r");
		else if (!keeps_sections(variant))
			expect_unchanged(variant, output, NULL);
		if (variant->options)
			expect_unchanged(variant, output, variant->options);
	}
	free(output);
}

static void check_complete(const struct variant *variant, void *data)
{
	(void)data;
	// GCC 12 describes no variable of which only the address is taken.
	check_linked(variant, variant->has_gcc || variant->of->partial_btf ? CHECK_PARTIAL_BTF : 0);
}

// A link of one file leaves undefined what the others have, and is a good object all the same.
static void check_alone(const struct variant *variant, size_t input)
{
	struct variant alone = *variant;

	alone.count = 1;
	alone.others_follow = true;
	alone.sequence[0] = input;
	alone.label = NULL;
	variant_label(&alone);
	// Clang 14 describes no extern function that only data refers to.
	check_linked(&alone, CHECK_PARTIAL_BTF);
	free(alone.label);
}

static void check_variant(const struct variant *variant, void *data)
{
	char *output = path_join(variant->folder, "linked.o");
	(void)data;
	// Each input has its turn to be the first.
	check_alone(variant, variant->sequence[0]);
	check_complete(variant, NULL);
	// GCC 12 has its own mind about what is .data and what is .rodata.
	for (const struct expectation *e = variant->of->sizes; e->name && !variant->has_gcc; e++)
		cr_expect(section_size(output, e->name) == (uint64_t)e->value,
			  "%s: %s has %lu bytes, expected %ld", variant->label, e->name,
			  section_size(output, e->name), e->value);
	for_each_option(variant, check_complete, NULL);
	free(output);
}

static void need_tools(void)
{
	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	if (!*BPF_GCC)
		fprintf(stderr, "SKIP: programs with objects of GCC: bpf-gcc is not installed\n");
}

static void check_all(const char *target)
{
	need_tools();
	for (size_t i = 0; i < kernel_case_count; i++)
		for_each_way(&kernel_cases[i], target, check_variant);
}

Test(kernel, little_endian_is_consistent)
{
	check_all("bpfel");
}

Test(kernel, big_endian_is_consistent)
{
	check_all("bpfeb");
}

// ---------------------------------------------------------------------------------------------
// In the kernel

static void expect_values(const struct kernel_case *c, const struct bpf_object *object,
			  const char *label)
{
	int64_t value = -1;

	for (const struct expectation *e = c->returns; e->name; e++) {
		int returned = -1;
		bool ran = loader_run(object, e->name, &returned);

		cr_expect(ran && returned == e->value, "%s: %s returned %d, expected %ld%s", label,
			  e->name, returned, e->value, ran ? "" : " (did not run)");
	}
	for (const struct expectation *e = c->variables; e->name; e++) {
		const struct btf *btf = bpf_object__btf(object);
		int64_t expected =
			e->type ? btf__find_by_name_kind(btf, e->type, BTF_KIND_STRUCT) : e->value;

		cr_expect(loader_get_variable(object, e->name, &value) && value == expected,
			  "%s: %s is %ld, expected %ld", label, e->name, value, expected);
	}
	for (const struct expectation *e = c->elements; e->name; e++)
		cr_expect(loader_get_element(object, e->name, e->key, &value) && value == e->value,
			  "%s: %s[%u] is %ld, expected %ld", label, e->name, e->key, value,
			  e->value);
}

struct tag {
	char program[64];
	uint64_t tag;
};

struct tags {
	size_t count;
	struct tag tag[8];
};

static void add_tag(struct tags *tags, const char *name, uint64_t value)
{
	struct tag *tag = &tags->tag[tags->count++];

	snprintf(tag->program, sizeof(tag->program), "%s", name);
	tag->tag = value;
}

// The first object to come with a program says what its tag has to be.
static void compare_tags(struct tags *tags, const struct bpf_object *object, const char *label)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		const char *name = bpf_program__name(program);
		uint64_t tag = loader_tag(program);
		size_t i = 0;

		while (i < tags->count && strcmp(tags->tag[i].program, name))
			i++;
		if (i < tags->count)
			cr_expect(tags->tag[i].tag == tag, "%s: %s has another tag", label, name);
		else if (i < sizeof(tags->tag) / sizeof(*tags->tag))
			add_tag(tags, name, tag);
	}
}

static void run_object(const struct kernel_case *c, const char *path, const char *label,
		       struct tags *tags)
{
	struct bpf_object *object = loader_open(path);
	bool loaded = object && !bpf_object__load(object);

	cr_expect(loaded && !*loader_log(), "%s: %s\n%s", label,
		  loaded ? "loaded with warnings" : "does not load", loader_log());
	if (loaded) {
		if (tags)
			compare_tags(tags, object, label);
		expect_values(c, object, label);
	}
	bpf_object__close(object);
}

// Objects that need no other load by themselves: linking must not change their programs.
static void take_tags_of_inputs(struct tags *tags, const struct variant *variant)
{
	for (size_t i = 0; i < variant->count; i++) {
		char *path = variant_object(variant, i);
		struct bpf_object *object = loader_open(path);

		if (object && !bpf_object__load(object))
			compare_tags(tags, object, path);
		bpf_object__close(object);
		free(path);
	}
}

static void run_linked(const struct variant *variant, void *data)
{
	struct tags *tags = data;
	char *output = path_join(variant->folder, "linked.o");

	if (link_variant(variant, LINKER_BPFLD, output) == 0)
		run_object(variant->of, output, variant->label,
			   variant->of->tags_vary ? NULL : tags);
	free(output);
}

static void run_variant(const struct variant *variant, void *data)
{
	struct tags **tags = data;

	if (!*tags) {
		*tags = calloc(1, sizeof(**tags));
		if (!variant->of->tags_vary)
			take_tags_of_inputs(*tags, variant);
	}
	run_linked(variant, *tags);
	for_each_option(variant, run_linked, *tags);
}

static void need_kernel(void)
{
	need_tools();
	if (!loader_can_load())
		cr_skip_test("nothing is loaded: that needs root and a kernel with BTF");
}

// Whether the libbpf at hand can load the case's programs.
static bool is_loadable(const struct kernel_case *c)
{
	return libbpf_major_version() > 1 || libbpf_minor_version() >= c->libbpf;
}

Test(kernel, linked_programs_run)
{
	need_kernel();
	for (size_t i = 0; i < kernel_case_count; i++)
		if (is_loadable(&kernel_cases[i]))
			for_each_way(&kernel_cases[i], "bpfel", run_variant);
}

// ---------------------------------------------------------------------------------------------
// References

static void run_single_source(const struct kernel_case *c)
{
	char *folder = folder_create();
	char *source = path_join(folder, "single.c"), *object = path_join(folder, "single.o");
	char *label = text_of("%s: single source", c->name);
	bool done;

	kernel_case_single_source(c, source);
	done = compile_bpf(compilers[0], "bpfel", source, object, c->arguments);
	cr_expect(done, "%s: does not compile", label);
	if (done)
		run_object(c, object, label, NULL);
	folder_remove(folder);
	free(folder);
	free(source);
	free(object);
	free(label);
}

Test(kernel, single_sources_run_the_same)
{
	need_kernel();
	for (size_t i = 0; i < kernel_case_count; i++)
		if (!kernel_cases[i].no_single_source && is_loadable(&kernel_cases[i]))
			run_single_source(&kernel_cases[i]);
}

static void run_peer(const struct variant *variant, void *data)
{
	char *output = path_join(variant->folder, "linked.o");

	(void)data;
	// libbpf's linker depends on the order; the one that the case lists is right.
	if (!variant->has_gcc && variant->sequence[0] == 0 && variant->sequence[1] == 1 &&
	    link_variant(variant, LINKER_BPFTOOL, output) == 0)
		run_object(variant->of, output, variant->label, NULL);
	free(output);
}

Test(kernel, peer_runs_the_same)
{
	need_kernel();
	for (size_t i = 0; i < kernel_case_count; i++)
		if (!kernel_cases[i].peer_fails && is_loadable(&kernel_cases[i]))
			for_each_way(&kernel_cases[i], "bpfel", run_peer);
}
