/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file is written beside its destination and renamed over it, so that at each moment the
 * destination is the old file or the whole new one. What cannot be replaced by renaming (a pipe,
 * /dev/null) is written in place.
 */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 // symbolic links that lead to each other; as Linux

static bool fail(struct linker *linker, const char *name, const char *what)
{
	diag_error(linker->diag, place_in(name, NULL), "cannot %s: %s", what, strerror(errno));
	return false;
}

static bool write_all(int fd, struct str image)
{
	while (image.size) {
		ssize_t count = write(fd, image.data, image.size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		image.data += count;
		image.size -= (size_t)count;
	}
	return true;
}

// A new file beside @path, its name in *@name; -1 with errno set on failure. Not mkstemp(), which
// makes files of mode 0600: the kernel knows the umask, and asking for it is not safe in threads.
static int create_beside(struct linker *linker, const char *path, char **name)
{
	const char *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash - path + 1) : 0;

	for (unsigned int attempt = 0; attempt < 1000; attempt++) {
		int fd;

		*name = arena_format(linker->arena, "%.*s.%s.%ld.%u", folder, path, path + folder,
				     (long)getpid(), attempt);
		fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

static bool replace_file(struct linker *linker, const char *path, struct str bytes)
{
	const char *failed = NULL;
	struct stat old;
	char *name;
	int fd = create_beside(linker, path, &name);

	if (fd < 0)
		return fail(linker, path, "create a file beside it");
	if (!write_all(fd, bytes))
		failed = "write";
	else if (stat(path, &old) == 0 && fchmod(fd, old.st_mode & 07777) < 0)
		failed = "set its mode";
	if (close(fd) < 0 && !failed)
		failed = "write";
	if (!failed && rename(name, path) < 0)
		failed = "replace it";
	if (!failed)
		return true;
	fail(linker, path, failed);
	unlink(name);
	return false;
}

static bool write_in_place(struct linker *linker, const char *path, struct str bytes)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written;

	if (fd < 0)
		return fail(linker, path, "open");
	written = write_all(fd, bytes);
	if (!written)
		fail(linker, path, "write");
	close(fd);
	return written;
}

// Through symbolic links to the file that they name, be it there or not, as any other program
// writes.
static const char *follow_links(struct linker *linker, const char *path)
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

bool write_file(struct linker *linker, const char *path, struct str bytes)
{
	const char *file = follow_links(linker, path);
	struct stat status;

	if (!file)
		return fail(linker, path, "write");
	if (stat(file, &status) < 0)
		return replace_file(linker, file, bytes);
	if (S_ISDIR(status.st_mode)) {
		errno = EISDIR;
		return fail(linker, path, "write");
	}
	return S_ISREG(status.st_mode) ? replace_file(linker, file, bytes)
				       : write_in_place(linker, file, bytes);
}

// The input that @path is, by any name; NULL when there is none.
static const struct file *find_input(const struct linker *linker, const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0 || !S_ISREG(status.st_mode))
		return NULL;
	array_each(file, &linker->files) {
		if ((*file)->device == status.st_dev && (*file)->inode == status.st_ino)
			return *file;
	}
	return NULL;
}

const char *report_conflict(const struct linker *linker, const char *path)
{
	const struct bpfld_output *output = &linker->options->output;

	if (strcmp(path, "-") == 0)
		return NULL;
	if (find_input(linker, path))
		return "an input";
	if (output->kind == BPFLD_OUTPUT_PATH && output->path && strcmp(path, output->path) == 0)
		return "the output";
	return NULL;
}

static bool check_reports(struct linker *linker)
{
	for (size_t i = 0; i < BPFLD_REPORTS; i++) {
		const char *path = linker->options->reports[i];
		const char *other = path ? report_conflict(linker, path) : NULL;

		if (!other)
			continue;
		diag_error(linker->diag, place_in(path, NULL),
			   "is both a report and %s; give the report another name", other);
		return false;
	}
	return true;
}

bool check_output(struct linker *linker)
{
	const struct bpfld_output *output = &linker->options->output;

	if (!check_reports(linker))
		return false;
	if (output->kind != BPFLD_OUTPUT_PATH)
		return true;
	if (!output->path || !*output->path) {
		diag_error(linker->diag, place_in(NULL, NULL), "no output file");
		return false;
	}
	// An object linked alone gives the same program: that may replace it.
	if (linker->objects.count == 1 || !find_input(linker, output->path))
		return true;
	diag_error(linker->diag, place_in(output->path, NULL),
		   "is both an input and the output; give the output another name");
	return false;
}

void deliver_output(struct linker *linker)
{
	const struct bpfld_output *output = &linker->options->output;

	switch (output->kind) {
	case BPFLD_OUTPUT_PATH:
		write_file(linker, output->path, linker->image);
		break;
	case BPFLD_OUTPUT_FD:
		if (!write_all(output->fd, linker->image))
			fail(linker, arena_format(linker->arena, "<fd %d>", output->fd), "write");
		break;
	case BPFLD_OUTPUT_MEMORY:
		break;
	}
}
