/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links nest: linking outputs of links comes to the same as linking all objects at once, whatever
 * was linked with what before, and with which options.
 *
 * Every program of fixtures/kernel and every rule of fixtures/sym is linked in random nestings:
 * runs of its inputs are replaced by their link, some times over, the rest is linked to the end.
 * That must fail where the link of all fails; otherwise it must give the same global symbols,
 * static functions and variables, an object that is as sound, and the same results in the kernel.
 * Seeds are fixed. NESTING_TIMES=100 tries a hundred times as many.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <criterion/criterion.h>

#include "kernel_cases.h"
#include "support/check.h"
#include "support/command.h"
#include "support/compare.h"
#include "support/loader.h"
#include "support/object.h"
#include "support/random.h"
#include "support/toolbox.h"
#include "symbol_rules.h"

// What changes nothing of what an object means to a later link.
static const char *const inner_options[] = {
	NULL,         "--strip-all",        "--discard-all", "--strip-btf-ext-lines",
	"--icf=safe", "--no-unique-locals", "--icf=all",     "--discard-locals",
};
static const char *const outer_options[] = { NULL, NULL, "--gc-sections", "--strip-all",
					     "--icf=all" };

// Objects that are linked together.
struct group {
	const char *name;
	const char *folder; // for files
	size_t count;
	char *objects[MAX_INPUTS];
	bool fixed_order;
	const struct kernel_case *of; // one of these two
	const struct rule *rule;
};

// One way to link a group.
struct nesting {
	const struct group *group;
	struct random random;
	char *items[MAX_INPUTS];
	size_t count;
	int links; // so far
	bool failed;
	bool locals_vary; // options of inner links had to do with local symbols
	const char *outer;
	char *label; // what was done, for messages
};

static int loads;   // into the kernel
static int skipped; // likewise

static const char *pick(struct random *random, const char *const *options, size_t count)
{
	return options[random_below(random, (uint32_t)count)];
}

static int link_items(char *const *items, size_t count, const char *option, const char *output)
{
	const char *arguments[MAX_INPUTS + 2] = { "--no-warnings" };
	char *messages;
	size_t used = 1;
	int status;

	if (option)
		arguments[used++] = option;
	for (size_t i = 0; i < count; i++)
		arguments[used++] = items[i];
	status = link_bpf(LINKER_BPFLD, output, arguments, used, &messages);
	cr_expect(status <= 1, "%s: exit status %d: %s", output, status, messages);
	free(messages);
	return status;
}

// ---------------------------------------------------------------------------------------------
// Random nestings

static void shuffle(struct nesting *nesting)
{
	uint32_t sequence[MAX_INPUTS];

	for (uint32_t i = 0; i < nesting->count; i++)
		sequence[i] = i;
	if (!nesting->group->fixed_order)
		random_shuffle(&nesting->random, sequence, (uint32_t)nesting->count);
	for (size_t i = 0; i < nesting->count; i++) {
		nesting->items[i] = text_of("%s", nesting->group->objects[sequence[i]]);
		nesting->label = text_joined(nesting->label, text_of(" %u", sequence[i]));
	}
}

// Replace @size items from @first on by their link.
static void nest(struct nesting *nesting, size_t first, size_t size)
{
	const char *option = pick(&nesting->random, inner_options,
				  sizeof(inner_options) / sizeof(*inner_options));
	char *output = text_of("%s/inner%d.o", nesting->group->folder, nesting->links++);

	nesting->label =
		text_joined(nesting->label, text_of(", link(%zu..%zu%s%s)", first, first + size - 1,
						    option ? " " : "", option ? option : ""));
	nesting->locals_vary |= option != NULL;
	nesting->failed |= link_items(nesting->items + first, size, option, output) != 0;
	for (size_t i = first; i < first + size; i++)
		free(nesting->items[i]);
	nesting->items[first] = output;
	nesting->count -= size - 1;
	memmove(nesting->items + first + 1, nesting->items + first + size,
		(nesting->count - first - 1) * sizeof(*nesting->items));
}

