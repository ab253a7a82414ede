/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file is written beside its destination and renamed over it, so that at each moment the
 * destination is the old file or the whole new one. As for ld it is a new file, whose mode is that
 * of the umask. Unlike for ld symbolic links are followed: /dev/stdout is one. What cannot be
 * replaced by renaming (a pipe, /dev/null) is written in place.
 *
 * Signals wait while there is a temporary file, so that those which end the process leave none.
 */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_io.h"

#define LINKS_MAX 40 // symbolic links that lead to each other; as Linux
// "BESIDE/.bpfld-PID-ATTEMPT"
#define TEMPORARY_NAME_MAX 64
#define ATTEMPTS_MAX       1000

static bool fail(struct linker *linker, const char *name, const char *what)
{
	diag_error(linker->diag, place_in(name, NULL), "cannot %s: %s", what, strerror(errno));
	return false;
}

// A new file called @name, of which the folder is there; -1 with errno set on failure. Not
// mkstemp(), which makes files of mode 0600: the kernel knows the umask, and asking for it is not
// safe in threads.
static int create_temporary(char *name, size_t folder)
{
	int fd = -1;

	for (unsigned int i = 0; fd < 0 && i < ATTEMPTS_MAX && (i == 0 || errno == EEXIST); i++) {
		snprintf(name + folder, TEMPORARY_NAME_MAX, ".bpfld-%ld-%u", (long)getpid(), i);
		fd = file_open_descriptor(name, O_WRONLY | O_CREAT | O_EXCL, 0666);
	}
	return fd;
}

// All of it, or nothing; returns what failed, with errno set.
static const char *write_and_rename(char *name, const char *path, const struct pieces *pieces)
{
	const char *slash = strrchr(path, '/'), *failed = NULL;
	size_t folder = slash ? (size_t)(slash + 1 - path) : 0;
	int fd = create_temporary(memcpy(name, path, folder), folder), error;

	if (fd < 0)
		return "create a file beside it";
	if (!write_and_close(fd, pieces))
		failed = "write";
	else if (rename(name, path) < 0)
		failed = "replace it";
	else
		return NULL;
	error = errno;
	unlink(name);
	errno = error;
	return failed;
}

static void block_signals(sigset_t *before)
{
	// Those that the program itself causes cannot wait.
	static const int faults[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP };
	sigset_t all;

	sigfillset(&all);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		sigdelset(&all, faults[i]);
	pthread_sigmask(SIG_BLOCK, &all, before);
}

static bool replace_file(struct linker *linker, const char *path, const struct pieces *pieces)
{
	// In advance: running out of memory would leave the file, and signals blocked.
	char *name = arena_alloc(linker->arena, strlen(path) + TEMPORARY_NAME_MAX);
	const char *failed;
	sigset_t signals;
	int error;

	block_signals(&signals);
	failed = write_and_rename(name, path, pieces);
	error = errno;
	pthread_sigmask(SIG_SETMASK, &signals, NULL);
	errno = error;
	return !failed || fail(linker, path, failed);
}

static bool write_in_place(struct linker *linker, const char *path, const struct pieces *pieces)
{
	int fd = file_open_descriptor(path, O_WRONLY | O_TRUNC, 0);

	if (fd < 0)
		return fail(linker, path, "open");
	return write_and_close(fd, pieces) || fail(linker, path, "write");
}

const char *output_file(struct linker *linker, const char *path)
{
	char target[PATH_MAX];

	for (int i = 0; i < LINKS_MAX; i++) {
		ssize_t size = readlink(path, target, sizeof(target));
		const char *slash = strrchr(path, '/');
		int folder = slash ? (int)(slash - path + 1) : 0;

		if (size < 0)
			return path;
		if (target[0] == '/')
			folder = 0;
		path = arena_format(linker->arena, "%.*s%.*s", folder, path, (int)size, target);
	}
	errno = ELOOP;
	return NULL;
}

bool write_file(struct linker *linker, const char *path, const struct pieces *pieces)
{
	const char *file = output_file(linker, path);
	struct stat status, named;

	if (!file)
		return fail(linker, path, "write");
	if (stat(path, &status) < 0)
		return replace_file(linker, file, pieces);
	if (S_ISDIR(status.st_mode)) {
		errno = EISDIR;
		return fail(linker, path, "write");
	}
	// The links of /proc/self/fd may name a file that is gone, or never was there.
	if (S_ISREG(status.st_mode) && stat(file, &named) == 0 && named.st_dev == status.st_dev &&
	    named.st_ino == status.st_ino)
		return replace_file(linker, file, pieces);
	return write_in_place(linker, path, pieces);
}

void deliver_output(struct linker *linker)
{
	const struct bpfld_output *output = &linker->options->output;

	switch (output->kind) {
	case BPFLD_OUTPUT_PATH:
		write_file(linker, output->path, &linker->image);
		break;
	case BPFLD_OUTPUT_FD:
		if (!write_all(output->fd, &linker->image))
			fail(linker, arena_format(linker->arena, "<fd %d>", output->fd), "write");
		break;
	case BPFLD_OUTPUT_MEMORY:
		break;
	}
}
