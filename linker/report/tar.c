/* SPDX-License-Identifier: BSD-2-Clause */
#include "tar.h"

#include <inttypes.h>
#include <stdio.h>

#define BLOCK_SIZE 512
// The largest size that fits the header; larger ones go into a pax header.
#define SIZE_MAX_USTAR 077777777777

// A header of text fields, padded with NULs.
struct tar_header {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char checksum[8];
	char type;
	char link[100];
	char magic[6];
	char version[2];
	char owner[32];
	char group[32];
	char device[16];
	char prefix[155];
	char padding[12];
};

static void add_header(struct text *tar, char type, const char *name, uint64_t size)
{
	struct tar_header header = { .type = type };
	const unsigned char *bytes = (const unsigned char *)&header;
	unsigned int sum = 0;

	memcpy(header.name, name, strnlen(name, sizeof(header.name)));
	memcpy(header.mode, "0000644", 7);
	memcpy(header.uid, "0000000", 7);
	memcpy(header.gid, "0000000", 7);
	snprintf(header.size, sizeof(header.size), "%011" PRIo64,
		 size <= SIZE_MAX_USTAR ? size : 0);
	memcpy(header.mtime, "00000000000", 11);
	memcpy(header.magic, "ustar", 6);
	memcpy(header.version, "00", 2);
	// The checksum is computed with blanks in its field.
	memset(header.checksum, ' ', sizeof(header.checksum));
	for (size_t i = 0; i < sizeof(header); i++)
		sum += bytes[i];
	snprintf(header.checksum, sizeof(header.checksum), "%06o", sum);
	text_bytes(tar, &header, sizeof(header));
}

static void add_content(struct text *tar, struct str content)
{
	static const char zeros[BLOCK_SIZE];

	text_bytes(tar, content.data, content.size);
	text_bytes(tar, zeros, -content.size % BLOCK_SIZE);
}

// "LENGTH KEY=VALUE\n", where LENGTH counts itself: "12 path=abc\n".
static void add_record(struct text *records, const char *key, const char *value)
{
	size_t rest = strlen(key) + strlen(value) + 3, length = rest;

	while (length != rest + (size_t)snprintf(NULL, 0, "%zu", length))
		length = rest + (size_t)snprintf(NULL, 0, "%zu", length);
	text_format(records, "%zu %s=%s\n", length, key, value);
}

void tar_add(struct text *tar, const char *name, struct str content)
{
	struct text records = { .arena = tar->arena };
	uint64_t size = content.size; // so that the comparison compiles without a warning where
				      // size_t has 32 bits

	if (strlen(name) > sizeof(((struct tar_header *)NULL)->name))
		add_record(&records, "path", name);
	if (size > SIZE_MAX_USTAR)
		add_record(&records, "size", arena_format(tar->arena, "%zu", content.size));
	if (records.size) {
		add_header(tar, 'x', "pax", records.size);
		add_content(tar, text_str(&records));
	}
	add_header(tar, '0', name, content.size);
	add_content(tar, content);
}

void tar_end(struct text *tar)
{
	static const char zeros[2 * BLOCK_SIZE];

	text_bytes(tar, zeros, sizeof(zeros));
}
