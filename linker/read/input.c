/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Only the ranges of a file that somebody asks for are read. Small files and streams are read
 * whole. For large ranges, and for archives, the whole file is mapped: above some size that is
 * cheaper than a copy.
 *
 * Another process may change a file meanwhile. So size and time are compared after a file was read,
 * and for a mapped file when the link is done. Access to a mapped page that is gone raises SIGBUS;
 * see bpfld_options.copy_inputs.
 */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive.h"
#include "base/file_io.h"
#include "reading.h"

// Up to this size one read of the whole file is cheaper than one per section.
#define WHOLE_SIZE_MAX (16 * 1024)
// From this size on a mapping is cheaper than a copy.
#define MAPPED_SIZE_MIN (64 * 1024)

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
	diag_error(linker->diag, ERROR_CANNOT_READ, place_in(file->name, NULL), "cannot %s: %s",
		   what, strerror(errno));
	return false;
}

bool file_report_change(struct linker *linker, const struct file *file)
{
	diag_error(linker->diag, ERROR_CHANGED_INPUT, place_in(file->name, NULL),
		   "was changed while it was linked; link it again");
	return false;
}

static bool map_file(struct linker *linker, struct file *file)
{
	void *mapping = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, file->fd, 0);

	if (mapping == MAP_FAILED)
		return fail(linker, file, "map");
	file->data = mapping;
	file->mapped = true;
	return true;
}

static bool read_file(struct linker *linker, struct file *file)
{
	struct str bytes;

	if (!read_all(file->fd, file->size, linker->arena, &bytes))
		return fail(linker, file, "read");
	file->data = (const uint8_t *)bytes.data;
	file->size = bytes.size;
	return true;
}

bool file_is_linkable(const struct file *file)
{
	return archive_is(file) ||
	       str_starts_with((struct str){ (const char *)file->head, file->size }, STR(ELFMAG));
}

static bool read_some(struct linker *linker, struct file *file, struct stream *stream, size_t size)
{
	if (!stream_read(stream, size, linker->arena))
		return fail(linker, file, "read");
	file->data = file->head = (const uint8_t *)stream->data;
	file->size = stream->size;
	return true;
}

// A file without a size may never end, so the rest is read only if it can be linked.
static bool read_stream(struct linker *linker, struct file *file)
{
	struct stream stream = { .fd = file->fd };

	return read_some(linker, file, &stream, FILE_HEAD_SIZE) &&
	       (!file_is_linkable(file) || read_some(linker, file, &stream, SIZE_MAX));
}

bool file_load(struct linker *linker, struct file *file)
{
	if (file->data || file->size == 0)
		return true;
	if (file->size >= MAPPED_SIZE_MIN && !linker->options->copy_inputs)
		return map_file(linker, file);
	return read_file(linker, file);
}

// Whether a range must be copied; if not, *@bytes is its address, or NULL after an error.
static bool wants_copy(struct linker *linker, struct file *file, uint64_t offset, size_t size,
		       const uint8_t **bytes)
{
	*bytes = NULL;
	if (offset == 0 && size <= FILE_HEAD_SIZE)
		*bytes = file->head;
	else if (size >= MAPPED_SIZE_MIN && !file_load(linker, file))
		return false;
	else if (file->data)
		*bytes = file->data + offset;
	return !*bytes;
}

static const uint8_t *read_bytes(struct linker *linker, struct file *file, uint64_t offset,
				 size_t size, uint8_t *bytes)
{
	ssize_t count = read_range(file->fd, bytes, size, offset);

	if (count < 0)
		fail(linker, file, "read");
	else if ((size_t)count < size)
		file_report_change(linker, file);
	return count < 0 || (size_t)count < size ? NULL : bytes;
}

const uint8_t *file_bytes(struct linker *linker, struct file *file, uint64_t offset, size_t size,
			  struct arena *arena)
{
	const uint8_t *bytes;

	if (!wants_copy(linker, file, offset, size, &bytes))
		return bytes;
	return read_bytes(linker, file, offset, size, arena_alloc_array(arena, size, 1));
}

const uint8_t *object_bytes(struct linker *linker, const struct object *object, uint64_t offset,
			    uint64_t size, struct arena *arena)
{
	return file_bytes(linker, object->source, object->start + offset, size, arena);
}

