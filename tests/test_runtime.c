/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The runtime archive in the kernel: each of its functions gives what the C library or the compiler
 * gives, over random arguments (fixtures/runtime/calls.c), and objects of all compilers that call
 * them by themselves link and run (made.c).
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <criterion/criterion.h>

#include "support/check.h"
#include "support/command.h"
#include "support/loader.h"
#include "support/toolbox.h"

#define ROOM  64
#define TIMES 500

// The variables of calls.c.
struct variables {
	char *a, *b;
	uint64_t *size, *shift;
	int64_t *x, *y, *result;
};

static int sign(int64_t number)
{
	return (number > 0) - (number < 0);
}

// The bytes to expect in `a` of functions that write, beside what they return.
static char written[2 * ROOM];

static int64_t of_memcpy(const struct variables *v)
{
	memcpy(written, v->b, *v->size);
	return 1;
}

static int64_t of_memset(const struct variables *v)
{
	memset(written, (int)*v->x, *v->size);
	return 1;
}

static int64_t of_memmove(const struct variables *v)
{
	memmove(written + *v->shift % ROOM, written + ROOM / 2, *v->size);
	return 1;
}

static int64_t of_memcmp(const struct variables *v)
{
	return sign(memcmp(v->a, v->b, *v->size));
}

static int64_t of_bcmp(const struct variables *v)
{
	return memcmp(v->a, v->b, *v->size) != 0;
}

static int64_t of_strlen(const struct variables *v)
{
	return (int64_t)strnlen(v->a, ROOM - 1);
}

static int64_t of_strcmp(const struct variables *v)
{
	return sign(strncmp(v->a, v->b, ROOM - 1));
}

static int64_t of_left(const struct variables *v)
{
	return sign(strncmp("abba", v->a, ROOM));
}

static int64_t of_right(const struct variables *v)
{
	return sign(strncmp(v->a, "abba", ROOM));
}

// Where C has no result: x / 0 is 0, x % 0 is x, and what overflows wraps.
static int64_t of_divdi3(const struct variables *v)
{
	return *v->y == 0 ? 0 : *v->y == -1 ? (int64_t) - (uint64_t)*v->x : *v->x / *v->y;
}

static int64_t of_moddi3(const struct variables *v)
{
	return *v->y == 0 ? *v->x : *v->y == -1 ? 0 : *v->x % *v->y;
}

static int64_t of_clzdi2(const struct variables *v)
{
	return *v->x ? __builtin_clzll((unsigned long long)*v->x) : 64;
}

static int64_t of_ctzdi2(const struct variables *v)
{
	return *v->x ? __builtin_ctzll((unsigned long long)*v->x) : 64;
}

static int64_t of_popcountdi2(const struct variables *v)
{
	return __builtin_popcountll((unsigned long long)*v->x);
}

static const struct function {
	const char *program;
	int64_t (*expected)(const struct variables *v);
	bool signs; // only the sign of the result is defined
} functions[] = {
	{ "memcpy_any", of_memcpy, false },   { "memset_any", of_memset, false },
	{ "memmove_any", of_memmove, false }, { "memcmp_any", of_memcmp, true },
	{ "bcmp_any", of_bcmp, false },       { "strlen_any", of_strlen, false },
	{ "strcmp_any", of_strcmp, true },    { "strcmp_left", of_left, true },
	{ "strcmp_right", of_right, true },   { "__divdi3_any", of_divdi3, false },
	{ "__moddi3_any", of_moddi3, false }, { "__clzdi2_any", of_clzdi2, false },
	{ "__ctzdi2_any", of_ctzdi2, false }, { "__popcountdi2_any", of_popcountdi2, false },
};

// Numbers of all sizes, and the ends of their range more often than they are met by chance.
static int64_t random_number(void)
{
	uint64_t bits = (uint64_t)random() << 62 ^ (uint64_t)random() << 31 ^ (uint64_t)random();

	switch (random() % 8) {
	case 0:
		return random() % 5 - 2;
	case 1:
		return random() % 2 ? INT64_MIN : INT64_MAX;
	default:
		return (int64_t)bits >> random() % 64;
	}
}

// Few values, so that strings are often equal up to some place.
static char random_byte(void)
{
	static const char bytes[] = "aaaabbb\xff\x80";

	return bytes[random() % (long)sizeof(bytes)];
}

static void choose_arguments(const struct variables *v)
{
	bool alike = random() % 2;

	for (size_t i = 0; i < sizeof(written); i++) {
		v->a[i] = random_byte();
		v->b[i] = alike && random() % 32 ? v->a[i] : random_byte();
	}
	*v->size = (uint64_t)random() % (ROOM + 1);
	*v->shift = (uint64_t)random();
	*v->x = random_number();
	*v->y = random_number();
}

