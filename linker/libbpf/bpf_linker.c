/* SPDX-License-Identifier: BSD-2-Clause */
#include "bpf_linker.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpfld.h"

#define ERRORS_TOLD   20 // by one link; as the command
#define WARNINGS_TOLD 1000
#define LEVEL_WARN    0 // LIBBPF_WARN: the most urgent that libbpf has

struct bpf_linker {
	char *path; // of the output; NULL: it goes to `fd`
	int fd;
	struct bpfld_input *inputs; // whose names and data belong to the linker
	size_t input_count;
	int error; // the first of the link that runs, or 0
	bool finished;
};

static int fail(int error)
{
	errno = error;
	return -error;
}

// Whether options, which begin with their size, ask for nothing that is not known here.
static bool knows_options(const void *options)
{
	const unsigned char *bytes = options;
	size_t size;

	if (!options)
		return true;
	memcpy(&size, options, sizeof(size));
	for (size_t i = sizeof(size); i < size; i++) {
		if (bytes[i])
			return false;
	}
	return size >= sizeof(size);
}

// What libbpf prints by. It tells that only to who replaces it.
static libbpf_print_function *find_print(void)
{
	static pthread_mutex_t exchange = PTHREAD_MUTEX_INITIALIZER;
	libbpf_print_function *function, *newer;

	pthread_mutex_lock(&exchange);
	function = libbpf_set_print(NULL);
	newer = libbpf_set_print(function);
	if (newer) // another thread of the program was between
		libbpf_set_print(newer);
	pthread_mutex_unlock(&exchange);
	return function;
}

__attribute__((format(printf, 1, 2))) static void print(const char *format, ...)
{
	libbpf_print_function *function = libbpf_set_print ? find_print() : NULL;
	va_list arguments;

	va_start(arguments, format);
	if (function)
		function(LEVEL_WARN, format, arguments);
	else if (!libbpf_set_print)
		vfprintf(stderr, format, arguments);
	va_end(arguments);
}

static int error_of(const char *code)
{
	if (strcmp(code, "out-of-memory") == 0)
		return ENOMEM;
	return strcmp(code, "cannot-write") == 0 ? EIO : EINVAL;
}

static void tell(const struct bpfld_diagnostic *diagnostic, void *context)
{
	struct bpf_linker *linker = context;

	if (diagnostic->severity == BPFLD_ERROR && !linker->error)
		linker->error = error_of(diagnostic->code);
	print("%s\n", diagnostic->message);
}

// Whether a file can be made at @path. It is made when the link has succeeded, which may be late to
// hear that the folder is not there.
static bool is_writable(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	bool writable;

	if (access(path, F_OK) == 0)
		return access(path, W_OK) == 0;
	if (!slash)
		return access(".", W_OK) == 0;
	folder = strndup(path, (size_t)(slash - path) + 1);
	writable = folder && access(folder, W_OK) == 0;
	free(folder);
	return writable;
}

static struct bpf_linker *linker_new(const char *path, int fd)
{
	struct bpf_linker *linker = calloc(1, sizeof(*linker));

	if (!linker)
		return NULL;
	linker->fd = fd;
	linker->path = path ? strdup(path) : NULL;
	if (path && !linker->path) {
		free(linker);
		return NULL;
	}
	return linker;
}

struct bpf_linker *bpf_linker__new(const char *filename, struct bpf_linker_opts *opts)
{
	if (!filename || !knows_options(opts)) {
		errno = EINVAL;
		return NULL;
	}
	if (is_writable(filename))
		return linker_new(filename, -1);
	print("%s: error: cannot write: %s\n", filename, strerror(errno));
	return NULL;
}

struct bpf_linker *bpf_linker__new_fd(int fd, struct bpf_linker_opts *opts)
{
	if (fd >= 0 && knows_options(opts))
		return linker_new(NULL, fd);
	errno = EINVAL;
	return NULL;
}