const uint8_t *file_bytes_once(struct linker *linker, struct file *file, uint64_t offset,
			       size_t size, struct scratch *scratch)
{
	const uint8_t *bytes;

	if (!wants_copy(linker, file, offset, size, &bytes))
		return bytes;
	// One byte more, so that a range of 0 bytes has an address.
	return read_bytes(linker, file, offset, size,
			  scratch_room(scratch, reading_arena(linker), size + 1, 1));
}

static bool load_head(struct linker *linker, struct file *file)
{
	uint8_t *head;

	if (file->size <= WHOLE_SIZE_MAX)
		return file_load(linker, file);
	head = arena_alloc(linker->arena, FILE_HEAD_SIZE);
	file->head = memset(head, 0, FILE_HEAD_SIZE);
	if (read_range(file->fd, head, FILE_HEAD_SIZE, 0) < 0)
		return fail(linker, file, "read");
	// --reproduce needs the whole file.
	return !linker->options->reports[BPFLD_REPORT_REPRODUCTION] || !file_is_linkable(file) ||
	       file_load(linker, file);
}

static bool reject_kind(struct linker *linker, const struct file *file)
{
	diag_error(linker->diag, ERROR_NOT_AN_OBJECT, place_in(file->name, NULL),
		   "is no regular file, as members of thin archives have to be");
	return false;
}

static bool load_descriptor(struct linker *linker, struct file *file)
{
	struct stat status;
	bool loaded;

	if (fstat(file->fd, &status) < 0)
		return fail(linker, file, "read");
	if (S_ISDIR(status.st_mode)) {
		diag_error(linker->diag, ERROR_NOT_AN_OBJECT, place_in(file->name, NULL),
			   "is a folder, not an object; name the files in it");
		return false;
	}
	if (file->regular && !S_ISREG(status.st_mode))
		return reject_kind(linker, file);
	file->device = status.st_dev;
	file->inode = status.st_ino;
	file->modified = status.st_mtim;
	file->size = S_ISREG(status.st_mode) ? (size_t)status.st_size : 0;
	loaded = file->size ? load_head(linker, file) : read_stream(linker, file);
	if (file->data)
		file->head = file->data;
	return loaded;
}

// A file that this user may not see counts as missing, as for ld.
static bool is_missing(int error)
{
	return error == ENOENT || error == ENOTDIR || error == EACCES;
}

// The path of -lNAME in the first folder that has it; NULL for none.
static const char *find_library(struct linker *linker, const char *library)
{
	const struct bpfld_strings *folders = &linker->options->library_paths;

	for (size_t i = 0; i < folders->count; i++) {
		const char *path = *library == ':' ? arena_format(linker->arena, "%s/%s",
								  folders->items[i], library + 1)
						   : arena_format(linker->arena, "%s/lib%s.a",
								  folders->items[i], library);

		// Any other fault is reported when it is opened.
		if (access(path, F_OK) == 0 || !is_missing(errno))
			return path;
	}
	return NULL;
}

