/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peers COUNT BPFLD BPFTOOL FILE...: what two linkers make of the same COUNT broken objects, as
 * rows of a table. The objects are the FILEs with up to four fields changed, as in the fuzz
 * targets.
 *
 * Of what a linker accepts, the output is checked for what a linker answers for whatever its input
 * says (tests/support/check.h). Complaints that the outputs of the unchanged FILEs give rise to as
 * well are a linker's habit, and do not count.
 */
#define _GNU_SOURCE // asprintf()
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "command.h"
#include "mutate.h"

#define SECONDS_MAX 10
#define MEMORY_MAX  ((rlim_t)2 << 30)
#define CHANGES_MAX 4

enum outcome {
	LINKED,
	INCONSISTENT,
	REFUSED,
	CRASHED,
	HUNG,
	OUTCOMES,
};

struct linker {
	const char *name;
	const char *argv[6]; // of the command; the rest is NULL
	char *habits;        // complaints about outputs of unchanged objects, a line each
	unsigned int count[OUTCOMES];
};

// Where the objects are written.
struct paths {
	char *folder, *input, *output;
};

static void become(const char *const *argv)
{
	const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX }, core = { 0, 0 };
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	setrlimit(RLIMIT_AS, &memory);
	setrlimit(RLIMIT_CORE, &core);
	alarm(SECONDS_MAX);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

static int run(const char *const *argv)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		become(argv);
	if (pid < 0 || waitpid(pid, &status, 0) < 0 ||
	    (WIFEXITED(status) && WEXITSTATUS(status) == 127)) {
		fprintf(stderr, "peers: %s cannot be run\n", argv[0]);
		exit(2);
	}
	return status;
}

// A complaint without its numbers and names, which differ from object to object.
static void generalize(char *line)
{
	char *to = line;

	for (const char *from = line; *from; from++) {
		if (*from == ' ' || (*from >= 'a' && *from <= 'z') || *from == '_')
			*to++ = *from;
	}
	*to = '\0';
}

// Whether some complaint about @path is no habit; with @learn they become habits.
static bool is_inconsistent(struct linker *linker, const char *path, bool learn)
{
	char *problems = check_object_file(path, CHECK_ANY_INPUT), *rest = problems;
	bool news = false;

	for (char *line; (line = strsep(&rest, "\n")) && *line;) {
		char *grown;

		generalize(line);
		if (strstr(linker->habits, line))
			continue;
		news = true;
		if (!learn || asprintf(&grown, "%s%s\n", linker->habits, line) < 0)
			continue;
		free(linker->habits);
		linker->habits = grown;
	}
	free(problems);
	return news;
}

static enum outcome try(struct linker *linker, const struct paths *paths, bool learn)
{
	int status;

	unlink(paths->output);
	status = run(linker->argv);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGALRM ? HUNG : CRASHED;
	if (WEXITSTATUS(status))
		return REFUSED;
	return is_inconsistent(linker, paths->output, learn) ? INCONSISTENT : LINKED;
}

static void mutate_file(struct dice *dice, const char *const *files, size_t count, const char *path)
{
	struct bytes bytes = file_read(files[dice_below(dice, count)]);

	for (uint64_t changes = 1 + dice_below(dice, CHANGES_MAX); changes; changes--)
		mutate_object(dice, (uint8_t *)bytes.data, bytes.size, bytes.size);
	file_write(path, bytes.data, bytes.size);
	free(bytes.data);
}

static void learn_habits(struct linker *linker, const struct paths *paths, const char *const *files,
			 size_t count)
{
	linker->habits = strdup("");
	for (size_t i = 0; i < count; i++) {
		struct bytes bytes = file_read(files[i]);

		file_write(paths->input, bytes.data, bytes.size);
		free(bytes.data);
		try(linker, paths, true);
	}
}

static void print_row(const struct linker *linker)
{
	const unsigned int *count = linker->count;

	printf("| %s | %u | %u | %u | %u | %u |\n", linker->name, count[REFUSED],
	       count[LINKED] + count[INCONSISTENT], count[INCONSISTENT], count[CRASHED],
	       count[HUNG]);
}

int main(int argc, char **argv)
{
	const char *const *files = (const char *const *)argv + 4;
	size_t file_count = argc > 4 ? (size_t)argc - 4 : 0;
	struct paths paths = { .folder = folder_create() };
	struct linker linkers[2] = {
		{ .name = "bpfld" },
		{ .name = "bpftool gen object" },
	};
	struct dice dice = { 0 };

	if (file_count == 0) {
		fputs("usage: peers COUNT BPFLD BPFTOOL FILE...\n", stderr);
		return 2;
	}
	paths.input = path_join(paths.folder, "in.o");
	paths.output = path_join(paths.folder, "out.o");
	memcpy(linkers[0].argv, (const char *[]){ argv[2], "-o", paths.output, paths.input },
	       4 * sizeof(char *));
	memcpy(linkers[1].argv,
	       (const char *[]){ argv[3], "gen", "object", paths.output, paths.input },
	       5 * sizeof(char *));
	for (size_t i = 0; i < 2; i++)
		learn_habits(&linkers[i], &paths, files, file_count);
	for (long n = strtol(argv[1], NULL, 10); n > 0; n--) {
		mutate_file(&dice, files, file_count, paths.input);
		for (size_t i = 0; i < 2; i++)
			linkers[i].count[try(&linkers[i], &paths, false)]++;
	}
	for (size_t i = 0; i < 2; i++) {
		print_row(&linkers[i]);
		free(linkers[i].habits);
	}
	folder_remove(paths.folder);
	free(paths.folder);
	free(paths.input);
	free(paths.output);
	return 0;
}
