/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real objects, and what their fields lead to: linked, all of them must lead to the same things.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/command.h"
#include "support/toolbox.h"

enum { INPUTS = 2 };

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

// The lines of @text in order; a text of its own.
static char *sort_lines(char *text)
{
	size_t count = 0;
	char *lines[512], *sorted = calloc(strlen(text) + 1, 1), *end = sorted;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		cr_assert(count < sizeof(lines) / sizeof(*lines));
		lines[count++] = line;
	}
	qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t i = 0; i < count; i++)
		end += sprintf(end, "%s\n", lines[i]);
	return sorted;
}

// What all the objects' fields lead to.
static char *all_references(char *const *objects, size_t count)
{
	char *all = strdup("");

	for (size_t i = 0; i < count; i++)
		all = text_joined(all, list_references(objects[i]));
	return all;
}

static void expect_same_references(const char *name, char *const *objects, char *linked)
{
	char *before = all_references(objects, INPUTS), *after = all_references(&linked, 1);
	char *sorted_before = sort_lines(before), *sorted_after = sort_lines(after);

	cr_expect(*sorted_before, "%s: no references", name);
	cr_expect_str_eq(sorted_after, sorted_before, "%s", name);
	free(before);
	free(after);
	free(sorted_before);
	free(sorted_after);
}

static void check_link(const char *name, const char *folder, char *const *objects)
{
	char *linked = path_join(folder, "linked.o"), *again = path_join(folder, "again.o");
	char *messages = NULL, *problems;
	int status = link_bpf(LINKER_BPFLD_SAME_NAMES, linked, (const char *const *)objects, INPUTS,
			      &messages);

	cr_assert(status == 0 && !*messages, "%s: %s", name, messages);
	free(messages);
	problems = inspect_object(linked, 0);
	cr_expect(!*problems, "%s: %s", name, problems);
	free(problems);
	expect_same_references(name, objects, linked);
	link_bpf(LINKER_BPFLD_SAME_NAMES, again, (const char *const[]){ linked }, 1, &messages);
	cr_expect(file_same(linked, again), "%s: linked again alone is another file", name);
	free(messages);
	free(linked);
	free(again);
}

static void check_fixture(const char *fixture, const char *compiler, const char *target)
{
	static const char *const sources[INPUTS] = { "a.c", "b.c" };
	char *folder = folder_create();
	char *objects[INPUTS], *name = text_of("%s, %s, %s", fixture, compiler, target);

	for (size_t i = 0; i < INPUTS; i++) {
		char *source = text_of(FIXTURES "/%s/%s", fixture, sources[i]);

		objects[i] = text_of("%s/%s.o", folder, sources[i]);
		cr_assert(compile_bpf(compiler, target, source, objects[i], NULL), "%s", name);
		free(source);
	}
	check_link(name, folder, objects);
	check_link(name, folder, (char *[]){ objects[1], objects[0] });
	folder_remove(folder);
	free(folder);
	free(name);
	for (size_t i = 0; i < INPUTS; i++)
		free(objects[i]);
}

Test(pointers, lead_to_the_same_things)
{
	// Without overridden definitions: what is gone leads nowhere.
	static const char *const fixtures[] = {
		"pointers",         "e2e",
		"kernel/callbacks", "kernel/core",
		"kernel/flags",     "kernel/maps",
		"kernel/pointers",  "kernel/statics",
		"kernel/sections",  "kernel/globals",
	};

	if (missing_tool())
		cr_skip_test("%s is not installed", missing_tool());
	for (size_t i = 0; i < sizeof(fixtures) / sizeof(*fixtures); i++) {
		for (size_t j = 0; j < COMPILER_COUNT; j++) {
			check_fixture(fixtures[i], compilers[j], "bpfel");
			check_fixture(fixtures[i], compilers[j], "bpfeb");
		}
	}
}
