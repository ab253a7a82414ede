/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing whole files, with short counts and interruptions by signals handled. */
#ifndef BPFLD_FILE_IO_H
#define BPFLD_FILE_IO_H

#include <stdint.h>
#include <sys/types.h>

#include "array.h"
#include "str.h"

// The content of a file in pieces, which are adjacent in the file but not in memory.
struct pieces {
	ARRAY_FIELDS(struct str);
};

/** open() a file that programs started later do not inherit; -1 with errno set. */
int file_open_descriptor(const char *path, int flags, mode_t mode);

/**
 * Read the first @size bytes of a regular file into @arena; fewer when it is shorter.
 *
 * @return false with errno set; *@bytes is set only on success, and a NUL follows it
 */
bool read_all(int fd, size_t size, struct arena *arena, struct str *bytes);

// The bytes read so far of a file without a size: a pipe, a device. A NUL follows them.
struct stream {
	int fd;
	char *data;
	size_t size, capacity;
};

/** Read on until @stream has @size bytes or ends, into @arena; false with errno set. */
bool stream_read(struct stream *stream, size_t size, struct arena *arena);

/** Read @size bytes from @offset of @fd; fewer only at its end. Returns how many; -1 with errno. */
ssize_t read_range(int fd, void *data, size_t size, uint64_t offset);

// The most bytes of all response files, and of all lists of symbols.
#define TEXTS_SIZE_MAX ((size_t)16 << 20)

/**
 * Read the text file at @path into @arena; a NUL follows it.
 *
 * @param total  bytes of texts so far; the size of this one is added
 * @return false with errno set: EFBIG when @total would exceed TEXTS_SIZE_MAX, EILSEQ when the text
 *         contains a NUL
 */
bool read_text(const char *path, size_t *total, struct arena *arena, struct str *text);

/** The message for an errno of read_text(): "cannot be read: No such file". */
const char *text_error(int error, struct arena *arena);

/** Copy all @pieces to @bytes, one after another. */
void pieces_copy(const struct pieces *pieces, void *bytes);

/** Write all of @pieces to @fd; false with errno set. */
bool write_all(int fd, const struct pieces *pieces);

/** Likewise to a new file: long runs of zeros become holes, which take no room on disk. */
bool write_sparse(int fd, const struct pieces *pieces);

/** close() what was written, in any case: some file systems report errors only then. */
bool close_written(int fd, bool written);

#endif
