/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each member has a header of 60 bytes of text. Three dialects differ in the place of long names
 * and in the index: GNU ("//", "/" and "/SYM64/"), BSD ("#1/len", "__.SYMDEF"), and thin (as GNU,
 * but members are files). The index of BSD is not read: the members themselves say the same.
 *
 * Source: ar(5) of FreeBSD; binutils' documentation of thin archives.
 */
#include "archive.h"

#include <ar.h>
#include <inttypes.h>

#include "base/reader.h"
#include "input.h"

#define THIN_MAGIC "!<thin>\n"

struct archive_reader {
	struct linker *linker;
	struct archive *archive;
	struct reader contents; // at the next header
};

bool archive_is(const struct file *file)
{
	struct str start = { (const char *)file->head, file->size };

	return str_starts_with(start, STR(ARMAG)) || str_starts_with(start, STR(THIN_MAGIC));
}

bool archive_reject(struct linker *linker, struct archive *archive, uint64_t offset,
		    const char *what)
{
	if (!archive->broken)
		diag_error(linker->diag, ERROR_MALFORMED_ARCHIVE,
			   place_at(place_in(archive->file->name, NULL), offset),
			   "archive is broken: %s", what);
	archive->broken = true;
	return false;
}

static bool reject(struct archive_reader *reader, uint64_t offset, const char *what)
{
	return archive_reject(reader->linker, reader->archive, offset, what);
}

// A decimal number, padded with blanks to the field's end.
static bool read_number(const char *field, size_t size, uint64_t *number)
{
	size_t i = 0;

	*number = 0;
	for (; i < size && field[i] >= '0' && field[i] <= '9'; i++)
		*number = *number * 10 + (uint64_t)(field[i] - '0');
	if (i == 0)
		return false;
	while (i < size && field[i] == ' ')
		i++;
	return i == size;
}

static struct str cut_at(struct str text, char end)
{
	const char *found = text.size ? memchr(text.data, end, text.size) : NULL;

	if (found)
		text.size = (size_t)(found - text.data);
	return text;
}

// A name that is padded with blanks; GNU puts '/' before them.
static struct str short_name(const struct ar_hdr *header)
{
	struct str name = { header->ar_name, sizeof(header->ar_name) };

	while (name.size && name.data[name.size - 1] == ' ')
		name.size--;
	if (name.size > 1 && name.data[name.size - 1] == '/' && name.data[0] != '/')
		name.size--;
	return name;
}

// Replace "/123", an offset in the table of long names, by the name there, which ends in "/\n".
static bool find_long_name(const struct archive *archive, struct str *name)
{
	uint64_t at;

	if (!read_number(name->data + 1, name->size - 1, &at) || at >= archive->long_names.size)
		return false;
	*name = cut_at((struct str){ archive->long_names.data + at, archive->long_names.size - at },
		       '\n');
	if (name->size && name->data[name->size - 1] == '/')
		name->size--;
	return true;
}

static bool long_name(struct archive_reader *reader, struct archive_entry *entry)
{
	return find_long_name(reader->archive, &entry->name) ||
	       reject(reader, entry->offset, "the name of a member is beyond the end of the names");
}

// "#1/len": the name is the first bytes of the data.
static bool bsd_name(struct archive_reader *reader, struct archive_entry *entry)
{
	uint64_t size;

	// A thin archive has no data of members, whatever size a header says.
	if (reader->archive->thin ||
	    !read_number(entry->name.data + 3, entry->name.size - 3, &size) || size > entry->size)
		return reject(reader, entry->offset,
			      "the name of a member is beyond the end of the names");
	entry->name = cut_at((struct str){ (const char *)entry->data, size }, '\0');
	entry->data += size;
	entry->size -= size;
	return true;
}

// GNU's index: a count, that many offsets, that many names; big-endian words of 4 or 8 bytes.
static bool read_index(struct archive_reader *reader, const struct archive_entry *index,
		       size_t word)
{
	struct reader offsets =
		reader_of(index->data, index->size, true,
			  place_in(reader->archive->file->name, NULL), reader->linker->diag);
	uint64_t count = reader_uint(&offsets, word);
	struct reader names = offsets;

	if (offsets.failed || !table_fits(0, count, word, reader_left(&offsets)))
		return reject(reader, index->offset, "the index is too short for its symbols");
	reader_bytes(&names, count * word);
	for (; count; count--) {
		struct archive_symbol symbol = { .name = reader_string(&names) };

		symbol.offset = reader_uint(&offsets, word);
		if (names.failed)
			return reject(reader, index->offset,
				      "the index has fewer names than members");
		*array_add(reader->linker->arena, &reader->archive->symbols) = symbol;
	}
	reader->archive->indexed = true;
	return true;
}

