/* SPDX-License-Identifier: BSD-2-Clause */
/* What a process owes the link that it runs; for the command only, as it is the whole process's. */
#ifndef BPFLD_PROCESS_H
#define BPFLD_PROCESS_H

/**
 * Open standard files that are closed, so that no other file becomes one of them; let a file that
 * is too large be an error like a full disk; and let an input that cannot be read any more after it
 * was mapped end the process with a message and status @failed.
 */
void process_prepare(int failed);

#endif
