/* SPDX-License-Identifier: BSD-2-Clause */
/* Getting an input's bytes. */
#ifndef BPFLD_INPUT_H
#define BPFLD_INPUT_H

#include <sys/stat.h>

#include "base/scratch.h"
#include "model.h"

#define FILE_HEAD_SIZE sizeof(Elf64_Ehdr)

/**
 * Open @input and list it in linker->files, from where file_close() gets it however the link ends.
 *
 * @param regular  an input says so, not the user: a device or FIFO there is an error, and not
 * opened
 * @return the file with head and size; NULL when an error was reported
 */
struct file *file_open(struct linker *linker, const struct bpfld_input *input, uint32_t index,
		       bool regular);

/** Whether it can be linked by its first bytes: ELF or an archive. */
bool file_is_linkable(const struct file *file);

/**
 * The @size bytes from @offset on, which lie in @file, in @arena where they are not in memory
 * anyway.
 *
 * @return NULL when an error was reported
 */
const uint8_t *file_bytes(struct linker *linker, struct file *file, uint64_t offset, size_t size,
			  struct arena *arena);

/** As file_bytes(), with @scratch, where they are good until the next call, in place of an arena.
 */
const uint8_t *file_bytes_once(struct linker *linker, struct file *file, uint64_t offset,
			       size_t size, struct scratch *scratch);

/**
 * The @size bytes at @offset, which lie in the object, in @arena where they are not in memory
 * anyway; NULL when an error was reported.
 */
const uint8_t *object_bytes(struct linker *linker, const struct object *object, uint64_t offset,
			    uint64_t size, struct arena *arena);

/** Have all of it in file->data; false when an error was reported. */
bool file_load(struct linker *linker, struct file *file);

/**
 * No more of it is read than is in memory: thousands of inputs are not open at a time.
 *
 * @return false when an error was reported
 */
bool file_finish(struct linker *linker, struct file *file);

/** Whether @now says that @file is not what it was when it was opened. */
bool file_is_changed(const struct file *file, const struct stat *now);

/** Say so; false. */
bool file_report_change(struct linker *linker, const struct file *file);

/** Give back what file_open() took. */
void file_close(struct file *file);

#endif
