/* SPDX-License-Identifier: BSD-2-Clause */
/* Regular files are mapped; pipes and the like are read. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *input_name(const struct bpfld_input *input, struct arena *arena)
{
	if (input->name)
		return input->name;
	if (input->data)
		return "<memory>";
	if (input->path)
		return input->path;
	if (input->library)
		return arena_format(arena, "-l%s", input->library);
	return arena_format(arena, "<fd %d>", input->fd);
}

static bool fail(struct linker *linker, const struct file *file, const char *what)
{
	diag_error(linker->diag, place_in(file->name, NULL), "cannot %s: %s", what,
		   strerror(errno));
	return false;
}

// A stream, whose size is known at its end only.
static bool read_stream(struct linker *linker, struct file *file, int fd)
{
	size_t capacity = 1 << 16, size = 0;
	uint8_t *data = arena_alloc(linker->arena, capacity);

	for (;;) {
		ssize_t count = read(fd, data + size, capacity - size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return fail(linker, file, "read");
		if (count == 0)
			break;
		size += (size_t)count;
		if (size == capacity)
			data = array_grow(linker->arena, data, 1, size, &capacity);
	}
	file->data = data;
	file->size = size;
	return true;
}

static bool load_descriptor(struct linker *linker, struct file *file, int fd)
{
	struct stat status;
	void *mapping;

	if (fstat(fd, &status) < 0)
		return fail(linker, file, "read");
	if (S_ISDIR(status.st_mode)) {
		diag_error(linker->diag, place_in(file->name, NULL),
			   "is a directory, not an object file");
		return false;
	}
	file->device = status.st_dev;
	file->inode = status.st_ino;
	if (!S_ISREG(status.st_mode))
		return read_stream(linker, file, fd);
	if (status.st_size == 0)
		return true;
	mapping = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (mapping == MAP_FAILED)
		return fail(linker, file, "map");
	file->data = mapping;
	file->size = (size_t)status.st_size;
	file->mapped = true;
	return true;
}

// The file of -lNAME in the first folder that has it; NULL when none does.
static const char *find_library(struct linker *linker, const char *library)
{
	const struct bpfld_strings *folders = &linker->options->library_paths;

	for (size_t i = 0; i < folders->count; i++) {
		const char *path = *library == ':' ? arena_format(linker->arena, "%s/%s",
								  folders->items[i], library + 1)
						   : arena_format(linker->arena, "%s/lib%s.a",
								  folders->items[i], library);

		if (access(path, F_OK) == 0)
			return path;
	}
	return NULL;
}

static bool load_path(struct linker *linker, struct file *file, const char *path)
{
	bool loaded;

	file->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file->fd < 0)
		return fail(linker, file, "open");
	file->path = path;
	loaded = load_descriptor(linker, file, file->fd);
	close(file->fd);
	file->fd = -1;
	return loaded;
}

static bool load(struct linker *linker, struct file *file)
{
	const struct bpfld_input *input = file->input;
	const char *path = input->path;

	if (input->data) {
		file->data = input->data;
		file->size = input->size;
		return true;
	}
	if (!path && !input->library)
		return load_descriptor(linker, file, input->fd);
	if (!path) {
		path = find_library(linker, input->library);
		if (!path) {
			diag_error(linker->diag, place_in(file->name, NULL),
				   "not found in any of %zu folders; name them with -L",
				   linker->options->library_paths.count);
			return false;
		}
		file->name = path;
	}
	return load_path(linker, file, path);
}

struct file *file_open(struct linker *linker, const struct bpfld_input *input, uint32_t index)
{
	struct file *file = arena_new(linker->arena, struct file);

	*file = (struct file){
		.name = input_name(input, linker->arena),
		.input = input,
		.index = index,
		.fd = -1,
	};
	*array_add(linker->arena, &linker->files) = file;
	return load(linker, file) ? file : NULL;
}

void file_close(struct file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	if (file->mapped)
		munmap((void *)file->data, file->size);
	file->fd = -1;
	file->mapped = false;
}
