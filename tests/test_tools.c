/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What other tools leave of an object, linked and run: a table of tools, each for the inputs of
 * programs of several files (kernel_cases.h). The programs return what they return when the tool
 * was not there, or the linker says what the tool took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <criterion/criterion.h>

#include "kernel_cases.h"
#include "support/check.h"
#include "support/command.h"
#include "support/loader.h"
#include "support/toolbox.h"

enum { MAX_WORDS = 8, MAX_STEPS = 2, MAX_REFUSED = 6 };

// One run of a tool. IN stands for the object, OUT for what becomes of it.
typedef const char *const step[MAX_WORDS];

struct tool {
	const char *name;
	step steps[MAX_STEPS];
	const char *prefix; // of all symbols afterwards; NULL: none
	const char *may_go; // what it says of some inputs, the others of which run
	const char *gone;   // what the linker says instead of linking; NULL: it links
	// Folders of cases that it cannot be used with, each behind the reason.
	const char *except[2 * MAX_REFUSED];
};

// clang-format off
static const struct tool tools[] = {
	{ .name = "nothing", .steps = { { "cp", "IN", "OUT" } } },
	{ .name = "bpftool gen object", .steps = { { BPFTOOL, "gen", "object", "OUT", "IN" } },
	  .except = { "names that BTF does not know", "kernel/aliases", "places in data", "kernel/pointers" } },
	{ .name = "bpftool gen object, llvm-objcopy --prefix-symbols",
	  .steps = { { BPFTOOL, "gen", "object", "OUT", "IN" },
		     { "llvm-objcopy-22", "--prefix-symbols=p_", "OUT" } },
	  .prefix = "p_",
	  .except = { "names that BTF does not know", "kernel/aliases", "places in data", "kernel/pointers", "names of the kernel", "kernel/ksyms" } },
	{ .name = "llvm-strip -g", .steps = { { "llvm-strip-22", "-g", "-o", "OUT", "IN" } } },
	{ .name = "llvm-strip --strip-unneeded", .steps = { { "llvm-strip-22", "--strip-unneeded", "-o", "OUT", "IN" } },
	  .may_go = "has no symbol any more; keep it when you strip symbols" },
	{ .name = "llvm-strip -x", .steps = { { "llvm-strip-22", "-x", "-o", "OUT", "IN" } },
	  .may_go = "has no symbol any more; keep it when you strip symbols" },
	{ .name = "llvm-strip -s", .steps = { { "llvm-strip-22", "-s", "-o", "OUT", "IN" } },
	  .gone = "has no symbol table; strip debug information alone" },
	{ .name = "strip -g of binutils", .steps = { { "bpf-strip", "-g", "-o", "OUT", "IN" } } },
	{ .name = "eu-strip -g", .steps = { { "eu-strip", "-g", "-o", "OUT", "IN" } } },
	{ .name = "objcopy of binutils", .steps = { { "bpf-objcopy", "IN", "OUT" } } },
	{ .name = "ld -r of binutils", .steps = { { "bpf-ld", "-r", "-o", "OUT", "IN" } },
	  .except = { "of two names of one place, the other comes first", "kernel/aliases" } },
	{ .name = "llvm-objcopy --compress-debug-sections",
	  .steps = { { "llvm-objcopy-22", "--compress-debug-sections=zlib", "IN", "OUT" } } },
	{ .name = "llvm-objcopy --prefix-symbols", .steps = { { "llvm-objcopy-22", "--prefix-symbols=p_", "IN", "OUT" } },
	  .prefix = "p_", .except = { "names of the kernel", "kernel/ksyms" } },
	{ .name = "objcopy --prefix-symbols of binutils", .steps = { { "bpf-objcopy", "--prefix-symbols=p_", "IN", "OUT" } },
	  .prefix = "p_", .except = { "names of the kernel", "kernel/ksyms" } },
	{ .name = "llvm-objcopy --weaken", .steps = { { "llvm-objcopy-22", "--weaken", "IN", "OUT" } },
	  .except = { "the first weak definition wins then", "kernel/weak",
		      "libbpf takes no weak function for a callback", "kernel/callbacks" } },
	{ .name = "llvm-objcopy --rename-section",
	  .steps = { { "llvm-objcopy-22", "--rename-section=.text=.text.mine", "--rename-section=socket=tc", "IN", "OUT" } } },
	{ .name = "pahole -J", .steps = { { "cp", "IN", "OUT" }, { "pahole", "-J", "OUT" } },
	  .gone = "; if a tool wrote .BTF anew, remove .BTF.ext" },
};
// clang-format on