static void nest_some(struct nesting *nesting)
{
	uint32_t times = 1 + random_below(&nesting->random, 3);

	for (uint32_t i = 0; i < times && !nesting->failed; i++) {
		uint32_t first = random_below(&nesting->random, (uint32_t)nesting->count);
		uint32_t rest = (uint32_t)nesting->count - first;

		nest(nesting, first, 1 + random_below(&nesting->random, rest));
	}
}

// ---------------------------------------------------------------------------------------------
// Comparison

// "f: LOCAL FUNC ..." of "f__1: LOCAL FUNC ..."; the number depends on what else was there.
static char *without_number(char *line)
{
	char *colon = strstr(line, ": "), *end = colon;

	while (end && end > line && end[-1] >= '0' && end[-1] <= '9')
		end--;
	if (!end || end == colon || end - line < 3 || end[-1] != '_' || end[-2] != '_')
		return line;
	memmove(end - 2, colon, strlen(colon) + 1);
	return without_number(line);
}

struct lines {
	char *items[512];
	size_t count;
};

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *sorted(struct lines *lines)
{
	char *text = text_of("%s", "");

	qsort(lines->items, lines->count, sizeof(*lines->items), compare_lines);
	for (size_t i = 0; i < lines->count; i++)
		text = text_joined(text, text_of("%s\n", lines->items[i]));
	return text;
}

// Which of equal licences keeps its name depends on which still has a symbol.
static bool is_license(const char *line)
{
	return strstr(line, " in license,") != NULL;
}

// Global symbols; also static functions, where @locals, by the names that they had.
static char *list_symbols(const char *path, bool locals)
{
	char *all = object_symbols(path), *rest = all, *line;
	struct lines lines = { .count = 0 };
	char *text;

	cr_assert(all, "%s: no symbols", path);
	while ((line = strsep(&rest, "\n"))) {
		bool is_local = strstr(line, ": LOCAL ") != NULL;

		if (*line && !is_license(line) && lines.count < 512 &&
		    (!is_local || (locals && strstr(line, ": LOCAL FUNC"))))
			lines.items[lines.count++] = is_local ? without_number(line) : line;
	}
	text = sorted(&lines);
	free(all);
	return text;
}

static void add_variables(struct lines *lines, const struct btf *btf, const struct btf_type *sec)
{
	const struct btf_var_secinfo *entries = btf_var_secinfos(sec);

	for (uint32_t i = 0; i < btf_vlen(sec) && lines->count < 512; i++) {
		const struct btf_type *var = btf__type_by_id(btf, entries[i].type);

		lines->items[lines->count++] = text_of(
			"%s: %s, %u bytes, linkage %u", btf__name_by_offset(btf, sec->name_off),
			btf__name_by_offset(btf, var->name_off), entries[i].size,
			btf_is_var(var) ? btf_var(var)->linkage : btf_vlen(var));
	}
}

// What DATASECs list.
static char *list_variables(const char *path)
{
	struct btf *btf = btf__parse(path, NULL);
	struct lines lines = { .count = 0 };
	char *text;

	for (uint32_t id = 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (btf_is_datasec(type) &&
		    strcmp(btf__name_by_offset(btf, type->name_off), "license"))
			add_variables(&lines, btf, type);
	}
	text = sorted(&lines);
	for (size_t i = 0; i < lines.count; i++)
		free(lines.items[i]);
	btf__free(btf);
	return text;
}

// What the checker says of @path; what it compares with the inputs does not depend on the way.
static char *list_problems(const struct group *group, const char *path)
{
	struct compared_file files[MAX_INPUTS + 1];
	char *problems = check_object_file(path, CHECK_PARTIAL_BTF), *differences;

	for (size_t i = 0; i <= group->count; i++) {
		const char *name = i ? group->objects[i - 1] : path;
		struct bytes bytes = file_read(name);

		files[i] = (struct compared_file){ name, bytes.data, bytes.size };
	}
	differences = compare_objects(&files[0], &files[1], group->count);
	for (size_t i = 0; i <= group->count; i++)
		free((void *)files[i].image);
	return text_joined(problems, differences);
}

