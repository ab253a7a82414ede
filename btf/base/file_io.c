/* SPDX-License-Identifier: BSD-2-Clause */
#include "file_io.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define STREAM_CAPACITY 4096

int file_open_descriptor(const char *path, int flags, mode_t mode)
{
	int fd;

	// Opening a FIFO waits for its other side.
	do
		fd = open(path, flags | O_CLOEXEC | O_NOCTTY, mode);
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
	char *data = arena_alloc_array(arena, size + 1, 1);
	size_t at = 0;

	// A file that grows meanwhile is read up to its former size.
	while (at < size) {
		ssize_t count = read_some(fd, false, data + at, size - at, at);

		if (count < 0)
			return false;
		if (count == 0)
			break;
		at += (size_t)count;
	}
	data[at] = '\0';
	*bytes = (struct str){ data, at };
	return true;
}

bool stream_read(struct stream *stream, size_t size, struct arena *arena)
{
	if (!stream->data) {
		stream->capacity = STREAM_CAPACITY;
		stream->data = arena_alloc_array(arena, stream->capacity, 1);
	}
	while (stream->size < size) {
		size_t room = stream->capacity - 1 - stream->size;
		size_t wanted = size - stream->size < room ? size - stream->size : room;
		ssize_t count = read_some(stream->fd, true, stream->data + stream->size, wanted, 0);

		if (count < 0)
			return false;
		if (count == 0)
			break;
		stream->size += (size_t)count;
		if (stream->size == stream->capacity - 1)
			stream->data =
				array_grow(arena, stream->data, 1, stream->size, &stream->capacity);
	}
	stream->data[stream->size] = '\0';
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

bool read_text(const char *path, size_t *total, struct arena *arena, struct str *text)
{
	struct stream stream = { .fd = file_open_descriptor(path, O_RDONLY, 0) };
	size_t left = TEXTS_SIZE_MAX - *total;
	int error = 0;

	if (stream.fd < 0)
		return false;
	// One byte more shows whether the file ends within the limit.
	if (!stream_read(&stream, left + 1, arena))
		error = errno;
	else if (stream.size > left)
		error = EFBIG;
	else if (memchr(stream.data, '\0', stream.size))
		error = EILSEQ;
	close(stream.fd);
	errno = error;
	if (error)
		return false;
	*total += stream.size;
	*text = (struct str){ stream.data, stream.size };
	return true;
}

const char *text_error(int error, struct arena *arena)
{
	switch (error) {
	case EFBIG:
		return arena_format(arena,
				    "is too large: all such files together have %zu MiB at most",
				    TEXTS_SIZE_MAX >> 20);
	case EILSEQ:
		return "is no text: it has a byte 0";
	default:
		return arena_format(arena, "cannot be read: %s", strerror(error));
	}
}

void pieces_copy(const struct pieces *pieces, void *bytes)
{
	char *end = bytes;

	array_each(piece, pieces)
		end = (char *)memcpy(end, piece->data, piece->size) + piece->size;
}

// Fewer than IOV_MAX, and still few calls.
#define VECTOR_SIZE 256

// The position in a file that is being written.
struct cursor {
	size_t piece;
	size_t at; // in the piece
};

static int fill_vector(const struct pieces *pieces, const struct cursor *from,
		       struct iovec vector[VECTOR_SIZE])
{
	size_t at = from->at;
	int count = 0;

	for (size_t i = from->piece; i < pieces->count && count < VECTOR_SIZE; i++) {
		// The cast is safe: writev() does not change the bytes.
		vector[count].iov_base = (char *)pieces->items[i].data + at;
		vector[count++].iov_len = pieces->items[i].size - at;
		at = 0;
	}
	return count;
}

static void advance(const struct pieces *pieces, struct cursor *cursor, size_t count)
{
	count += cursor->at;
	while (cursor->piece < pieces->count && count >= pieces->items[cursor->piece].size)
		count -= pieces->items[cursor->piece++].size;
	cursor->at = count;
}

bool write_all(int fd, const struct pieces *pieces)
{
	struct iovec vector[VECTOR_SIZE];
	struct cursor cursor = { 0, 0 };

	// Skip pieces without bytes.
	advance(pieces, &cursor, 0);
	while (cursor.piece < pieces->count) {
		ssize_t count = writev(fd, vector, fill_vector(pieces, &cursor, vector));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		advance(pieces, &cursor, (size_t)count);
	}
	return true;
}

bool write_and_close(int fd, const struct pieces *pieces)
{
	bool written = write_all(fd, pieces);
	int error = errno;

	if (close(fd) < 0 && written)
		return false;
	errno = error;
	return written;
}