// Folders of the cases that every tool is tried with.
static const char *const folders[] = {
	"e2e",          "kernel/externs",  "kernel/weak",    "kernel/callbacks", "kernel/maps",
	"kernel/ksyms", "kernel/sections", "kernel/aliases", "kernel/pointers",  "kernel/arena",
};

static bool is_installed(const char *name)
{
	char *command = text_of("command -v '%s'", name);
	struct command_result result =
		command_run(".", (const char *[]){ "sh", "-c", command, NULL });
	bool found = *name && result.status == 0;

	free(command);
	command_result_free(&result);
	return found;
}

// The tool that is not there, or NULL.
static const char *missing_step(const struct tool *tool)
{
	for (size_t i = 0; i < MAX_STEPS && tool->steps[i][0]; i++) {
		if (!is_installed(tool->steps[i][0]))
			return tool->steps[i][0];
	}
	return NULL;
}

static const char *reason_against(const struct tool *tool, const struct kernel_case *c)
{
	for (size_t i = 0; tool->except[i]; i += 2) {
		if (!strcmp(tool->except[i + 1], c->folder))
			return tool->except[i];
	}
	return NULL;
}

static bool is_tried(const struct kernel_case *c)
{
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		if (!strcmp(folders[i], c->folder))
			return !c->arguments[0];
	}
	return false;
}

static bool run_step(const char *const *words, const char *in, const char *out, const char *label)
{
	const char *argv[MAX_WORDS + 1] = { NULL };
	struct command_result result;
	bool done;

	for (size_t i = 0; i < MAX_WORDS && words[i]; i++)
		argv[i] = !strcmp(words[i], "IN") ? in : !strcmp(words[i], "OUT") ? out : words[i];
	result = command_run(".", argv);
	done = result.status == 0;
	cr_expect(done, "%s: the tool fails: %s%s", label, result.out.data, result.err.data);
	command_result_free(&result);
	return done;
}

// Compile an input of the case, unless that was done, and run the tool on it. Returns the path of
// what it leaves; NULL after a failure.
static char *prepare_input(const struct tool *tool, const struct kernel_case *c, size_t input,
			   const char *folder, const char *target, const char *label)
{
	char *source = kernel_case_source(c, input);
	char *object = text_of("%s/%s.%zu.%s.o", folder, target, (size_t)(c - kernel_cases),
			       c->inputs[input]);
	char *left = text_of("%s/left.%s.o", folder, c->inputs[input]);
	bool done = access(object, F_OK) == 0 ||
		    compile_bpf(CLANG_22, target, source, object, c->arguments);

	cr_expect(done, "%s: does not compile", label);
	for (size_t i = 0; done && i < MAX_STEPS && tool->steps[i][0]; i++)
		done = run_step(tool->steps[i], object, left, label);
	free(source);
	free(object);
	if (!done) {
		free(left);
		return NULL;
	}
	return left;
}

static void expect_returns(const struct tool *tool, const struct kernel_case *c, const char *output,
			   const char *label)
{
	struct bpf_object *object = loader_open(output);
	bool loaded = object && !bpf_object__load(object);

	cr_expect(loaded, "%s: does not load\n%s", label, loader_log());
	for (const struct expectation *each = c->returns; loaded && each->name; each++) {
		char *program = text_of("%s%s", tool->prefix ? tool->prefix : "", each->name);
		int value = 0;
		bool ran = loader_run(object, program, &value);

		cr_expect(ran && value == each->value, "%s: %s returns %d, not %d", label, program,
			  ran ? value : -1, (int)each->value);
		free(program);
	}
	bpf_object__close(object);
}

// Whether the libbpf at hand can load the case's programs.
static bool is_loadable(const struct kernel_case *c)
{
	return libbpf_major_version() > 1 || libbpf_minor_version() >= c->libbpf;
}

static void expect_linked(const struct tool *tool, const struct kernel_case *c, const char *output,
			  const char *label, bool runs)
{
	char *again = text_of("%s.again", output), *messages;
	char *problems = inspect_object(output, c->partial_btf ? CHECK_PARTIAL_BTF : 0);

	cr_expect(tool->may_go || !*problems, "%s:\n%s", label, problems);
	free(problems);
	link_bpf(LINKER_BPFLD, again, &output, 1, &messages);
	cr_expect(file_same(output, again), "%s: linked again alone is another file\n%s", label,
		  messages);
	free(messages);
	free(again);
	if (runs && is_loadable(c))
		expect_returns(tool, c, output, label);
}

