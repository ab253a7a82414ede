/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters that were compiled apart, bundled by --bind, in the kernel: fixtures/bound. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	{ "one among other programs", { NULL }, "-DOTHERS" },
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

// ---------------------------------------------------------------------------------------------
// Shapes of programs

// What becomes of a shape. The linker or the kernel refuses it with `says`; or it runs.
// clang-format off
static const struct {
	const char *name;
	const char *shape;     // -DCASE=
	const char *caller[3]; // arguments of the compiler
	bool is_static;        // the function, unless an option says so
	const char *linker;    // what the linker says: a warning, or an error
	bool refused;          // by the linker
	const char *kernel;    // what the kernel or libbpf says to it as a global function
	const char *kernel_static;
	int returns;
} shapes[] = {
	{ "a context and a packet", "0", .returns = 2 },
	{ "void *", "1", .is_static = true, .returns = 2 },
	{ "void * with a tag", "2", .returns = 2 },
	{ "void *, not used", "3", .is_static = true, .returns = 2 },
	{ "moves the packet", "4", .returns = 2 },
	{ "moves the packet that its caller knows", "4", { "-DCALLER=1" },
	  .kernel = "R6 invalid mem access 'scalar'", .kernel_static = "R6 invalid mem access 'scalar'" },
	{ "does not, and its caller knows the packet", "0", { "-DCALLER=1" }, .returns = 2 },
	{ "a tail call", "5", .returns = 2 },
	{ "a tail call below much stack", "5", { "-DCALLER=2", "-DSTACK=300" },
	  .kernel = "tail_calls are not allowed when call stack of previous frames is",
	  .kernel_static = "tail_calls are not allowed when call stack of previous frames is" },
	{ "much stack", "6", .returns = 2 },
	{ "much stack below more", "6", { "-DCALLER=2", "-DSTACK=200" },
	  .kernel = "combined stack size of 2 calls is",
	  .kernel_static = "combined stack size of 2 calls is" },
	{ "returns u64", "7", { "-DRESULT=u64", "-DCALLER=3" }, .returns = 2 },
	{ "returns an enum", "8", .linker = "the return value is 'int' here, 'enum verdict' there", .returns = 2 },
	{ "returns nothing", "9", { "-DRESULT=void", "-DCALLER=3" }, .is_static = true, .returns = 2 },
	{ "eight frames", "10", .kernel = "is too deep", .kernel_static = "is too deep" },
	{ "throws", "11", .linker = "may throw an exception", .returns = 2 },
	{ "names an exception callback", "12", .linker = "as its exception callback", .refused = true },
	{ "tc", "13", { "-DSECTION=\"tc\"", "-DCONTEXT=struct __sk_buff" }, .returns = 2 },
	{ "tc in XDP", "13", { "-DCONTEXT=struct __sk_buff" }, .linker = "they get different contexts", .refused = true },
	{ "XDP in tc", "1", { "-DSECTION=\"tc\"", "-DCONTEXT=struct __sk_buff" }, .linker = "they get different contexts", .refused = true },
	{ "raw tracepoint", "14", { "-DSECTION=\"raw_tp/sys_enter\"", "-DCONTEXT=struct bpf_raw_tracepoint_args" }, .returns = 0 },
	{ "a range of results", "15", { "-DSECTION=\"cgroup_skb/egress\"", "-DCONTEXT=struct __sk_buff" }, .is_static = true, .returns = 1 },
	{ "a callback", "16", .returns = 2 },
	{ "writes events", "17", .returns = 2 },
	{ "in a slot as well", "18", .linker = "is wanted as a program here", .refused = true },
	{ "with frags", "19", .linker = "--bind-any-section", .refused = true },
	{ "without frags", "0", { "-DSECTION=\"xdp.frags\"" }, .linker = "--bind-any-section", .refused = true },
};
// clang-format on

static bool has_static(const char *folder, const char *name)
{
	char *path = path_join(folder, "linked.o");
	struct btf *btf = btf__parse(path, NULL);
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_FUNC);
	bool found = id > 0 && btf_vlen(btf__type_by_id(btf, (uint32_t)id)) == BTF_FUNC_STATIC;

	btf__free(btf);
	free(path);
	return found;
}

