/* SPDX-License-Identifier: BSD-2-Clause */
/* Archives: files of objects, made by ar or llvm-ar. */
#ifndef BPFLD_ARCHIVE_H
#define BPFLD_ARCHIVE_H

#include "model.h"

// A member of an archive.
struct archive_entry {
	struct str name;
	uint64_t offset;     // of its header in the archive
	const uint8_t *data; // NULL in a thin archive, where the member is a file of its own
	uint64_t size;
};

// A name that the archive's index has, and the member that defines it.
struct archive_symbol {
	struct str name; // NUL-terminated
	uint64_t offset; // of the member's header
};

struct archive {
	bool thin;
	bool indexed;                        // `symbols` says of all members what they define
	ARRAY(struct archive_entry) entries; // by offset
	ARRAY(struct archive_symbol) symbols;
};

/** Whether @file is an archive, thin or not. */
bool archive_is(const struct file *file);

/**
 * Read the headers of @file's members and its index, not the members.
 *
 * @return the archive, in the link's arena; NULL when an error was reported
 */
struct archive *archive_read(struct linker *linker, const struct file *file);

#endif
