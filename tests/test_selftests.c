/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The linker tests of the kernel's own selftests: their BPF sources, linked by bpfld in every
 * order, run and held to the values that prog_tests/ of the same kernel expects.
 *
 * prog_tests/ links in one order only. What differs in another follows from the sources: of two
 * weak definitions the first is taken.
 *
 * Source: tools/testing/selftests/bpf/prog_tests/{linked_funcs,linked_vars,linked_maps,
 * static_linked,linked_list,subskeleton}.c of Linux 6.12.
 */
#define _GNU_SOURCE // basename()
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <criterion/criterion.h>

#include "support/command.h"
#include "support/loader.h"
#include "support/toolbox.h"

enum { MAX_INPUTS = 3, MAX_PROGRAMS = 8 };

// bpf_tracing.h asks for the machine whose registers programs see.
#if defined(__x86_64__)
#define TARGET_ARCH "-D__TARGET_ARCH_x86"
#elif defined(__aarch64__)
#define TARGET_ARCH "-D__TARGET_ARCH_arm64"
#elif defined(__riscv)
#define TARGET_ARCH "-D__TARGET_ARCH_riscv"
#else
#define TARGET_ARCH "-D__TARGET_ARCH_unknown"
#endif

struct value {
	const char *name;
	int64_t value;
	int64_t reversed; // when the second input comes before the first
	bool differs;     // use `reversed` then
	bool is_tid;      // this thread's number
};

// Each list ends with an empty entry.
struct selftest {
	const char *name;
	const char *inputs[MAX_INPUTS];
	struct value set[4];    // before load
	struct value expect[7]; // after getpgid() was called once
	const char *runs[6];    // by test run instead; each returns 0
	bool peer_fails;        // after one link by bpftool 7.1
};

static const struct selftest selftests[] = {
	{
		.name = "linked_funcs",
		.inputs = { "linked_funcs1", "linked_funcs2" },
		.set = { { "my_tid", .is_tid = true }, { "syscall_id", SYS_getpgid } },
		.expect = { { "output_val1", 2000 + 2000 },
			    { "output_ctx1", SYS_getpgid },
			    { "output_weak1", 42, 0, .differs = true },
			    { "output_val2", 2 * 1000 + 2 * (2 * 1000) },
			    { "output_ctx2", SYS_getpgid },
			    { "output_weak2", 0, 42, .differs = true } },
	},
	{
		.name = "linked_vars",
		.inputs = { "linked_vars1", "linked_vars2" },
		.set = { { "input_bss1", 1000 },
			 { "input_bss2", 2000 },
			 { "input_bss_weak", 3000 } },
		.expect = { { "output_bss1", 1000 + 2000 + 3000 },
			    { "output_bss2", 1000 + 2000 + 3000 },
			    { "output_data1", 1 + 2 + 10, 1 + 2 + 20, .differs = true },
			    { "output_data2", 1 + 2 + 10, 1 + 2 + 20, .differs = true },
			    { "output_rodata1", 11 + 22 + 100, 11 + 22 + 200, .differs = true },
			    { "output_rodata2", 11 + 22 + 100, 11 + 22 + 200, .differs = true } },
	},
	{
		.name = "linked_maps",
		.inputs = { "linked_maps1", "linked_maps2" },
		.expect = { { "output_first1", 2000 },
			    { "output_second1", 2 },
			    { "output_weak1", 2 },
			    { "output_first2", 1000 },
			    { "output_second2", 1 },
			    { "output_weak2", 1 } },
		.peer_fails = true,
	},
	{
		.name = "static_linked",
		.inputs = { "test_static_linked1", "test_static_linked2" },
		.set = { { "rovar1", 1 }, { "rovar2", 4 } },
		.expect = { { "var1", 1 * 2 + 2 + 3 }, { "var2", 4 * 3 + 5 + 6 } },
	},
	{
		.name = "subskeleton",
		.inputs = { "test_subskeleton_lib2", "test_subskeleton_lib", "test_subskeleton" },
		.set = { { "rovar1", 10 }, { "var1", 1 }, { "var2", 2 } },
		.expect = { { "libout1", 1 + 2 + 5 + 6 },
			    { "out1", (1 + 2 + 5 + 6) * 10 },
			    { "var5", 5 },
			    { "var6", 6 } },
		.peer_fails = true,
	},
	{
		.name = "linked_list push and pop",
		.inputs = { "linked_list" },
		.runs = { "map_list_push_pop", "inner_map_list_push_pop", "global_list_push_pop",
			  "global_list_push_pop_nested", "global_list_array_push_pop" },
	},
	{
		.name = "linked_list push and pop multiple",
		.inputs = { "linked_list" },
		.runs = { "map_list_push_pop_multiple", "inner_map_list_push_pop_multiple",
			  "global_list_push_pop_multiple" },
	},
	{
		// Another object before it gives all types other ids: decl tags must follow.
		.name = "linked_list in list",
		.inputs = { "linked_list", "test_subskeleton_lib2" },
		.runs = { "map_list_in_list", "inner_map_list_in_list", "global_list_in_list" },
	},
};