// Load and run what was linked, or see the kernel refuse it with @refusal.
static void try_shape(size_t i, const char *folder, const char *label, const char *refusal)
{
	char *path = path_join(folder, "linked.o");
	struct bpf_object *object = loader_open(path);
	bool loaded = object && !bpf_object__load(object);
	int returned = -1;

	cr_expect_eq(loaded, !refusal, "%s: %s\n%s", label, loaded ? "loads" : "does not load",
		     loader_log());
	if (refusal)
		cr_expect(strstr(loader_log(), refusal), "%s: %s", label, loader_log());
	else if (loaded)
		cr_expect(loader_run(object, "caller", &returned) && returned == shapes[i].returns,
			  "%s: returned %d", label, returned);
	bpf_object__close(object);
	free(path);
}

static void test_shape(size_t i, const char *option)
{
	char *folder = folder_create(), *shape = text_of("-DCASE=%s", shapes[i].shape);
	char *label = text_of("%s%s", shapes[i].name, option ? ", static" : "");
	const char *const arguments[] = { "caller.o", "filter.o", "--bind=prog0=filter.o:xdp_main",
					  option, NULL };

	compile(compilers[0], folder, "matrix.c", "filter.o", (const char *const[]){ shape, NULL });
	compile(compilers[0], folder, "caller.c", "caller.o", shapes[i].caller);
	cr_expect_eq(link_bound(folder, arguments, label, shapes[i].linker), !shapes[i].refused,
		     "%s", label);
	if (!shapes[i].refused) {
		cr_expect_eq(has_static(folder, "prog0"), shapes[i].is_static || option, "%s",
			     label);
		if (loader_can_load())
			try_shape(i, folder, label,
				  option ? shapes[i].kernel_static : shapes[i].kernel);
	}
	folder_remove(folder);
	free(label);
	free(shape);
	free(folder);
}

Test(bound_programs, load_or_are_refused)
{
	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		test_shape(i, NULL);
		if (!shapes[i].refused)
			test_shape(i, "--localize=prog0");
	}
}

// ---------------------------------------------------------------------------------------------
// What configures programs

// The priority that libxdp has for the first program of @path; -1 when libxdp is not installed.
static int libxdp_priority(const char *path)
{
	void *library = dlopen("libxdp.so.1", RTLD_NOW | RTLD_LOCAL), *program;
	void *(*open_file)(const char *, const char *, void *);
	unsigned int (*get_priority)(const void *);
	void (*close_program)(void *);
	int priority;

	if (!library)
		return -1;
	*(void **)&open_file = dlsym(library, "xdp_program__open_file");
	*(void **)&get_priority = dlsym(library, "xdp_program__run_prio");
	*(void **)&close_program = dlsym(library, "xdp_program__close");
	cr_assert(open_file && get_priority && close_program);
	program = open_file(path, NULL, NULL);
	cr_assert_not(libbpf_get_error(program), "%s", path);
	priority = (int)get_priority(program);
	close_program(program);
	return priority;
}

// Of programs of one name the entry alone is configured: others are none any more.
static void test_config(const char *compiler)
{
	char *folder = folder_create(), *path = path_join(folder, "linked.o");
	const char *const arguments[] = { "f0.o",
					  "f1.o",
					  "disp.o",
					  "--bind=prog0=f0.o:xdp_main",
					  "--bind=prog1=f1.o:xdp_main",
					  NULL };
	const struct btf_type *datasec;
	struct btf *btf;
	int priority;

	compile(compiler, folder, "config.c", "f0.o",
		(const char *const[]){ "-DPRIORITY=10", NULL });
	compile(compiler, folder, "config.c", "f1.o",
		(const char *const[]){ "-DPRIORITY=20", NULL });
	compile(compiler, folder, "config.c", "disp.o",
		(const char *const[]){ "-DPRIORITY=7", "-DDISPATCHER", NULL });
	cr_assert(link_bound(folder, arguments, compiler, NULL));
	expect_good(folder, compiler);
	btf = btf__parse(path, NULL);
	datasec = btf__type_by_id(
		btf, (uint32_t)btf__find_by_name_kind(btf, ".xdp_run_config", BTF_KIND_DATASEC));
	cr_expect(btf_vlen(datasec) == 1, "%s: %u variables", compiler, btf_vlen(datasec));
	priority = libxdp_priority(path);
	if (priority < 0)
		fprintf(stderr, "SKIP: libxdp is not installed\n");
	else
		cr_expect(priority == 7, "%s: the priority is %d", compiler, priority);
	btf__free(btf);
	free(path);
	folder_remove(folder);
	free(folder);
}

