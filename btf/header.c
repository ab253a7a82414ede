/* SPDX-License-Identifier: BSD-2-Clause */
#include "header.h"

#include <inttypes.h>
#include <stddef.h>

#include "btf.h"

// The newest header also has the place of a table with the lengths of kinds, which are known here.
#define HEADER_LAYOUT_SIZE (BTF_HEADER_SIZE + 8)

// The most padding between two sections put together: more than any alignment of .BTF.
#define PADDING_MAX 16

static bool read_preamble(struct reader *reader, struct btf_header *header)
{
	size_t size = reader_left(reader);

	header->magic = reader_u16(reader);
	header->version = reader_u8(reader);
	header->flags = reader_u8(reader);
	header->hdr_len = reader_u32(reader);
	header->type_off = reader_u32(reader);
	header->type_len = reader_u32(reader);
	header->str_off = reader_u32(reader);
	header->str_len = reader_u32(reader);
	if (reader->failed)
		return reader_error(reader, ERROR_MALFORMED_BTF, 0,
				    "BTF has %zu bytes, and its header alone needs %zu", size,
				    BTF_HEADER_SIZE);
	if (header->magic == __builtin_bswap16(BTF_MAGIC))
		return reader_error(reader, ERROR_MALFORMED_BTF, 0,
				    "BTF has the other byte order than its file");
	if (header->magic != BTF_MAGIC)
		return reader_error(reader, ERROR_MALFORMED_BTF, 0,
				    "not BTF: magic is 0x%04x, not 0x%04x", header->magic,
				    BTF_MAGIC);
	if (header->version != BTF_VERSION)
		return reader_error(reader, ERROR_UNKNOWN_BTF, 0,
				    "BTF has version %u, and only %u is known", header->version,
				    BTF_VERSION);
	if (header->flags)
		return reader_error(reader, ERROR_UNKNOWN_BTF, 0, "BTF has unknown flags 0x%02x",
				    header->flags);
	return true;
}

// Set @part to the @length bytes at @offset of @body, which is what follows the header. @what is
// how the names of both fields of the header begin.
static bool read_part(const struct reader *body, const char *what, uint32_t offset, uint32_t length,
		      struct reader *part)
{
	*part = reader_part(body, offset, length);
	if (part->failed)
		return reader_error(part, ERROR_MALFORMED_BTF, 0,
				    "%s_off 0x%" PRIx32 " and %s_len 0x%" PRIx32
				    " reach beyond the end of the section",
				    what, offset, what, length);
	return true;
}

// Move @reader from the end of the known header to the end of this header. Unknown fields must be
// zero, or their meaning would be lost.
static bool read_header_rest(struct reader *reader, const struct btf_header *header)
{
	struct reader rest = reader_part(reader, 0, header->hdr_len - BTF_HEADER_SIZE), layout;
	size_t size = BTF_HEADER_SIZE + reader_left(reader);

	if (header->hdr_len < BTF_HEADER_SIZE || rest.failed)
		return reader_error(reader, ERROR_MALFORMED_BTF, 0,
				    "hdr_len of BTF is %" PRIu32 ", not %zu to %zu",
				    header->hdr_len, BTF_HEADER_SIZE, size);
	reader->position = rest.end;
	if (header->hdr_len >= HEADER_LAYOUT_SIZE) {
		uint32_t offset = reader_u32(&rest), length = reader_u32(&rest);

		if (!read_part(reader, "layout", offset, length, &layout))
			return false;
	}
	reader_skip_zeros(&rest, SIZE_MAX);
	if (reader_left(&rest))
		return reader_error(reader, ERROR_UNKNOWN_BTF, 0,
				    "BTF header has an unknown field at 0x%" PRIx64,
				    reader_offset(&rest));
	return true;
}

// Check that nothing follows the section. Linkers that do not know BTF put the sections of all
// inputs one after another; readers would only see the first, which ends at the position of @rest.
static bool check_end(struct reader rest)
{
	reader_skip_zeros(&rest, PADDING_MAX);
	if (reader_left(&rest) < BTF_HEADER_SIZE || reader_u16(&rest) != BTF_MAGIC)
		return true;
	return reader_error(&rest, ERROR_MALFORMED_BTF, 0,
			    "BTF of several objects, one behind the other, as 'ld -r' leaves it; "
			    "link the objects themselves");
}

bool btf_header_read(struct reader reader, struct reader *types, struct reader *strings)
{
	struct btf_header header;

	if (!read_preamble(&reader, &header) || !read_header_rest(&reader, &header) ||
	    !read_part(&reader, "type", header.type_off, header.type_len, types) ||
	    !read_part(&reader, "str", header.str_off, header.str_len, strings))
		return false;
	if (header.type_off % 4 || header.type_len % 4)
		return reader_error(&reader, ERROR_MALFORMED_BTF, 0,
				    "type_off or type_len is not a multiple of 4");
	if (reader_left(types) && reader_left(strings) && types->position < strings->end &&
	    strings->position < types->end)
		return reader_error(&reader, ERROR_MALFORMED_BTF, 0, "types and strings overlap");
	reader.position = types->end > strings->end ? types->end : strings->end;
	return check_end(reader);
}