static void check_call(const struct bpf_object *object, const struct function *f,
		       const struct variables *v)
{
	int64_t expected, result;
	int returned = -1;

	memcpy(written, v->a, sizeof(written));
	expected = f->expected(v);
	cr_assert(loader_run(object, f->program, &returned) && returned == 0, "%s does not run",
		  f->program);
	result = f->signs ? sign(*v->result) : *v->result;
	cr_expect(result == expected, "%s: %ld, expected %ld, of size %lu, shift %lu, x %ld, y %ld",
		  f->program, result, expected, *v->size, *v->shift, *v->x, *v->y);
	cr_expect(!memcmp(written, v->a, sizeof(written)), "%s: size %lu, shift %lu: other bytes",
		  f->program, *v->size, *v->shift);
}

static struct bpf_object *load(const char *path)
{
	struct bpf_object *object = loader_open(path);

	cr_assert(object && !bpf_object__load(object), "does not load\n%s", loader_log());
	return object;
}

// The map of all variables, which the kernel shares with this process.
static char *share_variables(const struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		void *shared;

		if (!strstr(bpf_map__name(map), ".bss"))
			continue;
		shared = mmap(NULL, bpf_map__value_size(map), PROT_READ | PROT_WRITE, MAP_SHARED,
			      bpf_map__fd(map), 0);
		cr_assert(shared != MAP_FAILED, "no memory of variables");
		return shared;
	}
	cr_assert_fail("no map of variables");
	return NULL;
}

static void *find_variable(const struct bpf_object *object, char *shared, const char *name)
{
	const struct btf *btf = bpf_object__btf(object);
	int id = btf__find_by_name_kind(btf, ".bss", BTF_KIND_DATASEC);
	const struct btf_type *section = btf__type_by_id(btf, (unsigned int)id);
	const struct btf_var_secinfo *entry = btf_var_secinfos(section);

	for (int i = 0; i < btf_vlen(section); i++, entry++) {
		const struct btf_type *variable = btf__type_by_id(btf, entry->type);

		if (!strcmp(btf__name_by_offset(btf, variable->name_off), name))
			return shared + entry->offset;
	}
	cr_assert_fail("no variable '%s'", name);
	return NULL;
}

static void check_functions(const char *path)
{
	struct bpf_object *object = load(path);
	char *shared = share_variables(object);
	const struct variables v = {
		.a = find_variable(object, shared, "a"),
		.b = find_variable(object, shared, "b"),
		.size = find_variable(object, shared, "size"),
		.shift = find_variable(object, shared, "shift"),
		.x = find_variable(object, shared, "x"),
		.y = find_variable(object, shared, "y"),
		.result = find_variable(object, shared, "result"),
	};

	srandom(1);
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		for (int j = 0; j < TIMES; j++) {
			choose_arguments(&v);
			check_call(object, &functions[i], &v);
		}
	}
	bpf_object__close(object);
}

// Compile @name of fixtures/runtime, and link it without further options. NULL: it does not
// compile.
static char *link_fixture(const char *folder, const char *compiler, const char *target,
			  const char *name, const char *option)
{
	char *source = path_join(FIXTURES "/runtime", name), *messages, *problems;
	char *object = path_join(folder, "input.o"), *output = path_join(folder, "output.o");
	const char *const arguments[] = { option, NULL };

	cr_assert(compile_bpf(compiler, target, source, object, arguments), "%s: %s", compiler,
		  name);
	cr_expect(link_bpf(LINKER_BPFLD, output, (const char *const[]){ object, "--no-undefined" },
			   2, &messages) == 0 &&
			  !*messages,
		  "%s %s %s: %s", compiler, target, name, messages);
	problems = inspect_object(output, CHECK_PARTIAL_BTF);
	cr_expect(!*problems, "%s %s %s:\n%s", compiler, target, name, problems);
	free(problems);
	free(messages);
	free(object);
	free(source);
	return output;
}

static void need_tools(void)
{
	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	if (!*BPF_GCC)
		fprintf(stderr, "SKIP: calls that GCC makes: bpf-gcc is not installed\n");
}

Test(runtime, functions_are_those_of_c)
{
	char *folder = folder_create(), *path;

	need_tools();
	free(link_fixture(folder, CLANG, "bpfeb", "calls.c", "-fno-builtin"));
	path = link_fixture(folder, CLANG, "bpfel", "calls.c", "-fno-builtin");
	if (loader_can_load())
		check_functions(path);
	else
		fprintf(stderr, "SKIP: loading programs: no root, or no BTF of the kernel\n");
	free(path);
	folder_remove(folder);
	free(folder);
}

Test(runtime, compilers_make_the_calls)
{
	const char *const made_by[] = { CLANG, CLANG_22, BPF_GCC };
	const char *const targets[] = { "bpfeb", "bpfel" };
	char *folder = folder_create();

	need_tools();
	for (size_t i = 0; i < 6; i++) {
		const char *compiler = made_by[i / 2];
		struct bpf_object *object;
		int returned = -1;
		char *path;

		if (!*compiler)
			continue;
		path = link_fixture(folder, compiler, targets[i % 2], "made.c", NULL);
		if (i % 2 && loader_can_load()) {
			object = load(path);
			cr_expect(loader_run(object, "made", &returned) && returned == 1, "%s: %d",
				  compiler, returned);
			bpf_object__close(object);
		}
		free(path);
	}
	folder_remove(folder);
	free(folder);
}