// "lib.a(b.o)" for the member with the name field @name, if that can be read; @rest is what the
// file has behind the header. Else "lib.a".
static const char *name_truncated(const struct archive_reader *reader, struct str name,
				  struct str rest)
{
	const char *path = reader->archive->file->name;
	uint64_t size;

	if (str_starts_with(name, STR("#1/"))) {
		if (!read_number(name.data + 3, name.size - 3, &size) || size > rest.size)
			return path;
		name = cut_at((struct str){ rest.data, size }, '\0');
	} else if (name.size && name.data[0] == '/') {
		if (name.size == 1 || !find_long_name(reader->archive, &name))
			return path;
	}
	return name.size ? arena_format(reader->linker->arena, "%s(%.*s)", path, STR_ARGS(name))
			 : path;
}

// Report that the file ends within @entry; @rest is what it has behind the header.
static void reject_truncated(struct archive_reader *reader, const struct archive_entry *entry,
			     struct str rest)
{
	struct archive *archive = reader->archive;
	const char *where = name_truncated(reader, entry->name, rest);

	if (!archive->broken)
		diag_error(reader->linker->diag, ERROR_TRUNCATED, place_in(where, NULL),
			   "archive is truncated: %s has %" PRIu64 " bytes, of which the file has "
			   "%zu; make the archive again",
			   where == archive->file->name ? "a part of it" : "the member",
			   entry->size, rest.size);
	archive->broken = true;
}

// Report that the file ends within a header.
static void reject_cut_header(struct archive_reader *reader)
{
	struct ar_hdr header = { .ar_name = "" };
	size_t left = reader_left(&reader->contents);
	const char *where = reader->archive->file->name;

	if (left >= sizeof(header.ar_name)) {
		memcpy(header.ar_name, reader_bytes(&reader->contents, sizeof(header.ar_name)),
		       sizeof(header.ar_name));
		where = name_truncated(reader, short_name(&header), STR(""));
	}
	if (!reader->archive->broken)
		diag_error(reader->linker->diag, ERROR_TRUNCATED, place_in(where, NULL),
			   "archive is truncated: it ends within the header of %s; make the "
			   "archive again",
			   where == reader->archive->file->name ? "a member" : "the member");
	reader->archive->broken = true;
}

static bool is_bsd_index(struct str name)
{
	return str_starts_with(name, STR("__.SYMDEF"));
}

enum entry_kind {
	ENTRY_BROKEN,
	ENTRY_MEMBER,
	ENTRY_INDEX,
	ENTRY_INDEX64,
	ENTRY_LONG_NAMES,
	ENTRY_FOREIGN_INDEX,
};

static enum entry_kind classify(struct archive_reader *reader, struct archive_entry *entry)
{
	if (str_equal(entry->name, STR("//")))
		return ENTRY_LONG_NAMES;
	if (str_equal(entry->name, STR("/")))
		return ENTRY_INDEX;
	if (str_equal(entry->name, STR("/SYM64/")))
		return ENTRY_INDEX64;
	if (str_starts_with(entry->name, STR("#1/")) && !bsd_name(reader, entry))
		return ENTRY_BROKEN;
	if (is_bsd_index(entry->name))
		return ENTRY_FOREIGN_INDEX;
	if (entry->name.size && entry->name.data[0] == '/' && !long_name(reader, entry))
		return ENTRY_BROKEN;
	return ENTRY_MEMBER;
}

// Whether the data of a member is in the archive; in a thin one only that of special members is.
static bool is_inline(const struct archive_reader *reader, struct str name)
{
	return !reader->archive->thin || str_equal(name, STR("/")) || str_equal(name, STR("//")) ||
	       str_equal(name, STR("/SYM64/"));
}

// Read the next header. Data that is in the archive lies in bounds.
static enum entry_kind read_entry(struct archive_reader *reader, struct archive_entry *entry)
{
	struct reader *contents = &reader->contents;
	const struct ar_hdr *header;
	struct str rest;

