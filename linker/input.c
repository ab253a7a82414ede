/* SPDX-License-Identifier: BSD-2-Clause */
/* Regular files are mapped; pipes and the like are read. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const char *input_name(const struct bpfld_input *input, struct arena *arena)
{
	if (input->name)
		return input->name;
	if (input->data)
		return "<memory>";
	if (input->path)
		return input->path;
	return arena_format(arena, "<fd %d>", input->fd);
}

// A stream, whose size is known at its end only.
static bool read_stream(struct linker *linker, struct object *object, int fd)
{
	size_t capacity = 1 << 16, size = 0;
	uint8_t *data = arena_alloc(linker->arena, capacity);

	for (;;) {
		ssize_t count = read(fd, data + size, capacity - size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0) {
			diag_error(linker->diag, place_in(object->name, NULL), "cannot read: %s",
				   strerror(errno));
			return false;
		}
		if (count == 0)
			break;
		size += (size_t)count;
		if (size == capacity)
			data = array_grow(linker->arena, data, 1, size, &capacity);
	}
	object->data = data;
	object->size = size;
	return true;
}

static bool load_descriptor(struct linker *linker, struct object *object, int fd)
{
	struct place where = place_in(object->name, NULL);
	struct stat status;
	void *mapping;

	if (fstat(fd, &status) < 0) {
		diag_error(linker->diag, where, "cannot read: %s", strerror(errno));
		return false;
	}
	if (S_ISDIR(status.st_mode)) {
		diag_error(linker->diag, where, "is a directory, not an object file");
		return false;
	}
	object->device = status.st_dev;
	object->inode = status.st_ino;
	if (!S_ISREG(status.st_mode))
		return read_stream(linker, object, fd);
	if (status.st_size == 0)
		return true;
	mapping = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (mapping == MAP_FAILED) {
		diag_error(linker->diag, where, "cannot map: %s", strerror(errno));
		return false;
	}
	object->data = mapping;
	object->size = (size_t)status.st_size;
	object->mapped = true;
	return true;
}

bool input_load(struct linker *linker, struct object *object, const struct bpfld_input *input)
{
	bool loaded;
	int fd;

	if (input->data) {
		object->data = input->data;
		object->size = input->size;
		return true;
	}
	if (!input->path)
		return load_descriptor(linker, object, input->fd);
	fd = open(input->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		diag_error(linker->diag, place_in(object->name, NULL), "cannot open: %s",
			   strerror(errno));
		return false;
	}
	// Only read_stream() allocates, so that out of memory can leak no descriptor here but
	// there.
	loaded = load_descriptor(linker, object, fd);
	close(fd);
	return loaded;
}

void input_unload(struct object *object)
{
	if (object->elf)
		elf_end(object->elf);
	if (object->mapped)
		munmap((void *)object->data, object->size);
	object->elf = NULL;
	object->mapped = false;
}
