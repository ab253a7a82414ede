/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading the bytes of an input: a file, a descriptor, standard input, or memory of the caller.
 *
 * A `struct file` lives from file_open() until file_close(), and is listed in linker->files, so
 * that it is closed however the link ends. Only the ranges that somebody asks for are read. A
 * function that fails has reported an error.
 */
#ifndef BPFLD_INPUT_H
#define BPFLD_INPUT_H

#include <sys/stat.h>

#include "base/scratch.h"
#include "model.h"

#define FILE_HEAD_SIZE sizeof(Elf64_Ehdr)

/**
 * Open @input, read its first bytes, and list it in linker->files.
 *
 * @param regular  the path comes from an input, not from the user: a device or FIFO is an error,
 *                 and is not opened
 * @return the file with head and size; NULL when an error was reported
 */
struct file *file_open(struct linker *linker, const struct bpfld_input *input, uint32_t index,
		       bool regular);

/** Whether @file, by its first bytes, is ELF or an archive. */
bool file_is_linkable(const struct file *file);

/**
 * Read @size bytes at @offset, a range that lies in @file. The bytes are in @arena, or in the
 * file's own memory.
 *
 * @return NULL when an error was reported
 */
const uint8_t *file_bytes(struct linker *linker, struct file *file, uint64_t offset, size_t size,
			  struct arena *arena);

/** Like file_bytes(), but the bytes are in @scratch, good until the next call with it. */
const uint8_t *file_bytes_once(struct linker *linker, struct file *file, uint64_t offset,
			       size_t size, struct scratch *scratch);

/**
 * The @size bytes at @offset, which lie in the object, in @arena where they are not in memory
 * anyway; NULL when an error was reported.
 */
const uint8_t *object_bytes(struct linker *linker, const struct object *object, uint64_t offset,
			    uint64_t size, struct arena *arena);

/** Read all of @file into file->data; false when an error was reported. */
bool file_load(struct linker *linker, struct file *file);

/**
 * Close @file; everything needed from it is in memory. Keeps thousands of inputs from being open at
 * once.
 *
 * @return false when an error was reported
 */
bool file_finish(struct linker *linker, struct file *file);

/**
 * All bytes of @file, until the link ends, for messages about what was read before. They are read
 * again where they are not in memory.
 *
 * @return NULL when that is not possible, or not the same file any more; no error is reported
 */
const uint8_t *file_again(struct linker *linker, struct file *file);

/**
 * Free what file_again() made, which nobody uses any more. Not for a file of which file_again() was
 * asked before: messages may need it.
 *
 * @return false when an error was reported: @file was changed meanwhile
 */
bool file_forget(struct linker *linker, struct file *file);

/** Whether @now says that @file is not what it was when it was opened. */
bool file_is_changed(const struct file *file, const struct stat *now);

/** Say so; false. */
bool file_report_change(struct linker *linker, const struct file *file);

/** Release all that file_open() took. */
void file_close(struct file *file);

#endif