// ---------------------------------------------------------------------------------------------
// Compile and link

static char *object_path(const char *folder, const char *input, const char *compiler)
{
	return text_of("%s/%s.%s.o", folder, input, basename(compiler));
}

static bool compile_selftest(const char *folder, const char *input, const char *compiler)
{
	static const char *const arguments[] = { "-mcpu=v3",
						 TARGET_ARCH,
						 "-I" SELFTESTS,
						 "-I" SELFTESTS "/bpf",
						 "-I" SELFTESTS "/bpf/progs",
						 "-I" SELFTESTS "/uapi",
						 NULL };
	char *source = text_of(SELFTESTS "/bpf/progs/%s.c", input);
	char *object = object_path(folder, input, compiler);
	bool done = compile_bpf(compiler, "bpfel", source, object, arguments);

	free(source);
	free(object);
	return done;
}

struct variant {
	const struct selftest *of;
	const char *folder;
	enum linker linker;
	const char *compiler[MAX_INPUTS];
	size_t sequence[MAX_INPUTS];
	size_t count;
};

static bool is_reversed(const struct variant *variant)
{
	for (size_t i = 0; i < variant->count && variant->sequence[i] != 0; i++)
		if (variant->sequence[i] == 1)
			return true;
	return false;
}

static char *label_of(const struct variant *variant)
{
	char *label = text_of("%s%s:", variant->of->name,
			      variant->linker == LINKER_BPFTOOL ? " by bpftool" : "");

	for (size_t i = 0; i < variant->count; i++) {
		size_t input = variant->sequence[i];

		label = text_joined(label, text_of(" %s(%s)", variant->of->inputs[input],
						   basename(variant->compiler[input])));
	}
	return label;
}

static bool link_selftest(const struct variant *variant, const char *output, const char *label)
{
	char *paths[MAX_INPUTS], *messages, *problems;
	int status;

	for (size_t i = 0; i < variant->count; i++)
		paths[i] = object_path(variant->folder, variant->of->inputs[variant->sequence[i]],
				       variant->compiler[variant->sequence[i]]);
	status = link_bpf(variant->linker, output, (const char *const *)paths, variant->count,
			  &messages);
	cr_expect(status == 0, "%s: link: exit status %d\n%s", label, status, messages);
	if (status == 0 && variant->linker == LINKER_BPFLD) {
		problems = inspect_object(output, 0);
		cr_expect(!*problems, "%s:\n%s", label, problems);
		free(problems);
	}
	for (size_t i = 0; i < variant->count; i++)
		free(paths[i]);
	free(messages);
	return status == 0;
}

// ---------------------------------------------------------------------------------------------
// Run

static void run_programs(const struct selftest *test, const struct bpf_object *object,
			 const char *label)
{
	for (size_t i = 0; test->runs[i]; i++) {
		int returned = -1;
		bool ran = loader_run(object, test->runs[i], &returned);

		cr_expect(ran && returned == 0, "%s: %s returned %d", label, test->runs[i],
			  returned);
	}
}