static void link_left(const struct tool *tool, const struct kernel_case *c,
		      const char *const *inputs, size_t count, const char *folder, bool runs,
		      const char *label)
{
	char *output = path_join(folder, "linked.o"), *messages;
	int status = link_bpf(LINKER_BPFLD, output, inputs, count, &messages);

	if (tool->may_go && status == 1)
		cr_expect(strstr(messages, tool->may_go), "%s: %s", label, messages);
	else if (tool->gone)
		cr_expect(status == 1 && strstr(messages, tool->gone), "%s: status %d\n%s", label,
			  status, messages);
	else
		cr_expect(status == 0 && !*messages, "%s: status %d\n%s", label, status, messages);
	if (status == 0)
		expect_linked(tool, c, output, label, runs);
	free(messages);
	free(output);
}

static void try_tool(const struct tool *tool, const struct kernel_case *c, const char *folder,
		     const char *target, bool runs)
{
	char *label = text_of("%s, %s, %s", tool->name, c->folder, target);
	char *inputs[MAX_INPUTS];
	size_t count = kernel_case_inputs(c), ready = 0;

	while (ready < count &&
	       (inputs[ready] = prepare_input(tool, c, ready, folder, target, label)))
		ready++;
	if (ready == count)
		link_left(tool, c, (const char *const *)inputs, count, folder, runs, label);
	while (ready)
		free(inputs[--ready]);
	free(label);
}

static void try_all(const char *target, bool runs)
{
	char *folder = folder_create();

	for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++) {
		const char *missing = missing_step(&tools[i]);

		if (missing)
			fprintf(stderr, "SKIP %s: '%s' is not installed\n", tools[i].name, missing);
		for (size_t j = 0; !missing && j < kernel_case_count; j++) {
			const struct kernel_case *c = &kernel_cases[j];

			if (is_tried(c) && !reason_against(&tools[i], c))
				try_tool(&tools[i], c, folder, target, runs);
		}
	}
	folder_remove(folder);
	free(folder);
}

Test(tools, what_they_leave_is_linked_and_runs)
{
	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	if (!loader_can_load())
		fprintf(stderr, "SKIP: nothing is run, which needs root and a kernel with BTF\n");
	try_all("bpfel", loader_can_load());
}

// libbpf's linker writes an extern map as a symbol in .maps: not a definition, in a link or in the
// index of an archive.
static const char *const extern_links[][4] = {
	{ "main.left.o", "user.left.o", "def.left.o" },
	{ "def.left.o", "user.left.o", "main.left.o" },
	{ "main.left.o", "lib.a" },
	{ "main.o", "user.left.o", "def.o" },
};

static void prepare_externs(const char *folder)
{
	static const char *const names[] = { "main", "user", "def" };
	char *archive = path_join(folder, "lib.a"), *left[3];

	for (size_t i = 0; i < 3; i++) {
		char *source = text_of(FIXTURES "/tools/%s.c", names[i]);
		char *object = text_of("%s/%s.o", folder, names[i]);

		left[i] = text_of("%s/%s.left.o", folder, names[i]);
		cr_assert(compile_bpf(CLANG_22, "bpfel", source, object, NULL));
		run_step((const char *const[MAX_WORDS]){ BPFTOOL, "gen", "object", "OUT", "IN" },
			 object, left[i], names[i]);
		free(source);
		free(object);
	}
	run_step((const char *const[MAX_WORDS]){ "ar", "rcs", archive, "IN", "OUT" }, left[1],
		 left[2], "archive");
	for (size_t i = 0; i < 3; i++)
		free(left[i]);
	free(archive);
}

Test(tools, externs_of_sections_are_no_definitions)
{
	static const struct tool nothing = { .name = "externs" };
	static const struct kernel_case c = { .name = "externs", .returns = { { "run", 501 } } };
	char *folder;

	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	folder = folder_create();
	prepare_externs(folder);
	for (size_t i = 0; i < sizeof(extern_links) / sizeof(*extern_links); i++) {
		char *label = text_of("externs %zu", i), *inputs[3];
		size_t count = 0;

		for (; extern_links[i][count]; count++)
			inputs[count] = path_join(folder, extern_links[i][count]);
		link_left(&nothing, &c, (const char *const *)inputs, count, folder,
			  loader_can_load(), label);
		while (count)
			free(inputs[--count]);
		free(label);
	}
	folder_remove(folder);
	free(folder);
}
