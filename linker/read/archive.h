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
	uint64_t offset; // of the member's header; anything, as the file has it
};

struct archive {
	const struct file *file;
	bool thin;
	bool indexed;          // `symbols` says of all members what they define
	bool broken;           // which was reported
	uint64_t first;        // offset of the first member
	struct str long_names; // of GNU; empty when there are none
	uint64_t name_bytes;   // that names of members had so far (overlap.h)
	uint64_t member_bytes; // that members had so far, likewise
	ARRAY(uint8_t) uses;   // of a file as members of a thin archive, likewise
	ARRAY(struct archive_symbol) symbols;
};

/** Whether @file is an archive, thin or not. */
bool archive_is(const struct file *file);

/**
 * Read the index of @file and what else stands before the members.
 *
 * @return the archive, in the link's arena; NULL when an error was reported
 */
struct archive *archive_read(struct linker *linker, struct file *file);

/**
 * The member at *@at, or behind what is no member there; *@at becomes the place of the next one.
 * What is not asked for is not read: an index spares the rest of a large archive.
 *
 * @return false when there is none, or an error was reported
 */
bool archive_next(struct linker *linker, struct archive *archive, uint64_t *at,
		  struct archive_entry *entry);

/**
 * The member whose header is at @offset, which may be anywhere.
 *
 * @return false when an error was reported: there is none
 */
bool archive_member_at(struct linker *linker, struct archive *archive, uint64_t offset,
		       struct archive_entry *entry);

/** How many members there are. */
size_t archive_count(struct linker *linker, struct archive *archive);

/** Report, once, what is wrong with @archive at @offset; false. */
bool archive_reject(struct linker *linker, struct archive *archive, uint64_t offset,
		    const char *what);

/** Whether --exclude-libs=@name means @file, an archive. */
bool archive_is_called(const struct file *file, const char *name);

#endif
