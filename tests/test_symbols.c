/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every rule of symbol resolution, end to end: compile the folder of the rule, link it in every
 * order of its files, and look at what came out with other people's tools.
 *
 * What a rule cannot say is the same for all: a failed link says why, names every file and leaves
 * the old output alone; a good one passes eu-elflint and our checker, and linking it once more
 * gives it back byte for byte.
 */
#include <criterion/criterion.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "support/check.h"
#include "support/command.h"
#include "support/loader.h"
#include "support/object.h"
#include "support/toolbox.h"
#include "symbol_rules.h"

struct variant {
	const char *name;
	const char *compilers[3]; // by file; "" when it is not installed
	const char *target;
	bool loadable; // by this machine
};

static const struct variant variants[] = {
	{ "clang", { CLANG, CLANG, CLANG }, "bpfel", true },
	{ "clang 22", { CLANG_22, CLANG_22, CLANG_22 }, "bpfel", true },
	{ "mixed", { CLANG, CLANG_22, CLANG }, "bpfel", true },
	{ "big endian", { CLANG, CLANG, CLANG }, "bpfeb", false },
};

static const char *const sources[] = { "a.c", "b.c", "c.c" };
static const char *const objects[] = { "a.o", "b.o", "c.o" };

// Orders of inputs, as indices into `objects`; the first is forward and the second reversed.
static const char *const orders[3][7] = {
	{ "0" },
	{ "01", "10" },
	{ "012", "210", "021", "102", "120", "201" },
};

struct attempt {
	const struct rule *rule;
	const struct variant *variant;
	const char *order;
	const char *folder; // where a.o, b.o, c.o and out.o are
	const char *label;  // for messages of failed tests
};

static int skipped; // checks that need a kernel

static bool compile(const char *source, const char *object, const char *flags,
		    const struct variant *variant, int file, const char *folder)
{
	const char *arguments[] = { flags, NULL };
	char *path = path_join(folder, object);
	bool ok = compile_bpf(variant->compilers[file], variant->target, source, path, arguments);

	cr_expect(ok, "%s does not compile", source);
	free(path);
	return ok;
}

/** Compile the files that the rule's folder has. Returns how many, 0 when one does not compile. */
static int compile_all(const struct rule *rule, const struct variant *variant, const char *folder)
{
	int count = 0;

	for (int i = 0; i < 3; i++) {
		char *parent = path_join(FIXTURES "/sym", rule->name);
		char *source = path_join(parent, sources[i]);
		struct bytes text = file_read(source);
		bool ok = !text.data ||
			  compile(source, objects[i], rule->flags[i], variant, i, folder);

		count += text.data != NULL;
		free(text.data);
		free(source);
		free(parent);
		if (!ok)
			return 0;
	}
	return count;
}

static struct command_result link_objects(const struct attempt *attempt, const char *option)
{
	const char *argv[8] = { BPFLD, "-o", "out.o" };
	int argc = 3;

	if (option)
		argv[argc++] = option;
	for (const char *digit = attempt->order; *digit; digit++)
		argv[argc++] = objects[*digit - '0'];
	return command_run(attempt->folder, argv);
}

// ---------------------------------------------------------------------------------------------
// Links that fail

static void expect_refusal(const struct attempt *attempt)
{
	static const char old[] = "the previous output";
	char *path = path_join(attempt->folder, "out.o");
	struct command_result result;
	struct bytes left;

	file_write(path, old, sizeof(old));
	result = link_objects(attempt, NULL);
	left = file_read(path);
	cr_expect(result.status == 1, "%s: exit status %d", attempt->label, result.status);
	cr_expect(result.out.size == 0, "%s: printed %s", attempt->label, result.out.data);
	cr_expect(strstr(result.err.data, "error: ") &&
			  strstr(result.err.data, attempt->rule->says),
		  "%s: says %s", attempt->label, result.err.data);
	for (const char *digit = attempt->order; *digit; digit++)
		cr_expect(strstr(result.err.data, objects[*digit - '0']),
			  "%s: does not name %s: %s", attempt->label, objects[*digit - '0'],
			  result.err.data);
	cr_expect(left.size == sizeof(old) && !memcmp(left.data, old, sizeof(old)),
		  "%s: the old output is gone", attempt->label);
	free(left.data);
	free(path);
	command_result_free(&result);
}

static void expect_warning(const struct attempt *attempt, const struct command_result *result)
{
	cr_expect(result->status == 0, "%s: exit status %d, says %s", attempt->label,
		  result->status, result->err.data);
	cr_expect(strstr(result->err.data, "warning: ") &&
			  strstr(result->err.data, attempt->rule->says) &&
			  !strstr(result->err.data, "error: "),
		  "%s: says %s", attempt->label, result->err.data);
}

// ---------------------------------------------------------------------------------------------
// Links that succeed

static void expect_consistent(const struct attempt *attempt, const char *path)
{
	const struct rule *rule = attempt->rule;
	bool partial = rule->flags[0] || rule->flags[1];
	char *problems = inspect_object(path, partial ? CHECK_PARTIAL_BTF : 0);
	char *rest = problems, *line;

	do
		line = strsep(&rest, "\n");
	while (line && (!*line || (rule->fault && strstr(line, rule->fault))));
	cr_expect(!line, "%s: %s", attempt->label, line);
	free(problems);
}

static void expect_same_again(const struct attempt *attempt, const char *path)
{
	const char *argv[] = { BPFLD, "-o", "again.o", "out.o", NULL };
	struct command_result result = command_run(attempt->folder, argv);
	char *again = path_join(attempt->folder, "again.o");

	cr_expect(result.status == 0, "%s: linking the output: %s", attempt->label,
		  result.err.data);
	cr_expect(file_same(path, again), "%s: linking the output changes it", attempt->label);
	free(again);
	command_result_free(&result);
}