static void expect_equal(const struct nesting *nesting, const char *what, char *nested, char *flat)
{
	cr_expect_str_eq(nested, flat, "%s: %s:\n%s\nand of all at once:\n%s", nesting->label, what,
			 nested, flat);
	free(nested);
	free(flat);
}

static void compare_outputs(const struct nesting *nesting, const char *nested, const char *flat)
{
	bool same_locals = !nesting->locals_vary && !nesting->outer;
	char *problems = list_problems(nesting->group, flat);
	bool sound = !*problems;

	free(problems);
	expect_equal(nesting, "symbols", list_symbols(nested, same_locals),
		     list_symbols(flat, same_locals));
	expect_equal(nesting, "variables", list_variables(nested), list_variables(flat));
	if (!sound || nesting->locals_vary)
		return;
	problems = list_problems(nesting->group, nested);
	cr_expect(!*problems, "%s:\n%s", nesting->label, problems);
	free(problems);
}

static void expect_unchanged(const struct nesting *nesting, char *output)
{
	char *again = text_of("%s/again.o", nesting->group->folder);

	link_items(&output, 1, NULL, again);
	cr_expect(file_same(output, again), "%s: linked again alone is another file",
		  nesting->label);
	free(again);
}

// ---------------------------------------------------------------------------------------------
// In the kernel

static void expect_returns(const struct nesting *nesting, const struct bpf_object *object,
			   const char *program, int64_t expected)
{
	int returned = -1;
	bool ran = loader_run(object, program, &returned);

	cr_expect(ran && returned == expected, "%s: %s returned %d, expected %ld%s", nesting->label,
		  program, returned, expected, ran ? "" : " (did not run)");
}

static void expect_case(const struct nesting *nesting, const struct bpf_object *object)
{
	const struct kernel_case *c = nesting->group->of;
	int64_t value = -1;

	for (const struct expectation *e = c->returns; e->name; e++)
		expect_returns(nesting, object, e->name, e->value);
	for (const struct expectation *e = c->variables; e->name; e++) {
		if (!e->type)
			cr_expect(loader_get_variable(object, e->name, &value) && value == e->value,
				  "%s: %s is %ld", nesting->label, e->name, value);
	}
	for (const struct expectation *e = c->elements; e->name; e++)
		cr_expect(loader_get_element(object, e->name, e->key, &value) && value == e->value,
			  "%s: %s[%u] is %ld", nesting->label, e->name, e->key, value);
}

static bool is_loadable(const struct group *group)
{
	if (group->rule)
		return group->rule->reach == LOADS;
	return libbpf_major_version() > 1 || libbpf_minor_version() >= group->of->libbpf;
}

static void run(const struct nesting *nesting, const char *path)
{
	const struct rule *rule = nesting->group->rule;
	struct bpf_object *object;
	bool loaded;

	if (!is_loadable(nesting->group))
		return;
	if (!loader_can_load()) {
		skipped++;
		return;
	}
	loads++;
	object = loader_open(path);
	loaded = object && !bpf_object__load(object);
	cr_expect(loaded, "%s: does not load\n%s", nesting->label, loader_log());
	if (loaded && !rule)
		expect_case(nesting, object);
	for (int i = 0; loaded && rule && i < 3 && rule->runs[i].program; i++)
		expect_returns(nesting, object, rule->runs[i].program, rule->runs[i].returns);
	bpf_object__close(object);
}

// ---------------------------------------------------------------------------------------------
// Groups