Test(bound_programs, leave_no_configuration)
{
	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	for (size_t c = 0; c < COMPILER_COUNT; c++)
		test_config(compilers[c]);
}

// ---------------------------------------------------------------------------------------------
// Slots that stay empty

// clang-format off
static const struct {
	const char *name;
	const char *caller[4]; // arguments of the compiler
	const char *option;
	bool is_static;
	int returns;
} slots[] = {
	{ "a verdict", { NULL }, "--bind-return=prog0=2", false, 2 },
	{ "another", { NULL }, "--bind-return=prog0=0x1", false, 1 },
	{ "a negative number", { NULL }, "--bind-return=prog0=-1", false, -1 },
	{ "a long number", { "-DRESULT=u64", "-DCALLER=3" }, "--bind-return=prog0=0x100000002", false, 2 },
	{ "without a context", { "-DCONTEXT=void" }, "--bind-return=prog0=2", true, 2 },
	{ "in tc", { "-DSECTION=\"tc\"", "-DCONTEXT=struct __sk_buff", "-DCOMPLETE" }, "--bind-return=prog0=2", false, 2 },
	{ "in tc, with a declared context", { "-DSECTION=\"tc\"", "-DCONTEXT=struct __sk_buff" }, "--bind-return=prog0=2", true, 2 },
	{ "in XDP with frags", { "-DSECTION=\"xdp.frags\"" }, "--bind-return=prog0=2", false, 2 },
	{ "in a raw tracepoint", { "-DSECTION=\"raw_tp/sys_enter\"", "-DCONTEXT=struct bpf_raw_tracepoint_args" }, "--bind-return=prog0=0", true, 0 },
	{ "in a range of results", { "-DSECTION=\"cgroup_skb/egress\"", "-DCONTEXT=struct __sk_buff" }, "--bind-return=prog0=1", true, 1 },
};
// clang-format on

static void test_slot(const char *compiler, size_t i)
{
	char *folder = folder_create(), *label = text_of("%s, %s", slots[i].name, compiler);
	const char *const arguments[] = { "caller.o", slots[i].option, NULL };
	struct bpf_object *object;
	int returned = -2;

	compile(compiler, folder, "caller.c", "caller.o", slots[i].caller);
	if (link_bound(folder, arguments, label, NULL)) {
		expect_good(folder, label);
		cr_expect_eq(has_static(folder, "prog0"), slots[i].is_static, "%s", label);
		object = loader_can_load() ? load(folder, label) : NULL;
		cr_expect(!object || (loader_run(object, "caller", &returned) &&
				      returned == slots[i].returns),
			  "%s: returned %d", label, returned);
		bpf_object__close(object);
	}
	folder_remove(folder);
	free(label);
	free(folder);
}

Test(bound_programs, return_numbers_from_empty_slots)
{
	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	if (!loader_can_load())
		fprintf(stderr, "SKIP: running them needs root and a kernel with BTF\n");
	for (size_t c = 0; c < COMPILER_COUNT; c++) {
		for (size_t i = 0; i < sizeof(slots) / sizeof(*slots); i++)
			test_slot(compilers[c], i);
	}
}

// ---------------------------------------------------------------------------------------------
// Programs side by side

static void run_by_name(const struct bpf_object *object, const char *program, const char *map,
			const char *variable, int step, const char *label)
{
	int64_t seen = -1;
	int returned = -1;

	cr_expect(loader_run(object, program, &returned) && returned == 2, "%s: %s returned %d",
		  label, program, returned);
	expect_element(object, map, 2 * step, label);
	cr_expect(loader_get_variable(object, variable, &seen) && seen == 2 * step, "%s: %s is %ld",
		  label, variable, seen);
}

