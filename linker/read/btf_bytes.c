/* SPDX-License-Identifier: BSD-2-Clause */
#include "btf_bytes.h"

static uint32_t add_string(struct btf_bytes *bytes, const char *text)
{
	uint32_t offset = (uint32_t)bytes->strings.count;

	do
		*array_add(bytes->linker->arena, &bytes->strings) = *text;
	while (*text++);
	return offset;
}

struct btf_bytes btf_bytes_begin(struct linker *linker)
{
	struct btf_bytes bytes = { .linker = linker };

	add_string(&bytes, "");
	return bytes;
}

void btf_bytes_word(struct btf_bytes *bytes, uint32_t word)
{
	*array_add(bytes->linker->arena, &bytes->words) = word;
}

uint32_t btf_bytes_type(struct btf_bytes *bytes, const char *name, uint32_t kind, uint32_t count,
			uint32_t size_or_type)
{
	btf_bytes_word(bytes, *name ? add_string(bytes, name) : 0);
	btf_bytes_word(bytes, kind << 24 | count);
	btf_bytes_word(bytes, size_or_type);
	return ++bytes->type_count;
}

struct btf_unit *btf_bytes_read(const struct btf_bytes *bytes, const struct object *object)
{
	size_t type_len = bytes->words.count * sizeof(uint32_t);
	struct btf_header header = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = BTF_HEADER_SIZE,
		.type_len = (uint32_t)type_len,
		.str_off = (uint32_t)type_len,
		.str_len = (uint32_t)bytes->strings.count,
	};
	size_t size = BTF_HEADER_SIZE + type_len + bytes->strings.count;
	char *data = arena_alloc(bytes->linker->arena, size);

	memcpy(data, &header, BTF_HEADER_SIZE);
	memcpy(data + BTF_HEADER_SIZE, bytes->words.items, type_len);
	memcpy(data + BTF_HEADER_SIZE + type_len, bytes->strings.items, bytes->strings.count);
	return btf_unit_read(bytes->linker->graph, data, size,
			     __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__, place_in(object->name, NULL),
			     bytes->linker->diag);
}
