/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Archives: files of objects, made by ar or llvm-ar, in the dialects of GNU and BSD, and thin.
 *
 * Members are read one by one with archive_next(), or at the offsets that the index
 * (archive->symbols) has. Offsets count bytes from the start of the archive. Names and data of
 * members point into the file. All memory is the link's arena. An archive that is broken is
 * reported once; the functions then return false.
 */
#ifndef BPFLD_ARCHIVE_H
#define BPFLD_ARCHIVE_H

#include "model.h"

// A member of an archive.
struct archive_entry {
	struct str name;
	uint64_t offset;     // of its header, bytes from the start of the archive
	const uint8_t *data; // NULL in a thin archive: the member is a separate file
	uint64_t size;
};

// An entry of the archive's index: a name, and the member that defines it.
struct archive_symbol {
	struct str name; // NUL-terminated
	uint64_t offset; // of the member's header; as in the file, not checked
};

struct archive {
	const struct file *file;
	bool thin;
	bool indexed;          // there is an index: `symbols` has what all members define
	bool broken;           // an error was reported
	uint64_t first;        // offset of the first member
	struct str long_names; // GNU's table of long names; empty for none
	uint64_t name_bytes;   // of names of members so far; see overlap.h
	uint64_t member_bytes; // of members so far; likewise
	ARRAY(uint8_t) uses;   // by file: how often a thin archive names it; likewise
	ARRAY(struct archive_symbol) symbols;
	ARRAY(uint32_t)
	called; // by name: what is called so in members gets that name; 0: none
		// (new_names.h)
};

/** Whether @file is an archive, thin or not. */
bool archive_is(const struct file *file);

/**
 * Read the index of @file and the table of long names.
 *
 * @return the archive, in the link's arena; NULL when an error was reported
 */
struct archive *archive_read(struct linker *linker, struct file *file);

/**
 * Read the member at *@at, or the first one after it, into *@entry, and advance *@at to the next
 * one. Start with archive->first. Members that nobody asks for are not read.
 *
 * @return false at the end, or when an error was reported
 */
bool archive_next(struct linker *linker, struct archive *archive, uint64_t *at,
		  struct archive_entry *entry);

/**
 * Read the member whose header is at @offset, which need not be valid, into *@entry.
 *
 * @return false when an error was reported: there is no member
 */
bool archive_member_at(struct linker *linker, struct archive *archive, uint64_t offset,
		       struct archive_entry *entry);

/** The number of members. */
size_t archive_count(struct linker *linker, struct archive *archive);

/** Report that @archive is broken at @offset, unless it was reported before; return false. */
bool archive_reject(struct linker *linker, struct archive *archive, uint64_t offset,
		    const char *what);

/** Whether --exclude-libs=@name means the archive @file. */
bool archive_is_called(const struct file *file, const char *name);

#endif
