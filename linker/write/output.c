/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file is written beside its destination and renamed over it, so that at each moment the
 * destination is the old file or the complete new one. As with ld it is a new file, with a mode by
 * the umask. Unlike ld, symbolic links are followed, because /dev/stdout is one. A destination that
 * cannot be replaced (a pipe, /dev/null) is written in place.
 *
 * In folders like /tmp, where others may have planted a file, Linux refuses to follow links and to
 * write in place (fs.protected_symlinks and the like, proc_sys_fs(5)). But it only checks when the
 * kernel follows a link or creates a file, which is not the case here. So the same rules are
 * applied here, whatever the system's settings.
 *
 * Signals are blocked while a temporary file exists, so that a signal that ends the process leaves
 * none behind.
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
	diag_error(linker->diag, ERROR_CANNOT_WRITE, place_in(name, NULL), "cannot %s: %s", what,
		   strerror(errno));
	return false;
}

// An unpredictable number, for a name that nobody can plant a file at. Without random numbers from
// the system planted files can prevent the output from being written, but nothing worse: they are
// never opened.
static uint64_t draw_number(void)
{
	uint64_t number;
	struct timespec now;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) == sizeof(number))
		return number;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_nsec << 32 | (uint32_t)getpid();
}

// Create a new file; @name has its folder and room for the rest. -1 with errno set on failure.
// mkstemp() would make it with mode 0600, and reading the umask is not safe in threads; open()
// applies it.
static int create_temporary(char *name, size_t folder, mode_t mode)
{
	int fd = -1;

	for (unsigned int i = 0; fd < 0 && i < ATTEMPTS_MAX && (i == 0 || errno == EEXIST); i++) {
		snprintf(name + folder, TEMPORARY_NAME_MAX, ".bpfld-%016" PRIx64, draw_number());
		fd = file_open_descriptor(name, O_WRONLY | O_CREAT | O_EXCL, mode);
	}
	return fd;
}

// Bytes of the folder of @path, with the last slash; 0 for the working folder.
static size_t folder_size(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash + 1 - path) : 0;
}

static const char creating[] = "create";

// Write all or nothing; return NULL, or what failed, with errno set.
static const char *write_and_rename(char *name, const char *path, const struct pieces *pieces,
				    mode_t mode)
{
	size_t folder = folder_size(path);
	const char *failed = NULL;
	int fd = create_temporary(memcpy(name, path, folder), folder, mode), error;

	if (fd < 0)
		return creating;
	if (!close_written(fd, write_sparse(fd, pieces)))
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

// The folder of @path.
static const char *folder_of(struct linker *linker, const char *path)
{
	size_t size = folder_size(path);

	return size ? arena_strndup(linker->arena, path, size) : ".";
}

static const char *say(struct linker *linker, const char *what)
{
	return arena_format(linker->arena, "cannot %s: %s", what, strerror(errno));
}

// That errno keeps a file from being made in the folder of @path. It would have been another one
// than @path, but that is nobody's concern.
static const char *say_folder(struct linker *linker, const char *path)
{
	const char *folder = folder_of(linker, path);
	int size = (int)strlen(folder), error = errno;

	while (size > 1 && folder[size - 1] == '/')
		size--;
	if (error == ENOENT)
		return arena_format(linker->arena, "cannot create: folder '%.*s' does not exist",
				    size, folder);
	return arena_format(linker->arena, "cannot %s: %s (folder '%.*s')",
			    access(path, F_OK) == 0 ? "replace" : "create", strerror(error), size,
			    folder);
}

static void block_signals(sigset_t *before)
{
	// Signals that the program itself causes cannot be blocked.
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
	// Allocate first: running out of memory later would leave the file, and signals blocked.
	char *name = arena_alloc(linker->arena, strlen(path) + TEMPORARY_NAME_MAX);
	const char *failed;
	sigset_t signals;
	int error;

	block_signals(&signals);
	failed = write_and_rename(name, path, pieces, mode);
	error = errno;
	pthread_sigmask(SIG_SETMASK, &signals, NULL);
	errno = error;
	if (failed == creating)
		diag_error(linker->diag, ERROR_CANNOT_WRITE, place_in(path, NULL), "%s",
			   say_folder(linker, path));
	else if (failed)
		fail(linker, path, failed);
	return !failed;
}

// Open without O_CREAT: a file that has disappeared is not made again.
static bool write_in_place(struct linker *linker, const char *path, const struct pieces *pieces)
{
	int fd = file_open_descriptor(path, O_WRONLY | O_TRUNC, 0);

	if (fd < 0)
		return fail(linker, path, "open");
	return close_written(fd, write_all(fd, pieces)) || fail(linker, path, "write");
}

// Whether @error only means that the file does not exist.
static bool is_absent(int error)
{
	return error == ENOENT || error == ENOTDIR;
}

// Whether another user may have planted @file, in a folder that anybody may write to but where
// users may only remove their own files (sticky): the rule of fs.protected_symlinks,
// fs.protected_fifos and fs.protected_regular.
static bool is_planted(const struct stat *folder, const struct stat *file)
{
	return (folder->st_mode & S_ISVTX) && (folder->st_mode & S_IWOTH) &&
	       file->st_uid != geteuid() && file->st_uid != folder->st_uid;
}

// Replace *@path by the target of the link there; return what is wrong, or NULL.
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

// Whether @folder is in /proc. A link there leads to a file that a process has open, which may have
// no name; nobody else can plant it.
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
			return say_folder(linker, to->path);
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

	// A link that only the kernel can follow usually leads to a file without a name. The kernel
	// may have further objections.
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
	if (S_ISDIR(to->status.st_mode))
		return "is a folder; name a file in it";
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
		diag_error(linker->diag, ERROR_CANNOT_WRITE, place_in(path, NULL), "%s", problem);
		return false;
	}
	return to.in_place ? write_in_place(linker, to.path, pieces)
			   : replace_file(linker, to.path, pieces, mode);
}
