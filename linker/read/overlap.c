/* SPDX-License-Identifier: BSD-2-Clause */
#include "overlap.h"

#include <inttypes.h>

void overlap_begin_names(struct linker *linker)
{
	struct reading *reading = reading_get(linker);

	reading->name_bytes = 0;
	reading->overlaps = false;
}

bool overlap_reject_names(struct linker *linker, struct object *object)
{
	struct reading *reading = reading_get(linker);

	if (!reading->overlaps)
		diag_error(linker->diag, ERROR_EXCESSIVE_WORK, place_in(object->name, NULL),
			   "names of sections or symbols overlap more than any compiler would do");
	reading->overlaps = true;
	return false;
}

bool overlap_add_member(struct linker *linker, struct archive *archive,
			const struct archive_entry *entry)
{
	uint64_t size = archive->file->size;

	// A thin archive repeats the path of an archive in it for each of its members.
	if (entry->name.size > size * NAME_USES_MAX - archive->name_bytes)
		return archive_reject(linker, archive, entry->offset,
				      "names of members overlap more than any archiver would do");
	archive->name_bytes += entry->name.size;
	if (archive->thin)
		return true;
	if (entry->size > size - archive->member_bytes)
		return archive_reject(linker, archive, entry->offset,
				      "members are within each other");
	archive->member_bytes += entry->size;
	return true;
}

bool overlap_add_file(struct linker *linker, struct archive *archive, uint64_t offset,
		      const struct file *file)
{
	// The path as a string has a number.
	uint32_t identity =
		strings_intern(&linker->strings,
			       str_of(arena_format(linker->arena, "%" PRIu64 ":%" PRIu64,
						   (uint64_t)file->device, (uint64_t)file->inode)));
	uint8_t *uses = array_at(linker->arena, &archive->uses, identity);

	if (*uses == THIN_USES_MAX)
		return archive_reject(linker, archive, offset, "it names one file again and again");
	++*uses;
	return true;
}
