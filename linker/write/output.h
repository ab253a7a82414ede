/* SPDX-License-Identifier: BSD-2-Clause */
/* Delivering the finished output. */
#ifndef BPFLD_OUTPUT_H
#define BPFLD_OUTPUT_H

#include <sys/stat.h>

#include "base/file_io.h"
#include "model.h"

// What writing to a path means.
struct file_target {
	const char *path;   // of the file that is replaced or made, or else is written in place
	const char *opened; // the last link of /proc on the way there; or NULL
	bool in_place;
	bool planted; // another user may have prepared it for this one
	bool exists;
	struct stat status; // of what exists there, behind all links
	dev_t device;       // of the folder that `path` is in
	ino_t folder;       // likewise
};

/**
 * What writing to @path replaces, makes or writes into, behind symbolic links.
 *
 * @return NULL, or why it cannot be written, to be said of @path; only what is not there can be
 * made
 */
const char *find_file_target(struct linker *linker, const char *path, struct file_target *to);

/**
 * Put @pieces at @path as the output is: all or nothing, unless @path cannot be replaced. A new
 * file has @mode, less the umask.
 *
 * @return false when an error was reported
 */
bool write_file(struct linker *linker, const char *path, const struct pieces *pieces, mode_t mode);

/** Why a report must not be written to its place, as part of a message; NULL: nothing speaks
 * against it. */
const char *report_conflict(struct linker *linker, enum bpfld_report report);

#endif
