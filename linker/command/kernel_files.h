/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --check-kernel: files of kernels, which the command reads, because the library opens inputs only.
 */
#ifndef BPFLD_KERNEL_FILES_H
#define BPFLD_KERNEL_FILES_H

#include "option_table.h"

/**
 * Add the kernel of @value: FILE, FILE+MODULE..., or a folder with a file for each of several. NULL
 * is the running kernel, with its modules.
 */
void add_kernel(struct parser *parser, const char *value);

/** --check-only. */
void set_check_only(struct parser *parser, const char *value);

#endif