static void try_nesting(const struct group *group, uint64_t seed)
{
	struct nesting nesting = {
		.group = group,
		.random.state = seed * 1000 + (uint64_t)group->name[0] + strlen(group->name),
		.count = group->count,
		.label = text_of("%s (%lu):", group->name, seed),
	};
	char *flat = text_of("%s/flat.o", group->folder);
	char *nested = text_of("%s/nested.o", group->folder);
	bool fails;

	shuffle(&nesting);
	nesting.outer = pick(&nesting.random, outer_options,
			     sizeof(outer_options) / sizeof(*outer_options));
	fails = link_items(nesting.items, nesting.count, nesting.outer, flat) != 0;
	nest_some(&nesting);
	if (nesting.outer)
		nesting.label = text_joined(nesting.label, text_of(", %s", nesting.outer));
	nesting.failed = nesting.failed ||
			 link_items(nesting.items, nesting.count, nesting.outer, nested) != 0;
	cr_expect_eq(nesting.failed, fails, "%s: %s", nesting.label,
		     fails ? "links, but not all at once" : "does not link");
	if (!fails && !nesting.failed) {
		compare_outputs(&nesting, nested, flat);
		expect_unchanged(&nesting, nested);
		run(&nesting, nested);
	}
	for (size_t i = 0; i < nesting.count; i++)
		free(nesting.items[i]);
	free(nesting.label);
	free(nested);
	free(flat);
}

static void try_group(struct group *group, uint32_t times)
{
	const char *more = getenv("NESTING_TIMES");

	times *= more ? (uint32_t)atoi(more) : 1;
	for (uint32_t seed = 1; group->count && seed <= times; seed++)
		try_nesting(group, seed);
	for (size_t i = 0; i < group->count; i++)
		free(group->objects[i]);
}

// One of an older compiler among them, in turn.
static bool compile(struct group *group, const char *source, const char *const *arguments,
		    bool newest)
{
	const char *compiler = newest || group->count % 2 == 0 ? CLANG_22 : CLANG;
	char *object = text_of("%s/%zu.o", group->folder, group->count);

	if (!compile_bpf(compiler, "bpfel", source, object, arguments)) {
		cr_expect(false, "%s does not compile", source);
		free(object);
		return false;
	}
	group->objects[group->count++] = object;
	return true;
}

static void begin(struct group *group)
{
	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	group->folder = folder_create();
}

static void end(const struct group *group)
{
	if (skipped)
		fprintf(stderr, "SKIP: %d loads: need root and a kernel with BTF\n", skipped);
	cr_expect(loads || skipped, "nothing was run");
	folder_remove(group->folder);
	free((char *)group->folder);
}

Test(nesting, programs)
{
	struct group group;

	begin(&group);
	for (size_t i = 0; i < kernel_case_count; i++) {
		const struct kernel_case *c = &kernel_cases[i];
		bool done = true;

		group = (struct group){ .name = c->name,
					.folder = group.folder,
					.fixed_order = c->fixed_order,
					.of = c };
		for (size_t j = 0; j < kernel_case_inputs(c) && done; j++) {
			char *source = kernel_case_source(c, j);

			done = compile(&group, source, c->arguments, c->newest_compiler);
			free(source);
		}
		try_group(&group, 4);
	}
	end(&group);
}

static void compile_rule(struct group *group, const struct rule *rule)
{
	static const char *const sources[] = { "a.c", "b.c", "c.c" };

	for (int i = 0; i < 3; i++) {
		char *source = text_of("%s/sym/%s/%s", FIXTURES, rule->name, sources[i]);
		struct bytes text = file_read(source);

		if (text.data)
			compile(group, source, (const char *const[]){ rule->flags[i], NULL },
				false);
		free(text.data);
		free(source);
	}
}

Test(nesting, rules)
{
	static const struct rules *const all[] = { &function_rules, &variable_rules, &map_rules,
						   &section_rules };
	struct group group;

	begin(&group);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		for (size_t j = 0; j < all[i]->count; j++) {
			const struct rule *rule = &all[i]->rule[j];

			// What is right in one order only.
			if (rule->order == REVERSED)
				continue;
			group = (struct group){ .name = rule->name,
						.folder = group.folder,
						.fixed_order = rule->order == FORWARD,
						.rule = rule };
			compile_rule(&group, rule);
			try_group(&group, 2);
		}
	}
	end(&group);
}