static bool load_path(struct linker *linker, struct file *file, const char *path)
{
	struct stat status;

	// Opening a device may have side effects.
	if (file->regular && stat(path, &status) < 0)
		return fail(linker, file, "open");
	if (file->regular && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
		return reject_kind(linker, file);
	file->fd = file_open_descriptor(path, O_RDONLY | (file->regular ? O_NONBLOCK : 0), 0);
	if (file->fd < 0)
		return fail(linker, file, "open");
	file->path = path;
	return load_descriptor(linker, file);
}

static bool reject_library(struct linker *linker, const struct file *file)
{
	const char *library = file->input->library;
	size_t count = linker->options->library_paths.count;

	library = *library == ':' ? library + 1 : arena_format(linker->arena, "lib%s.a", library);
	diag_error(linker->diag, ERROR_LIBRARY_NOT_FOUND, place_in(file->name, NULL), "'%s' is %s",
		   library,
		   count == 0   ? "not found; name its folder with -L"
		   : count == 1 ? "not in the folder that -L names"
				: "in none of the folders that -L names");
	return false;
}

static bool load(struct linker *linker, struct file *file)
{
	const struct bpfld_input *input = file->input;
	const char *path = input->path;

	if (input->data) {
		file->data = file->head = input->data;
		file->size = input->size;
		return true;
	}
	if (!path && !input->library) {
		file->fd = input->fd;
		return load_descriptor(linker, file);
	}
	if (!path) {
		path = find_library(linker, input->library);
		if (!path)
			return reject_library(linker, file);
		file->name = path;
	}
	return load_path(linker, file, path);
}

struct file *file_open(struct linker *linker, const struct bpfld_input *input, uint32_t index,
		       bool regular)
{
	struct file *file = arena_new(linker->arena, struct file);

	*file = (struct file){
		.name = input_name(input, linker->arena),
		.input = input,
		.index = index,
		.regular = regular,
		.fd = -1,
	};
	*array_add(linker->arena, &linker->files) = file;
	if (!load(linker, file))
		return NULL;
	linker->input_size += file->size;
	return file;
}

bool file_is_changed(const struct file *file, const struct stat *now)
{
	// A file that was replaced by another one is unchanged for those who have it open.
	return now->st_dev == file->device && now->st_ino == file->inode &&
	       ((size_t)now->st_size != file->size ||
		now->st_mtim.tv_sec != file->modified.tv_sec ||
		now->st_mtim.tv_nsec != file->modified.tv_nsec);
}

// Open the file of @file, if that is what it was when it was read; -1 otherwise.
static int open_again(const struct file *file)
{
	int fd = file_open_descriptor(file->path, O_RDONLY | O_NONBLOCK, 0);
	struct stat now;

	if (fd >= 0 && fstat(fd, &now) == 0 && now.st_dev == file->device &&
	    now.st_ino == file->inode && !file_is_changed(file, &now))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void read_again(struct linker *linker, struct file *file, int fd)
{
	void *bytes;

	if (file->size >= MAPPED_SIZE_MIN && !linker->options->copy_inputs) {
		bytes = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, fd, 0);
		file->again_mapped = bytes != MAP_FAILED;
		file->again = file->again_mapped ? bytes : NULL;
		return;
	}
	// A message is not worth a link that fails, for which the room of a chunk might matter.
	if (!arena_has_room(linker->arena, file->size + MAPPED_SIZE_MIN))
		return;
	bytes = arena_alloc(linker->arena, file->size);
	if (read_range(fd, bytes, file->size, 0) == (ssize_t)file->size)
		file->again = bytes;
}

const uint8_t *file_again(struct linker *linker, struct file *file)
{
	int fd;

	if (file->data || file->again || file->again_failed)
		return file->data ? file->data : file->again;
	fd = file->fd >= 0 ? file->fd : file->path ? open_again(file) : file->input->fd;
	if (fd >= 0)
		read_again(linker, file, fd);
	if (fd >= 0 && fd != file->fd && file->path)
		close(fd);
	file->again_failed = !file->again;
	return file->again;
}

bool file_forget(struct linker *linker, struct file *file)
{
	struct stat now;

	if (!file->again)
		return true;
	if (file->again_mapped)
		munmap((void *)file->again, file->size);
	else
		arena_release(linker->arena, (void *)file->again, file->size);
	file->again = NULL;
	file->again_mapped = false;
	return (file->path ? stat(file->path, &now) : fstat(file->input->fd, &now)) < 0 ||
	       !file_is_changed(file, &now) || file_report_change(linker, file);
}

// An input given by descriptor stays open: the descriptor is the caller's.
static void close_descriptor(struct file *file)
{
	if (file->fd >= 0 && file->path)
		close(file->fd);
	file->fd = -1;
}

bool file_finish(struct linker *linker, struct file *file)
{
	struct stat now;
	// Mapped files are compared at the end; files read whole were read at one moment.
	bool changed = file->fd >= 0 && !file->data && fstat(file->fd, &now) == 0 &&
		       file_is_changed(file, &now);

	close_descriptor(file);
	return !changed || file_report_change(linker, file);
}

void file_close(struct file *file)
{
	close_descriptor(file);
	if (file->mapped)
		munmap((void *)file->data, file->size);
	if (file->again_mapped)
		munmap((void *)file->again, file->size);
	file->mapped = file->again_mapped = false;
}
