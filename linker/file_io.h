/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls on whole files, whatever comes in between: short counts, signals. */
#ifndef BPFLD_FILE_IO_H
#define BPFLD_FILE_IO_H

#include <stdint.h>
#include <sys/types.h>

#include "base/array.h"
#include "base/str.h"

// Bytes that stand one behind the other in a file, but not in memory.
struct pieces {
	struct str *items;
	size_t count, capacity;
};

/** open() of a file that no program that is started inherits; -1 with errno set. */
int file_open_descriptor(const char *path, int flags, mode_t mode);

/**
 * Read all bytes of @fd into @arena: of a regular file of @size bytes those from its start, of
 * anything else (@size is 0) what comes until its end.
 *
 * @return false with errno set; *@bytes is set only on success, and a NUL follows it
 */
bool read_all(int fd, size_t size, struct arena *arena, struct str *bytes);

/** Read @size bytes from @offset of @fd; fewer only at its end. Returns how many; -1 with errno. */
ssize_t read_range(int fd, void *data, size_t size, uint64_t offset);

/** read_all() of the file at @path. */
bool read_path(const char *path, struct arena *arena, struct str *bytes);

/** Put @pieces one behind the other at @bytes. */
void pieces_copy(const struct pieces *pieces, void *bytes);

/** Write all of @pieces to @fd; false with errno set. */
bool write_all(int fd, const struct pieces *pieces);

/** Likewise, and close @fd in any case: some file systems write only then. */
bool write_and_close(int fd, const struct pieces *pieces);

#endif