	*entry = (struct archive_entry){ .offset = reader_offset(contents) };
	if (reader_left(contents) < sizeof(*header)) {
		reject_cut_header(reader);
		return ENTRY_BROKEN;
	}
	header = reader_bytes(contents, sizeof(*header));
	if (memcmp(header->ar_fmag, ARFMAG, sizeof(header->ar_fmag)) != 0) {
		reject(reader, entry->offset, "there is no member where one should begin");
		return ENTRY_BROKEN;
	}
	if (!read_number(header->ar_size, sizeof(header->ar_size), &entry->size)) {
		reject(reader, entry->offset, "a member's size is no number");
		return ENTRY_BROKEN;
	}
	entry->name = short_name(header);
	if (is_inline(reader, entry->name)) {
		rest = (struct str){ (const char *)(header + 1), reader_left(contents) };
		entry->data = reader_bytes(contents, entry->size);
		if (!entry->data) {
			reject_truncated(reader, entry, rest);
			return ENTRY_BROKEN;
		}
		// Members start at even offsets; the last one's padding may be missing.
		if (entry->size & 1 && reader_left(contents))
			reader_bytes(contents, 1);
	}
	return classify(reader, entry);
}

// A reader of @archive at @offset, which need not be valid.
static struct archive_reader read_from(struct linker *linker, struct archive *archive,
				       uint64_t offset)
{
	const struct file *file = archive->file;
	struct archive_reader reader = {
		.linker = linker,
		.archive = archive,
		.contents = reader_of(file->data, file->size, true, place_in(file->name, NULL),
				      linker->diag),
	};

	reader_bytes(&reader.contents, offset);
	return reader;
}

bool archive_next(struct linker *linker, struct archive *archive, uint64_t *at,
		  struct archive_entry *entry)
{
	struct archive_reader reader = read_from(linker, archive, *at);

	while (reader_left(&reader.contents)) {
		enum entry_kind kind = read_entry(&reader, entry);

		*at = reader_offset(&reader.contents);
		if (kind == ENTRY_BROKEN || kind == ENTRY_MEMBER)
			return kind == ENTRY_MEMBER;
	}
	return false;
}

bool archive_member_at(struct linker *linker, struct archive *archive, uint64_t offset,
		       struct archive_entry *entry)
{
	struct archive_reader reader = read_from(linker, archive, offset);

	if (reader_left(&reader.contents)) {
		enum entry_kind kind = read_entry(&reader, entry);

		if (kind == ENTRY_BROKEN || kind == ENTRY_MEMBER)
			return kind == ENTRY_MEMBER;
	}
	return archive_reject(linker, archive, offset,
			      "there is no member where the index has one");
}

size_t archive_count(struct linker *linker, struct archive *archive)
{
	uint64_t at = archive->first;
	struct archive_entry entry;
	size_t count = 0;

	while (archive_next(linker, archive, &at, &entry))
		count++;
	return count;
}

// Read the special members before the first member; false when the archive is broken.
static bool read_special(struct archive_reader *reader)
{
	struct archive *archive = reader->archive;

	while (reader_left(&reader->contents)) {
		struct archive_entry entry;

		switch (read_entry(reader, &entry)) {
		case ENTRY_BROKEN:
			return false;
		case ENTRY_MEMBER:
			return true;
		case ENTRY_INDEX:
			if (!read_index(reader, &entry, 4))
				return false;
			break;
		case ENTRY_INDEX64:
			if (!read_index(reader, &entry, 8))
				return false;
			break;
		case ENTRY_LONG_NAMES:
			archive->long_names = (struct str){ (const char *)entry.data, entry.size };
			break;
		case ENTRY_FOREIGN_INDEX:
			break;
		}
		archive->first = reader_offset(&reader->contents);
	}
	return true;
}

struct archive *archive_read(struct linker *linker, struct file *file)
{
	struct archive *archive = arena_new(linker->arena, struct archive);
	struct archive_reader reader;

	*archive = (struct archive){
		.file = file,
		.thin = str_starts_with((struct str){ (const char *)file->head, file->size },
					STR(THIN_MAGIC)),
		.first = SARMAG,
	};
	if (!file_load(linker, file))
		return NULL;
	reader = read_from(linker, archive, archive->first);
	return read_special(&reader) ? archive : NULL;
}