static void expect_sound(const struct attempt *attempt, const char *path)
{
	expect_consistent(attempt, path);
	expect_same_again(attempt, path);
}

static bool has_line(const char *text, const char *start)
{
	const char *found = strstr(text, start);

	while (found && found != text && found[-1] != '\n')
		found = strstr(found + 1, start);
	return found != NULL;
}

static void expect_symbols(const struct attempt *attempt, const char *path)
{
	const char *const *symbols = attempt->rule->symbols;
	char *listing = object_symbols(path);

	cr_expect(listing, "%s: no symbols", attempt->label);
	for (int i = 0; listing && i < 3 && symbols[i]; i++)
		cr_expect(has_line(listing, symbols[i]), "%s: no '%s' in\n%s", attempt->label,
			  symbols[i], listing);
	free(listing);
}

static void expect_runs(const struct attempt *attempt, const struct bpf_object *object)
{
	const struct run *runs = attempt->rule->runs;

	for (int i = 0; i < 3 && runs[i].program; i++) {
		int returned = 0;

		cr_expect(loader_run(object, runs[i].program, &returned), "%s: %s does not run",
			  attempt->label, runs[i].program);
		cr_expect(returned == runs[i].returns, "%s: %s returned %d, not %d", attempt->label,
			  runs[i].program, returned, runs[i].returns);
	}
}

static void expect_reach(const struct attempt *attempt, const char *path)
{
	enum reach reach = attempt->rule->reach;
	struct bpf_object *object;

	if (reach == REFUSED || !attempt->variant->loadable)
		return;
	object = loader_open(path);
	cr_expect(object, "%s: libbpf: %s", attempt->label, loader_log());
	if (object && reach == LOADS && !loader_can_load()) {
		skipped++;
	} else if (object && reach == LOADS) {
		bool loaded = bpf_object__load(object) == 0;

		cr_expect(loaded, "%s: kernel: %s", attempt->label, loader_log());
		if (loaded)
			expect_runs(attempt, object);
	}
	bpf_object__close(object);
}

static void expect_link(const struct attempt *attempt)
{
	struct command_result result = link_objects(attempt, NULL);
	char *path = path_join(attempt->folder, "out.o");

	if (attempt->rule->says)
		expect_warning(attempt, &result);
	else
		cr_expect(result.status == 0 && result.err.size == 0, "%s: exit status %d, says %s",
			  attempt->label, result.status, result.err.data);
	cr_expect(result.out.size == 0, "%s: printed %s", attempt->label, result.out.data);
	if (result.status == 0) {
		expect_sound(attempt, path);
		expect_symbols(attempt, path);
		expect_reach(attempt, path);
	}
	free(path);
	command_result_free(&result);
}

static void expect_tolerance(const struct attempt *attempt)
{
	struct command_result result = link_objects(attempt, "--no-type-check");
	char *path = path_join(attempt->folder, "out.o");

	expect_warning(attempt, &result);
	if (result.status == 0)
		expect_sound(attempt, path);
	free(path);
	command_result_free(&result);
}

// ---------------------------------------------------------------------------------------------
// All rules

static void try_order(const struct rule *rule, const struct variant *variant, const char *order,
		      const char *folder)
{
	struct attempt attempt = { rule, variant, order, folder, NULL };
	char label[80];

	snprintf(label, sizeof(label), "%s %s (%s)", rule->name, order, variant->name);
	attempt.label = label;
	if (rule->outcome == LINKS) {
		expect_link(&attempt);
		return;
	}
	expect_refusal(&attempt);
	if (rule->outcome == MISMATCHES)
		expect_tolerance(&attempt);
}

static void try_rule(const struct rule *rule, const struct variant *variant)
{
	char *folder = folder_create();
	int count = compile_all(rule, variant, folder);

	cr_expect(count > 0, "%s: nothing to link", rule->name);
	for (int i = 0; count && orders[count - 1][i]; i++) {
		if (rule->order == ANY_ORDER || (rule->order == FORWARD) == (i == 0))
			try_order(rule, variant, orders[count - 1][i], folder);
	}
	folder_remove(folder);
	free(folder);
}

static void try_rules(const struct rules *rules, const struct variant *variant)
{
	if (!*variant->compilers[0] || !*variant->compilers[1]) {
		fprintf(stderr, "SKIP: %s: compiler not found\n", variant->name);
		return;
	}
	for (size_t i = 0; i < rules->count; i++)
		try_rule(&rules->rule[i], variant);
}

static void try_all(const struct rules *rules)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		try_rules(rules, &variants[i]);
	if (skipped)
		fprintf(stderr, "SKIP: %d loads: need root and a kernel with BTF\n", skipped);
}

static bool has_rule(const struct rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->count; i++)
		if (!strcmp(rules->rule[i].name, name))
			return true;
	return false;
}

Test(symbols, every_folder_has_a_rule)
{
	DIR *folder = opendir(FIXTURES "/sym");

	for (struct dirent *entry; (entry = readdir(folder));) {
		const char *name = entry->d_name;

		cr_expect(name[0] == '.' || has_rule(&function_rules, name) ||
				  has_rule(&variable_rules, name) || has_rule(&map_rules, name) ||
				  has_rule(&section_rules, name),
			  "%s has no rule", name);
	}
	closedir(folder);
}

Test(symbols, functions)
{
	try_all(&function_rules);
}

Test(symbols, variables)
{
	try_all(&variable_rules);
}

Test(symbols, maps)
{
	try_all(&map_rules);
}

Test(symbols, sections)
{
	try_all(&section_rules);
}
