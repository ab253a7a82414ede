/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small files and streams are read, large regular files are mapped: the copy of what is never
 * looked at (debug sections, members of archives) would cost more than the rest of its link.
 *
 * Others may write into a mapped file, so its size and time are compared when the link is done. A
 * page that is gone by then raises SIGBUS; see bpfld_options.copy_inputs.
 */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_io.h"

// From here on a mapping costs less than a copy.
#define MAPPED_SIZE_MIN (16 * 1024)

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

static bool map_file(struct linker *linker, struct file *file, int fd, const struct stat *status)
{
	void *mapping = mmap(NULL, (size_t)status->st_size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (mapping == MAP_FAILED)
		return fail(linker, file, "map");
	file->data = mapping;
	file->size = (size_t)status->st_size;
	file->mapped = true;
	file->modified = status->st_mtim;
	return true;
}

static bool load_descriptor(struct linker *linker, struct file *file, int fd)
{
	struct stat status;
	struct str bytes;
	size_t size;

	if (fstat(fd, &status) < 0)
		return fail(linker, file, "read");
	if (S_ISDIR(status.st_mode)) {
		diag_error(linker->diag, place_in(file->name, NULL),
			   "is a directory, not an object file");
		return false;
	}
	file->device = status.st_dev;
	file->inode = status.st_ino;
	size = S_ISREG(status.st_mode) ? (size_t)status.st_size : 0;
	if (size >= MAPPED_SIZE_MIN && !linker->options->copy_inputs)
		return map_file(linker, file, fd, &status);
	if (!read_all(fd, size, linker->arena, &bytes))
		return fail(linker, file, "read");
	file->data = (const uint8_t *)bytes.data;
	file->size = bytes.size;
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

	file->fd = file_open_descriptor(path, O_RDONLY, 0);
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

static bool is_changed(const struct file *file)
{
	struct stat now;

	if (!file->mapped ||
	    (file->path ? stat(file->path, &now) : fstat(file->input->fd, &now)) < 0)
		return false;
	// A file that another took the place of stays as it is for those who mapped it.
	return now.st_dev == file->device && now.st_ino == file->inode &&
	       ((size_t)now.st_size != file->size || now.st_mtim.tv_sec != file->modified.tv_sec ||
		now.st_mtim.tv_nsec != file->modified.tv_nsec);
}

void check_inputs(struct linker *linker)
{
	array_each(each, &linker->files) {
		if (is_changed(*each))
			diag_error(linker->diag, place_in((*each)->name, NULL),
				   "was changed while it was linked; link it again");
	}
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
