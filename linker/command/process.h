/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a process must prepare before it links. For the command only, because it changes settings of
 * the whole process.
 */
#ifndef BPFLD_PROCESS_H
#define BPFLD_PROCESS_H

/**
 * Prepare the process:
 *
 * - Open standard files that are closed, so that no other file gets their numbers.
 * - Ignore SIGXFSZ: a file that is too large is an error, like a full disk.
 * - Handle SIGBUS: an input that was truncated after it was mapped ends the process with a message
 *   and exit status @failed.
 */
void process_prepare(int failed);

/** Let that message be JSON, behind *@ending, which ends what is printed so far and may be NULL. */
void process_use_json(const char *const *ending);

#endif
