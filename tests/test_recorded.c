/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects of seven compilers in both byte orders (fixtures/recorded), so that no compiler is needed
 * to link what each of them writes.
 *
 * Each program is linked of objects of one compiler and of several, in every order. What comes out
 * is checked without loading it, must be the same when it is linked again alone, and has, whatever
 * it was made of, the symbols of PROGRAM.symbols: those that are not local, without their sizes.
 * With UPDATE=1 in the environment the files are written anew instead.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "support/command.h"
#include "support/object.h"
#include "support/toolbox.h"

#define RECORDED FIXTURES "/recorded/"

enum { MAX_FILES = 3, MAX_SYMBOLS = 64 };

static const char *const recorded_by[] = { "clang14", "clang16", "clang19", "clang22",
					   "clang23", "gcc12",   "gcc16" };
enum { RECORDED_BY = sizeof(recorded_by) / sizeof(*recorded_by) };

static const struct program {
	const char *name;
	const char *files[MAX_FILES + 1];
} programs[] = {
	{ "externs", { "a", "b", "c" } },
	{ "weak", { "a", "b", "c" } },
	{ "callbacks", { "a", "b" } },
	{ "pointers", { "a", "b" } },
};

// One link of a program.
struct mix {
	const struct program *program;
	const char *order; // of bytes: "el" or "eb"
	const char *folder;
	size_t count;
	size_t compiler[MAX_FILES]; // by file
	size_t sequence[MAX_FILES]; // of files
	char *label;                // the inputs
};

static void cut(char *text, size_t size)
{
	memmove(text, text + size, strlen(text + size) + 1);
}

// What compilers may choose: sizes, and the section of constants that are volatile.
static void cut_choices(char *line)
{
	char *bytes = strstr(line, ", "), *end = bytes ? strstr(bytes, " bytes") : NULL;

	if (end)
		cut(bytes, (size_t)(end - bytes) + strlen(" bytes"));
	for (char *section; (section = strstr(line, ".rodata"));)
		cut(section + 1, strlen("ro"));
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

// The symbols of @path that are not local, sorted, a line each; to be freed.
static char *global_symbols(const char *path)
{
	char *symbols = object_symbols(path), *rest = symbols, *text = NULL;
	char *lines[MAX_SYMBOLS];
	size_t count = 0, size;
	FILE *out = open_memstream(&text, &size);

	for (char *line; rest && (line = strsep(&rest, "\n"));) {
		if (!*line || strstr(line, ": LOCAL"))
			continue;
		cut_choices(line);
		cr_assert_lt(count, (size_t)MAX_SYMBOLS);
		lines[count++] = line;
	}
	qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s\n", lines[i]);
	fclose(out);
	free(symbols);
	return text;
}

static void expect_symbols(const struct mix *mix, const char *path)
{
	char *golden = text_of(RECORDED "%s.symbols", mix->program->name);
	char *symbols = global_symbols(path);
	struct bytes expected = file_read(golden);

	if (getenv("UPDATE"))
		file_write(golden, symbols, strlen(symbols));
	else
		cr_expect_str_eq(symbols, expected.data ? expected.data : "", "%s:\n%s", mix->label,
				 symbols);
	free(expected.data);
	free(symbols);
	free(golden);
}

static void expect_same_again(const struct mix *mix, const char *path)
{
	char *again = path_join(mix->folder, "again.o"), *messages;

	link_bpf(LINKER_BPFLD, again, &path, 1, &messages);
	cr_expect(file_same(path, again), "%s: linked again alone is another file\n%s", mix->label,
		  messages);
	free(messages);
	free(again);
}

static void link_mix(const struct mix *mix)
{
	char *inputs[MAX_FILES], *messages, *problems;
	char *output = path_join(mix->folder, "linked.o");
	int status;

	for (size_t i = 0; i < mix->count; i++) {
		size_t file = mix->sequence[i];

		inputs[i] = text_of(RECORDED "%s-%s-%s-%s.o", mix->program->name,
				    mix->program->files[file], recorded_by[mix->compiler[file]],
				    mix->order);
	}
	status = link_bpf(LINKER_BPFLD, output, (const char *const *)inputs, mix->count, &messages);
	cr_expect(status == 0 && !*messages, "%s: exit status %d\n%s", mix->label, status,
		  messages);
	if (status == 0) {
		problems = inspect_object(output, 0);
		cr_expect(!*problems, "%s:\n%s", mix->label, problems);
		free(problems);
		expect_symbols(mix, output);
		expect_same_again(mix, output);
	}
	for (size_t i = 0; i < mix->count; i++)
		free(inputs[i]);
	free(messages);
	free(output);
}

static void label_mix(struct mix *mix)
{
	char *label = text_of("%s-%s:", mix->program->name, mix->order);

	for (size_t i = 0; i < mix->count; i++) {
		size_t file = mix->sequence[i];

		label = text_joined(label, text_of(" %s by %s", mix->program->files[file],
						   recorded_by[mix->compiler[file]]));
	}
	free(mix->label);
	mix->label = label;
}

// Files by compilers that are @step apart, beginning with @first.
static void link_in_every_order(struct mix *mix, size_t first, size_t step)
{
	for (size_t i = 0; i < mix->count; i++) {
		mix->compiler[i] = (first + i * step) % RECORDED_BY;
		mix->sequence[i] = i;
	}
	do {
		label_mix(mix);
		link_mix(mix);
	} while (next_order(mix->sequence, mix->count));
}

static void link_all(const char *order)
{
	char *folder = folder_create();
	struct mix mix = { .order = order, .folder = folder };

	if (!*ELFLINT)
		cr_skip_test("eu-elflint is not installed");
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		mix.program = &programs[i];
		for (mix.count = 0; mix.program->files[mix.count];)
			mix.count++;
		for (size_t first = 0; first < RECORDED_BY; first++) {
			for (size_t step = 0; step < 2; step++)
				link_in_every_order(&mix, first, step);
		}
	}
	free(mix.label);
	folder_remove(folder);
	free(folder);
}

Test(recorded, little_endian)
{
	link_all("el");
}

Test(recorded, big_endian)
{
	link_all("eb");
}
