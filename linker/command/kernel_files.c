/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file_io.h"
#include "complain.h"

#define RUNNING "/sys/kernel/btf"

// A file that is larger, like vmlinux with debug information, is mapped: little of it is read.
#define READ_MAX ((size_t)16 << 20)

struct kernel_modules {
	ARRAY_FIELDS(struct bpfld_kernel_file);
};

static void report(struct parser *parser, const char *path, int error)
{
	diag_error(parser->diag, ERROR_CANNOT_READ, place_in(path, NULL), "%s",
		   text_error(error, parser->arena));
	parser->command = COMMAND_WRONG;
}

// The bytes of a file that is open, which live as long as the command.
static bool read_descriptor(struct parser *parser, int fd, struct str *bytes)
{
	struct stat status;
	void *data;

	if (fstat(fd, &status) != 0)
		return false;
	if (!S_ISREG(status.st_mode)) {
		errno = S_ISDIR(status.st_mode) ? EISDIR : ESPIPE;
		return false;
	}
	if ((size_t)status.st_size <= READ_MAX)
		return read_all(fd, (size_t)status.st_size, parser->arena, bytes);
	data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	*bytes = (struct str){ data, (size_t)status.st_size };
	return data != MAP_FAILED;
}

static struct bpfld_kernel_file read_file(struct parser *parser, const char *path)
{
	int fd = file_open_descriptor(path, O_RDONLY, 0);
	struct str bytes = { NULL, 0 };

	if (fd < 0 || !read_descriptor(parser, fd, &bytes))
		report(parser, path, errno);
	if (fd >= 0)
		close(fd);
	// Files of the running kernel are none that a build depends on.
	if (strncmp(path, "/sys/", 5) != 0)
		*array_add(parser->arena, &parser->read_files) = path;
	return (struct bpfld_kernel_file){ path, bytes.data, bytes.size };
}

// The name of a file without folders and ".btf".
static const char *label_of(struct parser *parser, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t size = strlen(name);

	if (size > 4 && strcmp(name + size - 4, ".btf") == 0)
		size -= 4;
	return arena_strndup(parser->arena, name, size);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// The files in a folder, by name.
static struct arguments list_folder(struct parser *parser, const char *path)
{
	DIR *folder = opendir(path);
	struct arguments files = { 0 };

	if (!folder)
		report(parser, path, errno);
	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry;
	     entry = readdir(folder)) {
		char *file = arena_format(parser->arena, "%s/%s", path, entry->d_name);
		struct stat status;

		if (entry->d_name[0] != '.' && stat(file, &status) == 0 && S_ISREG(status.st_mode))
			*array_add(parser->arena, &files) = file;
	}
	if (folder)
		closedir(folder);
	array_sort(&files, compare_names);
	return files;
}

static void add(struct parser *parser, const char *label, const char *path,
		const struct kernel_modules *modules)
{
	*array_add(parser->arena, &parser->kernels) = (struct bpfld_kernel){
		.label = label,
		.vmlinux = read_file(parser, path),
		.modules = modules->items,
		.module_count = modules->count,
	};
}

static void add_running(struct parser *parser)
{
	struct arguments files = list_folder(parser, RUNNING);
	struct kernel_modules modules = { 0 };
	struct utsname name;

	array_each(file, &files) {
		if (strcmp(*file, RUNNING "/vmlinux") != 0)
			*array_add(parser->arena, &modules) = read_file(parser, *file);
	}
	uname(&name);
	add(parser, arena_strndup(parser->arena, name.release, strlen(name.release)),
	    RUNNING "/vmlinux", &modules);
}

static void add_folder(struct parser *parser, const char *path)
{
	struct arguments files = list_folder(parser, path);
	const struct kernel_modules none = { 0 };

	if (!files.count && parser->command != COMMAND_WRONG)
		complain(parser, ERROR_OPTION_VALUE, "--check-kernel: no file is in folder '%s'",
			 path);
	array_each(file, &files)
		add(parser, label_of(parser, *file), *file, &none);
}

// The next of the files that @value names, between plus signs, of which names may have some, too:
// the first that is there, else the rest. *@value moves behind it, and becomes NULL at the end.
static const char *take_file(struct parser *parser, const char **value)
{
	const char *start = *value;
	struct stat status;

	for (const char *plus = strchr(start, '+'); plus; plus = strchr(plus + 1, '+')) {
		const char *path = arena_strndup(parser->arena, start, (size_t)(plus - start));

		if (plus[1] && stat(path, &status) == 0) {
			*value = plus + 1;
			return path;
		}
	}
	*value = NULL;
	return start;
}

static void add_files(struct parser *parser, const char *value)
{
	struct kernel_modules modules = { 0 };
	const char *vmlinux = take_file(parser, &value);

	while (value)
		*array_add(parser->arena, &modules) = read_file(parser, take_file(parser, &value));
	add(parser, label_of(parser, vmlinux), vmlinux, &modules);
}

void add_kernel(struct parser *parser, const char *value)
{
	struct kernel_modules none = { 0 };
	struct stat status;

	if (!value)
		add_running(parser);
	else if (stat(value, &status) != 0)
		add_files(parser, value);
	else if (S_ISDIR(status.st_mode))
		add_folder(parser, value);
	else
		add(parser, label_of(parser, value), value, &none);
}

void set_check_only(struct parser *parser, const char *value)
{
	(void)value;
	parser->line->options.output.kind = BPFLD_OUTPUT_NONE;
}
