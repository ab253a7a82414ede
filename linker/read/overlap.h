/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounds on how often a file may use its own bytes: in names that are endings of others, in
 * sections at one place, in archive members inside each other. Each use is copied, so without
 * bounds memory and time would grow with the square of the file. Compilers only share endings of
 * names; only hostile files reach the bounds.
 */
#ifndef BPFLD_OVERLAP_H
#define BPFLD_OVERLAP_H

#include "archive.h"
#include "reading.h"

// Bytes of names per byte of a file, at most. A symbol has 24 bytes besides its name.
#define NAME_USES_MAX 16

// How often a thin archive may name one file, which is read each time.
#define THIN_USES_MAX 16

/** Before the first name of an object: forget those of another. */
void overlap_begin_names(struct linker *linker);

// What overlap_add_name() does when they have.
bool overlap_reject_names(struct linker *linker, struct object *object);

/**
 * Count one more use of a name of @size bytes, of the file of @object. Once the bound is met no
 * name may be used any more: reading->overlaps.
 *
 * @return false when an error was reported: the names of the object have too many bytes
 */
static inline bool overlap_add_name(struct linker *linker, struct object *object, size_t size)
{
	struct reading *reading = reading_get(linker);

	if (size > (uint64_t)object->size * NAME_USES_MAX - reading->name_bytes)
		return overlap_reject_names(linker, object);
	reading->name_bytes += size;
	return true;
}

/** Count the name and the bytes of @entry, a new member of @archive. */
bool overlap_add_member(struct linker *linker, struct archive *archive,
			const struct archive_entry *entry);

/** Count one more use of @file, which a thin @archive names as the member at @offset. */
bool overlap_add_file(struct linker *linker, struct archive *archive, uint64_t offset,
		      const struct file *file);

#endif
