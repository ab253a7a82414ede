/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file may use its bytes several times: names that are endings of others, sections at one place,
 * members of an archive within each other. Whoever has them makes a copy, so that memory and time
 * would grow with the square of the file. Compilers share endings of names at most, so that the
 * sums have bounds that only a hostile file meets.
 */
#ifndef BPFLD_OVERLAP_H
#define BPFLD_OVERLAP_H

#include "archive.h"
#include "reading.h"

// How often the bytes of a file may be part of names. A symbol has 24 bytes beside its name.
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

/** The same for the name and the bytes of @entry, a member of @archive that is new. */
bool overlap_add_member(struct linker *linker, struct archive *archive,
			const struct archive_entry *entry);

/** The same for @file, which a thin @archive names as the member at @offset. */
bool overlap_add_file(struct linker *linker, struct archive *archive, uint64_t offset,
		      const struct file *file);

#endif
