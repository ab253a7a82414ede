/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_fixtures [--update] [CASE...]: the command line and its messages, by golden files.
 *
 * A case is a folder of fixtures/cli. Its `cmd` is a shell script that runs in an empty folder,
 * with the functions of fixtures/cli/functions.sh; what comes out is compared with
 *
 *	expect.status	the exit status; no such file means 0
 *	expect.stdout	what it printed; no such file means nothing
 *	expect.stderr
 *	expect.symbols	the symbols of out.o, as object_symbols() has them; no file: not compared
 *	expect.btf	the types of out.o, as bpftool prints them; no file: not compared
 *	expect.problems	what the checker (check.h) says of an out.o that is an object; no file:
 *nothing
 *
 * --update writes these files anew instead: look at the difference before it is committed.
 */
#define _GNU_SOURCE // asprintf()
#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/check.h"
#include "support/command.h"
#include "support/object.h"

struct fixture {
	const char *name;
	char *folder;  // of the case
	char *scratch; // where it runs
	bool update;
	bool failed;
};

static void show_difference(const struct fixture *fixture, const char *golden, const char *text)
{
	char *actual = path_join(fixture->scratch, "actual");
	const char *argv[] = { "diff", "-u", golden, actual, NULL };
	struct command_result result;

	if (access(golden, F_OK))
		argv[2] = "/dev/null";
	file_write(actual, text, strlen(text));
	result = command_run(fixture->scratch, argv);
	printf("%s", result.out.data);
	command_result_free(&result);
	free(actual);
}

/** Compare @text with the golden file @name, or make it so. */
static void expect(struct fixture *fixture, const char *name, const char *text)
{
	char *golden = path_join(fixture->folder, name);
	struct bytes expected = file_read(golden);

	if (!strcmp(expected.data ? expected.data : "", text)) {
		// as it should be
	} else if (!fixture->update) {
		fixture->failed = true;
		show_difference(fixture, golden, text);
	} else if (*text) {
		file_write(golden, text, strlen(text));
	} else {
		unlink(golden);
	}
	free(expected.data);
	free(golden);
}

static bool wants(const struct fixture *fixture, const char *name)
{
	char *golden = path_join(fixture->folder, name);
	bool exists = !access(golden, F_OK);

	free(golden);
	return exists;
}

static struct command_result run_cmd(const struct fixture *fixture)
{
	// Values go in as arguments, so that they need no quoting.
	static const char script[] =
		"export LC_ALL=C CASE=\"$1\" BPFLD=\"$2\" CLANG=\"$3\"; . \"$4\"; . \"$1/cmd\"";
	const char *argv[] = { "sh",
			       "-c",
			       script,
			       "sh",
			       fixture->folder,
			       BPFLD,
			       CLANG,
			       FIXTURES "/cli/functions.sh",
			       NULL };

	return command_run(fixture->scratch, argv);
}

static void expect_problems(struct fixture *fixture, const char *output)
{
	struct bytes bytes = file_read(output);

	if (bytes.data && !strncmp(bytes.data, "\177ELF", 4)) {
		char *problems = check_object(bytes.data, bytes.size, 0);

		expect(fixture, "expect.problems", problems);
		free(problems);
	}
	free(bytes.data);
}

static void expect_output(struct fixture *fixture)
{
	char *output = path_join(fixture->scratch, "out.o");

	expect_problems(fixture, output);
	if (wants(fixture, "expect.symbols")) {
		char *symbols = object_symbols(output);

		expect(fixture, "expect.symbols", symbols ? symbols : "no symbols\n");
		free(symbols);
	}
	if (wants(fixture, "expect.btf") && !*BPFTOOL) {
		printf("SKIP: %s: types: no bpftool\n", fixture->name);
	} else if (wants(fixture, "expect.btf")) {
		const char *argv[] = { BPFTOOL, "btf", "dump", "file", output, NULL };
		struct command_result result = command_run(fixture->scratch, argv);

		expect(fixture, "expect.btf", result.out.data);
		command_result_free(&result);
	}
	free(output);
}

static bool run_fixture(const char *name, bool update)
{
	struct fixture fixture = { .name = name, .update = update };
	struct command_result result;
	char status[16] = "";

	fixture.folder = path_join(FIXTURES "/cli", name);
	fixture.scratch = folder_create();
	result = run_cmd(&fixture);
	if (result.status)
		snprintf(status, sizeof(status), "%d\n", result.status);
	expect(&fixture, "expect.status", status);
	expect(&fixture, "expect.stdout", result.out.data);
	expect(&fixture, "expect.stderr", result.err.data);
	expect_output(&fixture);
	printf("%s %s\n", fixture.failed ? "FAILED" : "ok    ", name);
	command_result_free(&result);
	folder_remove(fixture.scratch);
	free(fixture.scratch);
	free(fixture.folder);
	return !fixture.failed;
}

static int is_case(const struct dirent *entry)
{
	return entry->d_type == DT_DIR && entry->d_name[0] != '.';
}

static bool run_all(bool update)
{
	struct dirent **entries;
	int count = scandir(FIXTURES "/cli", &entries, is_case, alphasort);
	bool ok = count > 0;

	for (int i = 0; i < count; i++) {
		ok &= run_fixture(entries[i]->d_name, update);
		free(entries[i]);
	}
	free(entries);
	return ok;
}

int main(int argc, char **argv)
{
	bool update = argc > 1 && !strcmp(argv[1], "--update");
	bool ok = true;

	if (argc == 1 + update)
		return run_all(update) ? 0 : 1;
	for (int i = 1 + update; i < argc; i++)
		ok &= run_fixture(argv[i], update);
	return ok ? 0 : 1;
}
