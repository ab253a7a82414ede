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

// A block of a file, and the shortest run of zeros that becomes a hole: shorter ones cost more
// calls than they save.
#define HOLE_BLOCK 4096
#define HOLE_MIN   (16 * HOLE_BLOCK)

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

// Whether a block of zeros is at @data. Most others end the comparison at once.
static bool is_zero(const char *data)
{
	return !data[0] && memcmp(data, data + 1, HOLE_BLOCK - 1) == 0;
}

// How many bytes of whole blocks at the start of @bytes are zeros, or are none.
static size_t run_size(struct str bytes, bool zeros)
{
	size_t size = 0;

	while (bytes.size - size >= HOLE_BLOCK && is_zero(bytes.data + size) == zeros)
		size += HOLE_BLOCK;
	return size;
}

// Where in @bytes the first run of zeros begins that becomes a hole; their end when none does.
static size_t find_hole(struct str bytes)
{
	size_t at = 0;

	while (bytes.size - at >= HOLE_BLOCK) {
		struct str rest = { bytes.data + at, bytes.size - at };
		size_t zeros = run_size(rest, true);

		if (zeros >= HOLE_MIN)
			return at;
		at += zeros ? zeros : run_size(rest, false);
	}
	return bytes.size;
}

// Write @bytes; *@holes becomes true when that makes a hole.
static bool write_piece(int fd, struct str bytes, bool *holes)
{
	while (bytes.size) {
		size_t size = find_hole(bytes);
		struct pieces run = { .items = &(struct str){ bytes.data, size }, .count = 1 };

		if (size == 0) {
			size = run_size(bytes, true);
			*holes = true;
			if (lseek(fd, (off_t)size, SEEK_CUR) < 0)
				return false;
		} else if (!write_all(fd, &run)) {
			return false;
		}
		bytes.data += size;
		bytes.size -= size;
	}
	return true;
}

// The pieces from @first on that are too small for holes, together.
static size_t small_pieces(const struct pieces *pieces, size_t first)
{
	size_t count = 0;

	while (first + count < pieces->count && pieces->items[first + count].size < HOLE_MIN)
		count++;
	return count;
}

bool write_sparse(int fd, const struct pieces *pieces)
{
	bool holes = false;

	for (size_t i = 0; i < pieces->count; i++) {
		struct pieces small = { .items = pieces->items + i };

		small.count = small_pieces(pieces, i);
		if (!write_all(fd, &small))
			return false;
		i += small.count;
		if (i < pieces->count && !write_piece(fd, pieces->items[i], &holes))
			return false;
	}
	// A hole at the end needs a file that is so long.
	return !holes || ftruncate(fd, lseek(fd, 0, SEEK_CUR)) == 0;
}

bool close_written(int fd, bool written)
{
	int error = errno;

	if (close(fd) < 0 && written)
		return false;
	errno = error;
	return written;
}
