/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Delivering files: the output and reports get to their paths whole or not at all.
 *
 * find_destination() follows symbolic links and says what a path means; write_file() writes a
 * report; deliver_output() writes the output.
 */
#ifndef BPFLD_OUTPUT_H
#define BPFLD_OUTPUT_H

#include <sys/stat.h>

#include "base/file_io.h"
#include "model.h"

// What a write to a path replaces or changes.
struct file_target {
	const char *path;   // of the file that is replaced, made, or written in place
	const char *opened; // the last link in /proc on the way to it, or NULL
	bool in_place;
	bool planted; // another user may have put it there as a trap
	bool exists;
	struct stat status; // of the existing file, behind all links
	dev_t device;       // of the folder of `path`
	ino_t folder;       // likewise
};

/**
 * Find what a write to @path replaces, makes or writes into, behind symbolic links.
 *
 * @return NULL, or why it cannot be written, as a clause about @path
 */
const char *find_file_target(struct linker *linker, const char *path, struct file_target *to);

/**
 * Write @pieces to @path, whole or not at all, unless @path can only be written in place. A new
 * file has @mode, minus the umask.
 *
 * @return false when an error was reported
 */
bool write_file(struct linker *linker, const char *path, const struct pieces *pieces, mode_t mode);

/** Why @report must not be written to its path, as part of a message; NULL when it may. */
const char *report_conflict(struct linker *linker, enum bpfld_report report);

#endif
