/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Output of a command goes to unnamed files rather than pipes: nothing can fill up and block,
 * whatever the command writes first.
 */
#define _GNU_SOURCE // asprintf(), nftw(), posix_spawn_file_actions_addchdir_np()
#include "command.h"

#include <err.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct bytes stream_read(FILE *stream)
{
	struct bytes bytes = { NULL, 0 };

	if (fseek(stream, 0, SEEK_END))
		err(99, "fseek");
	bytes.size = ftell(stream);
	rewind(stream);
	bytes.data = calloc(1, bytes.size + 1);
	if (!bytes.data || fread(bytes.data, 1, bytes.size, stream) != bytes.size)
		err(99, "reading back");
	return bytes;
}

// Not fork(): that copies the page tables, and the sanitizers' are large.
static pid_t spawn(const char *folder, const char *const argv[], FILE *out, FILE *error)
{
	posix_spawn_file_actions_t actions;
	pid_t child;
	int failure;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, fileno(out), 1);
	posix_spawn_file_actions_adddup2(&actions, fileno(error), 2);
	posix_spawn_file_actions_addchdir_np(&actions, folder);
	failure = posix_spawnp(&child, argv[0], &actions, NULL, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (failure)
		errx(99, "cannot run %s: %s", argv[0], strerror(failure));
	return child;
}

struct command_result command_run(const char *folder, const char *const argv[])
{
	struct command_result result;
	FILE *out = tmpfile();
	FILE *error = tmpfile();
	int status;

	if (!out || !error)
		err(99, "tmpfile");
	if (waitpid(spawn(folder, argv, out, error), &status, 0) < 0)
		err(99, "waitpid");
	result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	result.out = stream_read(out);
	result.err = stream_read(error);
	fclose(out);
	fclose(error);
	return result;
}

void command_result_free(struct command_result *result)
{
	free(result->out.data);
	free(result->err.data);
}

char *folder_create(void)
{
	const char *parent = getenv("TMPDIR");
	char *folder = path_join(parent ? parent : "/tmp", "bpfld-test-XXXXXX");

	if (!mkdtemp(folder))
		err(99, "%s", folder);
	return folder;
}

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
	(void)stat, (void)flag, (void)ftw;
	return remove(path);
}

void folder_remove(const char *folder)
{
	if (nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS))
		err(99, "%s", folder);
}

char *path_join(const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		err(99, "asprintf");
	return path;
}

struct bytes file_read(const char *path)
{
	struct bytes bytes = { NULL, 0 };
	FILE *stream = fopen(path, "rb");

	if (!stream)
		return bytes;
	bytes = stream_read(stream);
	fclose(stream);
	return bytes;
}

void file_write(const char *path, const void *data, size_t size)
{
	FILE *stream = fopen(path, "wb");

	if (!stream || fwrite(data, 1, size, stream) != size || fclose(stream))
		err(99, "%s", path);
}

bool file_same(const char *path, const char *other)
{
	struct bytes a = file_read(path);
	struct bytes b = file_read(other);
	bool same = a.data && b.data && a.size == b.size && !memcmp(a.data, b.data, a.size);

	free(a.data);
	free(b.data);
	return same;
}
