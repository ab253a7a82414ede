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

/**
 * The file that writing to @path makes or replaces: where symbolic links lead, be it there or not,
 * as any other program writes. NULL with errno set when they lead nowhere.
 */
const char *output_file(struct linker *linker, const char *path);

/** What a report at its place would destroy: "an input", "the output", ...; NULL: nothing. */
const char *report_conflict(struct linker *linker, enum bpfld_report report);

/*
 * Needs: linker->image. Gives: the output, or an error and nothing changed. (Output to memory is
 * the caller's: it takes the image.)
 */
void deliver_output(struct linker *linker);

#endif
