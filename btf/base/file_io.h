/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls on whole files, whatever comes in between: short counts, signals. */
#ifndef BPFLD_FILE_IO_H
#define BPFLD_FILE_IO_H

#include <stdint.h>
#include <sys/types.h>

#include "array.h"
#include "str.h"

// Bytes that stand one behind the other in a file, but not in memory.
struct pieces {
	ARRAY_FIELDS(struct str);
};

/** open() of a file that no program that is started inherits; -1 with errno set. */
int file_open_descriptor(const char *path, int flags, mode_t mode);

/**
 * Read the @size bytes of a regular file from its start into @arena; fewer when it has no more.
 *
 * @return false with errno set; *@bytes is set only on success, and a NUL follows it
 */
bool read_all(int fd, size_t size, struct arena *arena, struct str *bytes);

// What was read so far of a file that has no size: a pipe, a device. A NUL follows it.
struct stream {
	int fd;
	char *data;
	size_t size, capacity;
};

/** Read on until @stream has @size bytes or ends, into @arena; false with errno set. */
bool stream_read(struct stream *stream, size_t size, struct arena *arena);

/** Read @size bytes from @offset of @fd; fewer only at its end. Returns how many; -1 with errno. */
ssize_t read_range(int fd, void *data, size_t size, uint64_t offset);

// Most bytes of response files, and most of lists: all of a kind together.
#define TEXTS_SIZE_MAX ((size_t)16 << 20)

/**
 * Read the text at @path into @arena, a NUL behind it.
 *
 * @param total  bytes of texts so far, to which it is added
 * @return false with errno set: EFBIG where @total would pass TEXTS_SIZE_MAX, EILSEQ where it has a
 *         NUL itself
 */
bool read_text(const char *path, size_t *total, struct arena *arena, struct str *text);

/** What is wrong with a text, by the errno of read_text(): "cannot be read: No such file". */
const char *text_error(int error, struct arena *arena);

/** Put @pieces one behind the other at @bytes. */
void pieces_copy(const struct pieces *pieces, void *bytes);

/** Write all of @pieces to @fd; false with errno set. */
bool write_all(int fd, const struct pieces *pieces);

/** Likewise, and close @fd in any case: some file systems write only then. */
bool write_and_close(int fd, const struct pieces *pieces);

#endif