// The programs are on raw tracepoints of system calls, so one call of getpgid() runs them all.
static void trigger(const struct bpf_object *object, const char *label)
{
	struct bpf_link *links[MAX_PROGRAMS];
	struct bpf_program *program;
	size_t count = 0;

	bpf_object__for_each_program(program, object)
	{
		if (bpf_program__type(program) != BPF_PROG_TYPE_RAW_TRACEPOINT)
			continue;
		cr_assert(count < MAX_PROGRAMS);
		links[count] = bpf_program__attach(program);
		cr_expect(links[count], "%s: %s does not attach", label,
			  bpf_program__name(program));
		count++;
	}
	syscall(SYS_getpgid);
	while (count)
		bpf_link__destroy(links[--count]);
}

static void run_loaded(const struct variant *variant, struct bpf_object *object, const char *label)
{
	const struct selftest *test = variant->of;

	if (*test->runs) {
		run_programs(test, object, label);
		return;
	}
	trigger(object, label);
	for (const struct value *expect = test->expect; expect->name; expect++) {
		int64_t value = -1;
		int64_t expected =
			expect->differs && is_reversed(variant) ? expect->reversed : expect->value;

		cr_expect(loader_get_variable(object, expect->name, &value) && value == expected,
			  "%s: %s is %ld, expected %ld", label, expect->name, value, expected);
	}
}

static void run_variant(const struct variant *variant)
{
	char *label = label_of(variant), *output = path_join(variant->folder, "linked.o");
	struct bpf_object *object = NULL;
	struct bpf_program *program;

	if (link_selftest(variant, output, label) && !(object = loader_open(output)))
		cr_expect(false, "%s: does not open\n%s", label, loader_log());
	if (object) {
		bpf_object__for_each_program(program, object)
			bpf_program__set_autoload(program, true);
		for (const struct value *set = variant->of->set; set->name; set++)
			cr_expect(
				loader_set_variable(object, set->name,
						    set->is_tid ? syscall(SYS_gettid) : set->value),
				"%s: no variable %s", label, set->name);
		if (!bpf_object__load(object))
			run_loaded(variant, object, label);
		else
			cr_expect(false, "%s: does not load\n%s", label, loader_log());
		bpf_object__close(object);
	}
	free(output);
	free(label);
}

static void run_selftest(const struct selftest *test, enum linker linker)
{
	char *folder = folder_create();
	struct variant variant = { .of = test, .folder = folder, .linker = linker };

	while (variant.count < MAX_INPUTS && test->inputs[variant.count])
		variant.count++;
	for (size_t choice = 0; choice < 3; choice++) {
		for (size_t i = 0; i < variant.count; i++) {
			variant.compiler[i] = compilers[choice == 2 ? i % 2 : choice];
			variant.sequence[i] = i;
			cr_assert(choice == 2 || compile_selftest(folder, test->inputs[i],
								  variant.compiler[i]),
				  "%s: does not compile", test->name);
		}
		// libbpf's linker depends on the order; prog_tests/ uses this one.
		do
			run_variant(&variant);
		while (linker == LINKER_BPFLD && next_order(variant.sequence, variant.count));
	}
	folder_remove(folder);
	free(folder);
}

static void need_selftests(void)
{
	const char *const argv[] = { UNPACK_SELFTESTS, SELFTESTS, NULL };
	struct command_result result;

	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	if (!loader_can_load())
		cr_skip_test("nothing is loaded: that needs root and a kernel with BTF");
	result = command_run(".", argv);
	if (result.status == 77)
		cr_skip_test("%s", result.out.data);
	cr_assert(result.status == 0, "unpacking the selftests: %s", result.err.data);
	command_result_free(&result);
}

static void run_all(enum linker linker)
{
	need_selftests();
	for (size_t i = 0; i < sizeof(selftests) / sizeof(*selftests); i++)
		if (linker == LINKER_BPFLD || !selftests[i].peer_fails)
			run_selftest(&selftests[i], linker);
}

Test(selftests, run)
{
	run_all(LINKER_BPFLD);
}

// The same table holds for libbpf's own linker, so it is the kernel's expectations that it states.
Test(selftests, reference_runs)
{
	run_all(LINKER_BPFTOOL);
}
