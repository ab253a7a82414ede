/* SPDX-License-Identifier: BSD-2-Clause */
/* Getting an input's bytes. */
#ifndef BPFLD_INPUT_H
#define BPFLD_INPUT_H

#include "model.h"

/**
 * Open @input and list it in linker->files, from where file_close() gets it however the link ends.
 *
 * @return the file with data and size; NULL when an error was reported
 */
struct file *file_open(struct linker *linker, const struct bpfld_input *input, uint32_t index);

/*
 * Needs: everything that reads inputs is done. Gives: an error for each that is not what it was
 * when it was opened.
 */
void check_inputs(struct linker *linker);

/** Give back what file_open() took. */
void file_close(struct file *file);

#endif
