/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file is written beside its destination and renamed over it, so that at each moment the
 * destination is the old file or the whole new one. As for ld it is a new file, whose mode is that
 * of the umask. Unlike for ld symbolic links are followed: /dev/stdout is one. What cannot be
 * replaced by renaming (a pipe, /dev/null) is written in place.
 *
 * To follow links and to write in place is what Linux keeps from users in folders like /tmp, where
 * others may prepare the name (fs.protected_symlinks and its like, proc_sys_fs(5)). It does so
 * where it follows a link itself or is asked to create a file, and neither is so here; so the rules
 * are kept here, too, whatever the system's settings.
 *
 * Signals wait while there is a temporary file, so that those which end the process leave none.
 */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/file_io.h"

#define LINKS_MAX 40 // symbolic links that lead to each other; as Linux
#define LOOKS_MAX 16 // at a file that other links replace meanwhile
// "BESIDE/.bpfld-NUMBER"
#define TEMPORARY_NAME_MAX 64
#define ATTEMPTS_MAX       100
#define PROC_SUPER_MAGIC   0x9fa0 // of linux/magic.h, which not every C library has beside it

static bool fail(struct linker *linker, const char *name, const char *what)
{
	diag_error(linker->diag, place_in(name, NULL), "cannot %s: %s", what, strerror(errno));
	return false;
}

// A number that nobody can prepare a file for. Where the system has none to give, prepared files
// can keep the link from being written, but no more: each is left alone.
static uint64_t draw_number(void)
{
	uint64_t number;
	struct timespec now;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) == sizeof(number))
		return number;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_nsec << 32 | (uint32_t)getpid();
}

// A new file called @name, of which the folder is there; -1 with errno set on failure. Not
// mkstemp(), which makes files of mode 0600: the kernel knows the umask, and asking for it is not
// safe in threads.
static int create_temporary(char *name, size_t folder, mode_t mode)
{
	int fd = -1;

	for (unsigned int i = 0; fd < 0 && i < ATTEMPTS_MAX && (i == 0 || errno == EEXIST); i++) {
		snprintf(name + folder, TEMPORARY_NAME_MAX, ".bpfld-%016" PRIx64, draw_number());
		fd = file_open_descriptor(name, O_WRONLY | O_CREAT | O_EXCL, mode);
	}
	return fd;
}

// Of @path, with the last slash; 0: it is in the working folder.
static size_t folder_size(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash + 1 - path) : 0;
}

