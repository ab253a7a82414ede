/* SPDX-License-Identifier: BSD-2-Clause */
/* Delivering the finished output. */
#ifndef BPFLD_OUTPUT_H
#define BPFLD_OUTPUT_H

#include "file_io.h"
#include "model.h"

/**
 * Put @pieces at @path as the output is: all or nothing, unless @path cannot be replaced.
 *
 * @return false when an error was reported
 */
bool write_file(struct linker *linker, const char *path, const struct pieces *pieces);

/** What a report at @path would destroy: "an input", "the output", or NULL. */
const char *report_conflict(const struct linker *linker, const char *path);

/** Refuse an output that would destroy an input; false when an error was reported. */
bool check_output(struct linker *linker);

/*
 * Needs: linker->image. Gives: the output, or an error and nothing changed. (Output to memory is
 * the caller's: it takes the image.)
 */
void deliver_output(struct linker *linker);

#endif
