/* SPDX-License-Identifier: BSD-2-Clause */
#include "file_io.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"

#define STREAM_CAPACITY (64 * 1024)

int file_open_descriptor(const char *path, int flags, mode_t mode)
{
	int fd;

	// A FIFO waits for its other side.
	do
		fd = open(path, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

static ssize_t read_some(int fd, bool stream, char *data, size_t size, size_t at)
{
	ssize_t count;

	do
		count = stream ? read(fd, data, size) : pread(fd, data, size, (off_t)at);
	while (count < 0 && errno == EINTR);
	return count;
}

bool read_all(int fd, size_t size, struct arena *arena, struct str *bytes)
{
	size_t capacity = size ? size + 1 : STREAM_CAPACITY, at = 0;
	char *data = arena_alloc_array(arena, capacity, 1);

	// A regular file that grows meanwhile is read as it was.
	while (size == 0 || at < size) {
		ssize_t count = read_some(fd, size == 0, data + at, capacity - 1 - at, at);

		if (count < 0)
			return false;
		if (count == 0)
			break;
		at += (size_t)count;
		if (size == 0 && at == capacity - 1)
			data = array_grow(arena, data, 1, at, &capacity);
	}
	data[at] = '\0';
	*bytes = (struct str){ data, at };
	return true;
}

ssize_t read_range(int fd, void *data, size_t size, uint64_t offset)
{
	size_t at = 0;

	while (at < size) {
		ssize_t count = read_some(fd, false, (char *)data + at, size - at, offset + at);

		if (count < 0)
			return -1;
		if (count == 0)
			break;
		at += (size_t)count;
	}
	return (ssize_t)at;
}

bool read_path(const char *path, struct arena *arena, struct str *bytes)
{
	int fd = file_open_descriptor(path, O_RDONLY, 0);
	bool complete;
	int error;

	if (fd < 0)
		return false;
	complete = read_all(fd, 0, arena, bytes);
	error = errno;
	close(fd);
	errno = error;
	return complete;
}

bool write_all(int fd, struct str bytes)
{
	while (bytes.size) {
		ssize_t count = write(fd, bytes.data, bytes.size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		bytes.data += count;
		bytes.size -= (size_t)count;
	}
	return true;
}

bool write_and_close(int fd, struct str bytes)
{
	bool written = write_all(fd, bytes);
	int error = errno;

	if (close(fd) < 0 && written)
		return false;
	errno = error;
	return written;
}