// An archive with a prefix beside an object of the same names.
static void test_prefixed_archive(const char *folder, const char *compiler)
{
	const char *const arguments[] = { "f1.o", "--whole-archive", "lib.a", "--prefix=lib.a=a_",
					  NULL };
	struct command_result archived =
		command_run(folder, (const char *const[]){ "ar", "rc", "lib.a", "f0.o", NULL });
	struct bpf_object *object;

	cr_assert_eq(archived.status, 0, "%s", archived.err.data);
	command_result_free(&archived);
	if (!link_bound(folder, arguments, compiler, NULL))
		return;
	expect_good(folder, compiler);
	object = loader_can_load() ? load(folder, compiler) : NULL;
	if (object) {
		run_by_name(object, "a_xdp_main", "a_counters", "a_seen", 1, compiler);
		run_by_name(object, "xdp_main", "counters", "seen", 10, compiler);
	}
	bpf_object__close(object);
}

static void test_prefixes(const char *compiler)
{
	char *folder = folder_create();
	const char *const arguments[] = { "f0.o",
					  "f1.o",
					  "f2.o",
					  "--prefix=f0.o=a_",
					  "--prefix=f1.o=b_",
					  "--rename=counters=total",
					  "--rename=xdp_main=plain",
					  NULL };
	const char *const wrong[] = { "f0.o", "f1.o", "--prefix=f0.o=a_", "--rename=count=one",
				      NULL };
	struct bpf_object *object;

	make_chain(compiler, folder, NULL);
	// --rename counts before --prefix, so all inputs define these two.
	cr_expect_not(link_bound(folder, arguments, compiler, "map 'total' is defined more"));
	cr_expect_not(link_bound(folder, wrong, compiler, "'one' is defined more than once"));
	if (link_bound(folder,
		       (const char *const[]){ "f0.o", "f1.o", "--prefix=f0.o=a_",
					      "--prefix=f1.o=b_", NULL },
		       compiler, NULL)) {
		expect_good(folder, compiler);
		object = loader_can_load() ? load(folder, compiler) : NULL;
		if (object) {
			run_by_name(object, "a_xdp_main", "a_counters", "a_seen", 1, compiler);
			run_by_name(object, "b_xdp_main", "b_counters", "b_seen", 10, compiler);
		}
		bpf_object__close(object);
	}
	if (link_bound(folder,
		       (const char *const[]){ "f0.o", "f1.o", "--prefix=f1.o=b_",
					      "--bind=prog0=b_xdp_main", "disp.o", "f2.o",
					      "--bind=prog1=f0.o:xdp_main", "-Wno-renamed",
					      "--bind=prog2=f2.o:xdp_main", NULL },
		       compiler, NULL))
		expect_good(folder, compiler);
	test_prefixed_archive(folder, compiler);
	folder_remove(folder);
	free(folder);
}

Test(bound_programs, stay_apart_by_prefixes)
{
	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	if (!loader_can_load())
		fprintf(stderr, "SKIP: running them needs root and a kernel with BTF\n");
	for (size_t c = 0; c < COMPILER_COUNT; c++)
		test_prefixes(compilers[c]);
}

// ---------------------------------------------------------------------------------------------
// Definitions of a header

static void test_equal(const char *compiler)
{
	const char *const fold[] = { "f0.o", "f1.o", "--fold-identical=all", NULL };
	const char *const maps[] = { "f0.o", "f1.o", "--fold-identical=maps", NULL };
	char *folder = folder_create();
	struct bpf_object *object;

	for (int i = 0; i < 2; i++)
		compile(compiler, folder, "filter.c", i ? "f1.o" : "f0.o",
			(const char *const[]){ "-DSTEP=1", NULL });
	cr_expect_not(link_bound(folder, maps, compiler, "'count' is defined more than once"));
	if (link_bound(folder, fold, compiler, NULL)) {
		expect_good(folder, compiler);
		object = loader_can_load() ? load(folder, compiler) : NULL;
		if (object)
			run_by_name(object, "xdp_main", "counters", "seen", 1, compiler);
		bpf_object__close(object);
	}
	folder_remove(folder);
	free(folder);
}

Test(bound_programs, are_one_where_they_are_equal)
{
	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	if (!loader_can_load())
		fprintf(stderr, "SKIP: running them needs root and a kernel with BTF\n");
	for (size_t c = 0; c < COMPILER_COUNT; c++)
		test_equal(compilers[c]);
}