// All of it, or nothing; returns what failed, with errno set.
static const char *write_and_rename(char *name, const char *path, const struct pieces *pieces,
				    mode_t mode)
{
	size_t folder = folder_size(path);
	const char *failed = NULL;
	int fd = create_temporary(memcpy(name, path, folder), folder, mode), error;

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

static bool replace_file(struct linker *linker, const char *path, const struct pieces *pieces,
			 mode_t mode)
{
	// In advance: running out of memory would leave the file, and signals blocked.
	char *name = arena_alloc(linker->arena, strlen(path) + TEMPORARY_NAME_MAX);
	const char *failed;
	sigset_t signals;
	int error;

	block_signals(&signals);
	failed = write_and_rename(name, path, pieces, mode);
	error = errno;
	pthread_sigmask(SIG_SETMASK, &signals, NULL);
	errno = error;
	return !failed || fail(linker, path, failed);
}

// Without O_CREAT: what is not there any more is not made.
static bool write_in_place(struct linker *linker, const char *path, const struct pieces *pieces)
{
	int fd = file_open_descriptor(path, O_WRONLY | O_TRUNC, 0);

	if (fd < 0)
		return fail(linker, path, "open");
	return write_and_close(fd, pieces) || fail(linker, path, "write");
}

// Nothing is there, and nothing is wrong with that.
static bool is_absent(int error)
{
	return error == ENOENT || error == ENOTDIR;
}

// The folder that @path is in.
static const char *folder_of(struct linker *linker, const char *path)
{
	size_t size = folder_size(path);

	return size ? arena_strndup(linker->arena, path, size) : ".";
}

// Whether somebody else made what is at @path, where anybody may make things but only take away his
// own: the rule of fs.protected_symlinks, fs.protected_fifos and fs.protected_regular.
static bool is_planted(const struct stat *folder, const struct stat *file)
{
	return (folder->st_mode & S_ISVTX) && (folder->st_mode & S_IWOTH) &&
	       file->st_uid != geteuid() && file->st_uid != folder->st_uid;
}

static const char *say(struct linker *linker, const char *what)
{
	return arena_format(linker->arena, "cannot %s: %s", what, strerror(errno));
}

// Where the link at *@path leads to goes there; returns what is wrong, or NULL.
static const char *follow_link(struct linker *linker, const char **path)
{
	char target[PATH_MAX];
	ssize_t size = readlink(*path, target, sizeof(target));

	if (size < 0)
		return say(linker, "read the link");
	*path = arena_format(linker->arena, "%.*s%.*s",
			     target[0] == '/' ? 0 : (int)folder_size(*path), *path, (int)size,
			     target);
	return NULL;
}

// A link of /proc is to a file that some process has open, whose name it tells where there is one.
// Nobody else can prepare it.
static bool is_of_proc(const char *folder)
{
	struct statfs status;

	return statfs(folder, &status) == 0 && status.f_type == PROC_SUPER_MAGIC;
}

// Where the links that @path stands for lead to. Errors as for find_file_target().
static const char *follow_links(struct linker *linker, const char *path, struct file_target *to)
{
	struct stat folder;
	const char *problem = NULL;

	*to = (struct file_target){ .path = path };
	for (int i = 0; i < LINKS_MAX && !problem; i++) {
		if (stat(folder_of(linker, to->path), &folder) < 0)
			return say(linker, "create a file beside it");
		to->device = folder.st_dev;
		to->folder = folder.st_ino;
		if (lstat(to->path, &to->status) < 0)
			return is_absent(errno) ? NULL : say(linker, "write");
		to->planted = is_planted(&folder, &to->status);
		to->exists = !S_ISLNK(to->status.st_mode);
		if (to->exists)
			return NULL;
		if (to->planted)
			return "is another user's link in a folder for everybody, and not "
			       "followed; name another file";
		if (is_of_proc(folder_of(linker, to->path)))
			to->opened = to->path;
		problem = follow_link(linker, &to->path);
	}
	errno = ELOOP;
	return problem ? problem : say(linker, "write");
}

static const char changed[] = "was changed while it was linked; link it again";

// find_file_target(), but for another link that replaces the file between two looks at it.
static const char *look_at_target(struct linker *linker, const char *path, struct file_target *to)
{
	const char *problem = follow_links(linker, path, to);
	struct stat named = to->status;
	bool same = to->exists;

	// What the kernel follows has no other name as a rule. It may know more reasons against it.
	if (stat(to->opened ? to->opened : path, &to->status) < 0) {
		to->exists = false;
		return problem || is_absent(errno) ? problem : say(linker, "write");
	}
	same = same && !problem && to->status.st_dev == named.st_dev &&
	       to->status.st_ino == named.st_ino;
	to->exists = true;
	to->in_place = !S_ISREG(to->status.st_mode) || !same;
	if (to->in_place && to->opened) {
		to->path = to->opened;
		return NULL;
	}
	if (problem)
		return problem;
	if (S_ISDIR(to->status.st_mode)) {
		errno = EISDIR;
		return say(linker, "write");
	}
	if (!same)
		return changed;
	if (to->in_place && to->planted)
		return "is another user's FIFO or device in a folder for everybody, and not "
		       "written to; name another file";
	return NULL;
}

const char *find_file_target(struct linker *linker, const char *path, struct file_target *to)
{
	const char *problem = changed;

	for (int i = 0; i < LOOKS_MAX && problem == changed; i++)
		problem = look_at_target(linker, path, to);
	return problem;
}

bool write_file(struct linker *linker, const char *path, const struct pieces *pieces, mode_t mode)
{
	struct file_target to;
	const char *problem = find_file_target(linker, path, &to);

	if (problem) {
		diag_error(linker->diag, place_in(path, NULL), "%s", problem);
		return false;
	}
	return to.in_place ? write_in_place(linker, to.path, pieces)
			   : replace_file(linker, to.path, pieces, mode);
}