// Add an input, which takes over @name and @data; NULL there is a lack of memory.
static int add_input(struct bpf_linker *linker, char *name, void *data, size_t size)
{
	size_t count = linker->input_count;
	struct bpfld_input *inputs = NULL;

	if (name && data)
		inputs = realloc(linker->inputs, (count + 1) * sizeof(*inputs));
	if (!inputs) {
		free(name);
		free(data);
		return fail(ENOMEM);
	}
	inputs[count] = (struct bpfld_input){ .name = name, .data = data, .size = size };
	linker->inputs = inputs;
	linker->input_count = count + 1;
	return 0;
}

// The bytes of a regular file: *@size of them, and room for one. NULL, with errno set, on failure.
static void *read_file(int fd, size_t *size)
{
	struct stat status;
	char *data;

	if (fstat(fd, &status) < 0)
		return NULL;
	if (!S_ISREG(status.st_mode) || (uintmax_t)status.st_size >= SIZE_MAX) {
		errno = S_ISREG(status.st_mode) ? EFBIG : S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
		return NULL;
	}
	data = malloc((size_t)status.st_size + 1);
	*size = 0;
	while (data && *size < (size_t)status.st_size) {
		ssize_t count =
			pread(fd, data + *size, (size_t)status.st_size - *size, (off_t)*size);

		if (count == 0) // it became shorter
			break;
		if (count < 0 && errno != EINTR) {
			free(data);
			return NULL;
		}
		*size += count > 0 ? (size_t)count : 0;
	}
	return data;
}

static bool takes_input(const struct bpf_linker *linker, const void *options)
{
	return linker && !linker->finished && knows_options(options);
}

static int add_fd(struct bpf_linker *linker, int fd, const char *name)
{
	size_t size;
	void *data = read_file(fd, &size);
	int error = errno;

	if (data)
		return add_input(linker, strdup(name), data, size);
	print("%s: error: cannot read: %s\n", name, strerror(error));
	return fail(error);
}

int bpf_linker__add_file(struct bpf_linker *linker, const char *filename,
			 const struct bpf_linker_file_opts *opts)
{
	int fd, error, result;

	if (!takes_input(linker, opts) || !filename)
		return fail(EINVAL);
	fd = open(filename, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		error = errno;
		print("%s: error: cannot open: %s\n", filename, strerror(error));
		return fail(error);
	}
	result = add_fd(linker, fd, filename);
	error = errno;
	close(fd);
	errno = error;
	return result;
}

int bpf_linker__add_fd(struct bpf_linker *linker, int fd, const struct bpf_linker_file_opts *opts)
{
	char name[32];

	if (!takes_input(linker, opts) || fd < 0)
		return fail(EINVAL);
	snprintf(name, sizeof(name), "<fd %d>", fd);
	return add_fd(linker, fd, name);
}

int bpf_linker__add_buf(struct bpf_linker *linker, void *buffer, size_t size,
			const struct bpf_linker_file_opts *opts)
{
	char name[32];
	void *copy;

	if (!takes_input(linker, opts) || !buffer || !size)
		return fail(EINVAL);
	copy = malloc(size);
	if (copy)
		memcpy(copy, buffer, size);
	snprintf(name, sizeof(name), "<buffer %zu>", linker->input_count + 1);
	return add_input(linker, strdup(name), copy, size);
}

int bpf_linker__finalize(struct bpf_linker *linker)
{
	struct bpfld_options options = {
		.error_limit = ERRORS_TOLD,
		.warning_limit = WARNINGS_TOLD,
		.on_diagnostic = tell,
		.context = linker,
	};
	struct bpfld_result result;

	if (!takes_input(linker, NULL))
		return fail(EINVAL);
	options.inputs = linker->inputs;
	options.input_count = linker->input_count;
	options.output.kind = linker->path ? BPFLD_OUTPUT_PATH : BPFLD_OUTPUT_FD;
	options.output.path = linker->path;
	options.output.fd = linker->fd;
	linker->error = 0;
	linker->finished = bpfld_link(&options, &result);
	bpfld_result_deinit(&result);
	return linker->finished ? 0 : fail(linker->error ? linker->error : EINVAL);
}

void bpf_linker__free(struct bpf_linker *linker)
{
	if (!linker)
		return;
	for (size_t i = 0; i < linker->input_count; i++) {
		free((char *)linker->inputs[i].name);
		free((void *)linker->inputs[i].data);
	}
	free(linker->inputs);
	free(linker->path);
	free(linker);
}
